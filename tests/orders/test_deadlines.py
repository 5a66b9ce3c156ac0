from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.deadlines import (
    MAX_DAYS_AHEAD,
    SUGGESTIONS,
    Deadline,
    check_deadline,
    earliest_delivery,
    latest_deadline,
    suggested_deadlines,
)
from orders.errors import NaiveTime
from orders.refusal import Refusal, refuse

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Saturday
TODAY = NOW.date()

days = st.dates(date(2024, 1, 1), date(2040, 1, 1))
periods = st.integers(1, 300) | st.none()
clocks = st.none() | st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(days, clocks)
def test_iso_and_back(day: date, clock: time | None) -> None:
    deadline = Deadline(day, clock)
    assert Deadline.from_iso(deadline.iso()) == deadline


def test_iso() -> None:
    assert Deadline(date(2026, 12, 3)).iso() == "2026-12-03"
    assert Deadline(date(2026, 12, 3), time(15, 30)).iso() == "2026-12-03T15:30"


@pytest.mark.parametrize("clock", [time(1, 2, 3), time(1, tzinfo=UTC), time(0, 0, 0, 1)])
def test_only_hours_and_minutes(clock: time) -> None:
    with pytest.raises(ValueError, match="hours and minutes"):
        Deadline(TODAY, clock)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "2026-12-03T25:00"])
def test_malformed_iso(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Deadline.from_iso(text)


@pytest.mark.parametrize(
    ("wanted", "period", "result"),
    [
        ("2026-11-28", 7, None),
        ("2026-12-24T18:30", 7, None),
        ("2027-11-21", 7, None),
        (
            "2026-11-27",
            7,
            refuse(
                "deadline_too_early",
                wanted=date(2026, 11, 27),
                earliest=date(2026, 11, 28),
                period_days=7,
            ),
        ),
        (
            "2026-11-21",
            7,
            refuse("deadline_too_early", wanted=TODAY, earliest=date(2026, 11, 28), period_days=7),
        ),
        (
            "2026-11-20",
            7,
            refuse("deadline_past", wanted=date(2026, 11, 20), earliest=date(2026, 11, 28)),
        ),
        (
            "2026-11-21T12:00",
            7,
            refuse("deadline_past", wanted=TODAY, earliest=date(2026, 11, 28)),
        ),
        (
            "2027-11-22",
            7,
            refuse("deadline_too_far", wanted=date(2027, 11, 22), latest=date(2027, 11, 21)),
        ),
        ("2026-11-22", None, None),
        (
            "2026-11-21T23:00",
            None,
            refuse("deadline_too_early", wanted=TODAY, earliest=date(2026, 11, 22), period_days=1),
        ),
    ],
)
def test_check(wanted: str, period: int | None, result: Refusal | None) -> None:
    deadline = Deadline.from_iso(wanted)
    assert check_deadline(deadline, NOW, period) == (result or deadline)


def test_today_is_the_customers() -> None:
    """19:00 in Los Angeles is tomorrow in Shanghai."""
    moment = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    deadline = Deadline(date(2026, 11, 28))
    west = moment.astimezone(ZoneInfo("America/Los_Angeles"))
    east = moment.astimezone(ZoneInfo("Asia/Shanghai"))
    assert check_deadline(deadline, west, 7) == deadline
    assert isinstance(check_deadline(deadline, east, 7), Refusal)


def test_a_naive_now_is_a_mistake() -> None:
    with pytest.raises(NaiveTime):
        check_deadline(Deadline(TODAY), datetime(2026, 11, 21), 7)


@given(days, periods)
def test_what_is_offered_instead_works(today: date, period: int | None) -> None:
    now = datetime.combine(today, time(12), UTC)
    earliest = Deadline(earliest_delivery(today, period))
    latest = Deadline(latest_deadline(today))
    assert check_deadline(earliest, now, period) == earliest
    assert check_deadline(latest, now, period) == latest


@given(days, periods)
def test_suggestions_can_be_kept(today: date, period: int | None) -> None:
    now = datetime.combine(today, time(23, 59), UTC)
    suggested = suggested_deadlines(today, period)
    assert len(suggested) == SUGGESTIONS
    assert list(suggested) == sorted(set(suggested))
    for day in suggested:
        assert check_deadline(Deadline(day), now, period) == Deadline(day)
        assert day.weekday() < 5
    assert suggested[0] - earliest_delivery(today, period) <= timedelta(days=2)


def test_suggestions_read_naturally() -> None:
    assert suggested_deadlines(TODAY, 7) == (
        date(2026, 11, 30),
        date(2026, 12, 3),
        date(2026, 12, 4),
        date(2026, 12, 14),
    )
    assert suggested_deadlines(date(2026, 12, 1), 10) == (
        date(2026, 12, 11),
        date(2026, 12, 14),
        date(2026, 12, 18),
        date(2026, 12, 31),
    )


def test_no_suggestion_is_too_far() -> None:
    assert suggested_deadlines(TODAY, MAX_DAYS_AHEAD + 10) == ()
    for day in suggested_deadlines(TODAY, MAX_DAYS_AHEAD - 5):
        assert day <= latest_deadline(TODAY)
