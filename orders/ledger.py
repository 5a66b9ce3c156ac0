"""The ledger: double entry in plain values. Every entry moves money between accounts and sums to
zero.

A posting is positive for the account that gets the money and negative for the one it comes from.
So what an order has is the balance of its account, and a gateway's balance is minus what came in
through it and has not gone back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from orders.errors import UnbalancedEntry
from orders.money import Money


class AccountKind(StrEnum):
    """What an account stands for; its key says whose."""

    #: the world outside, by method: stars, provider, transfer
    GATEWAY = "gateway"
    #: what the customer has paid for an order, by order number
    ORDER = "order"
    #: what arrived and belongs to no order (yet), by payment
    HELD = "held"
    #: what is on its way back, by payment
    REFUNDING = "refunding"
    #: store credit, by customer
    CREDIT = "credit"
    #: what is owed to a provider
    PAYABLE = "payable"
    #: what the house has earned
    REVENUE = "revenue"
    #: found or written off, by reason
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True, order=True)
class Account:
    kind: AccountKind
    key: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}" if self.key else str(self.kind)

    @classmethod
    def parse(cls, text: str) -> Account:
        """What `str` gave. Raises ValueError."""
        kind, _, key = text.partition(":")
        return cls(AccountKind(kind), key)


@dataclass(frozen=True, slots=True)
class Posting:
    account: Account
    money: Money


class EntryKind(StrEnum):
    """Every movement of money there is."""

    RECEIVED = "received"
    RECEIVED_HELD = "received_held"
    REFUND_REQUESTED = "refund_requested"
    REFUND_SUCCEEDED = "refund_succeeded"
    REFUND_FAILED = "refund_failed"
    CREDIT_GRANTED = "credit_granted"
    CREDIT_USED = "credit_used"
    COMPLETED = "completed"
    COMPLETION_REVERSED = "completion_reversed"
    PAID_OUT = "paid_out"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement. `payment` is the charge it is about, `order` the order number; "" where
    neither.

    Raises UnbalancedEntry when the postings do not sum to zero in each currency, or there are none.
    """

    kind: EntryKind
    order: str
    payment: str
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        sums: dict[str, int] = {}
        for posting in self.postings:
            currency = posting.money.currency
            sums[currency] = sums.get(currency, 0) + posting.money.amount
        if not self.postings or any(sums.values()):
            raise UnbalancedEntry(f"{self.kind} entry of {self.order or 'no order'}: sums {sums}")


def gateway(method: str) -> Account:
    return Account(AccountKind.GATEWAY, method)


def order_account(order: str) -> Account:
    return Account(AccountKind.ORDER, order)


def held(payment: str) -> Account:
    return Account(AccountKind.HELD, payment)


def refunding(payment: str) -> Account:
    return Account(AccountKind.REFUNDING, payment)


def credit(customer: str) -> Account:
    return Account(AccountKind.CREDIT, customer)


def payable(provider: str) -> Account:
    return Account(AccountKind.PAYABLE, provider)


REVENUE = Account(AccountKind.REVENUE)


def received_for_order(method: str, order: str, payment: str, money: Money) -> Entry:
    """A payment that matches its invoice."""
    return _move(EntryKind.RECEIVED, order, payment, gateway(method), order_account(order), money)


def received_held(method: str, order: str, payment: str, money: Money) -> Entry:
    """A payment that matches nothing, came late or came twice."""
    return _move(EntryKind.RECEIVED_HELD, order, payment, gateway(method), held(payment), money)


def refund_requested(order: str, payment: str, money: Money, *, from_held: bool = False) -> Entry:
    """Money set aside to go back; it can be spent on nothing else."""
    source = held(payment) if from_held else order_account(order)
    return _move(EntryKind.REFUND_REQUESTED, order, payment, source, refunding(payment), money)


def refund_succeeded(method: str, order: str, payment: str, money: Money) -> Entry:
    """The money is back with the customer."""
    return _move(
        EntryKind.REFUND_SUCCEEDED, order, payment, refunding(payment), gateway(method), money
    )


def refund_failed(order: str, payment: str, money: Money, *, from_held: bool = False) -> Entry:
    """A refund that was rejected or given up: the money returns to where it was set aside from."""
    source = held(payment) if from_held else order_account(order)
    return _move(EntryKind.REFUND_FAILED, order, payment, refunding(payment), source, money)


def credit_granted(customer: str, order: str, payment: str, money: Money) -> Entry:
    """A refund the customer takes as store credit, e.g. part of a Stars payment."""
    return _move(
        EntryKind.CREDIT_GRANTED, order, payment, refunding(payment), credit(customer), money
    )


def credit_used(customer: str, order: str, payment: str, money: Money) -> Entry:
    """Store credit pays for an order; this use is a payment with a key of its own."""
    return _move(
        EntryKind.CREDIT_USED, order, payment, credit(customer), order_account(order), money
    )


def completed(order: str, provider: str, price: Money, fee: Money) -> Entry:
    """The order is done: the provider has earned the price less the fee, the house the fee.

    Raises ValueError unless 0 <= fee <= price.
    """
    return Entry(EntryKind.COMPLETED, order, "", _earned(order, provider, price, fee))


def completion_reversed(order: str, provider: str, price: Money, fee: Money) -> Entry:
    """The order was reopened or a part goes back: what was earned returns to it."""
    postings = tuple(
        Posting(posting.account, -posting.money) for posting in _earned(order, provider, price, fee)
    )
    return Entry(EntryKind.COMPLETION_REVERSED, order, "", postings)


def paid_out(provider: str, money: Money) -> Entry:
    """The provider was paid, by transfer."""
    return _move(EntryKind.PAID_OUT, "", "", payable(provider), gateway("transfer"), money)


def correction(order: str, payment: str, reason: str, account: Account, money: Money) -> Entry:
    """Finance puts an account right: positive gives to it, negative takes from it. Audited."""
    source = Account(AccountKind.CORRECTION, reason)
    if money.amount < 0:
        return _move(EntryKind.CORRECTION, order, payment, account, source, -money)
    return _move(EntryKind.CORRECTION, order, payment, source, account, money)


def balance(entries: Iterable[Entry], account: Account, currency: str) -> Money:
    """What an account has."""
    amount = sum(
        posting.money.amount
        for entry in entries
        for posting in entry.postings
        if posting.account == account and posting.money.currency == currency
    )
    return Money(amount, currency)


def _earned(order: str, provider: str, price: Money, fee: Money) -> tuple[Posting, ...]:
    if not Money.zero(price.currency) <= fee <= price:
        raise ValueError(f"fee {fee} of price {price}: it lies between nothing and the price")
    postings = (
        Posting(order_account(order), -price),
        Posting(payable(provider), price - fee),
        Posting(REVENUE, fee),
    )
    return tuple(posting for posting in postings if posting.money) or postings


def _move(
    kind: EntryKind, order: str, payment: str, source: Account, target: Account, money: Money
) -> Entry:
    if money.amount <= 0:
        raise ValueError(f"{kind} of {money}: pass a positive amount")
    return Entry(kind, order, payment, (Posting(source, -money), Posting(target, money)))
