"""What the handlers know of the business they work for; made from the settings at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from orders.cancel_policy import POLICY, CancelPolicy
from orders.methods import DEFAULT_POLICY, Method, MethodPolicy
from orders.roles import Role


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
    #: What the house keeps of an order's price.
    fee_percent: int = 20
    #: Contact details are covered in what customers and providers write to each other.
    contact_masking: bool = True
    nudge_after: timedelta = timedelta(minutes=30)
    #: What cancelling costs.
    cancelling: CancelPolicy = POLICY

    def standing_roles(self, user_id: int) -> frozenset[Role]:
        """The roles that somebody has by the settings, for good."""
        named = {Role.FINANCE: self.finance, Role.ADMIN: self.admins}
        return frozenset(role for role, ids in named.items() if user_id in ids)

    def link(self, payload: str) -> str:
        """A deep link into the bot."""
        return f"https://t.me/{self.bot_username}?start={payload}"
