"""/reopen NUMBER in the staff group: work on a completed order begins again, by the day that is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import audit, cards, desk_commands, moving, permits
from handlers.events import ChatEvent
from handlers.named_orders import answer, named
from handlers.turn import Turn
from orders.lifecycle import Actor, decide
from orders.refusal import Refusal, refuse
from orders.roles import Action
from storage import deliveries
from storage.records import Order

#: Days for the work, from now; the first is what the lifecycle gives when nobody chooses.
DAYS = (3, 5, 7, 14)
#: Characters of what is still to be done that are kept.
WISH_MOST = 2000


#: Who may is asked by role; the lifecycle knows it as support's.
_AS = Actor.SUPPORT


def on_reopen(turn: Turn, argument: str) -> None:
    """/reopen: the ticket whose place it is written in; with a number and what is to be done, that order."""
    if argument.strip():
        _on_order(turn, argument)
    else:
        desk_commands.on_reopen(turn, argument)


def subject(order: Order) -> str:
    return f"reopen:{order.id}"


def _on_order(turn: Turn, argument: str) -> None:
    """What opening it again means, and by when the work is to be done. Both sides read the wish."""
    if not permits.permitted(turn, Action.ORDER_REOPEN):
        return
    words = turn.words(turn.business.staff_language)
    order, wish = named(turn, argument)
    if order is None:
        text = words.gettext("There is no order with this number.")
    elif not wish:
        text = words.gettext(
            "Please write what is still to be done: /reopen NUMBER and then a sentence that both sides will read."
        )
    else:
        refusal = _refusal(turn, order)
        if refusal is None:
            _show(turn, order, wish[:WISH_MOST])
            return
        text = refusal_text(refusal, words)
    answer(turn, text)


def _refusal(turn: Turn, order: Order) -> Refusal | None:
    """Why this person cannot open it again now."""
    if turn.person.id in (order.customer_id, order.provider_id):
        return refuse("dispute_party")
    if order.on_hold:
        return refuse("order_on_hold")
    made = decide("reopen", moving.facts_of(turn, order), _AS, turn.now)
    return made if isinstance(made, Refusal) else None


def _show(turn: Turn, order: Order, wish: str, *, by: str = "") -> None:
    """The question; once it is answered, what came of it."""
    event = turn.event
    assert isinstance(event, ChatEvent)
    words = turn.words(turn.business.staff_language)
    payout = deliveries.payout_of(turn.work.session, order)
    asking = not by
    value = {"order": order.id, "wish": wish}
    days = [
        Button(label=words.days(n), action=index, style="primary" if not index else "")
        for index, n in enumerate(DAYS)
    ]
    stay = Button(label=words.gettext("✖️ Leave it completed"), action=len(DAYS))
    turn.work.show(
        event.chat.id,
        "notice",
        subject(order),
        Content(
            text=words.html(
                "staff/reopen",
                order=cards.view(turn, order, words, staff=True),
                wish=wish,
                by=by,
                due=order.due_at,
                paid_out=payout is not None and payout.state == "paid",
                earned=words.price(payout.price - payout.fee, payout.currency) if payout else "",
            ),
            buttons=(tuple(days), (stay,)) if asking else (),
        ),
        [
            *(("order.reopen", {**value, "days": n}) for n in DAYS),
            ("order.reopen_no", {"order": order.id}),
        ]
        if asking
        else [],
        anew=asking,
        thread_id=event.thread,
        label="staff/reopen",
        order_id=order.id,
    )


def on_days(turn: Turn, value: Mapping[str, Any]) -> None:
    """Open again: what was earned returns to the order, the clocks run, both sides are told."""
    order = turn.work.session.get_one(Order, int(value["order"]))
    refusal = _refusal(turn, order)
    if refusal is not None:
        turn.toast(refusal_text(refusal, turn.words())[:200], alert=True)
        return
    wish = str(value["wish"])
    delivery = deliveries.latest_sent(turn.work.session, order)
    if delivery is not None:
        # What the next delivery is measured by, as when the customer asks for changes.
        delivery.wanted = wish
    made = moving.move(
        turn,
        order,
        "reopen",
        _AS,
        actor_id=turn.person.id,
        note=wish,
        due_at=turn.now + timedelta(days=int(value["days"])),
    )
    assert not isinstance(made, Refusal), made.code
    audit.record(turn, "order.reopen", order, days=int(value["days"]), wish=wish[:200])
    _show(turn, order, wish, by=turn.person.name)
    turn.toast(N_("It is open again. Both sides have been told."))


def on_leave(turn: Turn, value: Mapping[str, Any]) -> None:
    event = turn.event
    assert isinstance(event, ChatEvent)
    order = turn.work.session.get_one(Order, int(value["order"]))
    turn.work.show(event.chat.id, "notice", subject(order), None, label="staff/reopen")
    turn.toast(N_("It stays as it is."))
