"""What staff do in a dispute: open one, mediate, decide who decides, look at the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_, Words
from handlers import (
    cards,
    dispute_cards,
    dispute_history,
    dispute_links,
    dispute_sides,
)
from handlers import disputes as cases
from handlers.dispute_evidence import send_all
from handlers.dispute_words import REASONS, STAGES
from handlers.events import ChatEvent
from handlers.turn import Turn
from orders.brief import Brief
from orders.dispute_stages import DisputeState
from orders.numbers import normalise
from orders.states import Actor
from storage import disputes as stored
from storage import orders
from storage.disputes import Dispute, Snapshot
from storage.records import Order
from storage.serial import typed


def case(turn: Turn, value: Mapping[str, Any]) -> tuple[Dispute, Order, Actor] | None:
    """The case behind a button in the staff group. A party to it is nobody of staff here."""
    found = stored.of_bot(turn.work.session, turn.work.bot, int(value["dispute"]))
    if found is None:
        turn.toast(N_("This button is no longer in use."))
        return None
    dispute, order = found
    actor = cases.actor_in(turn, order, turn.person)
    if actor in (None, Actor.CUSTOMER, Actor.PROVIDER):
        turn.toast(N_("You are a party to this order; a colleague has to do this."), alert=True)
        return None
    assert actor is not None
    return dispute, order, actor


# -- opening --------------------------------------------------------------------------------------------------


def on_command(turn: Turn, argument: str) -> None:
    """/dispute NUMBER: its case, or the way to open one; without a number all that are open."""
    words = turn.words(turn.business.staff_language)
    number = normalise(argument)
    order = orders.by_number(turn.work.session, turn.work.bot, number) if number else None
    if not argument.strip():
        _list(turn, words)
        return
    if order is None:
        text = words.gettext("There is no order with this number.")
        _answer(turn, words.html("notice", text=text))
        return
    dispute = stored.open_of(turn.work.session, order)
    if dispute is not None:
        dispute_cards.show_case(turn, dispute, order, anew=True)
        return
    _ask(turn, order, words)


def _list(turn: Turn, words: Words) -> None:
    session = turn.work.session
    found = [
        {
            "number": session.get_one(Order, one.order_id).number,
            "stage": words.gettext(STAGES[DisputeState(one.state)]),
            "until": one.ends_at,
            "since": one.opened_at,
        }
        for one in stored.all_open(session, turn.work.bot)
    ]
    _answer(turn, words.html("dispute/list", disputes=found))


def _ask(turn: Turn, order: Order, words: Words) -> None:
    """What a dispute that staff open is about."""
    refusal = dispute_links.check_open(turn, order, Actor.SUPPORT)
    if refusal is not None:
        _answer(turn, words.html("notice", text=refusal_text(refusal, words)))
        return
    event = turn.event
    assert isinstance(event, ChatEvent)
    codes = list(REASONS)
    turn.work.show(
        event.chat.id,
        "notice",
        f"dispute_open:{order.id}",
        Content(
            text=words.html("dispute/staff_open", order=cards.view(turn, order, words, staff=True)),
            buttons=tuple(
                (Button(label=words.gettext(REASONS[code]), action=n),)
                for n, code in enumerate(codes)
            ),
        ),
        [("dispute.staff_open", {"order": order.id, "reason": code}) for code in codes],
        anew=True,
        thread_id=event.thread,
        label="dispute/staff_open",
        order_id=order.id,
    )


def on_open(turn: Turn, value: Mapping[str, Any]) -> None:
    """Staff open a dispute for both sides."""
    event = turn.event
    assert isinstance(event, ChatEvent)
    order = turn.work.session.get_one(Order, int(value["order"]))
    actor = cases.actor_in(turn, order, turn.person)
    if actor is None or actor in (Actor.CUSTOMER, Actor.PROVIDER):
        turn.toast(N_("You are a party to this order; a colleague has to do this."), alert=True)
        return
    made = cases.open_dispute(turn, order, turn.person, actor, str(value["reason"]), "", None)
    if dispute_sides.refused(turn, made):
        return
    turn.work.show(
        event.chat.id, "notice", f"dispute_open:{order.id}", None, label="dispute/staff_open"
    )


def on_withdraw(turn: Turn, value: Mapping[str, Any]) -> None:
    found = case(turn, value)
    if found is not None:
        dispute_sides.withdraw(turn, *found)


# -- taking it ------------------------------------------------------------------------------------------------


def on_claim(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "✋ I mediate": the first wins; a lead may take it over."""
    found = case(turn, value)
    if found is None:
        return
    dispute, order, actor = found
    if dispute.mediator_id == turn.person.id:
        turn.toast(N_("You have it already."))
        return
    refusal = cases.check(turn, dispute, order, "claim", actor)
    if dispute_sides.refused(turn, refusal):
        return
    dispute.mediator_id = turn.person.id
    dispute.draft = {}
    cases.step(turn, dispute, order, "claim", actor, by=turn.person, told="claimed")


