"""The hours in which nobody is nudged, as they are written in the settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

_SHAPE = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–—~]\s*(\d{1,2}):(\d{2})$")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A daily span of local time; it may pass midnight. One without length is no span at all."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> QuietHours:
        """`22:00-08:00`, or `off`. Raises ValueError."""
        if text.strip().lower() == "off":
            return cls(time(0), time(0))
        found = _SHAPE.match(text.strip())
        if found is None:
            raise ValueError("not a span of time")
        first, second, third, fourth = (int(part) for part in found.groups())
        return cls(time(first, second), time(third, fourth))

    def __str__(self) -> str:
        return "off" if self.start == self.end else f"{self.start:%H:%M}-{self.end:%H:%M}"
