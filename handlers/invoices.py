"""An invoice once it is paid: what of it stays in the chat."""

from __future__ import annotations

from dataclasses import replace

from handlers import cards
from handlers.turn import Turn
from storage import orders
from storage.records import Order


def settle(turn: Turn, order: Order) -> None:
    """A paid invoice stays as the receipt the chat app makes of it; nothing else can be tapped below it."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    surface = turn.work.surface(customer.user_id, "invoice", cards.subject(order))
    content = turn.work.content_of(surface) if surface is not None else None
    if content is None or content.invoice is None:
        cards.remove_invoice(turn, order)
        return
    turn.work.show(
        customer.user_id,
        "invoice",
        cards.subject(order),
        replace(content, buttons=content.buttons[:1]),
        label="order/invoice",
        order_id=order.id,
    )
