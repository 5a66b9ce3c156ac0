"""Which of the things on the screen a person means: by name, part of a name, place, price, or a near miss.

The answer is sure, ambiguous or none. A near miss is sure only when nothing else comes close. "Not the standard"
and "what is in the standard plan?" choose nothing, "A or B" is ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from dialogs.understanding.amounts import read_amounts
from dialogs.understanding.text import Span, compiled, plain
from dialogs.understanding.words import asks, bare, read_ordinal

#: How much two texts must be alike (rapidfuzz, 0 to 100), and by how much the best must lead.
_ALIKE: Final = 82
_LEAD: Final = 8
_SHORTEST_FUZZY: Final = 4
_SHORTEST_PART: Final = 2

Via = Literal["name", "part", "place", "price", "near"]


@dataclass(frozen=True, slots=True)
class Sure:
    """One thing is meant."""

    index: int
    #: How it was recognised; a near miss should be shown before it counts.
    via: Via


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Any of these may be meant: ask which."""

    indices: tuple[int, ...]
    via: Via


@dataclass(frozen=True, slots=True)
class Unmatched:
    """None of the things on the screen was recognised."""


Match = Sure | Ambiguous | Unmatched


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found inside a text: whose it is and where it stands."""

    index: int
    span: Span
    name: str


_NEGATED: Final = r"(?:\b(?:not|no|don't want|without|except|instead of|rather than|isn't|anything but|don't|do not|never)(?: the| a)?|不要?|不是|不选|别|除了|不想要|而不是)\s*$"
_REFUSAL: Final = r"(?:not|no|don't want|without|anything but)\b|不要|不是|不选|不想要|别|除了"


@lru_cache(maxsize=4096)
def squeezed(text: str) -> str:
    """The plain text without spaces, signs and emoji: how names are compared."""
    return re.sub(r"[\W_]+", "", plain(text))


def match_choice(text: str, labels: Sequence[Sequence[str]]) -> Match:
    """Which label is meant; each comes with all its names (title, aliases, price as shown, in any language)."""
    words = bare(text)
    if not words:
        return Unmatched()
    for via, indices in _ways(text, words, labels):
        if len(indices) == 1:
            return Sure(indices[0], via)
        if indices:
            return Ambiguous(indices, via)
    return Unmatched()


def _ways(
    text: str, words: str, labels: Sequence[Sequence[str]]
) -> Iterator[tuple[Via, tuple[int, ...]]]:
    """What each way to mean a label finds, the clearest way first."""
    said = squeezed(words)
    if not said:
        return
    yield "name", tuple(i for i, names in enumerate(labels) if said in map(squeezed, names))
    yield "place", _by_place(text, labels)
    if asks(text):
        return
    yield "name", _indices(mention.index for mention in find_mentions(words, labels))
    if compiled(_REFUSAL).match(words):
        return
    yield "price", _by_price(text, labels) or _by_rank(words, labels)
    yield "part", _by_part(words, labels)
    yield "near", _by_likeness(words, labels)


def _by_place(text: str, labels: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The label at "the second one"; "3" may also be the one that costs 3."""
    place = read_ordinal(text)
    if place is None:
        return ()
    index = place - 1 if place > 0 else len(labels) + place
    return _indices((index, *_by_price(text, labels))) if 0 <= index < len(labels) else ()


def _indices(found: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(found)))


def find_mentions(text: str, labels: Sequence[Sequence[str]]) -> list[Mention]:
    """Names that stand in a plain text as whole words, the longest where they overlap, negated ones left out."""
    found: list[Mention] = []
    for index, names in enumerate(labels):
        for name in names:
            pattern, first = _name_pattern(name)
            # Most names are not there, and the expression takes ten times as long to find that out.
            if pattern is not None and first in text:
                found += [Mention(index, hit.span(), name) for hit in pattern.finditer(text)]
    kept: list[Mention] = []
    for mention in sorted(
        found, key=lambda mention: (mention.span[0] - mention.span[1], mention.span)
    ):
        if all(_apart(mention.span, other.span) or mention.span == other.span for other in kept):
            kept.append(mention)
    return sorted(
        (mention for mention in kept if not compiled(_NEGATED).search(text[: mention.span[0]])),
        key=lambda mention: mention.span,
    )


