"""What a card says and offers once something was delivered."""

from __future__ import annotations

from datetime import datetime

from dialogs.words import N_
from handlers.turn import Turn
from orders.lifecycle import WINDOWS, State
from storage.records import Order
from storage.reviews import review_of

#: Label, action and style.
Action = tuple[str, str, str]

ACCEPT: Action = (N_("✅ Accept it"), "delivery.accept", "success")
REVISE: Action = (N_("🔁 Ask for changes"), "delivery.revise", "")
EXTEND: Action = (N_("⏳ I need more time"), "delivery.extend", "")
PROBLEM: Action = (N_("⚠️ Something is wrong"), "delivery.problem", "")


def decisions(order: Order) -> list[Action]:
    """What can be decided about a delivery that waits for its customer."""
    more = [EXTEND] if order.extensions < WINDOWS.extensions else []
    return [ACCEPT, REVISE, *more, PROBLEM]


def after_delivery(turn: Turn, order: Order) -> list[Action]:
    """The buttons of a card from the delivery on; none before."""
    if order.state == State.DELIVERED:
        return [*decisions(order), (N_("✉️ Message your specialist"), "order.message", "")]
    if order.state != State.COMPLETED:
        return []
    review = review_of(turn.work.session, order)
    open_for_rating = review is None or review.state == "draft"
    rate = [(N_("⭐ Rate it"), "review.start", "")] if open_for_rating else []
    return [(N_("🔁 Order again"), "order.again", "primary"), *rate]


def accept_by(order: Order) -> datetime:
    """When a delivery that waits counts as accepted."""
    assert order.delivered_at is not None
    return order.delivered_at + (1 + order.extensions) * WINDOWS.acceptance
