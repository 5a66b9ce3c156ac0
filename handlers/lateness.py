"""An order is late: everybody is told, and what the customer may do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import cards, moving, refunding, telling
from handlers.turn import Turn
from orders.lifecycle import WINDOWS, Actor, State
from orders.refusal import Refusal
from storage import orders
from storage.records import Order


def may_cancel(turn: Turn, order: Order) -> bool:
    """Whether the customer may cancel for lateness now, with everything returned: not while the clocks stand still."""
    return (
        order.state == State.IN_PROGRESS
        and not order.on_hold
        and order.delivered_at is None
        and order.due_at is not None
        and turn.now > order.due_at + WINDOWS.cancel_late
    )


def on_very_late(turn: Turn, order: Order, slot: str) -> None:
    """A day late: the customer may cancel now, staff are asked to step in."""
    if order.due_at is None or order.delivered_at is not None:
        return
    cards.refresh(turn, order)
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    value = {"order": order.id}
    turn.work.show(
        customer.user_id,
        "notice",
        f"very_late:{order.id}",
        Content(
            text=words.html("late/may_cancel", order=cards.view(turn, order, words)),
            buttons=(
                (Button(label=words.gettext("✉️ Message your specialist"), action=0),),
                (Button(label=words.gettext("✖️ Cancel, full refund"), action=1),),
            ),
        ),
        [("order.message", value), ("order.cancel_late", value)],
        anew=True,
        label="late/may_cancel",
        order_id=order.id,
    )
    telling.tell_staff(turn, order, "staff/very_late")


def on_cancel(turn: Turn, value: Mapping[str, Any]) -> None:
    """What it would cost (nothing) is said before anything happens."""
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is None:
        turn.toast(N_("This button is no longer in use."))
        return
    if order.on_hold and order.state == State.IN_PROGRESS:
        turn.toast(refusal_text(Refusal("order_on_hold"), turn.words()), alert=True)
        return
    if not may_cancel(turn, order):
        turn.toast(N_("That is no longer possible: the order has moved on."), alert=True)
        return
    words = turn.words()
    turn.work.show(
        turn.person.user_id,
        "notice",
        f"cancel:{order.id}",
        Content(
            text=words.html("late/cancel_ask", order=cards.view(turn, order, words)),
            buttons=(
                (Button(label=words.gettext("Yes, cancel it"), action=0, style="danger"),),
                (Button(label=words.gettext("No, keep it"), action=1),),
            ),
        ),
        [("order.cancel_late_yes", {"order": order.id}), ("order.cancel_no", {"order": order.id})],
        anew=True,
        label="late/cancel_ask",
        order_id=order.id,
    )


def on_cancel_yes(turn: Turn, value: Mapping[str, Any]) -> None:
    """Cancelled for lateness: everything goes back."""
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is None:
        turn.toast(N_("This button is no longer in use."))
        return
    for notice in (f"cancel:{order.id}", f"very_late:{order.id}"):
        if turn.work.surface(turn.person.user_id, "notice", notice) is not None:
            turn.work.show(turn.person.user_id, "notice", notice, None, label="late/cancel_ask")
    made = moving.move(
        turn, order, "cancel_late", Actor.CUSTOMER, actor_id=turn.person.id, quiet=True
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    order.cancel_reason = "late"
    refunding.refund_all(turn, order, "late")
    cards.refresh(turn, order)
    telling.tell(turn, order, made)
