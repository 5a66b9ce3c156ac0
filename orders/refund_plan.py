"""How one refund of an order is spread over the payments it came by, and which way each part goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orders.balances import Totals
from orders.methods import Method
from orders.money import Money, split, total
from orders.refunds import RefundWay
from orders.refusal import Refusal, refuse

#: The gateway of a payment made with store credit; its money goes back as credit.
CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Source:
    """One payment of an order: how it came, and what the ledger says of it."""

    payment: int
    #: a `Method`, or CREDIT
    gateway: str
    totals: Totals

    @property
    def untouched(self) -> bool:
        """Nothing of it went back or is set aside to."""
        return self.totals.refundable == self.totals.captured


@dataclass(frozen=True, slots=True)
class Part:
    """What goes back of one payment, and how."""

    payment: int
    amount: Money
    way: RefundWay


def plan_refund(
    amount: Money, sources: Sequence[Source], part_way: RefundWay = RefundWay.STORE_CREDIT
) -> tuple[Part, ...] | Refusal:
    """The parts that return `amount`; they sum to it, and none exceeds what its payment has left.

    Stars come back whole or not at all (Telegram Bot API: refundStarPayment). So a Stars payment
    of which nothing went back yet goes first, the newest before the older, when all of it fits; the
    rest is divided over the other payments by largest remainder. A part of a Stars payment goes by
    `part_way`: STORE_CREDIT or FINANCE. Sources are given oldest first. Raises ValueError for
    another `part_way`, CurrencyMismatch for a payment in another currency.
    """
    if part_way is RefundWay.STARS_API:
        raise ValueError("a part of a Stars payment cannot go by the API: choose credit or finance")
    zero = Money.zero(amount.currency)
    if amount <= zero:
        return refuse("refund_nothing")
    cap = total([source.totals.refundable for source in sources], amount.currency)
    if amount > cap:
        return refuse("refund_above_cap", maximum=cap)
    taken: dict[int, Money] = {}
    rest = amount
    for source in reversed(sources):
        left = source.totals.refundable
        if source.gateway == Method.STARS and source.untouched and zero < left <= rest:
            taken[source.payment] = left
            rest = rest - left
    others = [source for source in sources if source.payment not in taken]
    if rest:
        shares = split(rest.amount, [max(0, s.totals.refundable.amount) for s in others])
        taken |= {
            source.payment: Money(part, amount.currency)
            for source, part in zip(others, shares, strict=True)
            if part
        }
    return tuple(
        Part(source.payment, taken[source.payment], _way(source, taken[source.payment], part_way))
        for source in sources
        if source.payment in taken
    )


def leaves_a_choice(parts: Sequence[Part], sources: Sequence[Source]) -> bool:
    """Whether a part of a Stars payment goes back, so that the customer chooses the way."""
    gateways = {source.payment: source.gateway for source in sources}
    return any(
        gateways[part.payment] == Method.STARS and part.way is not RefundWay.STARS_API
        for part in parts
    )


def _way(source: Source, amount: Money, part_way: RefundWay) -> RefundWay:
    if source.gateway == CREDIT:
        return RefundWay.STORE_CREDIT
    if source.gateway != Method.STARS:
        return RefundWay.FINANCE
    whole = source.untouched and amount == source.totals.captured
    return RefundWay.STARS_API if whole else part_way
