"""What the words around a date say of it: a deadline, a beginning, another matter, nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from dialogs.understanding.grammar import Needs, Piece
from dialogs.understanding.text import BLANK, Span, clause_around

#: So many characters before and after a date are looked at.
_REACH = 40


class Strength(IntEnum):
    """How clearly a date is said to be the deadline."""

    PLAIN = 0
    HINTED = 1
    MARKED = 2
    #: "No later than" outweighs "hopefully by".
    LIMIT = 3


@dataclass(frozen=True, slots=True)
class Surroundings:
    #: The date together with the words that mark it.
    span: Span
    strength: Strength
    #: "by" and 前: of a stretch of time its beginning may be meant as well as its end.
    before: bool
    #: A beginning, an exception, a habit, the date of something else: no deadline.
    other: bool
    #: Nothing else stands in its clause.
    alone: bool
    #: The date of an event ("the wedding is on 12/12"), from which a deadline may be reckoned.
    event: bool
    #: The date of a draft, which is not the deadline when there is another.
    draft: bool
    #: A Chinese word that says nothing of time follows at once: 周五福利, 12月10日活动.
    glued: bool


# Each is looked for directly before a date.
_FILL = r"(?:[ :=,(]|the|is|are|will be|would be|around|about|at|on|of|是|为|在|到|于|至|大概|大约|会|this|a)*"
_BEFORE = {
    "before": r"\b(?:by|before|until|till|prior to|ahead of)|赶在",
    "limit": (
        r"\b(?:no|not) later than|\blatest(?: by)?|\bdue(?: date| by| on)?|\bdeadline(?: by)?|\bddl|\bin time for"
        r"|\bready for|\b(?:needed|need it|want it) for|\bup to|\bat most|\bno more than|\bnot more than|\bwithin"
        r"|\bturnaround(?: time)?|\bdelivery(?: date| time| in)?|\btimeline|\blead time|\btime ?frame|\bmax(?:imum)?"
        r"|最迟|最晚|不晚于|不迟于|不得晚于|不能晚于|不要晚于|别晚于|截止(?:日期|时间|日)?|截至|限期|期限|工期|交期|周期|时限|最多|最长"
        r"|不超过|不要超过|顶多|控制在|交付(?:日期|时间|日)|交货(?:日期|时间|期)?|完成(?:日期|时间)|赶上?|死线|改[到成为]|推迟到|延期?到|(?:moved|postponed|changed|rescheduled|pushed) to"
    ),
    "hint": (
        r"\b(?:on|in|during|at|date|when|some ?time|any ?time|later)|希望|计划|预计|打算|需要|日期|时间|交付|要?在|过|等到?|定|就|给我"
    ),
    "start": (
        r"\b(?:after|since|from|starting(?: from| on)?|starts?(?: on)?|(?:not|no) (?:before|earlier than|sooner than)"
        r"|begin(?:s|ning)?(?: on)?|as of|available(?: from| on)?|earliest)|从|自从?|不早于|始于|最早|最快"
    ),
    "not": r"\b(?:not|except(?: for)?|instead of|rather than|isn't|(?:cannot|can't)(?: do| make)?|without|originally)(?: on)?|不要|不是|除了|别|原定|原来|本来|原先|原计划",
    "habit": r"\b(?:every|each|weekly|daily|monthly|yearly|per)(?: other)?(?: on| at)?|每个?|每逢|逢|隔",
}
_AFTER = {
    "before": r"[ )]*(?:\(?包?含\)?|[或及和])?[ )]*(?:之前|以前|前(?![后端台期提言面往]))",
    "limit": (
        r"[ ),]*(?:截止|截稿|截|为止|之内|以内|内(?![容部饰衣页])|为限|到期|(?:就|当天)?要用(?!的)|(?:at )?(?:the )?(?:very )?latest\b"
        r"|or (?:sooner|earlier|before)\b|is (?:the|my|our) deadline|deadline|死线)"
    ),
    "hint": (
        r"[ ,]*(?:就|能|得|必须|需要|一定|可以|想|我)*(?:要(?!的)|交|完成|上线|给我|发布|用|搞定|拿到|开业|开张|做好|做完|弄好"
        r"|出稿|左右|当天|那天)"
    ),
    "start": r" *(?:之后|以后|过后|后(?![天台期])|起(?!草)|(?:就|先)?(?:开始|开工|启动|下单|下的单|付款|付的款|订的|订购)|以来|onwards?\b|or later\b)",
    "not": (
        r",? *(?:(?:is|was|would be) )?(?:too (?:late|early|soon)|not (?:ok|possible|good)|doesn't work|won't work|impossible)"
        r"| *(?:是|就)?(?:不行|太晚|太迟|太早|来不及|没空|不可以|不可能|赶不上)"
    ),
    "possessive": r"'s\b|' |的(?!时候|话|截止|期限)(?=.)",
    "habit": r" *(?:一次|一更|each week|weekly)",
}
#: Directly before or after a length: it is reckoned from something else than now.
_FROM_ELSEWHERE = (
    r"(?:后|之后|以后|之日起|日起|起|算起)的?$",
    r" *(?:after|from|of|since|upon|once|following)\b",
)
_EVENTS = (
    r"\b(?:event|wedding|party|conference|exhibition|expo|fair|ceremony|birthday|anniversary|trade show|festival|concert"
    r"|launching|opening|gala|graduation|starts?|begins?)\b"
    r"|活动|婚礼|展会|展览|参展|发布会|店庆|生日|讲座|年会|比赛|典礼|考试|面试|路演|峰会|论坛|开幕|庆典|校庆|周年"
)
_DRAFTS = r"\b(?:first|rough|initial) (?:draft|version|sketch)|\bdrafts?\b|\boutline\b|初稿|样稿|草稿|大纲|一稿|小样|打样"
_DELIVERY = (
    r"\b(?:need(?:ed)? (?:it|this|them|that)|deliver\w*|ready|done|finish\w*|complete\w*|due|deadline|launch\w*"
    r"|(?:have|get|want|receive) (?:it|this|them))\b|交付|交稿|交货|上线|完成|搞定|截稿|给我|拿到|做好|做完|弄好|出稿|定稿|终稿|终版|开业|开张"
)
_OTHER_MATTERS = (
    r"\b(?:call|phone|ring|text|email|contact|ping) me\b|\b(?:meet|meeting|talk|chat|available|free|busy|born"
    r"|let you know|tell you|get back|see you|reply|open|called|named|titled|founded|established|birthday)\b"
    r"|打电话|联系我|回电|开会|会议|见面|面谈|致电|有空|没空|沟通一下|聊一?聊|聊一下|出差|回复|告诉你|联系你|再看看|再说|成立于|创立于|生于|上次"
)
_FILLER = (
    r"[ :()~'\-.*]|\b(?:please|pls|plz|thanks?|thank you|i need (?:it|this)|i'd like it|need (?:it|this)|want it"
    r"|maybe|probably|around|about|or so|ok|okay|let's say|say|how about|would be|great|good|nice|fine|is|works?"
    r"|it|by|on|at|the|asap|urgent|for me|to be|done|ready|deliver(?:y|ed)?|in|hi|hello|yes|no|i think|sure|well)\b"
    r"|的话|吧|呢|啊|哦|嗯|呀|就行|就好|即可|就|可以|行|好的?|吗|给你|左右|大概|大约|应该|那就|那|给我|希望|尽量|最好|需要|尽快"
    r"|麻烦|谢谢|请|交付|交稿|交货|完成|交|拿到|时间|日期|是|为|在|到|期间|一下|了"
)


# What Chinese says next after a day that is a deadline, by its first character.
_GOES_ON = "前之以内里就能可要得必需想一早中上下晚凌傍夜给交完发出拿用做搞弄提收取截到至或和与、开赶吧吗呢啊哦的左大当那是为后起为再也都最先点时分"


@cache
def _before() -> dict[str, re.Pattern[str]]:
    patterns = {name: rf"(?:{pattern}){_FILL}$" for name, pattern in _BEFORE.items()}
    return {name: re.compile(pattern) for name, pattern in patterns.items()}


@cache
def _after() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in _AFTER.items()}


@cache
def _elsewhere(name: str) -> re.Pattern[str]:
    patterns = {
        "delivery": _DELIVERY,
        "matters": _OTHER_MATTERS,
        "filler": _FILLER,
        "events": _EVENTS,
        "drafts": _DRAFTS,
    }
    return re.compile(patterns[name])


@cache
def _from_elsewhere() -> tuple[re.Pattern[str], re.Pattern[str]]:
    head, tail = _FROM_ELSEWHERE
    return re.compile(head), re.compile(tail)


def look_around(piece: Piece, text: str) -> Surroundings:
    """What the plain text says about a piece found in it."""
    start, end = piece.span
    head, tail = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    before = {name: found for name, pattern in _before().items() if (found := pattern.search(head))}
    after = {name: found for name, pattern in _after().items() if (found := pattern.match(tail))}
    clause = clause_around(text, piece.span)

    limited = "limit" in before or "limit" in after
    marked = piece.marked or limited or "before" in before or "before" in after
    span = _with_marks(piece.span, len(head), before, after)
    around = text[clause[0] : span[0]] + BLANK + text[span[1] : clause[1]]
    delivered = "hint" in after or bool(_elsewhere("delivery").search(around))
    return Surroundings(
        span=span,
        strength=_strength(limited, marked, delivered or "hint" in before),
        before="before" in before or "before" in after,
        other=_is_other(piece, before, after, marked, around) or _is_reckoned(piece, head, tail),
        event=not marked and not delivered and bool(_elsewhere("events").search(around)),
        draft=bool(_elsewhere("drafts").search(around)),
        glued="一" <= tail[:1] <= "鿿" and tail[0] not in _GOES_ON,
        alone=not _elsewhere("filler").sub("", around).strip(BLANK + " "),
    )


def _strength(limited: bool, marked: bool, hinted: bool) -> Strength:
    if limited:
        return Strength.LIMIT
    if marked:
        return Strength.MARKED
    return Strength.HINTED if hinted else Strength.PLAIN


def _is_other(
    piece: Piece,
    before: dict[str, re.Match[str]],
    after: dict[str, re.Match[str]],
    marked: bool,
    around: str,
) -> bool:
    if "not" in before or "not" in after or "habit" in before or "habit" in after:
        return True
    if "start" in before and not piece.ends_range:
        return True
    if "start" in after and piece.length is None:
        return True
    return not marked and ("possessive" in after or bool(_elsewhere("matters").search(around)))


def _is_reckoned(piece: Piece, head: str, tail: str) -> bool:
    """ "Within 7 days after payment", 付款后3天内: no day is named."""
    before, after = _from_elsewhere()
    return piece.length is not None and bool(before.search(head) or after.match(tail))


def _with_marks(
    span: Span, reach: int, before: dict[str, re.Match[str]], after: dict[str, re.Match[str]]
) -> Span:
    start, end = span
    marks = [found for name in ("before", "limit", "hint") if (found := before.get(name))]
    if marks:
        start = start - reach + min(found.start() for found in marks)
    tails = [found for name in ("before", "limit") if (found := after.get(name))]
    if tails:
        end += max(found.end() for found in tails)
    return start, end


def counts(piece: Piece, around: Surroundings) -> bool:
    """Whether the piece may be the deadline, by what it needs and what stands around it."""
    if around.other:
        return False
    if around.alone:
        return True
    if around.glued and around.strength is Strength.PLAIN:
        return False
    if piece.needs is Needs.NOTHING:
        return True
    if piece.needs is Needs.SOLITUDE:
        return False
    wanted = Strength.MARKED if piece.needs is Needs.MARK else Strength.HINTED
    return around.strength >= wanted
