from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.clock import (
    WorkingHours,
    add_working_time,
    is_open,
    next_open,
    shift_out_of_quiet,
    working_time_between,
)
from orders.errors import NaiveTime

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = (time(22), time(9))
HOUR = timedelta(hours=1)

OFFICE = WorkingHours(
    SHANGHAI,
    {day: ((time(9), time(12)), (time(13), time(18))) for day in range(5)},
    frozenset({date(2026, 11, 25)}),
)
ALWAYS = WorkingHours(UTC, {day: ((time(0), time(0)),) for day in range(7)})

moments = st.builds(
    lambda at, zone: at.astimezone(zone),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.sampled_from([UTC, SHANGHAI, BERLIN]),
)


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        (shanghai(21, 12), shanghai(21, 12)),
        (shanghai(21, 22), shanghai(22, 9)),
        (shanghai(21, 23, 59), shanghai(22, 9)),
        (shanghai(22, 0), shanghai(22, 9)),
        (shanghai(22, 8, 59), shanghai(22, 9)),
        (shanghai(22, 9), shanghai(22, 9)),
        (shanghai(21, 21, 59), shanghai(21, 21, 59)),
    ],
)
def test_quiet_hours_over_midnight(at: datetime, wanted: datetime) -> None:
    assert shift_out_of_quiet(at, NIGHT, SHANGHAI) == wanted
    assert shift_out_of_quiet(at.astimezone(UTC), NIGHT, SHANGHAI) == wanted


@pytest.mark.parametrize(
    ("at", "wanted"),
    [(shanghai(21, 13), shanghai(21, 15)), (shanghai(21, 15), shanghai(21, 15))],
)
def test_quiet_hours_by_day(at: datetime, wanted: datetime) -> None:
    assert shift_out_of_quiet(at, (time(13), time(15)), SHANGHAI) == wanted


def test_no_quiet_hours() -> None:
    assert shift_out_of_quiet(shanghai(21, 3), (time(9), time(9)), SHANGHAI) == shanghai(21, 3)


def test_the_morning_after_the_clock_change() -> None:
    """Berlin, 2026-03-29: 02:00 becomes 03:00; 2026-10-25: 03:00 becomes 02:00."""
    for day in (
        datetime(2026, 3, 28, 23, tzinfo=BERLIN),
        datetime(2026, 10, 24, 23, tzinfo=BERLIN),
    ):
        shifted = shift_out_of_quiet(day, NIGHT, BERLIN).astimezone(BERLIN)
        assert (shifted.hour, shifted.minute) == (9, 0)
        assert shifted.date() == day.date() + timedelta(days=1)


@given(moments, st.times(), st.times(), st.sampled_from([UTC, SHANGHAI, BERLIN]))
def test_what_is_shifted_is_not_quiet(at: datetime, start: time, end: time, zone: ZoneInfo) -> None:
    shifted = shift_out_of_quiet(at, (start, end), zone)
    assert timedelta(0) <= shifted - at.astimezone(UTC) <= timedelta(hours=25)
    assert shift_out_of_quiet(at, (end, end), zone) == at
    if zone is not BERLIN:
        assert shift_out_of_quiet(shifted, (start, end), zone) == shifted


@pytest.mark.parametrize(
    ("at", "hours", "wanted"),
    [
        (shanghai(23, 10), 1, shanghai(23, 11)),
        (shanghai(23, 11), 2, shanghai(23, 14)),
        (shanghai(23, 11), 1, shanghai(23, 12)),
        (shanghai(23, 12, 30), 1, shanghai(23, 14)),
        (shanghai(23, 17), 2, shanghai(24, 10)),
        (shanghai(24, 17), 2, shanghai(26, 10)),
        (shanghai(27, 17), 2, shanghai(30, 10)),
        (shanghai(21, 12), 8, shanghai(23, 18)),
        (shanghai(23, 9), 16, shanghai(24, 18)),
        (shanghai(23, 18), 0, shanghai(24, 9)),
    ],
)
def test_working_time(at: datetime, hours: int, wanted: datetime) -> None:
    assert add_working_time(at, hours * HOUR, OFFICE) == wanted


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        (shanghai(23, 9), True),
        (shanghai(23, 8, 59), False),
        (shanghai(23, 12), False),
        (shanghai(23, 13), True),
        (shanghai(23, 18), False),
        (shanghai(21, 10), False),
        (shanghai(25, 10), False),
    ],
)
def test_open(at: datetime, open_: bool) -> None:
    assert is_open(at, OFFICE) is open_
    assert (next_open(at, OFFICE) == at) is open_


@given(moments, st.timedeltas(timedelta(0), timedelta(hours=100)))
def test_what_is_added_has_passed(at: datetime, duration: timedelta) -> None:
    end = add_working_time(at, duration, OFFICE)
    assert end >= at
    assert working_time_between(at, end, OFFICE) == duration
    assert add_working_time(at, duration, ALWAYS) == at.astimezone(UTC) + duration


def test_between() -> None:
    assert working_time_between(shanghai(23, 11), shanghai(23, 14), OFFICE) == 2 * HOUR
    assert working_time_between(shanghai(21, 0), shanghai(22, 23), OFFICE) == timedelta(0)
    assert working_time_between(shanghai(23, 14), shanghai(23, 11), OFFICE) == timedelta(0)
    assert working_time_between(shanghai(23, 0), shanghai(30, 0), OFFICE) == 32 * HOUR


@pytest.mark.parametrize(
    "days",
    [
        {},
        {0: ()},
        {7: ((time(9), time(10)),)},
        {0: ((time(10), time(9)),)},
        {0: ((time(9), time(9)),)},
        {0: ((time(9), time(12)), (time(11), time(13)))},
        {0: ((time(13), time(18)), (time(9), time(12)))},
    ],
)
def test_hours_that_make_no_sense(days: dict[int, tuple[tuple[time, time], ...]]) -> None:
    with pytest.raises(ValueError, match=r"in order and apart|no open hour"):
        WorkingHours(UTC, days)


def test_what_never_comes() -> None:
    closed = frozenset(date(2026, 1, 1) + timedelta(days=number) for number in range(1000))
    hours = WorkingHours(UTC, {0: ((time(9), time(10)),)}, closed)
    with pytest.raises(ValueError, match="does not fit"):
        next_open(datetime(2026, 6, 1, tzinfo=UTC), hours)
    with pytest.raises(ValueError, match="pass none or a positive"):
        add_working_time(datetime(2026, 6, 1, tzinfo=UTC), -HOUR, OFFICE)


def test_naive_moments_are_a_mistake() -> None:
    naive = datetime(2026, 6, 1)
    with pytest.raises(NaiveTime):
        shift_out_of_quiet(naive, NIGHT, UTC)
    with pytest.raises(NaiveTime):
        add_working_time(naive, HOUR, OFFICE)
    with pytest.raises(NaiveTime):
        is_open(naive, OFFICE)
    with pytest.raises(NaiveTime):
        working_time_between(naive, naive, OFFICE)
