"""What an order's own clock shows: it stands still while a hold stands, and while the customer is asked something."""

from __future__ import annotations

from datetime import datetime

from handlers.turn import Turn
from orders.states import State
from storage.records import Order


def shows(turn: Turn, order: Order) -> datetime:
    """Now, or the moment the clock stopped: what is due is compared with this until it goes on."""
    asked = order.asked_at if order.state == State.AWAITING_CUSTOMER else None
    return min(moment for moment in (turn.now, order.held_since, asked) if moment is not None)


def overdue(turn: Turn, order: Order) -> bool:
    """Whether the day of the work has passed on the order's own clock."""
    return order.due_at is not None and order.due_at < shows(turn, order)
