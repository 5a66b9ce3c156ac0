"""What cancelling costs: one table by how far the work is, which an operator may lay over.

Before work begins the customer cancels alone, at the cost of the table; afterwards both sides agree on a split, and
the table says which one is usual. Work that is very late is always cancelled at no cost (`orders.transitions`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from orders.money import Money
from orders.refunds import share
from orders.refusal import Refusal, refuse
from orders.states import State


class Stage(StrEnum):
    """How far an order is, for what cancelling it costs."""

    #: nothing was paid
    UNPAID = "unpaid"
    #: paid, nobody has begun
    BEFORE_WORK = "before_work"
    #: somebody works on it and has not reported any progress
    BEGUN = "begun"
    #: progress was reported
    WORKING = "working"
    #: it was delivered, or is being revised
    DELIVERED = "delivered"
    #: done, or closed: no longer cancelled
    OVER = "over"


#: Stages in which the other side has to agree.
BY_AGREEMENT = (Stage.BEGUN, Stage.WORKING, Stage.DELIVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPolicy:
    """Percentages of the price. The defaults are the house rules."""

    #: kept when a paid order is cancelled before work begins
    before_work: int = 0
    #: usually back with the customer, by agreement
    begun: int = 75
    working: int = 50
    delivered: int = 25
    #: the splits offered as buttons, percent back with the customer
    offers: tuple[int, ...] = (100, 75, 50, 25)

    def usual(self, stage: Stage) -> int:
        """Percent that goes back in that stage: for sure where nobody has to agree, else usually."""
        match stage:
            case Stage.BEFORE_WORK:
                return 100 - self.before_work
            case Stage.BEGUN:
                return self.begun
            case Stage.WORKING:
                return self.working
            case Stage.DELIVERED:
                return self.delivered
        return 0

    def back(self, stage: Stage, price: Money) -> Money:
        """What `usual` is of a price."""
        return share(price, self.usual(stage))[0]


POLICY = CancelPolicy()


def stage_of(state: State, percent: int, *, delivered: bool) -> Stage:
    """The stage of an order whose work is said to be `percent` done."""
    if state in {State.DRAFT, State.AWAITING_PAYMENT}:
        return Stage.UNPAID
    if state in {State.AWAITING_REVIEW, State.AWAITING_PROVIDER}:
        return Stage.BEFORE_WORK
    if state in {State.COMPLETED, State.CANCELLED, State.EXPIRED}:
        return Stage.OVER
    if delivered or state in {State.DELIVERED, State.IN_REVISION}:
        return Stage.DELIVERED
    return Stage.WORKING if percent > 0 else Stage.BEGUN


#: Table and field of an operator's file to the field of CancelPolicy.
_FIELDS: Mapping[str, tuple[str, str]] = {
    "before_work": ("cost", "before_work"),
    "begun": ("back", "begun"),
    "working": ("back", "working"),
    "delivered": ("back", "delivered"),
}


def policy_from(
    entries: Mapping[str, object], base: CancelPolicy = POLICY
) -> CancelPolicy | tuple[Refusal, ...]:
    """The base table with what an operator's file says; every mistake when there is one.

    `{"before_work": {"cost": 5}, "begun": {"back": 80}, "offers": {"back": [100, 50]}}`
    """
    mistakes: list[Refusal] = []
    values: dict[str, int] = {}
    offers = base.offers
    for stage, given in entries.items():
        if stage == "offers":
            made = _offers(given)
            if isinstance(made, Refusal):
                mistakes.append(made)
            else:
                offers = made
        elif stage not in _FIELDS:
            mistakes.append(refuse("policy_unknown", stage=stage, allowed=(*_FIELDS, "offers")))
        else:
            field, name = _FIELDS[stage]
            value = given.get(field) if isinstance(given, Mapping) else None
            odd = set(given) - {field} if isinstance(given, Mapping) else set()
            if odd or type(value) is not int or not 0 <= value <= 100:
                mistakes.append(
                    refuse("policy_malformed", stage=stage, field=field, allowed="0 … 100")
                )
            else:
                values[name] = value
    if mistakes:
        return tuple(mistakes)
    return replace(base, offers=offers, **values)


def _offers(given: object) -> tuple[int, ...] | Refusal:
    wrong = refuse("policy_malformed", stage="offers", field="back", allowed="1 … 6 × 0 … 100")
    listed = given.get("back") if isinstance(given, Mapping) else None
    if not isinstance(listed, list) or not 1 <= len(listed) <= 6:
        return wrong
    numbers = [one for one in listed if type(one) is int and 0 <= one <= 100]
    if len(numbers) != len(listed) or len(set(numbers)) != len(numbers):
        return wrong
    return tuple(sorted(numbers, reverse=True))
