"""Good hours: quiet hours are slept through, working hours are the only ones that count.

All moments are aware and come back in UTC; local hours are those of the zone given, with its clock
changes. An hour that a clock change skips or repeats is taken as `zoneinfo` takes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from orders.errors import NaiveTime

#: How far ahead an open hour is searched for; longer holidays are a mistake in the calendar.
_HORIZON_DAYS = 400

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The open hours of each weekday (0 is Monday) in a zone; a day not named is closed.

    An interval ends after it begins; an end of 00:00 is midnight. Raises ValueError when there is
    no open hour at all, or intervals of a day are empty, touch, overlap or are out of order.
    """

    zone: tzinfo
    days: Mapping[int, tuple[tuple[time, time], ...]] = field(hash=False)
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        for weekday, intervals in self.days.items():
            minutes = [
                minute
                for start, end in intervals
                for minute in (_minute(start), _minute(end, end=True))
            ]
            if weekday not in range(7) or minutes != sorted(set(minutes)):
                raise ValueError(
                    f"hours of weekday {weekday}: {intervals} must be in order and apart"
                )
        if not any(self.days.values()):
            raise ValueError("there is no open hour in the week: name at least one")

    def intervals(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open intervals in UTC that end after that moment, for a little more than a year."""
        first = since.astimezone(self.zone).date() - _DAY
        for offset in range(_HORIZON_DAYS):
            day = first + offset * _DAY
            if day in self.holidays:
                continue
            for start, end in self.days.get(day.weekday(), ()):
                last = day + _DAY if end == time(0) else day
                opens, closes = _utc(day, start, self.zone), _utc(last, end, self.zone)
                if closes > max(since, opens):
                    yield opens, closes


def shift_out_of_quiet(at: datetime, quiet: tuple[time, time], zone: tzinfo) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into.

    `quiet` is (start, end) in the zone, the end exclusive, over midnight when start > end; equal
    times mean no quiet hours. Raises NaiveTime.
    """
    at = _aware(at)
    local = at.astimezone(zone)
    start, end = quiet
    clock = local.time()
    if start <= end:
        inside, days = start <= clock < end, 0
    else:
        inside, days = clock >= start or clock < end, 1 if clock >= start else 0
    if not inside:
        return at
    return max(at, _utc(local.date() + days * _DAY, end, zone))


def is_open(at: datetime, hours: WorkingHours) -> bool:
    """Whether that moment is a working one; the end of an interval is not. Raises NaiveTime."""
    at = _aware(at)
    opens, _ = next(hours.intervals(at), (None, None))
    return opens is not None and opens <= at


def next_open(at: datetime, hours: WorkingHours) -> datetime:
    """The moment itself when open, else the next opening. Raises ValueError: none within a year."""
    return add_working_time(at, timedelta(0), hours)


def add_working_time(at: datetime, duration: timedelta, hours: WorkingHours) -> datetime:
    """The moment when that much working time has passed.

    A duration used up exactly at closing time ends then. Raises NaiveTime; ValueError for a
    negative duration or more than there is in a year.
    """
    if duration < timedelta(0):
        raise ValueError(f"duration is {duration}: pass none or a positive one")
    at, left = _aware(at), duration
    for opens, closes in hours.intervals(at):
        start = max(opens, at)
        if start + left <= closes:
            return start + left
        left -= closes - start
    raise ValueError(f"{duration} of working time does not fit into {_HORIZON_DAYS} days")


def working_time_between(start: datetime, end: datetime, hours: WorkingHours) -> timedelta:
    """How much working time lies between two moments; none when they are the wrong way round."""
    start, end, passed = _aware(start), _aware(end), timedelta(0)
    for opens, closes in hours.intervals(start):
        if opens >= end:
            break
        passed += max(timedelta(0), min(closes, end) - max(opens, start))
    return passed


def _aware(at: datetime) -> datetime:
    """The moment in UTC: within one zone, Python subtracts clock readings, not moments."""
    if at.tzinfo is None:
        raise NaiveTime(f"{at} has no zone: pass an aware datetime")
    return at.astimezone(UTC)


def _utc(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _minute(clock: time, *, end: bool = False) -> int:
    """Minutes since midnight; as an end, 00:00 is 24:00."""
    minutes = clock.hour * 60 + clock.minute
    return minutes or (24 * 60 if end else 0)
