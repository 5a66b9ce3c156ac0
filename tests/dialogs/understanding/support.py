"""What these tests share: one noon in Shanghai, and short ways to ask."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from dialogs.understanding.deadlines import DeadlineReading, read_deadline

ZONE = timezone(timedelta(hours=8))
#: A Saturday.
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=ZONE)


def reading(text: str, now: datetime = NOW, *, day_first: bool | None = None) -> DeadlineReading:
    return read_deadline(text, now=now, zone=ZONE, day_first=day_first)


def days(text: str, now: datetime = NOW, *, day_first: bool | None = None) -> list[str]:
    """The candidates as ISO texts."""
    return [deadline.iso() for deadline in reading(text, now, day_first=day_first).candidates]


def in_chinese(number: int) -> str:
    """1 to 99 in Chinese numerals."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
