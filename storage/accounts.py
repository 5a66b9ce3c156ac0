"""The records of money: invoices, payments, proofs, refunds, cases, the ledger.

Amounts are integer minor units with their ISO currency. What is paid is derived from the ledger, never
stored beside it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

import storage.changing  # noqa: F401 - invoices point at changes
from orders.attempts import ATTEMPT
from orders.refunds import REFUND
from storage.records import Record
from storage.tables import Id


class Counter(Record):
    """The next number of a gapless series, taken in the transaction that uses it."""

    __tablename__ = "counters"

    bot: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(24), primary_key=True)
    next: Mapped[int]


class Invoice(Record):
    """An invoice. Once issued, its lines and its price never change; it is voided and another is issued."""

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("bot", "number"),
        CheckConstraint("amount > 0 OR (amount = 0 AND credit > 0)", name="positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    number: Mapped[str] = mapped_column(String(24))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    #: Unguessable; the payload of the in-chat invoice, its deep link, and the transfer's reference.
    token: Mapped[str] = mapped_column(String(40), unique=True)
    method: Mapped[str] = mapped_column(String(16))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    lines: Mapped[list[Any]]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    #: How far the attempt to pay it got: `orders.attempts`; changed by `storage.money.step_invoice`.
    state: Mapped[str] = mapped_column(String(16))
    #: The latest approved pre-checkout.
    approved_at: Mapped[datetime | None]
    approved_query: Mapped[str] = mapped_column(String(80), default="")
    closed_at: Mapped[datetime | None]
    #: For a change of an order that is paid already: a supplementary invoice.
    change_id: Mapped[int | None] = mapped_column(ForeignKey("change_requests.id"), index=True)
    #: Store credit that pays beside it: taken when the invoice is paid, spoken for while it is open.
    credit: Mapped[int] = mapped_column(default=0)

    @validates("state")
    def _along_an_edge(self, _: str, target: str) -> str:
        """Whoever sets it, the table decides. Raises IllegalStep."""
        return ATTEMPT.checked(self.state, target)


class Payment(Record):
    """Money that verifiably arrived. One gateway charge id is one row."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("bot", "gateway", "charge_id"),
        CheckConstraint("amount > 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    #: stars, provider, transfer, or credit (store credit; `charge_id` is a key of our own).
    gateway: Mapped[str] = mapped_column(String(16))
    charge_id: Mapped[str] = mapped_column(String(200))
    provider_charge_id: Mapped[str] = mapped_column(String(200), default="")
    payer_id: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    #: What `orders.payments.settle` said: credited, paid_late, paid_again, wrong_amount …
    outcome: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]


class Proof(Record):
    """A picture that a bank transfer was made. `state`: waiting, confirmed, rejected."""

    __tablename__ = "proofs"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    submitted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    file_kind: Mapped[str] = mapped_column(String(12))
    file_id: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    reason: Mapped[str] = mapped_column(String(400), default="")
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    #: Ids of the people of finance who found the money, in order; above the limit there are two.
    confirmed_by: Mapped[list[Any]] = mapped_column(default=list)


class Case(Record):
    """Money that needs a person: paid late, again, the wrong amount, by somebody else; with an owner and a
    deadline. `state`: open, returned."""

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), unique=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    owner: Mapped[str] = mapped_column(String(12))
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open")
    note: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Refund(Record):
    """Money on its way back. `state`: see `orders.refunds`.

    `key` is stored before the gateway is called and reused at every try.
    """

    __tablename__ = "refunds"
    __table_args__ = (CheckConstraint("amount > 0", name="positive"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    #: cancelled, paid_late, wrong_amount, no_provider, refused …
    reason: Mapped[str] = mapped_column(String(24))
    #: stars (by API), credit (store credit), task (a person at the gateway or bank does it).
    way: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    requested_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(String(200), default="")
    #: The same for all refunds that were asked for at once, one per payment: they are approved together.
    batch: Mapped[str] = mapped_column(String(40), default="", index=True)
    #: What it takes of each line of the order's quote, minor units; nothing for money that was held.
    lines: Mapped[list[Any]] = mapped_column(default=list)
    #: The customer chose this way where there was a choice (a part of a Stars payment).
    chosen: Mapped[bool] = mapped_column(default=False)
    #: Ids of the people of finance who sent it, in order; above the limit of transfers there are two.
    confirmed_by: Mapped[list[Any]] = mapped_column(default=list)
    #: The credit note, once it is back with the customer; empty for money that was never invoiced.
    number: Mapped[str] = mapped_column(String(24), default="")

    @validates("state")
    def _along_an_edge(self, _: str, target: str) -> str:
        """Whoever sets it, the table decides. Raises IllegalStep."""
        return REFUND.checked(self.state, target)


class LedgerEntry(Record):
    """One movement of money; its postings add up to zero per currency."""

    __tablename__ = "ledger_entries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    kind: Mapped[str] = mapped_column(String(24))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refunds.id"))
    event: Mapped[str] = mapped_column(String(100), default="")
    at: Mapped[datetime]


class LedgerPosting(Record):
    """One side of an entry; signed minor units."""

    __tablename__ = "ledger_postings"
    __table_args__ = (Index("ix_ledger_postings_account", "account", "currency"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"), index=True)
    account: Mapped[str] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
