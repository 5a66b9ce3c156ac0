"""Everything one message says about an order: service, plan, goal, deadline, budget, and what is left.

"我要标准版,推广新品,下周五前" names a plan, a goal and a deadline. What was understood is to be shown before it
counts; where several things may be meant, the field stays empty and `candidates` has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

from dialogs.understanding.amounts import AmountReading, read_amounts
from dialogs.understanding.choose import Mention, find_mentions, squeezed
from dialogs.understanding.deadlines import DeadlineReading, read_deadline, urgent_spans
from dialogs.understanding.text import BLANK, Span, blank, clauses, compiled, plain
from dialogs.understanding.words import asks, read_word

Field = Literal["service", "plan", "goal", "deadline", "budget"]


def _nothing() -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Names:
    """What the things of the catalogue are called: key to names and aliases, in any language."""

    services: Mapping[str, Sequence[str]]
    plans: Mapping[str, Sequence[str]]
    #: Which plans a service has, when keys of plans are told apart by service. Empty: any plan goes with any.
    plans_of: Mapping[str, Sequence[str]] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Understood:
    """What one message says. An empty field was not said, or is among the candidates."""

    service: str | None = None
    plan: str | None = None
    goal: str | None = None
    deadline: DeadlineReading = field(default_factory=DeadlineReading)
    budget: AmountReading | None = None
    #: The budget as it was written: "预算3000", "about $500".
    budget_text: str = ""
    #: For each ambiguous field what it may be: keys, deadlines as ISO, amounts as written.
    candidates: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    #: Fields recognised by a near miss ("standart") or a part of a name.
    near: tuple[Field, ...] = ()
    #: What was not used: questions, greetings, remarks.
    rest: str = ""
    #: The message asks something ("how much is the standard plan?"): answer it before taking it for an order.
    asks: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that are sure, in the order of a brief."""
        said: dict[Field, object] = {
            "service": self.service,
            "plan": self.plan,
            "goal": self.goal,
            "deadline": self.deadline.sure or self.deadline.explicit_none,
            "budget": self.budget,
        }
        return tuple(name for name, value in said.items() if value)


# Words that only carry an order, taken off the ends of what is left before it is a goal.
_BEGINNING: Final = (
    r"(?:[\s:：\-/]|我们?|想要?|要|需要|打算|希望|帮我们?|给我们?|请|麻烦|来|选择?|订|下单|买|购买|就|那|然后|还有|还是|或者?|以及|并且?|一[个份套款]"
    r"|[个份套款]|做一?[个份套款]?|交付|交稿|交货|完成|上交|最好|尽量|尽快|的|在|用(?=$)|和|与|吧|了"
    r"|(?:i'd like|i would like|i want|i need|we want|we need|we'd like|i'll take|i'll have|give me|get me|let's go with|i|we|it|want"
    r"|need|would like|like|order|book|buy|take|have|get|please|pls|the|an|a|plan|package|tier|version|service|with|and|or|for|of"
    r"|on|in|by|at|to(?=\s*$)|my|our|is|be|hi|hello|hey|thanks|thank you|asap|deliver(?:y|ed)?|done|ready|finish(?:ed)?|due"
    r"|needed|deadline|budget|them|this|that|also|but|so|then)(?![a-z0-9']))"
)
_END: Final = (
    r"(?:[\s:：\-/(（)）]|吧|呢|啊|哦|了|谢谢|多谢|就行|就好|即可|可以|的|方案|套餐|服务|尽快|交付|完成|之前|左右|给我"
    r"|(?<![a-z0-9])(?:please|pls|thanks|thank you|plan|package|tier|service|by|on|at|in|for|with|and|the|a|an|of|asap|is|it|to|my|our"
    r"|needed|need it|but))$"
)
_GOAL_KEY: Final = (
    r"(?:目标|目的|用途|主题)(?:是|为|[:：])\s*|(?:用于|用来|为了)\s*"
    r"|(?<![a-z])(?:the |my |our )?(?:goal|purpose|aim|objective|brief|task)\s*(?:is(?: to)?|:|：)\s*|(?<![a-z])(?:in order )?to (?=[a-z]{3})"
)
#: Two letters or a Chinese character: less is no goal, and nothing to keep.
_SUBSTANCE: Final = r"[a-z]{2}|[一-鿿]"
_QUESTION: Final = (
    r"[?？]\s*$|[吗么呢]\s*$|多少|怎么|什么时候|哪[个些种]|能不能|可不可以|有没有|是不是"
    r"|^(?:how|what|when|which|who|why|can|could|do|does|is|are|will|would)(?![a-z])"
)
_COURTESY: Final = frozenset({"hello", "thanks", "yes", "no"})


