"""What the story of an order tells of its changes and of proposals to cancel it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage.changing import CancelProposal, ChangeRequest

#: When, what kind of line, and its facts.
Told = tuple[datetime, str, dict[str, Any]]


def changes_told(connection: Connection, order: int, currency: str) -> Iterator[Told]:
    """Asked for, quoted, accepted, ended: one line each."""
    query = select(ChangeRequest).where(ChangeRequest.order_id == order).order_by(ChangeRequest.n)
    for row in connection.execute(query):
        facts = {"id": row.id, "n": row.n, "about": row.about, "by": row.asked_by}
        yield row.asked_at, "change", {**facts, "state": "requested"}
        price = {"delta": row.delta, "days": row.days, "currency": currency}
        if row.quoted_at is not None:
            yield row.quoted_at, "change", {**facts, **price, "state": "quoted"}
        if row.accepted_at is not None:
            yield row.accepted_at, "change", {**facts, **price, "state": "accepted"}
        if row.closed_at is not None:
            yield row.closed_at, "change", {**facts, **price, "state": row.state}


def proposals_told(connection: Connection, order: int, currency: str) -> Iterator[Told]:
    """Proposed, and what became of it."""
    query = select(CancelProposal).where(CancelProposal.order_id == order)
    for row in connection.execute(query.order_by(CancelProposal.n)):
        facts = {
            "n": row.n,
            "by": row.by,
            "percent": row.percent,
            "amount": row.amount,
            "currency": currency,
            "reason": row.reason,
        }
        yield row.at, "cancelling", {**facts, "state": "open"}
        if row.closed_at is not None:
            yield row.closed_at, "cancelling", {**facts, "state": row.state}
