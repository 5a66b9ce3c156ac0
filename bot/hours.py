"""When support is there, as it is written in the settings: `Mon-Fri 09:00-18:00, Sat 10:00-14:00`, or `always`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, time, tzinfo

from orders.clock import WorkingHours

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(
    r"([a-z]{3})(?:\s*[-–—]\s*([a-z]{3}))?\s+(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})"
)


@dataclass(frozen=True, slots=True)
class SupportHours:
    """Spans of each weekday, 0 is Monday; None: always."""

    days: Mapping[int, tuple[tuple[time, time], ...]] | None = None

    @classmethod
    def parse(cls, text: str) -> SupportHours:
        """Raises ValueError for what is no such line, or spans that overlap."""
        if text.strip().lower() == "always":
            return cls()
        days: dict[int, list[tuple[time, time]]] = {}
        for part in text.lower().replace("，", ",").split(","):
            found = _PART.fullmatch(part.strip())
            if found is None:
                raise ValueError("not a line of hours")
            first = _DAYS.index(found[1])
            last = _DAYS.index(found[2]) if found[2] else first
            start = time(int(found[3]), int(found[4]))
            end = time(int(found[5]) % 24, int(found[6]))
            for day in _between(first, last):
                days.setdefault(day, []).append((start, end))
        made = cls({day: tuple(sorted(spans)) for day, spans in days.items()})
        # Overlapping or empty spans are refused there.
        WorkingHours(UTC, made.days or {})
        return made

    def working(self, zone: tzinfo, holidays: tuple[date, ...]) -> WorkingHours | None:
        """The same in a zone; None: at any hour."""
        if self.days is None:
            return None
        return WorkingHours(zone, self.days, frozenset(holidays))

    def __str__(self) -> str:
        if self.days is None:
            return "always"
        return ", ".join(
            f"{_DAYS[day].title()} {start:%H:%M}-{end:%H:%M}"
            for day in sorted(self.days)
            for start, end in self.days[day]
        )


def _between(first: int, last: int) -> list[int]:
    """Weekdays from one to another, over Sunday if need be."""
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def read_times(text: str) -> tuple[time, ...]:
    """`09:00,18:00`, or `off`. Raises ValueError."""
    if text.strip().lower() in ("off", ""):
        return ()
    return tuple(sorted(time.fromisoformat(part.strip()) for part in text.split(",")))


def read_days(text: str) -> tuple[date, ...]:
    """`2026-10-01,2026-10-02`. Raises ValueError."""
    return tuple(date.fromisoformat(part.strip()) for part in text.split(",") if part.strip())
