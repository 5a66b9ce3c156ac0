"""What an order can be, who can move it, and what the rules must know of it to decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from orders.errors import NaiveTime
from orders.methods import Method


class State(StrEnum):
    """The states of an order. Holds, change requests and disputes are objects of their own."""

    DRAFT = "draft"
    AWAITING_PAYMENT = "awaiting_payment"
    EXPIRED = "expired"
    AWAITING_REVIEW = "awaiting_review"
    AWAITING_PROVIDER = "awaiting_provider"
    IN_PROGRESS = "in_progress"
    AWAITING_CUSTOMER = "awaiting_customer"
    DELIVERED = "delivered"
    IN_REVISION = "in_revision"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


#: Nothing was paid yet, as far as the order knows.
UNPAID_STATES = frozenset({State.DRAFT, State.AWAITING_PAYMENT, State.EXPIRED})


class Actor(StrEnum):
    """Who or what moves an order."""

    CUSTOMER = "customer"
    PROVIDER = "provider"
    SUPPORT = "support"
    LEAD = "lead"
    FINANCE = "finance"
    PAYMENT = "payment"
    TIMER = "timer"
    RULES = "rules"


#: Actors who are members of staff.
STAFF = frozenset({Actor.SUPPORT, Actor.LEAD, Actor.FINANCE})


class Audience(StrEnum):
    """Who is told. `providers` is the announcement to those who might take the order."""

    CUSTOMER = "customer"
    PROVIDER = "provider"
    PROVIDERS = "providers"
    SUPPORT = "support"
    FINANCE = "finance"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as the rules see it at one moment.

    All times are aware; raises NaiveTime otherwise.
    """

    state: State
    #: counts the moves of this order; compare-and-set
    version: int = 0
    #: a timer noticed that due_at has passed
    late: bool = False
    #: a dispute holds timers and payout
    on_hold: bool = False
    #: when the clocks stopped, while anything holds the order
    held_since: datetime | None = None
    #: a dispute is open: what it is about ends with it, not beside it
    disputed: bool = False
    #: a change request waits; it holds timers and payout too
    change_pending: bool = False

    #: everything obligatory is in the brief
    brief_complete: bool = True
    #: the customer accepted the current terms
    consented: bool = True
    #: how the customer chose to pay
    method: Method | None = None
    #: when confirmed: start of the time to pay
    awaiting_since: datetime | None = None
    #: the latest approved pre-checkout
    pre_checkout_at: datetime | None = None
    #: a transfer proof waits for finance
    proof_waiting: bool = False
    #: the ledger has the whole price
    fully_paid: bool = False
    #: the whole price came in at some time, whatever has gone back or was earned since
    paid_in: bool = False
    #: the plan still costs what this order says
    price_unchanged: bool = True
    #: a new draft was made from this expired order
    revived: bool = False

    #: when the present state was entered
    entered_at: datetime | None = None
    #: offers declined or left unanswered so far
    declines: int = 0
    has_provider: bool = False
    #: when the work is due
    due_at: datetime | None = None
    #: when the provider is asked for the next report
    next_report_at: datetime | None = None
    #: when the provider asked the customer for information
    asked_at: datetime | None = None
    #: artefacts of the next delivery
    artefacts: int = 0
    checklist_done: bool = False
    delivered_at: datetime | None = None
    #: taps on "more time to look", each worth one acceptance period
    extensions: int = 0
    revisions_used: int = 0
    revisions_allowed: int = 0
    completed_at: datetime | None = None
    #: who proposed to cancel by agreement, and when
    cancel_proposed_by: Actor | None = None
    cancel_proposed_at: datetime | None = None
    #: percentage of the price that proposal returns to the customer
    cancel_percent: int | None = None

    def __post_init__(self) -> None:
        for name in TIMES:
            moment: datetime | None = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise NaiveTime(f"{name} has no zone: pass an aware datetime")

    @property
    def held(self) -> bool:
        """Whether timers and payout stand still."""
        return self.on_hold or self.change_pending


#: The fields of OrderFacts that are moments.
TIMES = (
    "held_since",
    "awaiting_since",
    "pre_checkout_at",
    "entered_at",
    "due_at",
    "next_report_at",
    "asked_at",
    "delivered_at",
    "completed_at",
    "cancel_proposed_at",
)

#: Of these, the ones that timers count from, which a pause moves on.
_PAUSED = (
    "awaiting_since",
    "entered_at",
    "due_at",
    "next_report_at",
    "asked_at",
    "delivered_at",
    "cancel_proposed_at",
)

#: Those of them that say when something happened, not when it is due.
_SINCE = ("awaiting_since", "entered_at", "asked_at", "delivered_at", "cancel_proposed_at")


def after_pause(facts: OrderFacts, pause: timedelta) -> OrderFacts:
    """The facts once a hold of that length ends: what was ahead then is as far ahead now.

    The caller sets the timers anew from the result. Raises ValueError for a negative pause.
    """
    if pause < timedelta(0):
        raise ValueError(f"pause is {pause}: pass the time from the start of the hold to its end")
    moved: dict[str, datetime] = {}
    for name in _PAUSED:
        moment: datetime | None = getattr(facts, name)
        if moment is not None:
            moved[name] = moment + pause
    return replace(facts, **moved)  # type: ignore[arg-type]


def after_hold(facts: OrderFacts, start: datetime, end: datetime) -> OrderFacts:
    """The facts once a hold from `start` to `end` ends, with what happened while it lasted.

    What is ahead moves on by the whole hold. What timers count from moves by the part of the hold that came after
    it: a delivery made during the hold counts from its end.
    """
    moved = after_pause(facts, end - start)
    during: dict[str, datetime] = {}
    for name in _SINCE:
        moment: datetime | None = getattr(facts, name)
        if moment is not None and start < moment <= end:
            during[name] = end
    return replace(moved, **during)  # type: ignore[arg-type]
