"""From an order to its dispute: whether one can be opened, and the button for it on the order's cards."""

from __future__ import annotations

from dialogs.content import ButtonStyle
from dialogs.words import N_
from handlers.turn import Turn
from orders import disputes as rules
from orders.refusal import Refusal
from orders.states import Actor, State
from storage import disputes as stored
from storage.records import Order


def check_open(turn: Turn, order: Order, actor: Actor) -> Refusal | None:
    """Why that actor cannot open a dispute about this order now; None when they can."""
    session = turn.work.session
    return rules.check_open(
        State(order.state),
        actor,
        turn.now,
        completed_at=order.completed_at,
        has_provider=order.provider_id is not None,
        paid=order.paid_at is not None,
        is_open=stored.open_of(session, order) is not None,
        decided=stored.was_decided(session, order),
    )


def card_button(turn: Turn, order: Order, actor: Actor) -> list[tuple[str, str, ButtonStyle]]:
    """(msgid, action, style) of the button below an order's card: to the dispute, or to a new one."""
    if order.provider_id is None:
        return []
    if order.on_hold and stored.open_of(turn.work.session, order) is not None:
        return [(N_("⚖️ To the dispute"), "dispute.show", "primary")]
    if check_open(turn, order, actor) is None:
        return [(N_("⚖️ Open a dispute"), "dispute.new", "")]
    return []
