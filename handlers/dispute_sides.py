"""What the two sides do in a dispute: answer, offer, accept, agree, ask for a mediator, withdraw, look back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import (
    context,
    dispute_cards,
    dispute_ending,
    dispute_evidence,
    dispute_history,
    relaying,
)
from handlers import disputes as cases
from handlers.context import Wish
from handlers.dispute_words import terms_of
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.dispute_stages import DisputeState
from orders.refusal import Refusal
from orders.states import Actor
from storage import disputes as stored
from storage.disputes import Dispute
from storage.records import Order

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


# -- the proposal, the mediator, the end ----------------------------------------------------------------------


def on_mediator(turn: Turn, value: Mapping[str, Any]) -> None:
    found = mine(turn, value)
    if found is not None:
        dispute, order, actor = found
        made = cases.step(
            turn, dispute, order, "call_mediator", actor, by=turn.person, told="called"
        )
        refused(turn, made)


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
