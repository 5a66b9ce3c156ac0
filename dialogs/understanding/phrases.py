"""The phrase table: what people write about deadlines, what each must be read as, and how many are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final, Literal, NamedTuple

from dialogs.understanding.deadlines import DeadlineReading, read_deadline

PHRASES: Final = Path(__file__).with_name("phrases.tsv")

#: The table is written for this zone.
ZONE: Final = timezone(timedelta(hours=8))

Verdict = Literal["right", "wrong", "asked back"]

_NOW: Final = re.compile(r"#\s*now = (\d{4}-\d\d-\d\d \d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A row: the text, when it is said, and the readings wanted ("open", "past", "None" or days)."""

    text: str
    now: datetime
    wanted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    phrase: Phrase
    got: tuple[str, ...]
    verdict: Verdict


class Figures(NamedTuple):
    """How the table fares. A phrase asked back is neither right nor wrong."""

    right: int
    wrong: int
    asked_back: int
    rows: tuple[Row, ...]


def read_phrases(path: Path | None = None) -> Iterator[Phrase]:
    """The rows of a table, ours by default. Raises ValueError for a row before any "# now"."""
    now: datetime | None = None
    for line in (path or PHRASES).read_text(encoding="utf-8").splitlines():
        if found := _NOW.match(line):
            now = datetime.fromisoformat(found[1]).replace(tzinfo=ZONE)
        if not line.strip() or line.startswith("#") or line == "phrase\twanted":
            continue
        text, _, wanted = line.partition("\t")
        if now is None or not wanted:
            raise ValueError(
                f"{line!r}: write 'phrase<TAB>wanted' below a line '# now = YYYY-MM-DD HH:MM'"
            )
        yield Phrase(text, now, tuple(part.strip() for part in wanted.split("|")))


def spoken(reading: DeadlineReading) -> tuple[str, ...]:
    """A reading in the words of the table."""
    if reading.candidates:
        return tuple(candidate.iso().replace("T", " ") for candidate in reading.candidates)
    return ("open",) if reading.explicit_none else ("past",) if reading.past else ("None",)


def figures(path: Path | None = None) -> Figures:
    """Every phrase of the table read and counted."""
    rows = tuple(_row(phrase) for phrase in read_phrases(path))
    verdicts = [row.verdict for row in rows]
    return Figures(
        verdicts.count("right"), verdicts.count("wrong"), verdicts.count("asked back"), rows
    )


def _row(phrase: Phrase) -> Row:
    reading = read_deadline(phrase.text, now=phrase.now, zone=ZONE)
    return Row(phrase, spoken(reading), _verdict(phrase.wanted, reading))


def _verdict(wanted: tuple[str, ...], reading: DeadlineReading) -> Verdict:
    got = spoken(reading)
    if wanted == ("None",):
        return "wrong" if reading.candidates else "right"
    if len(got) > 1 and set(wanted) <= set(got):
        return "asked back"
    return "right" if got == wanted else "wrong"
