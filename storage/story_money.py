"""What the story of an order tells of its money: proofs, invoices, payments, cases, the ledger, refunds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.accounts import Case, LedgerPosting, Proof
from storage.story_changes import Told

#: Names somebody by their id.
Who = Callable[[int | None], str | None]
Rows = Sequence[Row[Any]]


def proofs_told(connection: Connection, invoices: Rows, who: Who) -> Iterator[Told]:
    numbers = {invoice.id: invoice.number for invoice in invoices}
    for row in connection.execute(select(Proof).where(Proof.invoice_id.in_(list(numbers)))):
        facts = {"id": row.id, "invoice": numbers[row.invoice_id]}
        submitted = {**facts, "state": "waiting", "by": who(row.submitted_by)}
        yield row.submitted_at, "proof", submitted
        if row.decided_at is not None:
            yield row.decided_at, "proof", {**facts, "state": row.state, "by": who(row.decided_by)}


def invoices_told(invoices: Rows) -> Iterator[Told]:
    for row in invoices:
        facts = {
            "number": row.number,
            "amount": row.amount,
            "currency": row.currency,
            "method": row.method,
        }
        issued = {**facts, "state": "issued", "expires_at": row.expires_at}
        yield row.issued_at, "invoice", issued
        if row.approved_at is not None:
            yield row.approved_at, "invoice", {**facts, "state": "approved"}
        if row.closed_at is not None:
            yield row.closed_at, "invoice", {**facts, "state": row.state}


def payments_told(payments: Rows, invoices: Rows, chat: Callable[[int], str]) -> Iterator[Told]:
    numbers = {invoice.id: invoice.number for invoice in invoices}
    for row in payments:
        facts = {
            "id": row.id,
            "gateway": row.gateway,
            "charge": row.charge_id,
            "amount": row.amount,
            "currency": row.currency,
            "outcome": row.outcome,
            "by": chat(row.payer_id),
            "invoice": numbers.get(row.invoice_id),
        }
        yield row.received_at, "payment", facts


def cases_told(connection: Connection, payments: Rows, who: Who) -> Iterator[Told]:
    ids = [payment.id for payment in payments]
    for row in connection.execute(select(Case).where(Case.payment_id.in_(ids))):
        facts = {"id": row.id, "about": row.kind, "payment": row.payment_id}
        opened = {**facts, "state": "open", "owner": row.owner, "due_at": row.due_at}
        yield row.opened_at, "case", opened
        if row.closed_at is not None:
            yield row.closed_at, "case", {**facts, "state": row.state, "by": who(row.closed_by)}


def ledger_told(connection: Connection, entries: Rows) -> Iterator[Told]:
    postings: dict[int, list[dict[str, Any]]] = {}
    query = (
        select(LedgerPosting)
        .where(LedgerPosting.entry_id.in_([entry.id for entry in entries]))
        .order_by(LedgerPosting.id)
    )
    for row in connection.execute(query):
        posting = {"account": row.account, "amount": row.amount, "currency": row.currency}
        postings.setdefault(row.entry_id, []).append(posting)
    for entry in entries:
        facts = {
            "id": entry.id,
            "entry": entry.kind,
            "payment": entry.payment_id,
            "refund": entry.refund_id,
            "event": entry.event,
            "postings": postings.get(entry.id, []),
        }
        yield entry.at, "ledger", facts


def refunds_told(refunds: Rows, who: Who) -> Iterator[Told]:
    for row in refunds:
        facts = {
            "id": row.id,
            "payment": row.payment_id,
            "amount": row.amount,
            "currency": row.currency,
            "reason": row.reason,
            "way": row.way,
        }
        asked = {
            **facts,
            "state": "requested" if row.settled_at else row.state,
            "by": who(row.requested_by),
            "approved_by": who(row.approved_by),
            "tries": row.tries,
            "error": row.error,
        }
        yield row.requested_at, "refund", asked
        if row.settled_at is not None:
            yield row.settled_at, "refund", {**facts, "state": row.state}
