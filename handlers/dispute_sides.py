"""What the two sides do in a dispute: answer, offer, accept, agree, ask for a mediator, withdraw, look back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import (
    context,
    dispute_ending,
    dispute_evidence,
    dispute_history,
    dispute_pick,
    relaying,
)
from handlers import disputes as cases
from handlers.context import Wish
from handlers.dispute_pick import Rows
from handlers.dispute_words import left, terms_of, terms_text
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.dispute_stages import OPEN, DisputeState
from orders.dispute_terms import check_terms, possible
from orders.disputes import DisputeMove
from orders.refusal import Refusal
from orders.states import Actor, State
from storage import disputes as stored
from storage.disputes import Dispute, DisputeOffer
from storage.records import Order
from storage.serial import plain

OFFER = "dispute.offer"
WORDS_MOST = 2000


def mine(turn: Turn, value: Mapping[str, Any]) -> tuple[Dispute, Order, Actor] | None:
    """The dispute behind a button, if whoever taps is a party to it."""
    found = stored.of_party(turn.work.session, turn.person, int(value["dispute"]))
    if found is None:
        turn.toast(N_("This button is no longer in use."))
        return None
    dispute, order = found
    customer = order.customer_id == turn.person.id
    return dispute, order, Actor.CUSTOMER if customer else Actor.PROVIDER


def refused(turn: Turn, made: object) -> bool:
    """Whether a step was refused; then it is said why."""
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return True
    return False


# -- answering ------------------------------------------------------------------------------------------------


def on_answer(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "💬 Answer": the next message is it."""
    found = mine(turn, value)
    if found is None:
        return
    dispute, order, _ = found
    if dispute.state != DisputeState.AWAITING_RESPONSE or dispute.opener_id == turn.person.id:
        turn.toast(N_("The dispute has moved on meanwhile; please look at its card."))
        return
    context.want(turn, order, "dispute_answer", dispute=dispute.id)
    turn.say(turn.person, "dispute/answer_ask", number=order.number, order_id=order.id)


def on_answered(turn: Turn, wish: Wish) -> None:
    """The other side's words; a file with them is evidence."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    context.fulfilled(turn)
    found = stored.of_party(turn.work.session, turn.person, int(wish.more["dispute"]))
    if found is None or found[0].state != DisputeState.AWAITING_RESPONSE:
        relaying.pass_on(turn, wish.order)
        return
    dispute, order = found
    dispute.answer = event.text.strip()[:WORDS_MOST]
    actor = Actor.CUSTOMER if order.customer_id == turn.person.id else Actor.PROVIDER
    made = cases.step(turn, dispute, order, "respond", actor, by=turn.person, told="answered")
    if isinstance(made, Refusal):
        return
    if event.files:
        dispute_evidence.keep(
            turn,
            dispute,
            order,
            message_id=event.message_id,
            text=dispute.answer,
            files=[asdict(file) for file in event.files],
        )


# -- offers ---------------------------------------------------------------------------------------------------


def subject(dispute: Dispute) -> str:
    return f"dispute_offer:{dispute.id}"


def on_offer(turn: Turn, value: Mapping[str, Any]) -> None:
    """The next step of making an offer, on one message; "it is" sends it."""
    found = mine(turn, value)
    if found is None:
        return
    dispute, order, actor = found
    if dispute.state not in OPEN:
        turn.toast(N_("The dispute has moved on meanwhile; please look at its card."))
        return
    if value.get("drop"):
        _close(turn, dispute)
        return
    terms = dispute_pick.picked(value)
    if terms is not None and value.get("sure"):
        refusal = check_terms(terms, State(order.state), ruling=False)
        if refused(turn, refusal):
            return
        _close(turn, dispute)
        _send(turn, dispute, order, actor, value)
        return
    _ask(turn, dispute, order, value)


def _ask(turn: Turn, dispute: Dispute, order: Order, value: Mapping[str, Any]) -> None:
    words = turn.words()
    over = left(turn, order)
    terms = dispute_pick.picked(value)
    base = {
        key: value[key]
        for key in ("dispute", "order", "outcome", "percent", "days", "set")
        if key in value
    }
    rows = Rows()
    more: dict[str, Any] = {}
    step = dispute_pick.step_of(base)
    if terms is None:
        more = dispute_pick.ask(
            rows, OFFER, base, possible(State(order.state), ruling=False), over, words
        )
    else:
        rows.add((words.gettext("🤝 Send this offer"), OFFER, {**base, "sure": True}), style="success")
    rows.add((words.gettext("✖️ Not now"), OFFER, {**base, "drop": True}))
    turn.work.show(
        turn.person.user_id,
        "notice",
        subject(dispute),
        Content(
            text=words.html(
                "dispute/offer",
                number=order.number,
                step=step,
                terms=terms_text(terms, over, words) if terms else "",
                **{"percent": 0, "back": "", "kept": "", "whole": "", **more},
            ),
            buttons=rows.buttons,
        ),
        rows.actions,
        anew="outcome" not in value and turn.work.surface(
            turn.person.user_id, "notice", subject(dispute)
        )
        is None,
        label="dispute/offer",
        order_id=order.id,
    )


def _close(turn: Turn, dispute: Dispute) -> None:
    if turn.work.surface(turn.person.user_id, "notice", subject(dispute)) is not None:
        turn.work.show(
            turn.person.user_id, "notice", subject(dispute), None, label="dispute/offer"
        )


def _send(
    turn: Turn, dispute: Dispute, order: Order, actor: Actor, value: Mapping[str, Any]
) -> None:
    session = turn.work.session
    terms = dispute_pick.picked(value)
    assert terms is not None
    before = stored.offers_of(session, dispute)
    for one in before:
        if one.state == "open" and one.person_id == turn.person.id:
            one.state, one.closed_at = "replaced", turn.now
    session.add(
        DisputeOffer(
            dispute_id=dispute.id,
            n=len(before) + 1,
            person_id=turn.person.id,
            terms=plain(terms),
            state="open",
            at=turn.now,
            closed_at=None,
        )
    )
    session.flush()
    answers = (
        dispute.state == DisputeState.AWAITING_RESPONSE and dispute.opener_id != turn.person.id
    )
    if answers:
        # An offer is an answer too.
        cases.step(turn, dispute, order, "respond", actor, by=turn.person)
    cases.step(turn, dispute, order, "offer", actor, by=turn.person, terms=terms, told="offered")


def on_accept(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "✅ Accept the offer": asked once more, with what it means."""
    found = mine(turn, value)
    offer = turn.work.session.get(DisputeOffer, int(value["offer"]))
    if found is None or offer is None or offer.dispute_id != found[0].id:
        return
    dispute, order, actor = found
    if offer.state != "open":
        turn.toast(N_("That offer is no longer on the table."), alert=True)
        return
    terms = terms_of(offer.terms)
    assert terms is not None
    name = f"dispute_accept:{dispute.id}"
    if not value.get("sure"):
        words = turn.words()
        turn.work.show(
            turn.person.user_id,
            "notice",
            name,
            Content(
                text=words.html(
                    "dispute/accept_ask",
                    number=order.number,
                    terms=terms_text(terms, left(turn, order), words),
                ),
                buttons=(
                    (Button(label=words.gettext("✅ Yes, that settles it"), action=0, style="success"),),
                    (Button(label=words.gettext("✖️ Not now"), action=1),),
                ),
            ),
            [
                ("dispute.accept", {**value, "sure": True}),
                ("dispute.not_now_accept", {"dispute": dispute.id}),
            ],
            anew=True,
            label="dispute/accept_ask",
            order_id=order.id,
        )
        return
    turn.work.show(turn.person.user_id, "notice", name, None, label="dispute/accept_ask")
    refusal = check_terms(terms, State(order.state), ruling=False)
    if refused(turn, refusal):
        return
    offer.state, offer.closed_at = "accepted", turn.now
    turn.work.session.flush()
    _restore = offer
    made = _settle(turn, dispute, order, actor, offer)
    if refused(turn, made):
        _restore.state, _restore.closed_at = "open", None


