"""What the cards of an order say and offer about changing and cancelling it once it is paid."""

from __future__ import annotations

from dialogs.words import N_, Words
from handlers.turn import Turn
from orders.cancel_policy import BY_AGREEMENT, Stage, stage_of
from orders.changes import CHANGEABLE, ChangeState
from orders.lifecycle import State
from storage import changing_queries as stored
from storage.records import Order

#: Whoever works on it has something to change or to cancel.
_WORKING = (State.IN_PROGRESS, State.AWAITING_CUSTOMER, State.DELIVERED, State.IN_REVISION)


def stage(order: Order) -> Stage:
    """How far an order is, for what cancelling it costs."""
    delivered = order.delivered_at is not None
    return stage_of(State(order.state), order.percent, delivered=delivered)


def can_change(order: Order) -> bool:
    """Whether a change may be asked for now."""
    return State(order.state) in CHANGEABLE and not order.change_pending and not order.on_hold


def can_cancel(order: Order) -> bool:
    """Whether both sides may agree to cancel it; a dispute has its own ways out."""
    held = order.on_hold and not order.change_pending
    return order.provider_id is not None and stage(order) in BY_AGREEMENT and not held


def customer_actions(order: Order) -> list[tuple[str, str, str]]:
    """(label as msgid, action, style) for the customer's card."""
    made: list[tuple[str, str, str]] = []
    if can_change(order):
        made.append((N_("🔄 Change the order"), "change.start", ""))
    elif order.change_pending:
        made.append((N_("🔄 The change"), "change.show", ""))
    if can_cancel(order):
        made.append((N_("✖️ Cancel order"), "cancel.ask", ""))
    return made


def provider_actions(order: Order, words: Words) -> list[tuple[str, str]]:
    """(label, action) for the provider's card."""
    made: list[tuple[str, str]] = []
    if State(order.state) not in _WORKING:
        return made
    if can_change(order):
        made.append((words.gettext("➕ New work"), "change.mark"))
    elif order.change_pending:
        made.append((words.gettext("🔄 The change"), "change.show"))
    if can_cancel(order):
        made.append((words.gettext("✖️ Cancel by agreement"), "cancel.ask"))
    return made


def waiting_line(turn: Turn, order: Order, words: Words) -> str:
    """What the open change waits for; nothing without one."""
    if not order.change_pending:
        return ""
    change = stored.open_change(turn.work.session, order)
    match change.state if change is not None else "":
        case ChangeState.REQUESTED:
            return words.gettext("a change waits for price and day")
        case ChangeState.QUOTED:
            return words.gettext("a change waits for the customer's answer")
        case ChangeState.ACCEPTED:
            return words.gettext("a change waits for its payment")
    return ""
