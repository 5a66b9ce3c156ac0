"""A delivery in the customer's hands: accepted, sent back for changes, or not right at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_, Words
from handlers import calling, cards, context, moving, relaying, telling
from handlers.albums import media_of
from handlers.card_actions import accept_by, decisions
from handlers.checklists import items_of, lines_of
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.clock import shift_out_of_quiet
from orders.lifecycle import Actor, Move, State, earliest_after_warning
from orders.refusal import Refusal
from storage import deliveries, orders
from storage.records import Order
from storage.working import Delivery

#: To decide in, after a problem was settled.
_AT_LEAST = timedelta(days=1)


def subject(delivery: Delivery) -> str:
    return f"delivery:{delivery.id}"


# -- the card -------------------------------------------------------------------------------------------------


def show(turn: Turn, order: Order, delivery: Delivery, *, anew: bool = False) -> None:
    """The delivery in the customer's chat, with what can be done while it waits for them."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    waits = delivery.state == "sent" and order.state == State.DELIVERED
    buttons = decisions(order) if waits else []
    turn.work.show(
        customer.user_id,
        "notice",
        subject(delivery),
        Content(
            text=text_of(turn, order, delivery, words),
            buttons=tuple(
                (Button(label=words.gettext(label), action=n, style=style),)  # type: ignore[arg-type]
                for n, (label, _, style) in enumerate(buttons)
            ),
        ),
        [(action, {"order": order.id}) for _, action, _ in buttons],
        anew=anew,
        label="delivery/card",
        order_id=order.id,
    )


def text_of(turn: Turn, order: Order, delivery: Delivery, words: Words) -> str:
    """What the customer reads about a delivery; a draft is shown as if it were sent."""
    plan = orders.service_of(turn.work.session, order).plan(order.plan)
    allowed = (plan.revisions if plan is not None else 0) + order.extra_revisions
    before = [one for one in deliveries.of_order(turn.work.session, order) if one.n < delivery.n]
    return words.html(
        "delivery/card",
        order=cards.view(turn, order, words),
        delivery=delivery,
        items=items_of(delivery, words),
        checklist=[
            text
            for text, _ in lines_of(
                turn, order, delivery, words, wanted=before[-1].wanted if before else ""
            )
        ],
        until=moving.slot_due(turn, order, "accept_72") if delivery.state == "sent" else None,
        allowed=allowed,
        left=max(allowed - order.revisions_used, 0),
        again=delivery.n > 1,
    )


def mine(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Delivery] | None:
    """The customer's order behind a button, with the delivery that waits for them."""
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    delivery = deliveries.latest_sent(turn.work.session, order) if order is not None else None
    if order is None or delivery is None:
        turn.toast(N_("This button is no longer in use."))
        return None
    if order.state != State.DELIVERED or delivery.state != "sent":
        turn.toast(N_("You have decided about this delivery already."))
        show(turn, order, delivery)
        return None
    return order, delivery


# -- accepted, or later ---------------------------------------------------------------------------------------


