"""Looking up deliveries and payouts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.records import Order
from storage.working import Delivery, Payout


def of_order(session: Session, order: Order) -> Sequence[Delivery]:
    """Every delivery of an order, the oldest first, the draft included."""
    query = select(Delivery).where(Delivery.order_id == order.id)
    return session.scalars(query.order_by(Delivery.n)).all()


def latest_sent(session: Session, order: Order) -> Delivery | None:
    """The newest delivery that the customer got, whatever became of it."""
    query = select(Delivery).where(Delivery.order_id == order.id, Delivery.state != "draft")
    return session.scalar(query.order_by(Delivery.n.desc()).limit(1))


def next_number(session: Session, order: Order) -> int:
    """1, 2, 3 … per order."""
    last = session.scalar(select(func.max(Delivery.n)).where(Delivery.order_id == order.id))
    return int(last or 0) + 1


def payout_of(session: Session, order: Order) -> Payout | None:
    """What the provider has earned with an order, unless it was reversed."""
    query = select(Payout).where(Payout.order_id == order.id, Payout.state != "reversed")
    return session.scalar(query.order_by(Payout.id.desc()).limit(1))
