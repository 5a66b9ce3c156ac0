"""Refunds: how much may go back, by which way, and from which lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from orders.methods import Method
from orders.money import Money, split
from orders.refusal import Refusal, refuse


class RefundState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


_R = RefundState

#: Where a refund can go; a failed one is tried again.
REFUND_EDGES: Mapping[RefundState, tuple[RefundState, ...]] = MappingProxyType(
    {
        _R.REQUESTED: (_R.APPROVED, _R.REJECTED),
        _R.APPROVED: (_R.PROCESSING,),
        _R.PROCESSING: (_R.SUCCEEDED, _R.FAILED),
        _R.FAILED: (_R.PROCESSING,),
        _R.REJECTED: (),
        _R.SUCCEEDED: (),
    }
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


def check_refund_step(source: RefundState, target: RefundState) -> Refusal | None:
    """None when a refund may go from one state to the other."""
    if target in REFUND_EDGES[source]:
        return None
    return refuse("refund_wrong_state", state=source, target=target)


def refund_cap(settled: Money, refunded: Money, pending: Money) -> Money:
    """What may still go back of a payment: settled less refunded less pending, never negative."""
    rest = settled - refunded - pending
    return max(rest, Money.zero(rest.currency))


def check_refund(
    amount: Money,
    method: Method,
    settled: Money,
    refunded: Money,
    pending: Money,
    way: RefundWay | None = None,
) -> Refusal | None:
    """None when that much of one payment may go back by that way (None: by the usual one).

    Stars come back whole or not at all (Telegram Bot API: refundStarPayment); a part of them is
    store credit or a task for finance.
    """
    if amount.amount <= 0:
        return refuse("refund_nothing")
    cap = refund_cap(settled, refunded, pending)
    if amount > cap:
        return refuse("refund_above_cap", maximum=cap)
    by_stars = way is RefundWay.STARS_API or (way is None and method is Method.STARS)
    if by_stars and (method is not Method.STARS or amount != settled):
        return refuse("refund_stars_whole", whole=settled)
    return None


def refund_ways(method: Method, *, whole: bool) -> tuple[RefundWay, ...]:
    """The ways to choose from, the usual one first, for a whole payment or a part of it."""
    if method is Method.STARS:
        return (RefundWay.STARS_API,) if whole else (RefundWay.STORE_CREDIT, RefundWay.FINANCE)
    return (RefundWay.FINANCE,)


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
