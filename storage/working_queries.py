"""Looking up the work on orders."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.records import Order
from storage.working import Delivery


def open_delivery(session: Session, order: Order) -> Delivery | None:
    """The delivery that is being put together, if there is one."""
    return session.scalar(
        select(Delivery).where(Delivery.order_id == order.id, Delivery.state == "draft").limit(1)
    )
