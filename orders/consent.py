"""Consent to the terms, recorded before the first purchase (Telegram Bot API: payments)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orders.errors import NaiveTime


@dataclass(frozen=True, slots=True)
class Consent:
    """A customer accepted that version of the terms, in that language. Raises NaiveTime."""

    version: str
    language: str
    accepted_at: datetime

    def __post_init__(self) -> None:
        if self.accepted_at.tzinfo is None:
            raise NaiveTime("accepted_at has no zone: pass an aware datetime")


def needs_consent(last_accepted: str | None, current: str) -> bool:
    """Whether the terms must be shown and accepted: never accepted, or another version since.

    Versions are compared as they are: going back to an older text needs consent too. Raises
    ValueError for an empty current version.
    """
    if not current:
        raise ValueError("the terms have no version: name one, e.g. 2026-11-01")
    return last_accepted != current
