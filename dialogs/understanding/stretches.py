"""Weeks, months, quarters and years, whole or in part, and which day a deadline of that name is.

The whole ends with its last day, weeks with Sunday. 上旬 ends on the 10th, the middle of a month and 月中 are
the 15th, 中旬 ends on the 20th, "late" and 下旬 end with the month. "Early" and 月初 are not one day, so they
are several candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from dialogs.understanding.calendar import (
    FRIDAY,
    MONDAY,
    SUNDAY,
    WEDNESDAY,
    coming,
    month_end,
    nth_weekday,
    quarter_end,
    quarter_start,
)
from dialogs.understanding.grammar import Needs, Piece
from dialogs.understanding.text import Span


class Bit(Enum):
    """What of a stretch was named."""

    WHOLE = "the whole"
    EARLY = "early"
    FIRST_TEN = "its first ten days"
    MIDDLE = "the middle"
    SECOND_TEN = "its second ten days"
    END = "the end"
    #: The whole, said as a limit: 下周内, "within this month".
    LIMIT = "until it ends"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days a deadline there may be, and where the stretch begins when the whole was named."""

    days: tuple[date, ...]
    begins: date | None = None


def week(first: date, bit: Bit) -> Stretch:
    """The week of a Monday."""
    if bit is Bit.EARLY:
        return Stretch((first, first + timedelta(days=1)))
    if bit is Bit.MIDDLE:
        return Stretch((first + timedelta(days=WEDNESDAY),))
    return Stretch((first + timedelta(days=SUNDAY),), first if bit is Bit.WHOLE else None)


def weekend(sunday: date) -> Stretch:
    """Saturday and Sunday; "before the weekend" may still mean the Friday."""
    return Stretch((sunday,), sunday - timedelta(days=SUNDAY - FRIDAY))


def month(year: int, number: int, bit: Bit) -> Stretch:
    first = date(year, number, 1)
    if bit is Bit.EARLY:
        return Stretch((first, first.replace(day=5), first.replace(day=10)))
    if bit is Bit.FIRST_TEN:
        return Stretch((first.replace(day=10),))
    if bit is Bit.MIDDLE:
        return Stretch((first.replace(day=15),))
    if bit is Bit.SECOND_TEN:
        return Stretch((first.replace(day=20),))
    return Stretch((month_end(year, number),), first if bit is Bit.WHOLE else None)


def quarter(year: int, number: int, bit: Bit) -> Stretch:
    first, last = quarter_start(year, number), quarter_end(year, number)
    if bit is Bit.EARLY:
        return Stretch((first.replace(day=10), month_end(first.year, first.month)))
    if bit is Bit.MIDDLE:
        return Stretch((first.replace(month=first.month + 1, day=15),))
    return Stretch((last,), first if bit is Bit.WHOLE else None)


def year(number: int, bit: Bit) -> Stretch:
    first = date(number, 1, 1)
    if bit is Bit.EARLY:
        return Stretch((first.replace(day=10), first.replace(day=31)))
    if bit is Bit.MIDDLE:
        return Stretch((first.replace(month=6, day=30),))
    return Stretch((first.replace(month=12, day=31),), first if bit is Bit.WHOLE else None)


def half_year(number: int, half: int) -> Stretch:
    return year(number, Bit.MIDDLE if half == 1 else Bit.END)


def nth_week(year_: int, number: int, nth: int) -> Stretch:
    """The end of "the first week of December": its calendar week or its first seven days; -1 is the last."""
    if nth < 0:
        return Stretch((month_end(year_, number),))
    by_calendar = coming(date(year_, number, 1), SUNDAY) + timedelta(weeks=nth - 1)
    full_week = nth_weekday(year_, number, MONDAY, nth) + timedelta(days=SUNDAY)
    return Stretch(tuple(sorted({by_calendar, full_week})))


def of_month(today: date, months: int) -> tuple[int, int]:
    """Year and month so many months from this one."""
    index = today.year * 12 + today.month - 1 + months
    return index // 12, index % 12 + 1


def year_of_month(today: date, number: int, bit: Bit = Bit.WHOLE) -> int:
    """The year in which that bit of that month is next: this year's until it is over."""
    return today.year + (month(today.year, number, bit).days[-1] < today)


def year_of_quarter(today: date, number: int) -> int:
    """The year in which that quarter ends next."""
    return today.year + (quarter_end(today.year, number) < today)


def day_of_month(span: Span, today: date, number: int) -> Piece:
    """The next day of that number; today's number is today or in a month."""
    days: list[date] = []
    for ahead in (0, 1, 2):
        year_, month_ = of_month(today, ahead)
        if number <= month_end(year_, month_).day and date(year_, month_, number) >= today:
            days.append(date(year_, month_, number))
        if days and days[-1] > today:
            break
    return Piece(span, days=tuple(days), needs=Needs.HINT, month_day=number)


def piece(span: Span, stretch: Stretch, bit: Bit, needs: Needs = Needs.HINT) -> Piece:
    """The stretch as a piece: the whole of one says when only beside a word that says so."""
    return Piece(
        span,
        days=stretch.days,
        begins=stretch.begins,
        needs=needs if bit is Bit.WHOLE else Needs.NOTHING,
        marked=bit is Bit.LIMIT,
    )
