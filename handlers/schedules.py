"""The working hours and quiet hours a provider can choose from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from dialogs.words import N_
from handlers.turn import Turn
from orders.clock import shift_out_of_quiet
from storage.working import Provider

#: Working hours to choose from: key to (label, weekdays, hours).
HOURS: Mapping[str, tuple[str, range, tuple[str, str]]] = {
    "office": (N_("Mon to Fri, 9 to 18"), range(5), ("09:00", "18:00")),
    "long": (N_("Mon to Sat, 9 to 21"), range(6), ("09:00", "21:00")),
    "daily": (N_("Every day, 9 to 21"), range(7), ("09:00", "21:00")),
    "evening": (N_("Evenings and weekends, 18 to 23"), range(7), ("18:00", "23:00")),
}
QUIET: Mapping[str, tuple[str, tuple[str, str] | None]] = {
    "night": (N_("22 to 8"), ("22:00", "08:00")),
    "late": (N_("0 to 7"), ("00:00", "07:00")),
    "none": (N_("None: write any time"), None),
}


def days_of(key: str) -> dict[str, list[list[str]]]:
    """Weekday ("0" is Monday) to the open hours, as a provider's record keeps them."""
    _, days, (start, end) = HOURS[key]
    return {str(day): [[start, end]] for day in days}


def quiet_until(turn: Turn, provider: Provider) -> datetime:
    """The end of the provider's quiet hours; now, when it is not quiet."""
    if not provider.quiet:
        return turn.now
    start, end = (time.fromisoformat(at) for at in provider.quiet)
    return shift_out_of_quiet(turn.now, (start, end), turn.business.zone)
