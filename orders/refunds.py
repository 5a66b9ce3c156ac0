"""Refunds: the table of their states, the ways money goes back, and what they take of each line.

How much goes back of which payment, and how, is `orders.refund_plan`.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from orders.edges import Edge, Edges
from orders.money import Money, split


class RefundState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


_R = RefundState

#: Every step; docs/lifecycle.md is generated from it.
REFUND: Edges[RefundState] = Edges(
    thing="refund",
    begins=(_R.REQUESTED, _R.APPROVED),
    table=(
        Edge(
            name="approve",
            sources=(_R.REQUESTED,),
            target=_R.APPROVED,
            note="staff asked for it, and somebody else agrees",
        ),
        Edge(
            name="reject",
            sources=(_R.REQUESTED,),
            target=_R.REJECTED,
            note="somebody else disagrees; the money returns to where it was set aside from",
        ),
        Edge(
            name="call",
            sources=(_R.APPROVED,),
            target=_R.PROCESSING,
            note="a whole payment in Stars: Telegram is called (refundStarPayment)",
        ),
        Edge(
            name="fail",
            sources=(_R.PROCESSING,),
            target=_R.FAILED,
            note="Telegram refused, or the call was given up",
        ),
        Edge(
            name="retry",
            sources=(_R.FAILED,),
            target=_R.PROCESSING,
            note="called again, after 1, 5 and 30 minutes, 2 and 12 hours",
        ),
        Edge(
            name="hand_over",
            sources=(_R.FAILED,),
            target=_R.APPROVED,
            note="after six tries it is finance's task",
        ),
        Edge(
            name="succeed",
            sources=(_R.APPROVED, _R.PROCESSING, _R.FAILED),
            target=_R.SUCCEEDED,
            note="back with the customer: by Telegram, as store credit, by finance, or because Telegram reports it",
        ),
    ),
)

#: Set aside and not back yet: these count against the cap. A failed one is still owed.
PENDING = frozenset({_R.REQUESTED, _R.APPROVED, _R.PROCESSING, _R.FAILED})


class RefundWay(StrEnum):
    """How money goes back."""

    #: refundStarPayment, by the bot itself
    STARS_API = "stars_api"
    #: a balance the next order uses
    STORE_CREDIT = "store_credit"
    #: finance does it at the provider or the bank and confirms it
    FINANCE = "finance"


def split_over_lines(amount: Money, left: Sequence[Money]) -> tuple[Money, ...]:
    """A refund divided over the lines of an order in proportion to what is `left` of each.

    The parts sum to the amount and none exceeds its line; discount lines (negative) get nothing.
    Raises ValueError when less is left than goes back.
    """
    weights = [max(0, money.amount) for money in left]
    if any(money.currency != amount.currency for money in left) or amount.amount > sum(weights):
        raise ValueError(f"{amount} cannot come from lines with {list(left)} left")
    return tuple(Money(part, amount.currency) for part in split(amount.amount, weights))


def share(money: Money, percent: int) -> tuple[Money, Money]:
    """What the customer gets back and what the provider keeps; exact, ties favour the customer.

    Raises ValueError for a percentage outside 0 to 100.
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"percent is {percent}: pass 0 to 100")
    back, kept = split(money.amount, (percent, 100 - percent))
    return Money(back, money.currency), Money(kept, money.currency)
