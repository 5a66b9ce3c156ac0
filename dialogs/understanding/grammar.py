"""The notation of the grammar: pieces of a deadline, and rules that find them in a plain text.

A rule is an example, a pattern and one function. In a pattern a space stands for any space or none,
``<n:count>`` for a word of the vocabulary kept under a name, ``<count>`` for one that is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum

from dialogs.understanding.text import Span


class Part(Enum):
    """A part of the day: it settles which "8" is meant, and names no hour itself."""

    NIGHT_BEFORE_DAWN = "before dawn"
    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    END = "end of the day"


class Needs(Enum):
    """What must stand around a piece for it to count as a deadline, by itself in its clause it always does."""

    NOTHING = 0
    #: "on the 15th", "15号要", "by March": a word that says when, or what happens then.
    HINT = 1
    #: "by Christmas", "春节前", "by 5pm": a word of deadlines, for what is often the theme of an order.
    MARK = 2
    #: A bare "3 days" may be anything.
    SOLITUDE = 3


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour that was said, with every reading it allows."""

    times: tuple[time, ...]
    #: The hour as written when nothing said which half of the day: a part of the day may settle it.
    open_hour: time | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time: working days, or months, days and seconds."""

    months: int = 0
    days: int = 0
    seconds: int = 0
    working: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a deadline found in the text. No days, clock, part or length: seen, and names no date."""

    span: Span
    days: tuple[date, ...] = ()
    clock: Clock | None = None
    part: Part | None = None
    length: Length | None = None
    #: Where the hour was said to be, when that was said ("5pm UTC").
    zone: tzinfo | None = None
    #: The first day when a stretch is named (next week, December); days then holds its last.
    begins: date | None = None
    needs: Needs = Needs.NOTHING
    #: Set when only a weekday (0 is Monday) or only a day of a month was said.
    weekday: int | None = None
    month_day: int | None = None
    #: Says by itself that it is a limit: "within two weeks", "十天内".
    marked: bool = False
    #: Lies in the past by what it says: "yesterday", "3 days ago".
    past: bool = False
    #: A length that comes off another date of the text: "two weeks before that", 提前三天.
    in_advance: bool = False
    #: The end of a range: what stands before its beginning ("from") says nothing about it.
    ends_range: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules know besides the text. `now` is in the person's zone."""

    now: datetime
    zone: tzinfo
    day_first: bool | None
    chinese: bool

    @property
    def today(self) -> date:
        return self.now.date()

    def in_days(self, days: int) -> date:
        return self.today + timedelta(days=days)


Reader = Callable[[re.Match[str], Context], Piece | None]


@dataclass(frozen=True, slots=True)
class Rule:
    example: str
    pattern: str
    read: Reader


_WORD = re.compile(r"<(?:(\w+):)?(\w+)>")


def compile_pattern(pattern: str, words: Mapping[str, str]) -> re.Pattern[str]:
    """The regular expression of a pattern of the notation above."""

    def word(found: re.Match[str]) -> str:
        name, key = found.groups()
        return f"(?P<{name}>{words[key]})" if name else f"(?:{words[key]})"

    # Names such as (?P<y>…) come out of the vocabulary only after the pattern's own spaces are read.
    return re.compile(_WORD.sub(word, pattern.replace(" ", "[ ]*")), re.ASCII)


CompiledRules = tuple[tuple[re.Pattern[str], Reader], ...]


def compile_rules(
    rules: Iterable[Rule], words: Mapping[str, str], *, spelled: bool
) -> CompiledRules:
    """Rules ready to run; `spelled` keeps them from beginning or ending inside a word of letters."""
    frame = r"(?<![a-z0-9])(?:{})(?![a-z0-9])" if spelled else "{}"
    return tuple((compile_pattern(frame.format(rule.pattern), words), rule.read) for rule in rules)


def find(rules: CompiledRules, text: str, context: Context) -> list[Piece]:
    """Every piece any rule finds, overlapping ones too."""
    pieces: list[Piece] = []
    for pattern, read in rules:
        for found in pattern.finditer(text):
            try:
                piece = read(found, context)
            except (ValueError, OverflowError):
                # Named clearly enough, but no such day exists: 30 February, a thousand years from now.
                piece = Piece(found.span())
            if piece is not None:
                pieces.append(piece)
    return pieces


def apart(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces without overlaps: the one that begins first wins, then the longest, then the earlier rule."""
    kept: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.span[0], -piece.span[1])):
        if not kept or piece.span[0] >= kept[-1].span[1]:
            kept.append(piece)
    return kept
