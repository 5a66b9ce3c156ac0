"""A case as it stands: everything both sides can point to, as plain data with a hash."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.accounts import Invoice, LedgerEntry, LedgerPosting, Payment, Refund
from storage.disputes import Dispute, Snapshot
from storage.records import BriefVersion, HistoryRow, Order, Record
from storage.working import Delivery, Relay, Report

#: Part of the snapshot, the rows it is made of, and the column they are sorted by. All belong to the order.
_PARTS: tuple[tuple[str, type[Record], str], ...] = (
    ("brief", BriefVersion, "version"),
    ("history", HistoryRow, "n"),
    ("messages", Relay, "id"),
    ("reports", Report, "n"),
    ("deliveries", Delivery, "n"),
    ("invoices", Invoice, "id"),
    ("payments", Payment, "id"),
    ("refunds", Refund, "id"),
)
#: What lets somebody pay or be paid stays where it is.
_SECRET = frozenset({"token", "key", "charge_id", "provider_charge_id", "approved_query"})


def take(session: Session, dispute: Dispute, order: Order, now: datetime) -> Snapshot:
    """Store how the case stands now."""
    session.flush()
    body: dict[str, Any] = {"order": _row(order)}
    for name, kind, by in _PARTS:
        query = select(kind).where(kind.order_id == order.id)  # type: ignore[attr-defined]
        body[name] = [_row(row) for row in session.scalars(query.order_by(getattr(kind, by)))]
    body["ledger"] = _ledger(session, order)
    snapshot = Snapshot(dispute_id=dispute.id, body=body, digest=digest(body), at=now)
    session.add(snapshot)
    session.flush()
    return snapshot


def digest(body: dict[str, Any]) -> str:
    """SHA-256 of the snapshot's canonical text."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(row: Record) -> dict[str, Any]:
    made = {}
    for column in row.__table__.columns:
        value = getattr(row, column.key)
        if column.key not in _SECRET:
            made[column.key] = value.isoformat() if isinstance(value, datetime) else value
    return made


def _ledger(session: Session, order: Order) -> list[dict[str, Any]]:
    query = (
        select(LedgerEntry, LedgerPosting)
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .where(LedgerEntry.order_id == order.id)
        .order_by(LedgerPosting.id)
    )
    return [
        {
            "entry": entry.id,
            "kind": entry.kind,
            "at": entry.at.isoformat(),
            "account": posting.account,
            "currency": posting.currency,
            "amount": posting.amount,
        }
        for entry, posting in session.execute(query)
    ]