def on_accept(turn: Turn, value: Mapping[str, Any]) -> None:
    """The work is done: only now the thank-you."""
    found = mine(turn, value)
    if found is None:
        return
    order, _ = found
    forget_questions(turn, order)
    made = moving.move(
        turn, order, "accept_delivery", Actor.CUSTOMER, actor_id=turn.person.id, quiet=True
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    telling.tell(turn, order, made)
    turn.toast(N_("Accepted. Thank you!"))


def on_extend(turn: Turn, value: Mapping[str, Any]) -> None:
    """One tap: as much time again to look at it."""
    found = mine(turn, value)
    if found is None:
        return
    order, delivery = found
    made = moving.move(turn, order, "extend_acceptance", Actor.CUSTOMER, actor_id=turn.person.id)
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    _close_warning(turn, order)
    show(turn, order, delivery)


def follow(turn: Turn, order: Order, made: Move) -> None:
    """An order has left "delivered": the delivery says what became of it."""
    if made.source is not State.DELIVERED or made.target is State.DELIVERED:
        return
    delivery = deliveries.latest_sent(turn.work.session, order)
    if delivery is None:
        return
    delivery.state = "accepted" if made.target is State.COMPLETED else "returned"
    delivery.closed_at = turn.now
    if delivery.problem_at is not None:
        delivery.problem_at = None
        calling.problem_settled(turn, order)
    turn.work.session.flush()
    _close_warning(turn, order)
    show(turn, order, delivery)


def _close_warning(turn: Turn, order: Order) -> None:
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    if turn.work.surface(customer.user_id, "notice", f"accept_warn:{order.id}") is not None:
        turn.work.show(
            customer.user_id, "notice", f"accept_warn:{order.id}", None, label="delivery/warning"
        )


def waiting(turn: Turn, order: Order) -> Delivery | None:
    delivery = deliveries.latest_sent(turn.work.session, order)
    if order.state != State.DELIVERED or order.customer_id != turn.person.id:
        return None
    return delivery


def forget_questions(turn: Turn, order: Order) -> None:
    """The question what should change is answered, or no longer asked."""
    if turn.work.surface(turn.person.user_id, "notice", f"revise:{order.id}") is not None:
        turn.work.show(
            turn.person.user_id, "notice", f"revise:{order.id}", None, label="delivery/revise"
        )


# -- something is wrong ---------------------------------------------------------------------------------------


def on_problem(turn: Turn, value: Mapping[str, Any]) -> None:
    """Words come first; once they are here, nothing is accepted until a person has looked."""
    found = mine(turn, value)
    if found is None:
        return
    order, _ = found
    context.want(turn, order, "problem")
    turn.say(turn.person, "delivery/problem", number=order.number, step="ask", order_id=order.id)


def on_problem_typed(turn: Turn, wish: Wish) -> None:
    """What is wrong: staff get it with the order, and pictures with it."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    order = wish.order
    delivery = waiting(turn, order)
    context.fulfilled(turn)
    if delivery is None:
        relaying.pass_on(turn, order)
        return
    if event.album is not None:
        context.keep_album(turn, order, event.album, "problem")
    if delivery.problem_at is None:
        delivery.problem_at = turn.now
        turn.work.session.flush()
        show(turn, order, delivery)
        cards.refresh(turn, order)
        turn.say(
            turn.person, "delivery/problem", number=order.number, step="told", order_id=order.id
        )
    calling.problem(
        turn, order, event.text.strip(), [media_of(asdict(file)) for file in event.files]
    )


def on_settled(turn: Turn, value: Mapping[str, Any]) -> None:
    """Staff say that the problem is settled: the time to accept goes on where it stood, a day at least."""
    order = turn.work.session.get_one(Order, int(value["order"]))
    delivery = deliveries.latest_sent(turn.work.session, order)
    if turn.person.id in (order.customer_id, order.provider_id):
        turn.toast(N_("This is your own order; a colleague has to decide."), alert=True)
        return
    if delivery is None or delivery.problem_at is None:
        turn.toast(N_("Already done."))
        return
    if order.state == State.DELIVERED:
        _go_on(turn, order, delivery.problem_at)
    delivery.problem_at = None
    turn.work.session.flush()
    calling.problem_settled(turn, order)
    show(turn, order, delivery)
    cards.refresh(turn, order)
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    turn.say(
        customer,
        "delivery/problem",
        number=order.number,
        step="settled",
        until=moving.slot_due(turn, order, "accept_72"),
        order_id=order.id,
    )


def _go_on(turn: Turn, order: Order, reported: datetime) -> None:
    """The clock stood still since a problem was reported; a hold has stopped it by itself."""
    assert order.delivered_at is not None
    stood = (order.held_since or turn.now) - reported
    order.delivered_at += max(stood, timedelta(0))
    left = accept_by(order) - turn.now
    order.delivered_at += max(_AT_LEAST - left, timedelta(0))
    turn.work.session.flush()
    moving.set_timers(turn, order)


# -- the clock ------------------------------------------------------------------------------------------------


def has_problem(turn: Turn, order: Order) -> bool:
    """Whether the machine has to keep its hands off."""
    delivery = deliveries.latest_sent(turn.work.session, order)
    return delivery is not None and delivery.problem_at is not None


def on_warn(turn: Turn, order: Order, slot: str) -> None:
    """Two days, then two hours before the end: once each, not at night.

    A warning that has to wait for the morning takes the deadline with it: nothing is accepted in somebody's sleep
    unwarned. One whose successor is due as well (after an outage) is dropped.
    """
    event = turn.event
    params = getattr(event, "params", {})
    following = {"accept_warn_48": "accept_warn_70", "accept_warn_70": "accept_72"}[slot]
    if has_problem(turn, order) or (
        moving.is_due(turn, order, following) and not params.get("put_off")
    ):
        return
    due = moving.slot_due(turn, order, "accept_72")
    assert due is not None
    morning = shift_out_of_quiet(turn.now, turn.business.quiet, turn.business.zone)
    if morning > turn.now:
        if slot == "accept_warn_70":
            later = earliest_after_warning(due, morning)
            if later > due:
                moving.put_off(turn, order, "accept_72", later)
            turn.work.set_timer(
                moving.TIMER,
                moving.subject(order),
                slot,
                morning,
                {"order": order.id, "put_off": True},
            )
        else:
            moving.put_off(turn, order, slot, morning)
        return
    until = earliest_after_warning(due, turn.now) if slot == "accept_warn_70" else due
    if until > due:
        moving.put_off(turn, order, "accept_72", until)
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    buttons = decisions(order)
    turn.work.show(
        customer.user_id,
        "notice",
        f"accept_warn:{order.id}",
        Content(
            text=words.html(
                "delivery/warning",
                order=cards.view(turn, order, words),
                until=until,
                last=slot == "accept_warn_70",
            ),
            buttons=tuple(
                (Button(label=words.gettext(label), action=n, style=style),)  # type: ignore[arg-type]
                for n, (label, _, style) in enumerate(buttons)
            ),
        ),
        [(action, {"order": order.id}) for _, action, _ in buttons],
        anew=True,
        label="delivery/warning",
        order_id=order.id,
        priority=2,
    )
