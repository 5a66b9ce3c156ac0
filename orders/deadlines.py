"""By when: which deadlines a plan can keep, and which are worth suggesting.

Days are calendar days in the customer's zone; a plan's period counts from today.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from orders.errors import NaiveTime
from orders.refusal import Refusal, refuse

#: Days from today that a deadline may lie ahead.
MAX_DAYS_AHEAD = 365

#: How many dates are suggested.
SUGGESTIONS = 4

_FRIDAY, _SATURDAY = 4, 5


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day by which it is wanted, in the customer's zone; without a time the whole day counts.

    Raises ValueError for a time with a zone, seconds or less.
    """

    day: date
    time: dt.time | None = None

    def __post_init__(self) -> None:
        clock = self.time
        if clock is not None and (clock.tzinfo or clock.second or clock.microsecond):
            raise ValueError(f"time is {clock!r}: pass hours and minutes without a zone")

    def iso(self) -> str:
        """`2026-12-03`, or `2026-12-03T15:30` with a time."""
        return self.day.isoformat() + (f"T{self.time:%H:%M}" if self.time is not None else "")

    @classmethod
    def from_iso(cls, text: str) -> Deadline:
        """What `iso` wrote. Raises ValueError."""
        day, separator, clock = text.partition("T")
        return cls(date.fromisoformat(day), time.fromisoformat(clock) if separator else None)


def earliest_delivery(today: date, period_days: int | None) -> date:
    """The day a plan delivers when it is ordered today; without a period (custom) tomorrow."""
    return today + timedelta(days=1 if period_days is None else period_days)


def latest_deadline(today: date) -> date:
    """The last day that can be planned for."""
    return today + timedelta(days=MAX_DAYS_AHEAD)


def check_deadline(
    deadline: Deadline, now: datetime, period_days: int | None
) -> Deadline | Refusal:
    """A deadline that the plan can keep, when it is `now` in the customer's zone.

    Refused with what would work: the earliest day for one past or too early, the last for one too
    far. Raises NaiveTime.
    """
    if now.tzinfo is None:
        raise NaiveTime("now has no zone: pass the aware time in the customer's zone")
    today = now.date()
    earliest = earliest_delivery(today, period_days)
    passed = deadline.time is not None and deadline.time <= now.time()
    if deadline.day < today or (deadline.day == today and passed):
        return refuse("deadline_past", wanted=deadline.day, earliest=earliest)
    if deadline.day < earliest:
        return refuse(
            "deadline_too_early",
            wanted=deadline.day,
            earliest=earliest,
            period_days=(earliest - today).days,
        )
    latest = latest_deadline(today)
    if deadline.day > latest:
        return refuse("deadline_too_far", wanted=deadline.day, latest=latest)
    return deadline


def suggested_deadlines(today: date, period_days: int | None) -> tuple[date, ...]:
    """Up to SUGGESTIONS working days that the plan can keep, in order.

    The earliest, three days later, the end of that week or the next, the end of the month when it
    is near, else one and two weeks later. A weekend moves on to Monday.
    """
    earliest = _working_day(earliest_delivery(today, period_days))
    month_end = earliest.replace(day=monthrange(earliest.year, earliest.month)[1])
    while month_end.weekday() >= _SATURDAY:
        month_end -= timedelta(days=1)
    wanted = (
        earliest,
        _working_day(earliest + timedelta(days=3)),
        _friday(earliest + timedelta(days=4)),
        month_end if 7 <= (month_end - earliest).days <= 21 else earliest,
        _working_day(earliest + timedelta(days=14)),
        _working_day(earliest + timedelta(days=21)),
    )
    possible = dict.fromkeys(day for day in wanted if earliest <= day <= latest_deadline(today))
    return tuple(sorted(list(possible)[:SUGGESTIONS]))


def _working_day(day: date) -> date:
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= _SATURDAY else day


def _friday(day: date) -> date:
    """The first Friday from that day on."""
    return day + timedelta(days=(_FRIDAY - day.weekday()) % 7)