def understand(
    text: str, *, names: Names, now: datetime, zone: tzinfo, day_first: bool | None = None
) -> Understood:
    """What a message says about an order. Raises ValueError for a naive `now`; never for a text."""
    deadline = read_deadline(text, now=now, zone=zone, day_first=day_first)
    amounts = _budgets(text)
    words = plain(text)
    for span in (*deadline.spans, *(amount.span for amount in amounts), *urgent_spans(words)):
        words = blank(words, span)
    catalogue = _Catalogue(names, words)
    for span in catalogue.spans:
        words = blank(words, span)
    candidates = dict(catalogue.candidates)
    if len(deadline.candidates) > 1:
        candidates["deadline"] = tuple(candidate.iso() for candidate in deadline.candidates)
    written = [text[slice(*amount.span)].strip() for amount in amounts]
    if len(amounts) > 1:
        candidates["budget"] = tuple(written)
    known = bool(
        catalogue.service
        or catalogue.plan
        or candidates
        or deadline.candidates
        or deadline.explicit_none
        or amounts
    )
    goal, rest = _goal(text, words, known)
    return Understood(
        service=catalogue.service,
        plan=catalogue.plan,
        goal=goal,
        deadline=deadline,
        budget=amounts[0] if len(amounts) == 1 else None,
        budget_text=written[0] if len(written) == 1 else "",
        candidates=MappingProxyType(candidates),
        near=catalogue.near,
        rest=rest,
        asks=asks(text),
    )


def _budgets(text: str) -> tuple[AmountReading, ...]:
    """Amounts with a currency or a word of prices; a number that is the whole message may be anything."""
    found = read_amounts(text)
    return tuple(amount for amount in found if amount.currency or _says_price(text, amount))


def _says_price(text: str, amount: AmountReading) -> bool:
    return bool(re.search(r"[^\d\s.,~\-]", text[slice(*amount.span)]))


class _Catalogue:
    """The service and the plan a plain text names, as far as they can be told apart."""

    def __init__(self, names: Names, words: str) -> None:
        self.service: str | None = None
        self.plan: str | None = None
        self.candidates: dict[str, tuple[str, ...]] = {}
        self.spans: list[Span] = []
        near: list[Field] = []
        services, plans = list(names.services), list(names.plans)
        labels = [*names.services.values(), *names.plans.values()]
        mentions = find_mentions(words, labels)
        for mention in _near_mentions(words, labels, mentions, len(services)):
            mentions.append(mention)
            near.append("service" if mention.index < len(services) else "plan")
        self.spans = [mention.span for mention in mentions]
        self._settle(
            names,
            _unique(services[m.index] for m in mentions if m.index < len(services)),
            _unique(plans[m.index - len(services)] for m in mentions if m.index >= len(services)),
        )
        self.near = tuple(dict.fromkeys(near))

    def _settle(self, names: Names, services: list[str], plans: list[str]) -> None:
        """Let the service narrow the plan and the plan the service."""
        owners = {
            plan: [key for key, owned in names.plans_of.items() if plan in owned] for plan in plans
        }
        if services and plans and names.plans_of:
            fitting = [plan for plan in plans if set(owners[plan]) & set(services)]
            plans = fitting or plans
            services = [
                key for key in services if any(key in owners[plan] for plan in plans)
            ] or services
        elif len(plans) == 1 and len(owners[plans[0]]) == 1:
            services = owners[plans[0]]
        for name, keys in (("service", services), ("plan", plans)):
            if len(keys) > 1:
                self.candidates[name] = tuple(keys)
        self.service = services[0] if len(services) == 1 else None
        self.plan = plans[0] if len(plans) == 1 else None


def _unique(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))


def _near_mentions(
    words: str, labels: Sequence[Sequence[str]], found: Sequence[Mention], services: int
) -> list[Mention]:
    """Names hit by a slip or a part, looked for where no service or no plan was named outright."""
    missing = [
        index
        for index in range(len(labels))
        if not any((mention.index < services) == (index < services) for mention in found)
    ]
    for mention in found:
        words = blank(words, mention.span)
    spoken = _Spoken(words)
    near = [mention for index in missing for mention in _slips(spoken, index, labels[index])]
    if near:
        return near
    return [mention for span in _content(words) for mention in _parts(words, span, missing, labels)]


class _Spoken:
    """The words of a message in letters, joined by as many as a name has."""

    def __init__(self, words: str) -> None:
        self._words = [(word.group(), word.span()) for word in re.finditer(r"[a-z0-9']+", words)]
        self._joined: dict[int, list[tuple[str, Span]]] = {}

    def joined(self, count: int) -> list[tuple[str, Span]]:
        """Every `count` words that follow each other, and where they stand."""
        made = self._joined.get(count)
        if made is None:
            windows = (self._words[at : at + count] for at in range(len(self._words) - count + 1))
            made = self._joined[count] = [
                ("".join(word for word, _ in window), (window[0][1][0], window[-1][1][1]))
                for window in windows
            ]
        return made


