"""Times of support as figures: the middle one, the slow ones, and how they are said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

_STEPS = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 15, 20, 30, 45, 60, 90, 120))
_HOUR = timedelta(hours=1)


def median(times: Sequence[timedelta]) -> timedelta:
    """The middle one; of an even number the longer of the two: rather too long than too short. Raises ValueError."""
    return quantile(times, 0.5)


def quantile(times: Sequence[timedelta], share: float) -> timedelta:
    """The time that at least `share` of them did not exceed. Raises ValueError for none."""
    if not times:
        raise ValueError("there are no times: ask only when there are some")
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def rounded(time: timedelta) -> timedelta:
    """Up to a figure that a person would say: 5, 10, 15 … minutes, then whole hours."""
    for step in _STEPS:
        if time <= step:
            return step
    return -(-time // _HOUR) * _HOUR
