"""What the ledger says about a payment and an order.

Payment status is derived here, never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from orders.ledger import Entry, EntryKind, order_account
from orders.money import Money


class PaymentStatus(StrEnum):
    UNPAID = "unpaid"
    PART_PAID = "part_paid"
    PAID = "paid"
    OVERPAID = "overpaid"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one payment or one order, in one currency: 0 <= refunded + pending <= captured."""

    captured: Money
    pending: Money
    refunded: Money

    @property
    def refundable(self) -> Money:
        """What may still be asked back."""
        return self.captured - self.refunded - self.pending

    @property
    def sound(self) -> bool:
        zero = Money.zero(self.captured.currency)
        return zero <= self.pending and zero <= self.refunded and zero <= self.refundable


def payment_totals(entries: Iterable[Entry], payment: str, currency: str) -> Totals:
    """Of one charge, wherever its money was booked."""
    mine = [entry for entry in entries if entry.payment == payment]
    return _totals(mine, _sum(mine, _CAME_IN, currency), currency)


def order_totals(entries: Iterable[Entry], order: str, currency: str) -> Totals:
    """Of what came into an order: payments, store credit, corrections.

    Held money, and its refund, do not count.
    """
    account = order_account(order)
    mine = [entry for entry in entries if entry.order == order]
    came_in = [
        (entry, posting)
        for entry in mine
        if entry.kind in _INTO_ORDER
        for posting in entry.postings
        if posting.account == account and posting.money.currency == currency
    ]
    payments = {entry.payment for entry, _ in came_in}
    refunds = [entry for entry in mine if entry.payment in payments]
    return _totals(refunds, sum(posting.money.amount for _, posting in came_in), currency)


def payment_status(captured: Money, refunded: Money, price: Money) -> PaymentStatus:
    """The status of an order from what came in and what went back. Raises CurrencyMismatch."""
    zero = Money.zero(price.currency)
    if refunded > zero:
        return PaymentStatus.REFUNDED if refunded >= captured else PaymentStatus.PART_REFUNDED
    if captured > price:
        return PaymentStatus.OVERPAID
    if captured == price:
        return PaymentStatus.PAID
    return PaymentStatus.PART_PAID if captured > zero else PaymentStatus.UNPAID


_CAME_IN = frozenset({EntryKind.RECEIVED, EntryKind.RECEIVED_HELD, EntryKind.CREDIT_USED})
_INTO_ORDER = frozenset({EntryKind.RECEIVED, EntryKind.CREDIT_USED, EntryKind.CORRECTION})
_REQUESTED = frozenset({EntryKind.REFUND_REQUESTED})
_FAILED = frozenset({EntryKind.REFUND_FAILED})
_WENT_BACK = frozenset({EntryKind.REFUND_SUCCEEDED, EntryKind.CREDIT_GRANTED})


def _totals(entries: Sequence[Entry], captured: int, currency: str) -> Totals:
    refunded = _sum(entries, _WENT_BACK, currency)
    asked = _sum(entries, _REQUESTED, currency) - _sum(entries, _FAILED, currency)
    return Totals(
        Money(captured, currency), Money(asked - refunded, currency), Money(refunded, currency)
    )


def _sum(entries: Sequence[Entry], kinds: frozenset[EntryKind], currency: str) -> int:
    """What the entries of these kinds moved: each has one posting that gives and one that takes."""
    return sum(
        posting.money.amount
        for entry in entries
        if entry.kind in kinds
        for posting in entry.postings
        if posting.money.amount > 0 and posting.money.currency == currency
    )
