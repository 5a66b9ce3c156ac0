"""The working hours and quiet hours a provider can choose from."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.words import N_

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
