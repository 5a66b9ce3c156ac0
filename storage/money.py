"""Reading and writing money: document numbers, invoices, payments, the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from orders.attempts import OPEN, AttemptState
from orders.ledger import Account, Entry, EntryKind, Posting, credit, order_account
from orders.money import Money
from orders.numbers import document_number
from orders.refunds import PENDING, RefundState
from storage.accounts import (
    Counter,
    Invoice,
    LedgerEntry,
    LedgerPosting,
    Payment,
    Proof,
    Refund,
)
from storage.prepared import Prepared
from storage.records import Order, Person


def next_document(session: Session, bot: int, series: str) -> str:
    """The next number of a gapless series; it is given back when the transaction is rolled back."""
    counter = session.get(Counter, (bot, series))
    if counter is None:
        counter = Counter(bot=bot, series=series, next=1)
        session.add(counter)
    number = document_number(series, counter.next)
    counter.next += 1
    return number


def invoice_by_token(session: Session, bot: int, token: str) -> Invoice | None:
    return session.scalar(select(Invoice).where(Invoice.bot == bot, Invoice.token == token))


# What every card of an order asks for is made once: working a statement out takes longer than running it.
_LATEST_INVOICE = (
    select(Invoice)
    .where(Invoice.order_id == bindparam("order"), Invoice.change_id.is_(None))
    .order_by(Invoice.id.desc())
    .limit(1)
)
_WAITING_PROOF = (
    select(Proof).where(Proof.invoice_id == bindparam("invoice"), Proof.state == "waiting").limit(1)
)


def latest_invoice(session: Session, order: Order) -> Invoice | None:
    """The newest invoice for an order itself, whatever became of it; those for changes are another matter."""
    return session.scalar(_LATEST_INVOICE, {"order": order.id})


def step_invoice(invoice: Invoice, target: AttemptState, now: datetime) -> None:
    """The way an invoice changes its state. Raises IllegalStep for a step that `orders.attempts` does not have."""
    invoice.state = str(target)
    if target not in OPEN:
        invoice.closed_at = now


def step_refund(refund: Refund, target: RefundState, now: datetime) -> None:
    """The way a refund changes its state. Raises IllegalStep for a step that `orders.refunds` does not have."""
    refund.state = str(target)
    if target not in PENDING:
        refund.settled_at = now


# Asked for every summary that is shown.
_CREDIT = Prepared(
    select(
        select(func.coalesce(func.sum(LedgerPosting.amount), 0))
        .where(
            LedgerPosting.account == bindparam("account"), LedgerPosting.currency == bindparam("of")
        )
        .scalar_subquery(),
        select(func.coalesce(func.sum(Invoice.credit), 0))
        .join(Order, Order.id == Invoice.order_id)
        .where(
            Order.customer_id == bindparam("customer"),
            Invoice.currency == bindparam("of"),
            or_(*(Invoice.state == str(state) for state in sorted(OPEN))),
        )
        .scalar_subquery(),
    )
)


def credit_of(session: Session, person: Person, currency: str) -> tuple[Money, Money]:
    """A customer's store credit, and how much of it their open invoices count on."""
    session.flush()
    given = {"customer": person.id, "account": str(credit(str(person.id))), "of": currency}
    ((has, spoken),) = _CREDIT.all(session.connection(), given)
    return Money(int(has), currency), Money(int(spoken), currency)


def payment_by_charge(session: Session, bot: int, gateway: str, charge_id: str) -> Payment | None:
    return session.scalar(
        select(Payment).where(
            Payment.bot == bot, Payment.gateway == gateway, Payment.charge_id == charge_id
        )
    )


def payments_of(session: Session, order: Order) -> Sequence[Payment]:
    return session.scalars(
        select(Payment).where(Payment.order_id == order.id).order_by(Payment.id)
    ).all()


def refunds_of(session: Session, order: Order) -> Sequence[Refund]:
    return session.scalars(
        select(Refund).where(Refund.order_id == order.id).order_by(Refund.id)
    ).all()


def waiting_proof(session: Session, invoice: Invoice) -> Proof | None:
    """The proof of a transfer that finance has not decided about."""
    return session.scalar(_WAITING_PROOF, {"invoice": invoice.id})


def post(
    session: Session,
    bot: int,
    entry: Entry,
    *,
    now: datetime,
    cause: str,
    order: Order | None = None,
    payment: Payment | None = None,
    refund: Refund | None = None,
) -> None:
    """Write one entry of the ledger with its postings."""
    session.flush()
    row = LedgerEntry(
        bot=bot,
        kind=str(entry.kind),
        order_id=order.id if order else None,
        payment_id=payment.id if payment else None,
        refund_id=refund.id if refund else None,
        event=cause,
        at=now,
    )
    session.add(row)
    session.flush()
    session.add_all(
        LedgerPosting(
            entry_id=row.id,
            account=str(p.account),
            currency=p.money.currency,
            amount=p.money.amount,
        )
        for p in entry.postings
    )


def balance(session: Session, account: Account, currency: str) -> Money:
    """What an account has."""
    total = session.scalar(
        select(func.coalesce(func.sum(LedgerPosting.amount), 0)).where(
            LedgerPosting.account == str(account), LedgerPosting.currency == currency
        )
    )
    return Money(int(total or 0), currency)


def order_balance(session: Session, order: Order) -> Money:
    """What has been paid into an order and not set aside to go back."""
    return balance(session, order_account(order.number), order.currency)


def goodwill(session: Session, order: Order) -> Money:
    """What staff, a ruling or the end of a dispute returned of an order that goes on: it was paid all the same."""
    given = session.scalar(
        select(func.coalesce(func.sum(Refund.amount), 0)).where(
            Refund.order_id == order.id,
            or_(Refund.requested_by.is_not(None), Refund.reason.in_(("dispute", "ruling"))),
            Refund.state != RefundState.REJECTED,
            Refund.currency == order.currency,
        )
    )
    return Money(int(given or 0), order.currency)


_ENTRIES = Prepared(
    select(
        LedgerEntry.id,
        LedgerEntry.kind,
        LedgerEntry.payment_id,
        LedgerPosting.account,
        LedgerPosting.amount,
        LedgerPosting.currency,
    )
    .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
    .where(LedgerEntry.order_id == bindparam("order"))
    .order_by(LedgerEntry.id, LedgerPosting.id)
)


def entries_of(session: Session, order: Order) -> list[Entry]:
    """The ledger of one order as the rules' values, oldest first."""
    session.flush()
    found = _ENTRIES.all(session.connection(), {"order": order.id})
    grouped: dict[int, tuple[str, int | None, list[Posting]]] = {}
    for key, kind, payment_id, account, amount, currency in found:
        group = grouped.setdefault(key, (kind, payment_id, []))
        group[2].append(Posting(Account.parse(account), Money(amount, currency)))
    return [
        Entry(EntryKind(kind), order.number, str(payment_id or ""), tuple(postings))
        for kind, payment_id, postings in grouped.values()
    ]
