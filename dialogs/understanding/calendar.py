"""Arithmetic on calendar days: months' ends, weeks from Monday, working days, the nth Friday."""

from __future__ import annotations

from datetime import date, timedelta

MONDAY, WEDNESDAY, FRIDAY, SATURDAY, SUNDAY = 0, 2, 4, 5, 6


def month_end(year: int, month: int) -> date:
    """The last day of that month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has none such."""
    index = day.year * 12 + day.month - 1 + months
    last = month_end(index // 12, index % 12 + 1)
    return last.replace(day=min(day.day, last.day))


def monday(day: date, weeks: int = 0) -> date:
    """Monday of the day's week, or of a week so many later. Weeks begin on Monday."""
    return day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)


def coming(day: date, weekday: int) -> date:
    """The first such weekday on or after the day."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth such weekday of a month, -1 for the last. Raises ValueError when the month has none."""
    if nth < 0:
        last = month_end(year, month)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    found = coming(date(year, month, 1), weekday) + timedelta(weeks=nth - 1)
    if found.month != month:
        raise ValueError(f"no weekday number {nth} in {year}-{month:02}")
    return found


def quarter_start(year: int, quarter: int) -> date:
    """The first day of a quarter from 1 to 4."""
    return date(year, 3 * quarter - 2, 1)


def quarter_end(year: int, quarter: int) -> date:
    """The last day of a quarter from 1 to 4."""
    return month_end(year, 3 * quarter)


def add_working_days(day: date, days: int) -> date:
    """So many working days later, Saturdays and Sundays left out.

    Public holidays, and the weekends China works to make up for them, are announced year by year and not
    known here: a deadline in working days is a promise in weekdays.
    """
    weeks, rest = divmod(days, 5)
    if day.weekday() >= SATURDAY:
        day = monday(day) + timedelta(days=FRIDAY)
    day += timedelta(weeks=weeks)
    for _ in range(rest):
        day += timedelta(days=3 if day.weekday() == FRIDAY else 1)
    return day
