"""Which backups are worth their room: dense in the last days, sparse further back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """How many days, weeks and months have one backup kept each."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 12

    @classmethod
    def parse(cls, text: str) -> Kept:
        """From `7,4,12`. Raises ValueError."""
        numbers = [int(part) for part in text.split(",")]
        if len(numbers) != 3 or min(numbers) < 0 or numbers[0] < 1 or max(numbers) > 1000:
            raise ValueError("not three numbers")
        return cls(*numbers)

    def __str__(self) -> str:
        return f"{self.daily},{self.weekly},{self.monthly}"


def worth_keeping(times: Iterable[datetime], kept: Kept) -> set[datetime]:
    """The newest of each of the latest days, weeks (from Monday) and months that have one, in UTC."""
    newest_first = sorted(times, reverse=True)
    keep = set(newest_first[:1])
    for number, form in ((kept.daily, "%Y-%j"), (kept.weekly, "%G-%V"), (kept.monthly, "%Y-%m")):
        newest: dict[str, datetime] = {}
        for time in newest_first:
            newest.setdefault(time.astimezone(UTC).strftime(form), time)
        keep.update(sorted(newest.values(), reverse=True)[:number])
    return keep
