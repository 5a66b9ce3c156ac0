"""Days in digits: 2026-12-24, 24.12.2026, 12/15, 12.24.

Where day and month can be told from each other (13 and more is a day, the year comes first, the text is
Chinese, or the person's habit is known) there is one reading, otherwise both. With a dot or a dash two numbers
are a date only when they are marked or stand alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time
from functools import cache
from types import MappingProxyType
from typing import Final

from dialogs.understanding import clock, stretches
from dialogs.understanding.grammar import (
    Clock,
    CompiledRules,
    Context,
    Needs,
    Piece,
    Rule,
    compile_rules,
)
from dialogs.understanding.stretches import Bit

WORDS: Final = MappingProxyType(
    {
        **clock.WORDS,
        "year": r"20\d\d",
        "shortyear": r"20\d\d|[2-4]\d",
        "number": r"\d{1,2}",
        "sep": r"[-/.]",
        # Not inside a longer number, a version, a path, a price, or after 第3/4 and the like.
        "start": r"(?<![\d./:$€£¥-])(?<!\d,)(?<![a-z])(?<!第)(?<!page )(?<!chapter )(?<!rated )(?<!score )(?<!step )",
        "end": r"(?![\d:%]|[./-]\d)",
        "nounits": (
            r"(?! ?(?:of\b|per\b|each\b|stars?\b|pages?\b|points?\b|pieces?\b|pcs|people|price\b|off\b|logos?\b|posts?\b|inch|cm\b|mm\b|px\b|kg\b"
            r"|hours?\b|days?\b|weeks?\b|months?\b|years?\b|am\b|pm\b|k\b|usd|eur|dollars?|yuan|rmb|万|千|百|元|块|个"
            r"|张|份|分|星|页|折|小时|天|周|个月|年|倍|米|厘米|寸|度|版))"
        ),
        "clocktime": r"(?:,? ?t?(?:at )?)(?:[01]?\d|2[0-3]):[0-5]\d(?::\d\d(?:\.\d+)?)?(?![\d:])",
        "zulu": r"z(?![a-z])|utc(?![a-z])|gmt(?![a-z])",
    }
)


def _with_clock(found: re.Match[str], day: date) -> Piece:
    said = found["t"]
    if not said:
        return Piece(found.span(), days=(day,))
    hour, minute = re.findall(r"\d+", said)[:2]
    zone = clock.zone_of("utc") if found["z"] else None
    return Piece(found.span(), days=(day,), clock=Clock((time(int(hour), int(minute)),)), zone=zone)


def year_first(found: re.Match[str], context: Context) -> Piece | None:
    """2026-12-24, 2026/12/24 18:30, 2026-12-24T18:30Z; the hour as of the 24-hour clock."""
    return _with_clock(found, date(int(found["y"]), int(found["m"]), int(found["d"])))


def _both_orders(context: Context, first: int, second: int) -> tuple[tuple[int, int], ...]:
    """(month, day) for each way to read two numbers."""
    month_first, day_first = (first, second), (second, first)
    if first > 12:
        return (day_first,)
    if second > 12 or first == second:
        return (month_first,)
    if context.day_first is not None:
        return (day_first,) if context.day_first else (month_first,)
    # Chinese puts the month first, always.
    return (month_first,) if context.chinese else (month_first, day_first)


def year_last(found: re.Match[str], context: Context) -> Piece | None:
    """12/24/2026, 24.12.2026, 3/4/26."""
    year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
    orders = _both_orders(context, int(found["a"]), int(found["b"]))
    if found["s"] == "." and context.day_first is None:
        # With dots and the year last, all who write so put the day first.
        orders = ((int(found["b"]), int(found["a"])),)
    return Piece(found.span(), days=tuple(sorted(date(year, month, day) for month, day in orders)))


def two_numbers(found: re.Match[str], context: Context) -> Piece | None:
    """12/15, 3/4, 12.24: the next such day."""
    first, second = int(found["a"]), int(found["b"])
    if (first, second) == (24, 7) or not 1 <= first <= 31 or not 1 <= second <= 31:
        return None
    if first > 12 and second > 12:
        return None
    days: list[date] = []
    for month, day in _both_orders(context, first, second):
        named = date(context.today.year, month, day)
        days.append(named if named >= context.today else date(context.today.year + 1, month, day))
    needs = Needs.NOTHING if found["s"] == "/" else Needs.MARK
    return Piece(found.span(), days=tuple(sorted(days)), needs=needs)


def two_numbers_range(found: re.Match[str], context: Context) -> Piece | None:
    """12/1-12/5: the end."""
    piece = two_numbers(found, context)
    return piece and replace(piece, ends_range=True)


def year_month(found: re.Match[str], context: Context) -> Piece | None:
    """2026-12, 2026/12: until the month ends."""
    return stretches.piece(
        found.span(),
        stretches.month(int(found["y"]), int(found["m"]), Bit.WHOLE),
        Bit.WHOLE,
        Needs.MARK,
    )


RULES: Final = (
    *clock.DIGITS,
    Rule(
        "2026-12-24 18:30",
        r"<start><y:year><sep><m:number><sep><d:number>(?!\d)<t:clocktime>?(?: <z:zulu>)?",
        year_first,
    ),
    Rule("24.12.2026", "<start><a:number><s:sep><b:number><sep><y:shortyear><end>", year_last),
    Rule("12/15", "<start><a:number><s:sep><b:number><end><nounits>", two_numbers),
    Rule(
        "12/1-12/5",
        "<start><number><sep><number> (?:-|~|到|至|to) <a:number><s:sep><b:number><end><nounits>",
        two_numbers_range,
    ),
    Rule("2026-12", "<start><y:year>[-/]<m:number><end>", year_month),
)


@cache
def compiled() -> CompiledRules:
    """The rules ready to run."""
    return compile_rules(RULES, WORDS, spelled=False)
