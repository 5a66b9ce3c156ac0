"""Looking up changes of orders and proposals to cancel."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from orders.changes import OPEN
from storage.accounts import Invoice
from storage.changing import CancelProposal, ChangeRequest
from storage.records import Order


def open_change(session: Session, order: Order) -> ChangeRequest | None:
    """The change of an order that is under way; there is at most one."""
    return session.scalar(
        select(ChangeRequest)
        .where(ChangeRequest.order_id == order.id, ChangeRequest.state.in_(sorted(OPEN)))
        .order_by(ChangeRequest.n.desc())
        .limit(1)
    )


def changes_of(session: Session, order: Order) -> Sequence[ChangeRequest]:
    return session.scalars(
        select(ChangeRequest).where(ChangeRequest.order_id == order.id).order_by(ChangeRequest.n)
    ).all()


def invoice_of(session: Session, change: ChangeRequest) -> Invoice | None:
    """The supplementary invoice of a change."""
    return session.scalar(
        select(Invoice).where(Invoice.change_id == change.id).order_by(Invoice.id.desc()).limit(1)
    )


def open_proposal(session: Session, order: Order) -> CancelProposal | None:
    return session.scalar(
        select(CancelProposal)
        .where(CancelProposal.order_id == order.id, CancelProposal.state == "open")
        .order_by(CancelProposal.n.desc())
        .limit(1)
    )


def proposals_of(session: Session, order: Order) -> Sequence[CancelProposal]:
    return session.scalars(
        select(CancelProposal).where(CancelProposal.order_id == order.id).order_by(CancelProposal.n)
    ).all()