@lru_cache(maxsize=4096)
def _letters(name: str) -> tuple[str, int, int]:
    """A name in letters, of how many words, and how many slips are forgiven; Chinese names are too short for any."""
    letters = squeezed(name)
    if len(letters) < 5 or not letters.isascii():
        return "", 0, 0
    count = len(re.findall(r"[a-z0-9']+", plain(name)))
    return letters, count, 1 if len(letters) < 9 else 2


def _slips(spoken: _Spoken, index: int, names: Sequence[str]) -> list[Mention]:
    """Names in letters with one slip, two in long ones."""
    from rapidfuzz.distance import OSA

    mentions: list[Mention] = []
    for name in names:
        letters, count, slips = _letters(name)
        if not letters:
            continue
        for said, span in spoken.joined(count):
            near = len(said) >= 4 and abs(len(said) - len(letters)) <= slips
            if near and OSA.distance(said, letters, score_cutoff=slips) <= slips:
                mentions.append(Mention(index, span, name))
    return mentions


def _parts(
    words: str, span: Span, missing: Sequence[int], labels: Sequence[Sequence[str]]
) -> list[Mention]:
    """A clause that is the beginning or another part of names: 网店 for 网店搭建."""
    part = squeezed(words[slice(*span)])
    if len(part) < (3 if part.isascii() else 2) or part.isdigit():
        return []
    return [
        Mention(index, span, name)
        for index in missing
        for name in labels[index]
        if (squeezed(name).startswith(part) if part.isascii() else part in squeezed(name))
    ]


_BUYING: Final = frozenset({"buy", "purchase", "购买", "买"})


def _content(words: str) -> list[Span]:
    """What is left of each clause once the words that only carry an order are off its ends."""
    spans: list[Span] = []
    for start, end in clauses(words.replace(BLANK, ",")):
        bought = -1
        while start < end and (found := compiled(_BEGINNING).match(words, start, end)):
            if found.group().strip() in _BUYING:
                bought = start
            start = found.end()
        while start < end and (found := compiled(_END).search(words, start, end)):
            end = found.start()
        if compiled(_SUBSTANCE).search(words, start, end):
            # What is to be bought is said with it: "buy followers" is no "followers".
            spans.append((start if bought < 0 else bought, end))
    return spans


def _meant(words: str, start: int, end: int) -> bool:
    """Whether more than words that carry an order stands there."""
    while start < end and (found := compiled(_BEGINNING).match(words, start, end)):
        start = found.end()
    return compiled(_SUBSTANCE).search(words, start, end) is not None


def _goal(text: str, words: str, known: bool) -> tuple[str | None, str]:
    """The goal and the rest. A remark is a goal only in a message that names something else of an order."""
    goals: list[str] = []
    keyed: list[str] = []
    rest: list[str] = []
    for start, end in _content(words):
        said = text[start:end].strip()
        full = text[start : end + 1]
        key = compiled(_GOAL_KEY).search(words, start, end)
        if compiled(_QUESTION).search(full.lower()) or read_word(said) in _COURTESY:
            rest.append(said)
        elif key and not _meant(words, key.end(), end):
            continue  # "I want to order": no goal, and nothing to keep
        elif key and key.end() < end:
            keyed.append(text[key.end() : end].strip())
        else:
            goals.append(said)
    if keyed:
        return ", ".join(keyed), " ".join([*goals, *rest])
    if not known:
        return None, " ".join([*goals, *rest])
    separator = "，" if any("一" <= char <= "鿿" for char in "".join(goals)) else ", "
    return separator.join(goals) or None, " ".join(rest)


def explain(understood: Understood) -> dict[str, object]:
    """What was understood in plain values for JSON. Amounts are in whole units of their currency."""
    deadline, budget = understood.deadline, understood.budget
    plain_values: dict[str, object] = {
        "service": understood.service,
        "plan": understood.plan,
        "goal": understood.goal,
        "deadline": deadline.sure.iso() if deadline.sure else None,
        "budget": _number(budget.high) if budget else None,
        "currency": budget.currency if budget else None,
        "candidates": {name: list(values) for name, values in understood.candidates.items()},
    }
    if budget and budget.is_range:
        plain_values["budget_from"] = _number(budget.low)
    for name in ("explicit_none", "past", "urgent"):
        if getattr(deadline, name):
            plain_values["no_deadline" if name == "explicit_none" else name] = True
    if understood.asks:
        plain_values["asks"] = True
    if understood.rest:
        plain_values["rest"] = understood.rest
    return plain_values


def _number(amount: object) -> int | float:
    value = float(str(amount))
    return int(value) if value.is_integer() else value