def _apart(one: Span, other: Span) -> bool:
    return one[1] <= other[0] or other[1] <= one[0]


@lru_cache(maxsize=4096)
def _name_pattern(name: str) -> tuple[re.Pattern[str] | None, str]:
    """The name with any spacing and signs, and its first word; in letters only as whole words, plural allowed.

    None for a name too short to be looked for inside a sentence: one Chinese character, a small number.
    """
    parts = re.findall(r"[^\W_]+", plain(name))
    joined = "".join(parts)
    if len(joined) < (3 if joined.isdigit() else 2):
        return None, ""
    start = r"(?<![a-z0-9])" if parts[0][0].isascii() else ""
    end = r"(?:s|es)?(?![a-z0-9])" if parts[-1][-1].isascii() else ""
    return re.compile(start + r"[\W_]*".join(map(re.escape, parts)) + end), parts[0]


def _by_price(text: str, labels: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Labels that show the amount of the text: "the 3000 one", ¥3,000."""
    wanted = read_amounts(
        re.sub(r"\b(?:the|one|option|plan)\b|那个|的|方案|套餐|版", " ", plain(text))
    )
    if len(wanted) != 1 or wanted[0].is_range:
        return ()
    amount = wanted[0]
    return _indices(
        index
        for index, names in enumerate(labels)
        for name in names
        for shown in read_amounts(name)
        if shown.high == amount.high
        and (amount.currency in (None, shown.currency) or shown.currency is None)
    )


_CHEAPEST: Final = r"(?:the )?(?:cheapest|least expensive|lowest price|most affordable)(?: one| plan| option)?|最便宜的?(?:那个)?|最低价的?|价格最低的?"
_DEAREST: Final = r"(?:the )?(?:most expensive|dearest|priciest|highest price)(?: one| plan| option)?|最贵的?(?:那个)?|价格最高的?"


def _by_rank(words: str, labels: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The cheapest or the dearest, when every label shows its price in one currency."""
    lowest, highest = compiled(_CHEAPEST).fullmatch(words), compiled(_DEAREST).fullmatch(words)
    if not lowest and not highest:
        return ()
    shown = [[amount for name in names for amount in read_amounts(name)] for names in labels]
    currencies = {amounts[0].currency for amounts in shown if amounts}
    if not all(shown) or len(currencies) != 1:
        return ()
    prices = [min(amount.high for amount in amounts) for amounts in shown]
    wanted = min(prices) if lowest else max(prices)
    return tuple(index for index, price in enumerate(prices) if price == wanted)


def _by_part(words: str, labels: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Labels with a name that holds the text: 标准 of 标准版, "shop" of "Shop setup"; letters as whole words."""
    part = squeezed(words)
    if len(part) < _SHORTEST_PART or part.isdigit():
        return ()
    found = []
    for index, names in enumerate(labels):
        for name in names:
            label = plain(name)
            if words.isascii():
                hit = (
                    re.search(rf"(?<![a-z0-9]){re.escape(words)}", label) is not None
                    and len(words) > 2
                )
            else:
                hit = part in squeezed(name)
            if hit:
                found.append(index)
    return _indices(found)


def _by_likeness(words: str, labels: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The label most like the text; all that are about as close when none leads."""
    asked = squeezed(words)
    if len(asked) < (_SHORTEST_FUZZY if asked.isascii() else 3):
        return ()
    scores = [
        max((likeness(asked, squeezed(name)) for name in names), default=0.0) for names in labels
    ]
    best = max(scores, default=0.0)
    if best < _ALIKE:
        return ()
    return tuple(index for index, score in enumerate(scores) if score > best - _LEAD)


def likeness(one: str, other: str) -> float:
    """How alike two squeezed names are, from 0 to 100; a slip in a short name weighs more."""
    from rapidfuzz.distance import OSA

    longest = max(len(one), len(other))
    return 0.0 if not longest else 100.0 * (1 - OSA.distance(one, other) / longest)