def _settle(
    turn: Turn, dispute: Dispute, order: Order, actor: Actor, offer: DisputeOffer
) -> DisputeMove | Refusal:
    terms = terms_of(offer.terms)
    assert terms is not None
    offer.state, offer.closed_at = "open", None
    turn.work.session.flush()
    made = cases.step(turn, dispute, order, "accept_offer", actor, by=turn.person, terms=terms)
    if not isinstance(made, Refusal):
        offer.state, offer.closed_at = "accepted", turn.now
        dispute_ending.carry_out(turn, dispute, order, terms, told="settled")
    return made


def on_not_now(turn: Turn, value: Mapping[str, Any]) -> None:
    found = mine(turn, value)
    if found is not None:
        name = f"dispute_accept:{found[0].id}"
        turn.work.show(turn.person.user_id, "notice", name, None, label="dispute/accept_ask")
        turn.toast(N_("The offer stays on the table."))


# -- the proposal, the mediator, the end ----------------------------------------------------------------------


def on_mediator(turn: Turn, value: Mapping[str, Any]) -> None:
    found = mine(turn, value)
    if found is not None:
        dispute, order, actor = found
        made = cases.step(turn, dispute, order, "call_mediator", actor, by=turn.person, told="called")
        if not refused(turn, made):
            dispute_ending.call_staff(turn, dispute, order)


def on_agree(turn: Turn, value: Mapping[str, Any]) -> None:
    """One side agrees to the proposal; with the second yes it is carried out."""
    found = mine(turn, value)
    if found is None:
        return
    dispute, order, actor = found
    made = cases.step(turn, dispute, order, "agree", actor, by=turn.person)
    if refused(turn, made):
        return
    dispute.agreed = [*dispute.agreed, turn.person.id]
    turn.work.session.flush()
    both = {order.customer_id, order.provider_id} <= set(dispute.agreed)
    if not both:
        from handlers import dispute_cards

        dispute_cards.show(turn, dispute, order, told="agreed")
        return
    terms = terms_of(dispute.proposal)
    assert terms is not None
    cases.step(turn, dispute, order, "agreed", Actor.RULES, terms=terms)
    dispute_ending.carry_out(turn, dispute, order, terms, told="settled")


def on_reject(turn: Turn, value: Mapping[str, Any]) -> None:
    found = mine(turn, value)
    if found is not None:
        dispute, order, actor = found
        made = cases.step(turn, dispute, order, "reject", actor, by=turn.person, told="rejected")
        refused(turn, made)


def on_withdraw(turn: Turn, value: Mapping[str, Any]) -> None:
    found = mine(turn, value)
    if found is not None:
        dispute, order, actor = found
        withdraw(turn, dispute, order, actor)


def withdraw(turn: Turn, dispute: Dispute, order: Order, actor: Actor) -> None:
    """The order goes on where it was."""
    made = cases.step(turn, dispute, order, "withdraw", actor, by=turn.person, told="withdrawn")
    if not refused(turn, made):
        dispute_ending.let_go(turn, dispute, order)


def on_history(turn: Turn, value: Mapping[str, Any]) -> None:
    found = mine(turn, value)
    if found is not None:
        dispute, order, _ = found
        person = turn.person
        dispute_history.send(turn, dispute, order, person.user_id, turn.words(), person)
