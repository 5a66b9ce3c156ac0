"""What settles a dispute: the terms that parties offer, a mediator proposes and an arbiter rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from orders.money import Money
from orders.refunds import share
from orders.refusal import Refusal, refuse
from orders.states import State


class Side(StrEnum):
    CUSTOMER = "customer"
    PROVIDER = "provider"


class Outcome(StrEnum):
    """What the order comes to."""

    #: the work counts as done, the provider earns what is left
    RELEASE = "release"
    #: the order is cancelled, all that is left goes back
    REFUND = "refund"
    #: what is left is divided
    SPLIT = "split"
    #: the provider does it once more, by a day
    REDO = "redo"
    #: the order goes on with more time
    EXTEND = "extend"


#: What parties can offer each other, and what staff can propose and rule.
OFFERS = (Outcome.REDO, Outcome.EXTEND, Outcome.SPLIT, Outcome.REFUND)
RULINGS = (Outcome.RELEASE, Outcome.REFUND, Outcome.SPLIT, Outcome.REDO)
#: Of these there is nothing left to argue about afterwards.
FINAL = (Outcome.RELEASE, Outcome.REFUND, Outcome.SPLIT)

DAYS = (1, 60)
#: States in which work is outstanding, so that time can be added.
_AT_WORK = (State.IN_PROGRESS, State.AWAITING_CUSTOMER, State.IN_REVISION)

#: Why a dispute is opened, by who opens it.
REASONS = {
    Side.CUSTOMER: ("late", "not_as_agreed", "quality", "no_answer", "other"),
    Side.PROVIDER: ("scope", "no_information", "not_accepted", "no_answer", "other"),
}
#: What a proposal or a ruling rests on.
GROUNDS = (
    "as_agreed",
    "not_as_agreed",
    "partly_usable",
    "late",
    "brief_unclear",
    "beyond_brief",
    "no_cooperation",
)


@dataclass(frozen=True, slots=True)
class Terms:
    """An outcome with what it needs: `percent` of what is left goes back (split), `days` from now (redo, extend)."""

    outcome: Outcome
    percent: int | None = None
    days: int | None = None


def check_terms(terms: Terms, state: State, *, ruling: bool) -> Refusal | None:
    """None when an order in that state can come to this."""
    if terms.outcome not in (RULINGS if ruling else OFFERS):
        return refuse("dispute_terms")
    if terms.outcome is Outcome.SPLIT and not (terms.percent and 1 <= terms.percent <= 99):
        return refuse("percent_out_of_range", minimum=1, maximum=99)
    if terms.outcome in (Outcome.REDO, Outcome.EXTEND):
        low, high = DAYS
        if terms.days is None or not low <= terms.days <= high:
            return refuse("dispute_days", minimum=low, maximum=high)
    if terms.outcome is Outcome.EXTEND and state not in _AT_WORK:
        return refuse("dispute_no_work_left")
    return None


def possible(state: State, *, ruling: bool) -> tuple[Outcome, ...]:
    """The outcomes to choose from for an order in that state."""
    given = RULINGS if ruling else OFFERS
    return tuple(one for one in given if one is not Outcome.EXTEND or state in _AT_WORK)


def divided(terms: Terms, left: Money) -> tuple[Money, Money]:
    """(back to the customer, kept for the provider) of what was paid and has not gone back yet.

    The provider's part is before the house's fee.
    """
    match terms.outcome:
        case Outcome.REFUND:
            return left, Money.zero(left.currency)
        case Outcome.SPLIT:
            assert terms.percent is not None
            return share(left, terms.percent)
    return Money.zero(left.currency), left


def target(terms: Terms, *, delivered: bool) -> State | None:
    """The state the order is ruled into; None: it stays and goes on."""
    match terms.outcome:
        case Outcome.RELEASE:
            return State.COMPLETED
        case Outcome.REFUND:
            return State.CANCELLED
        case Outcome.SPLIT:
            return State.COMPLETED if delivered else State.CANCELLED
        case Outcome.REDO:
            return State.IN_REVISION
    return None
