"""What staff do in a dispute: open one, mediate, decide who decides, look at the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Content
from dialogs.wording import refusal_text
from dialogs.words import N_, Words
from handlers import (
    audit,
    cards,
    dispute_cards,
    dispute_history,
    dispute_links,
    dispute_opening,
    dispute_papers,
    dispute_pick,
    dispute_sides,
    telling,
)
from handlers import disputes as cases
from handlers.dispute_evidence import send_all
from handlers.dispute_words import REASONS, STAGES
from handlers.events import ChatEvent
from handlers.turn import Turn
from orders.brief import Brief
from orders.dispute_stages import DisputeState
from orders.dispute_terms import REASONS as REASONS_OF
from orders.dispute_terms import Side
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
    """/dispute NUMBER, and what happened: its case, or the way to open one; alone all that are open."""
    words = turn.words(turn.business.staff_language)
    head, _, said = argument.strip().partition(" ")
    number = normalise(head)
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
    refusal = dispute_links.check_open(turn, order, Actor.SUPPORT)
    if refusal is not None:
        _answer(turn, words.html("notice", text=refusal_text(refusal, words)))
        return
    value = {"order": order.id, "words": said.strip()[: dispute_opening.WORDS_MOST]}
    _ask(turn, order, value, anew=True)


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


#: For whom staff open a dispute; with nobody's name it is the team's own.
_FOR = (
    (Side.CUSTOMER, N_("👤 For the customer")),
    (Side.PROVIDER, N_("🛠 For the specialist")),
    (None, N_("⚖️ In our own name")),
)
OPEN_FOR = "dispute.staff_open"


def _ask(turn: Turn, order: Order, value: Mapping[str, Any], *, anew: bool = False) -> None:
    """For whom a dispute that staff open is, and what it is about."""
    event = turn.event
    assert isinstance(event, ChatEvent)
    words = turn.words(turn.business.staff_language)
    rows = dispute_pick.Rows()
    if "side" not in value:
        for side, label in _FOR:
            rows.add((words.gettext(label), OPEN_FOR, {**value, "side": str(side or "")}))
    else:
        given = str(value["side"])
        for code in REASONS_OF[Side(given)] if given else REASONS:
            rows.add((words.gettext(REASONS[code]), OPEN_FOR, {**value, "reason": code}))
        back = {key: value[key] for key in value if key != "side"}
        rows.add((words.gettext("⬅️ Back"), OPEN_FOR, back))
    turn.work.show(
        event.chat.id,
        "notice",
        f"dispute_open:{order.id}",
        Content(
            text=words.html(
                "dispute/staff_open",
                order=cards.view(turn, order, words, staff=True),
                said=value.get("words", ""),
                step="reason" if "side" in value else "side",
            ),
            buttons=rows.buttons,
        ),
        rows.actions,
        anew=anew,
        thread_id=event.thread,
        label="dispute/staff_open",
        order_id=order.id,
    )


def on_open(turn: Turn, value: Mapping[str, Any]) -> None:
    """The next question; with the last answer the dispute is opened, in the name of that side or of the team."""
    event = turn.event
    assert isinstance(event, ChatEvent)
    order = turn.work.session.get_one(Order, int(value["order"]))
    actor = cases.actor_in(turn, order, turn.person)
    if actor is None or actor in (Actor.CUSTOMER, Actor.PROVIDER):
        turn.toast(N_("You are a party to this order; a colleague has to do this."), alert=True)
        return
    if "reason" not in value:
        _ask(turn, order, value)
        return
    side = Side(value["side"]) if value.get("side") else None
    made = cases.open_dispute(
        turn,
        order,
        turn.person,
        actor,
        str(value["reason"]),
        str(value.get("words", "")),
        None,
        side=side,
    )
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
    """ "✋ I mediate": the first wins; "✋ Take it over": a lead, or anybody from one who has left the staff."""
    found = case(turn, value)
    if found is None:
        return
    dispute, order, actor = found
    before = dispute.mediator_id
    if before == turn.person.id:
        turn.toast(N_("You have it already."))
        return
    refusal = cases.check(turn, dispute, order, "claim", actor)
    if dispute_sides.refused(turn, refusal):
        return
    dispute.mediator_id = turn.person.id
    dispute.draft = {}
    told = "claimed" if before is None else "taken_over"
    cases.step(turn, dispute, order, "claim", actor, by=turn.person, told=told)
    _taken(turn, dispute, order, before)


def on_arbitrate(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "✋ I decide": somebody senior who has not mediated; so may another take it over from them."""
    found = case(turn, value)
    if found is None:
        return
    dispute, order, actor = found
    before = dispute.arbiter_id
    if before == turn.person.id:
        turn.toast(N_("You have it already."))
        return
    refusal = cases.check(turn, dispute, order, "arbitrate", actor)
    if dispute_sides.refused(turn, refusal):
        return
    dispute.arbiter_id = turn.person.id
    dispute.draft = {}
    cases.step(turn, dispute, order, "arbitrate", actor, by=turn.person, told="arbitrated")
    _taken(turn, dispute, order, before)


def _taken(turn: Turn, dispute: Dispute, order: Order, before: int | None) -> None:
    """What a colleague had: their half-written paper is gone, and they see who has it now."""
    if before is None:
        return
    dispute_papers.close(turn, dispute)
    audit.record(turn, "dispute.taken_over", order, dispute=dispute.n, before=before)
    telling.tell_staff(
        turn,
        order,
        "dispute/taken_over",
        name=turn.person.name,
        before=orders.person_by_id(turn.work.session, before).name,
    )


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
