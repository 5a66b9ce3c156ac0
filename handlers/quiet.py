"""The hours in which nobody is nudged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

_SHAPE = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–—~]\s*(\d{1,2}):(\d{2})$")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A daily span of local time; it may pass midnight. The end belongs to the day again."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> QuietHours | None:
        """`22:00-08:00`; `off`, or a span without length, means never. Raises ValueError."""
        if text.strip().lower() == "off":
            return None
        found = _SHAPE.match(text.strip())
        if found is None:
            raise ValueError("not a span of time")
        first, second, third, fourth = (int(part) for part in found.groups())
        start, end = time(first, second), time(third, fourth)
        return None if start == end else cls(start, end)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def after(self, moment: datetime, zone: tzinfo) -> datetime:
        """The first moment from `moment` on that is not quiet, in the zone of `moment`."""
        local = moment.astimezone(zone)
        clock = local.time()
        if self.start < self.end:
            quiet = self.start <= clock < self.end
            days = 0
        else:
            quiet = clock >= self.start or clock < self.end
            days = 1 if clock >= self.start else 0
        if not quiet:
            return moment
        day = local.date() + timedelta(days=days)
        return datetime.combine(day, self.end, tzinfo=zone).astimezone(moment.tzinfo)
