"""What the handlers know of the business they work for; made from the settings at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from orders.methods import DEFAULT_POLICY, Method, MethodPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """One installation: its name, its people, its ways to be paid."""

    name: str
    zone: ZoneInfo
    bot_username: str = ""
    contact: str = ""
    default_language: str = "en"
    policy: MethodPolicy = DEFAULT_POLICY
    #: The methods this bot is set up for.
    enabled: frozenset[Method] = frozenset({Method.STARS})
    #: Language to the account that transfers go to; empty: no transfers.
    bank_details: Mapping[str, str] = field(default_factory=dict)
    staff_chat: int | None = None
    providers_chat: int | None = None
    finance: frozenset[int] = frozenset()
    admins: frozenset[int] = frozenset()
    terms_version: str = "2026-11"
    quiet: tuple[time, time] = (time(22), time(8))
    #: Contact details are covered in what customers and providers write to each other.
    contact_masking: bool = True
    nudge_after: timedelta = timedelta(minutes=30)

    def is_finance(self, user_id: int) -> bool:
        """Who may confirm money."""
        return user_id in self.finance or user_id in self.admins

    def link(self, payload: str) -> str:
        """A deep link into the bot."""
        return f"https://t.me/{self.bot_username}?start={payload}"
