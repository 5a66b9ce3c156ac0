"""A brief that waits for a person: cleared, refused, asked about; hurried by the customer, and kept to its time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import (
    audit,
    cards,
    moving,
    refunding,
    review_view,
    telling,
)
from handlers import vetting_questions as questions
from handlers.events import TimerEvent
from handlers.turn import Turn
from orders.clock import shift_out_of_quiet
from orders.lifecycle import Actor, Move, State
from orders.refusal import Refusal
from storage import orders
from storage import vetting as stored
from storage.records import Order

TIMER = questions.TIMER
#: An overdue review comes up again in the staff chat.
AGAIN_AFTER = timedelta(hours=12)
#: How many of the others in the queue see their new place at once.
_OTHERS = 20


# -- staff decide ---------------------------------------------------------------------------------------------


def on_mode(turn: Turn, value: Mapping[str, Any]) -> None:
    """Other buttons below the brief: reasons to refuse, questions to ask, or the usual ones again."""
    found = questions.at_desk(turn, value)
    if found is not None and turn.business.staff_chat is not None:
        cards.announce(turn, found[0], turn.business.staff_chat, mode=str(value["mode"]))


def on_clear(turn: Turn, value: Mapping[str, Any]) -> None:
    _decide(turn, value, "clear")


def on_refuse(turn: Turn, value: Mapping[str, Any]) -> None:
    """Refused for the reason that was tapped; everything paid goes back."""
    _decide(turn, value, "refuse")


def _decide(turn: Turn, value: Mapping[str, Any], name: str) -> None:
    """Carry out a decision about a brief that waits for review. Nobody decides about their own order."""
    found = questions.at_desk(turn, value)
    if found is None:
        return
    order, row = found
    own = order.customer_id == turn.person.id
    if not own:
        # Before the move: what it tells people reads this.
        row.why = str(value.get("why", ""))
        row.decided_by = turn.person.id
        turn.work.session.flush()
    made = moving.move(
        turn, order, name, Actor.SUPPORT, actor_id=turn.person.id, own=own, quiet=True
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words()), alert=True)
        return
    audit.record(turn, f"review.{name}", order, why=row.why)
    if made.refund == "full":
        order.cancel_reason = "refused"
        refunding.refund_all(turn, order, "refused")
    telling.tell(turn, order, made)
    turn.toast(N_("Thank you, the customer has been told."))


def left(turn: Turn, order: Order, made: Move) -> None:
    """An order is no longer waiting for review: note how it ended, and tell the others their new place."""
    session = turn.work.session
    row = stored.open_of(session, order)
    if row is not None:
        row.decision = {"clear": "cleared", "refuse": "refused"}.get(made.name, "gone")
        row.decided_at = turn.now
        if row.decision == "gone":
            row.decided_by = None
        session.flush()
        if row.asked_at is not None:
            questions.show(turn, order, row)
    turn.work.drop_timers(moving.subject(order), kind=TIMER)
    for other in stored.waiting_orders(session, turn.work.bot, _OTHERS):
        customer = orders.person_by_id(session, other.customer_id)
        if turn.work.surface(customer.user_id, "card", cards.subject(other)) is not None:
            cards.show_card(turn, other)


# -- the customer asks to hurry -------------------------------------------------------------------


def on_hurry(turn: Turn, value: Mapping[str, Any]) -> None:
    """The customer asks to hurry, once: staff hear of it, and the customer hears what that means."""
    found = questions.mine(turn, value)
    if found is None:
        return
    order, row = found
    if row.hurried_at is not None:
        turn.toast(N_("You have asked already; our staff know."))
        return
    row.hurried_at = turn.now
    turn.work.session.flush()
    cards.refresh(turn, order)
    if turn.business.staff_chat is not None:
        cards.announce(turn, order, turn.business.staff_chat, anew=True)
    turn.toast(
        N_("Our staff have been told. It stays as promised: a decision by the time on the card."),
        alert=True,
    )


# -- the clock ------------------------------------------------------------------------------------------------


def on_slot(turn: Turn, order: Order, slot: str) -> None:
    """The decision is due soon, or overdue: staff are told again, and the customer honestly."""
    row = stored.open_of(turn.work.session, order)
    chat = turn.business.staff_chat
    if row is None or row.due_at is None or review_view.asking(row):
        return
    overdue = row.due_at <= turn.now
    if slot == "review_warn" and overdue:
        # After an outage: the deadline itself says more.
        return
    if chat is not None:
        cards.announce(turn, order, chat, anew=True)
    if slot == "review_due" and overdue:
        moving.put_off(turn, order, slot, turn.now + AGAIN_AFTER)
        if turn.now < row.due_at + AGAIN_AFTER:
            morning = shift_out_of_quiet(turn.now, turn.business.quiet, turn.business.zone)
            params = {"order": order.id, "due": row.due_at.isoformat()}
            turn.work.set_timer(TIMER, moving.subject(order), "late", morning, params)
    cards.refresh(turn, order)


def on_timer(turn: Turn) -> None:
    """What the customer hears while the brief is looked at, not at night."""
    event = turn.event
    assert isinstance(event, TimerEvent)
    order = turn.work.session.get(Order, int(str(event.params["order"])))
    row = stored.open_of(turn.work.session, order) if order is not None else None
    if order is None or row is None or order.state != State.AWAITING_REVIEW:
        return
    match event.slot:
        case "late" if not review_view.asking(row):
            _confess(turn, order)
        case "nudge" if review_view.asking(row):
            morning = shift_out_of_quiet(turn.now, turn.business.quiet, turn.business.zone)
            if morning > turn.now:
                turn.work.set_timer(TIMER, event.subject, "nudge", morning, event.params)
            else:
                questions.show(turn, order, row, reminder=True)
        case "silent" if review_view.asking(row) and turn.business.staff_chat is not None:
            cards.announce(turn, order, turn.business.staff_chat, anew=True)


def _confess(turn: Turn, order: Order) -> None:
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    seen = review_view.of(turn, order, words)
    assert seen is not None
    turn.say(
        customer,
        "told/review_late",
        order=cards.view(turn, order, words),
        review=seen,
        order_id=order.id,
        priority=2,
    )
    cards.show_card(turn, order, anew=True)