def on_arbitrate(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "✋ I decide": somebody senior who has not mediated."""
    found = case(turn, value)
    if found is None:
        return
    dispute, order, actor = found
    refusal = cases.check(turn, dispute, order, "arbitrate", actor)
    if dispute_sides.refused(turn, refusal):
        return
    dispute.arbiter_id = turn.person.id
    dispute.draft = {}
    cases.step(turn, dispute, order, "arbitrate", actor, by=turn.person, told="arbitrated")


# -- looking at it --------------------------------------------------------------------------------------------


def on_evidence(turn: Turn, value: Mapping[str, Any]) -> None:
    found = case(turn, value)
    if found is None:
        return
    dispute, order, _ = found
    event = turn.event
    assert isinstance(event, ChatEvent)
    words = turn.words(turn.business.staff_language)
    count = send_all(turn, dispute, order, event.chat.id, words, None, event.thread)
    if not count:
        turn.toast(N_("There is no evidence yet."))


def on_history(turn: Turn, value: Mapping[str, Any]) -> None:
    found = case(turn, value)
    if found is None:
        return
    event = turn.event
    assert isinstance(event, ChatEvent)
    words = turn.words(turn.business.staff_language)
    dispute_history.send(turn, *found[:2], event.chat.id, words, None, event.thread)


def on_snapshot(turn: Turn, value: Mapping[str, Any]) -> None:
    """How the case stood when it was opened: the brief, the messages, the reports, the deliveries, the money."""
    found = case(turn, value)
    if found is None:
        return
    dispute, order, _ = found
    snapshot = turn.work.session.get(Snapshot, dispute.id)
    if snapshot is None:
        turn.toast(N_("This button is no longer in use."))
        return
    words = turn.words(turn.business.staff_language)
    body = snapshot.body
    _answer(
        turn,
        words.html(
            "dispute/snapshot",
            number=order.number,
            at=snapshot.at,
            digest=snapshot.digest,
            brief=typed(Brief, body["brief"][-1]["body"]),
            versions=len(body["brief"]),
            messages=[
                {
                    "customer": one["from_person"] == order.customer_id,
                    "text": one["text"],
                    "files": len(one["files"]),
                }
                for one in body["messages"][-12:]
            ],
            more=max(0, len(body["messages"]) - 12),
            reports=len(body["reports"]),
            deliveries=len(body["deliveries"]),
            payments=[words.price(one["amount"], one["currency"]) for one in body["payments"]],
            refunds=[words.price(one["amount"], one["currency"]) for one in body["refunds"]],
        ),
    )


def _answer(turn: Turn, text: str) -> None:
    event = turn.event
    assert isinstance(event, ChatEvent)
    turn.work.send(event.chat.id, Content(text=text), thread_id=event.thread, label="staff/answer")
