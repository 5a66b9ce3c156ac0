"""What the handlers know of the business they work for; made from the settings at start-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from orders.approvals import LIMITS, Limits
from orders.cancel_policy import POLICY, CancelPolicy
from orders.clock import WorkingHours
from orders.methods import DEFAULT_POLICY, Method, MethodPolicy
from orders.roles import Role
from orders.vetting import Rule
from orders.vetting_rules import DEFAULT_RULES

#: What the text of a canned reply may hold, in braces.
PLACEHOLDERS = ("name", "agent", "order", "business")


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """A reply that is at hand: its title and text by language, with {placeholders}."""

    key: str
    title: Mapping[str, str]
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How support works here."""

    #: None: at any hour.
    hours: WorkingHours | None = None
    #: Working time within which a ticket gets its first reply.
    reply_within: timedelta = timedelta(minutes=15)
    #: After so long without a word from either side the bot goes on.
    idle: timedelta = timedelta(hours=24)
    #: What an agent types in a topic is a note unless it is marked as a reply.
    notes_first: bool = False
    #: Times of day at which the staff get a summary.
    digest: tuple[time, ...] = (time(9), time(18))
    canned: tuple[CannedReply, ...] = ()


SUPPORT = Support()


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """One installation: its name, its people, its ways to be paid."""

    name: str
    zone: ZoneInfo
    bot_username: str = ""
    contact: str = ""
    default_language: str = "en"
    #: What the two groups speak.
    staff_language: str = "en"
    providers_language: str = "en"
    policy: MethodPolicy = DEFAULT_POLICY
    #: The methods this bot is set up for.
    enabled: frozenset[Method] = frozenset({Method.STARS})
    #: Language to the account that transfers go to; empty: no transfers.
    bank_details: Mapping[str, str] = field(default_factory=dict)
    staff_chat: int | None = None
    providers_chat: int | None = None
    #: Where tickets are worked on; None: in the staff chat.
    support_chat: int | None = None
    support: Support = SUPPORT
    finance: frozenset[int] = frozenset()
    admins: frozenset[int] = frozenset()
    terms_version: str = "2026-11"
    quiet: tuple[time, time] = (time(22), time(8))
    #: What the house keeps of an order's price.
    fee_percent: int = 20
    #: Contact details are covered in what customers and providers write to each other.
    contact_masking: bool = True
    nudge_after: timedelta = timedelta(minutes=30)
    #: What briefs are looked through for.
    rules: tuple[Rule, ...] = DEFAULT_RULES
    #: Messages and taps of one person that are answered within a minute; 0: all.
    flood_limit: int = 60
    #: Orders of one person that may wait for payment or a quote; 0: any number.
    unpaid_limit: int = 10

    @property
    def groups(self) -> frozenset[int]:
        """The groups the bot works in."""
        chats = (self.staff_chat, self.providers_chat, self.support_chat)
        return frozenset(chat for chat in chats if chat is not None)

    #: Up to which amounts somebody of staff decides about money alone.
    limits: Limits = LIMITS
    #: What cancelling costs.
    cancelling: CancelPolicy = POLICY

    def standing_roles(self, user_id: int) -> frozenset[Role]:
        """The roles that somebody has by the settings, for good."""
        named = {Role.FINANCE: self.finance, Role.ADMIN: self.admins}
        return frozenset(role for role, ids in named.items() if user_id in ids)

    @property
    def desk(self) -> int | None:
        """The chat in which tickets are worked on."""
        return self.support_chat if self.support_chat is not None else self.staff_chat

    def link(self, payload: str) -> str:
        """A deep link into the bot."""
        return f"https://t.me/{self.bot_username}?start={payload}"
