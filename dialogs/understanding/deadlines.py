"""Deadlines in what people write, in Chinese and English.

The reading is sure (one candidate), ambiguous (several: ask back, the candidates as buttons) or empty; nothing
is guessed. How the words are read stands where the rules are: chinese, english, digits, clock, lengths,
stretches, holidays; what makes a date a deadline in surroundings. In short:

- "before D", "by D", D前 mean D itself. The whole of a stretch (next week, Q1) ends with its last day; with
  "by" or 前 before one that has not begun, its beginning is meant as often, so both are candidates.
- A month and day that has passed is next year's. "Friday" on a Friday is today or in a week: asked back. So are
  3/4 outside Chinese, hours from 6 to 11 without a half of the day, 年前, 月初, "labor day".
- Of a range the end counts. Of several dates the one marked as the deadline, "no later than" before "by";
  without a mark all are candidates. The date of an event or of a draft is none, but 提前三天 counts from it.
- What lies in the past is dropped; when nothing else is left, `past` says so.
- Numbers that are amounts, quantities, telephone numbers or versions are never dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import cache

from dialogs.understanding import chinese, digits, english
from dialogs.understanding.amounts import money_spans
from dialogs.understanding.grammar import Context, Length, Part, Piece, apart, find
from dialogs.understanding.joining import join
from dialogs.understanding.lengths import shifted
from dialogs.understanding.surroundings import Strength, Surroundings, counts, look_around
from dialogs.understanding.text import (
    BLANK,
    Span,
    blank,
    is_chinese,
    plain,
    without_numbers_of_other_things,
)
from orders.deadlines import Deadline

__all__ = ["Deadline", "DeadlineReading", "read_deadline", "urgent_spans"]


@dataclass(frozen=True, slots=True)
class DeadlineReading:
    """What a text says about the deadline."""

    #: Empty: none recognised; one: sure; several: ambiguous, in order of time.
    candidates: tuple[Deadline, ...] = ()
    #: The parts of the text that say it, with their marks ("by", 前).
    spans: tuple[Span, ...] = ()
    #: The person said there is no deadline: "no rush", 不急.
    explicit_none: bool = False
    #: A date was recognised and has passed.
    past: bool = False
    #: The person is in a hurry, a date or not: "asap", 尽快.
    urgent: bool = False

    @property
    def span(self) -> Span | None:
        """From the first to the last of the parts."""
        return (self.spans[0][0], self.spans[-1][1]) if self.spans else None

    @property
    def sure(self) -> Deadline | None:
        """The deadline when there is exactly one candidate."""
        return self.candidates[0] if len(self.candidates) == 1 else None


_NO_DEADLINE = (
    r"\b(?:no|without a?|don't have a|there is no|there's no) (?:particular |specific |fixed |hard |real |set )?"
    r"(?:deadline|due date|time limit|time pressure|timeline)\b"
    r"|\b(?:no|not in a|not in any|in no) (?:great |big |particular )?(?:rush|hurry)\b|\bnot urgent\b|\bnothing urgent\b"
    r"|\bwhenever\b|\bany ?time\b(?! (?:before|by|this|next|between|until|to call|for a call))|\btake your time\b"
    r"|\bopen[- ]ended\b|\bflexible (?:on|with|about) (?:time|timing|the date|dates|the deadline)\b"
    r"|\b(?:deadline|timing|date|dates|time) (?:is|are) (?:flexible|open)\b|\bdoesn't matter when\b|\bno date\b"
    r"|(?<![急太])不(?:太|是很|用太|算)?(?:着急|赶时间|急(?!着)|紧急|赶)|不用(?:着急|急|赶)|(?:时间|日期|期限|工期|交期)(?:上)?"
    r"(?:没有?限制|不限|没有?要求|无要求|随意|都行|都可以|不急|灵活|宽松|充裕)|(?:没有?|无|不设)(?:任何|什么|具体|明确|特别)?的?"
    r"(?:时间|日期|期限|工期)?(?:要求|限制|截止日期|截止时间|截止|期限|deadline|ddl)|随时(?:都)?(?:行|可以(?!联系|沟通|找)|可|好|(?=$|[,。!]))"
    r"|什么时候都?(?:行|可以|好)|慢慢来|慢慢做|不限时间?"
)
_URGENT = (
    r"\basap\b|\burgent(?:ly)?\b|\bas soon as possible\b|\bright away\b|\bimmediately\b|\brush\b|\bin a hurry\b"
    r"|尽快|越快越好|马上|立刻|立即|加急|急用|赶时间|抓紧|火急|十万火急|很急|(?<![不太])急(?:着|件|单|需|[,。!]|$)"
)

#: A text with more dates is no order; the rest is not looked at.
_MOST_DATES = 20


@cache
def _spoken(name: str) -> re.Pattern[str]:
    return re.compile({"none": _NO_DEADLINE, "urgent": _URGENT}[name])


def read_deadline(
    text: str, *, now: datetime, zone: tzinfo, day_first: bool | None = None
) -> DeadlineReading:
    """The deadline a person writes. `now` is aware; `zone` is the person's, in which the answer is.

    `day_first` settles 3/4 for a person whose habit is known: True is 3 April, False is March 4.
    Raises ValueError for a naive `now`; never for a text.
    """
    if now.tzinfo is None:
        raise ValueError("now has no time zone: pass an aware datetime")
    words = plain(text)
    context = Context(now.astimezone(zone), zone, day_first, is_chinese(words))
    readable = without_numbers_of_other_things(words)
    for span in money_spans(readable):
        readable = blank(readable, span)
    found = [(piece, look_around(piece, readable)) for piece in _pieces(readable, context)]
    advance = next((piece.length for piece, _ in found if piece.in_advance), None)
    chosen = [pair for pair in found if counts(*pair) and (advance or not pair[1].event)]
    if any(not around.draft for _, around in chosen):
        chosen = [pair for pair in chosen if not pair[1].draft]
    urgent = bool(urgent_spans(words))
    reading = _best(chosen, advance, context)
    if reading.candidates or reading.past:
        return DeadlineReading(reading.candidates, reading.spans, past=reading.past, urgent=urgent)
    if none := _spoken("none").search(words):
        return DeadlineReading(spans=(none.span(),), explicit_none=True)
    gone = tuple(
        around.span
        for piece, around in found
        if piece.past and (around.alone or around.strength is not Strength.PLAIN)
    )
    return DeadlineReading(spans=gone, past=bool(gone), urgent=urgent)


def urgent_spans(words: str) -> tuple[Span, ...]:
    """Where a plain text says that it is in a hurry: "asap", 尽快."""
    calm = _spoken("none").sub(lambda found: BLANK * len(found.group()), words)
    return tuple(found.span() for found in _spoken("urgent").finditer(calm))


def _pieces(text: str, context: Context) -> list[Piece]:
    """Every piece of the text, joined where they belong together."""
    found: list[Piece] = []
    numeric = any(char.isdigit() for char in text)
    if context.chinese:
        found += find(chinese.compiled(), text, context)
    if numeric:
        found += find(digits.compiled(), text, context)
    if any("a" <= char <= "z" for char in text):
        found += find(english.compiled(), text, context)
    return join(apart(found), text)[:_MOST_DATES]


def _best(
    chosen: Iterable[tuple[Piece, Surroundings]], advance: Length | None, context: Context
) -> DeadlineReading:
    """The candidates of the pieces that are marked most clearly."""
    dated = [
        (around, _in_advance(deadlines, around, advance, context))
        for piece, around in chosen
        if (deadlines := list(_deadlines(piece, around, context))) or _names_a_day(piece)
    ]
    if not dated:
        return DeadlineReading()
    ahead = [(around, deadlines) for around, deadlines in dated if deadlines]
    if not ahead:
        return DeadlineReading(spans=tuple(around.span for around, _ in dated), past=True)
    strength = max(around.strength for around, _ in ahead)
    strongest = [(around, deadlines) for around, deadlines in ahead if around.strength == strength]
    candidates = {deadline for _, deadlines in strongest for deadline in deadlines}
    hours = {deadline.day for deadline in candidates if deadline.time}
    # "Friday … on Friday at 5pm" is one deadline said twice.
    candidates -= {
        deadline for deadline in candidates if not deadline.time and deadline.day in hours
    }
    in_order = sorted(candidates, key=lambda deadline: (deadline.day, deadline.time or time.max))
    return DeadlineReading(tuple(in_order), tuple(around.span for around, _ in strongest))


def _in_advance(
    deadlines: list[Deadline], around: Surroundings, advance: Length | None, context: Context
) -> list[Deadline]:
    """So much before the date when the text says so; of a date that is marked itself either may be meant."""
    if advance is None:
        return deadlines
    days = (shifted(deadline.day, advance, -1) for deadline in deadlines)
    earlier = [Deadline(day) for day in days if day is not None and day >= context.today]
    return [*earlier, *deadlines] if around.strength >= Strength.MARKED else earlier


def _names_a_day(piece: Piece) -> bool:
    return bool(piece.days or piece.clock)


def _deadlines(piece: Piece, around: Surroundings, context: Context) -> Iterable[Deadline]:
    """The moments still ahead that the piece may mean."""
    days = piece.days
    if piece.begins and around.before and piece.begins > context.today:
        days = (piece.begins, *days)
    if not days and piece.clock:
        days = (context.today, context.in_days(1))
    elif not days and piece.part is Part.END:
        days = (context.today,)
    hours = piece.clock.times if piece.clock else (None,)
    ahead = [
        deadline
        for day in days
        for hour in hours
        if _is_ahead(deadline := _in_zone(day, hour, piece.zone, context), context)
    ]
    if not piece.days and piece.clock and ahead:
        # An hour alone is today's, or tomorrow's once it has passed.
        return [deadline for deadline in ahead if deadline.day == ahead[0].day]
    return ahead


def _in_zone(day: date, hour: time | None, zone: tzinfo | None, context: Context) -> Deadline:
    if hour is None or zone is None:
        return Deadline(day, hour)
    there = datetime.combine(day, hour, zone).astimezone(context.zone)
    return Deadline(there.date(), there.time())


def _is_ahead(deadline: Deadline, context: Context) -> bool:
    if deadline.time is None or deadline.day != context.today:
        return deadline.day >= context.today
    return deadline.time > context.now.time()
