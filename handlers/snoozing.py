"""Until when something is put aside: typed, or one of the usual moments."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from dialogs.understanding.deadlines import read_deadline
from handlers.turn import Turn
from orders.clock import next_open

_LENGTH = re.compile(
    r"\s*(\d{1,4})\s*(m|min|mins|minutes?|分钟?|h|hours?|小时|d|days?|天|w|weeks?|周)\s*",
    re.IGNORECASE,
)
_MINUTES = {"m": 1, "分": 1, "h": 60, "小": 60, "d": 1440, "天": 1440, "w": 10080, "周": 10080}
_MORNING = time(9)
_LONGEST = timedelta(days=90)


def read_moment(turn: Turn, text: str) -> datetime | None:
    """The moment a member of staff writes: 2h, 30 分钟, tomorrow 15:00, 下周一. None when it is none, or too far off."""
    match = _LENGTH.fullmatch(text)
    if match is not None:
        moment = turn.now + int(match[1]) * timedelta(minutes=_MINUTES[match[2][0].lower()])
        return moment if moment <= turn.now + _LONGEST else None
    zone = turn.business.zone
    reading = read_deadline(text, now=turn.now, zone=zone)
    if reading.sure is None:
        return None
    wanted = reading.sure
    moment = datetime.combine(wanted.day, wanted.time or _MORNING, zone).astimezone(UTC)
    return moment if turn.now < moment <= turn.now + _LONGEST else None


def snooze_choices(turn: Turn) -> list[datetime]:
    """In an hour, in four, tomorrow when work begins, in three days."""
    zone, hours = turn.business.zone, turn.business.support.hours
    today = turn.now.astimezone(zone).date()

    def morning(days: int) -> datetime:
        at = datetime.combine(today + timedelta(days=days), _MORNING, zone).astimezone(UTC)
        return at if hours is None else next_open(at, hours)

    found = [turn.now + timedelta(hours=1), turn.now + timedelta(hours=4), morning(1), morning(3)]
    return [moment.replace(second=0, microsecond=0) for moment in found]
