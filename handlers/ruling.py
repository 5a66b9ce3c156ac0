"""/rule NUMBER why, in the staff group: a lead ends an order, lets the work count as done, or sends it back to work.

Where a dispute is open its arbiter rules (`handlers.dispute_ending`); this is for everything else that stands still.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_, Words
from handlers import audit, cards, completing, moving, refunding, returned
from handlers.dispute_words import terms_of, terms_text
from handlers.events import ChatEvent
from handlers.named_orders import answer, named
from handlers.turn import Turn
from orders.dispute_terms import Outcome, Terms, divided, target
from orders.refusal import Refusal, refuse
from orders.states import Actor, State
from storage import orders
from storage.records import Order
from storage.serial import plain

#: Characters of the reason that are kept.
REASON_MOST = 2000
_WAITING = (State.DRAFT, State.AWAITING_PAYMENT, State.AWAITING_REVIEW, State.AWAITING_PROVIDER)
_AT_WORK = (State.IN_PROGRESS, State.AWAITING_CUSTOMER, State.IN_REVISION, State.DELIVERED)


def choices(order: Order) -> tuple[Terms, ...]:
    """What an order in its state can be ruled to; nothing once it is over."""
    if order.state in _WAITING:
        return (Terms(Outcome.REFUND),)
    if order.state not in _AT_WORK:
        return ()
    parts = tuple(Terms(Outcome.SPLIT, percent=percent) for percent in (75, 50, 25))
    again = (Terms(Outcome.REDO, days=3), Terms(Outcome.REDO, days=7))
    return (
        Terms(Outcome.RELEASE),
        Terms(Outcome.REFUND),
        *parts,
        *(again if order.state == State.DELIVERED else ()),
    )


def on_rule(turn: Turn, argument: str) -> None:
    """What can be decided, with what each side gets. Both sides read the reason."""
    words = turn.words(turn.business.staff_language)
    order, why = named(turn, argument)
    if order is None:
        text = words.gettext("There is no order with this number.")
    elif not why:
        text = words.gettext(
            "Please write why: /rule NUMBER and then a sentence that both sides will read."
        )
    else:
        refusal = _refusal(turn, order)
        if refusal is None:
            _show(turn, order, why[:REASON_MOST])
            return
        text = refusal_text(refusal, words)
    answer(turn, text)


def _refusal(turn: Turn, order: Order) -> Refusal | None:
    """Why this person cannot rule on it now."""
    if turn.person.id in (order.customer_id, order.provider_id):
        return refuse("dispute_party")
    if order.on_hold:
        return refuse("order_on_hold")
    if not choices(order):
        return refuse("order_wrong_state", transition="rule", state=order.state)
    return None


def _label(terms: Terms, words: Words) -> str:
    match terms.outcome:
        case Outcome.RELEASE:
            return words.gettext("✅ The work counts as done")
        case Outcome.REDO:
            return words.gettext("🛠 Back to work, {days}", days=words.days(terms.days or 0))
        case Outcome.SPLIT:
            return words.gettext("✖️ End it, {percent} % back", percent=terms.percent)
    return words.gettext("✖️ End it, everything back")


def _show(turn: Turn, order: Order, why: str, *, done: Terms | None = None, by: str = "") -> None:
    """The question; once it is decided, what came of it."""
    event = turn.event
    assert isinstance(event, ChatEvent)
    words = turn.words(turn.business.staff_language)
    over = refunding.refundable(turn, order)
    offered = () if done else choices(order)
    value = {"order": order.id, "version": order.version, "over": over.amount, "why": why}
    acts = [("order.rule", {**value, "terms": plain(terms)}) for terms in offered]
    buttons = [(Button(label=_label(terms, words), action=n),) for n, terms in enumerate(offered)]
    if not done:
        leave = Button(label=words.gettext("‹ Leave it as it is"), action=len(offered))
        buttons.append((leave,))
        acts.append(("order.rule_no", {"order": order.id}))
    turn.work.show(
        event.chat.id,
        "notice",
        f"rule:{order.id}",
        Content(
            text=words.html(
                "staff/rule",
                order=cards.view(turn, order, words, staff=True),
                why=why,
                by=by,
                lines=[terms_text(terms, over, words) for terms in offered],
                done=_label(done, words) if done else "",
            ),
            buttons=tuple(buttons),
        ),
        acts,
        anew=not done,
        thread_id=event.thread,
        label="staff/rule",
        order_id=order.id,
    )


def on_decide(turn: Turn, value: Mapping[str, Any]) -> None:
    """Carried out at once: the order, the money, and both sides told."""
    order = turn.work.session.get_one(Order, int(value["order"]))
    terms = terms_of(value["terms"])
    assert terms is not None
    refusal = _refusal(turn, order)
    # Only what was shown is carried out: neither order nor money may have moved since.
    over = refunding.refundable(turn, order)
    now = (order.version, over.amount)
    shown = (int(value["version"]), int(value["over"]))
    if refusal is None and (now != shown or terms not in choices(order)):
        refusal = refuse("order_moved_on", state=order.state)
    if refusal is not None:
        turn.toast(refusal_text(refusal, turn.words())[:200], alert=True)
        return
    why = str(value["why"])
    back, _ = divided(terms, over)
    goal = target(terms, delivered=order.delivered_at is not None)
    made = moving.move(
        turn,
        order,
        "rule",
        Actor.LEAD,
        actor_id=turn.person.id,
        note=why,
        target=goal,
        percent=terms.percent,
        due_at=turn.now + timedelta(days=terms.days) if terms.days else None,
        quiet=True,
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    if goal is State.CANCELLED:
        order.cancel_reason = "ruling"
    if back.amount:
        given = refunding.refund_part(turn, order, back, "ruling", approved_by=turn.person)
        assert not isinstance(given, Refusal), given.code
    if terms.outcome is Outcome.REFUND:
        returned.take_out(turn, order)
    if goal is not State.IN_REVISION:
        completing.settle(turn, order)
        completing.free(turn, order)
    audit.record(turn, "order.rule", order, outcome=str(terms.outcome), percent=terms.percent or 0)
    cards.refresh(turn, order)
    _show(turn, order, why, done=terms, by=turn.person.name)
    for person_id in (order.customer_id, order.provider_id):
        if person_id is None:
            continue
        person = orders.person_by_id(turn.work.session, person_id)
        words = turn.words(person.language)
        turn.say(
            person,
            "told/ruled",
            order=cards.view(turn, order, words),
            outcome=str(terms.outcome),
            why=why,
            back=words.money(back) if back.amount and person_id == order.customer_id else "",
            due=order.due_at if goal is State.IN_REVISION else None,
            mine=person_id == order.customer_id,
            order_id=order.id,
        )
    turn.toast(N_("Decided; both sides have been told."))


def on_leave(turn: Turn, value: Mapping[str, Any]) -> None:
    event = turn.event
    assert isinstance(event, ChatEvent)
    turn.work.show(event.chat.id, "notice", f"rule:{int(value['order'])}", None, label="staff/rule")
    turn.toast(N_("It stays as it is."))
