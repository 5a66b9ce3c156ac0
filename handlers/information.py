"""What a provider needs to know before going on: asked, answered, and the clock that waits meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_, short
from handlers import cards, context, moving, tickets
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from handlers.work_actions import MISSING, missing_parts
from orders.clock import shift_out_of_quiet
from orders.contacts import cover_contacts
from orders.lifecycle import Actor, State
from orders.refusal import Refusal
from storage import orders, relaying
from storage.records import Order

# -- asking ---------------------------------------------------------------------------------------------------


def on_ask_missing(turn: Turn, value: Mapping[str, Any]) -> None:
    """One tap: the customer is asked for what the brief lacks."""
    order = _mine(turn, value)
    if order is None:
        return
    parts = missing_parts(turn, order)
    if not parts:
        turn.toast(N_("Nothing is missing, or it has been asked for already."))
        return
    if ask(turn, order, MISSING + ",".join(parts)):
        turn.toast(N_("Asked. The clock stands still until the answer is here."))


def on_ask_own(turn: Turn, value: Mapping[str, Any]) -> None:
    """The provider's next message is the question."""
    order = _mine(turn, value)
    if order is not None:
        context.want(turn, order, "question")
        turn.say(turn.person, "info/prompt", number=order.number, order_id=order.id)


def _mine(turn: Turn, value: Mapping[str, Any]) -> Order | None:
    order = turn.work.session.get(Order, int(value["order"]))
    if order is None or not context.is_provider(order, turn.person):
        turn.toast(N_("This button is no longer in use."))
        return None
    return order


def on_question(turn: Turn, wish: Wish) -> None:
    """The question in the provider's own words."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    text = event.text.strip()
    if not text:
        turn.say(turn.person, "info/prompt", number=wish.order.number, order_id=wish.order.id)
        return
    context.fulfilled(turn)
    if turn.business.contact_masking:
        text, _ = cover_contacts(text)
    if ask(turn, wish.order, text):
        turn.say(turn.person, "info/asked", number=wish.order.number, order_id=wish.order.id)


def ask(turn: Turn, order: Order, question: str) -> bool:
    """Put the question to the customer and stop the clock; False (and told why) when that cannot be."""
    made = moving.move(
        turn,
        order,
        "ask_information",
        Actor.PROVIDER,
        actor_id=turn.person.id,
        own=order.customer_id == turn.person.id,
        note=question,
        quiet=True,
    )
    if isinstance(made, Refusal):
        words = turn.words()
        text = words.html("notice", text=refusal_text(made, words))
        turn.work.send(turn.person.user_id, Content(text=text), label=f"refusal/{made.code}")
        return False
    show_question(turn, order, question)
    return True


def show_question(turn: Turn, order: Order, question: str, *, reminder: int = 0) -> None:
    """The question in the customer's chat, with a button to answer it; answered, it has none."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    waiting = order.state == State.AWAITING_CUSTOMER
    buttons: tuple[tuple[Button, ...], ...] = ()
    if waiting:
        answer = Button(label=words.gettext("💬 Answer"), action=0, style="primary")
        buttons = ((answer,),)
    turn.work.show(
        customer.user_id,
        "notice",
        f"ask:{order.id}",
        Content(
            text=words.html(
                "info/question",
                order=cards.view(turn, order, words),
                parts=_parts(question),
                question=short(question, 3000),
                waiting=waiting,
                reminder=reminder,
            ),
            buttons=buttons,
        ),
        [("info.answer", {"order": order.id})] if waiting else [],
        anew=waiting,
        label="info/question",
        order_id=order.id,
    )


def _parts(question: str) -> list[str]:
    return question.removeprefix(MISSING).split(",") if question.startswith(MISSING) else []


def question_of(turn: Turn, order: Order) -> str:
    """The open question, as asked."""
    return relaying.last_note(turn.work.session, order, "ask_information") or ""


# -- answering ------------------------------------------------------------------------------------------------


def on_answer(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "💬 Answer": the next message goes to the provider, whatever dialog is open."""
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is None:
        turn.toast(N_("This button is no longer in use."))
        return
    context.want(turn, order, "message")
    turn.say(turn.person, "info/answer_prompt", number=order.number, order_id=order.id)


def given(turn: Turn, order: Order) -> None:
    """The customer has written: the clock goes on and both know it."""
    made = moving.move(
        turn,
        order,
        "give_information",
        Actor.CUSTOMER,
        actor_id=turn.person.id,
        quiet=True,
    )
    if isinstance(made, Refusal):
        return
    show_question(turn, order, question_of(turn, order))
    words = turn.words()
    turn.say(turn.person, "info/thanks", order=cards.view(turn, order, words), order_id=order.id)
    assert order.provider_id is not None
    provider = orders.person_by_id(turn.work.session, order.provider_id)
    turn.say(provider, "info/given", number=order.number, due=order.due_at, order_id=order.id)


# -- the clock ------------------------------------------------------------------------------------------------


def on_nudge(turn: Turn, order: Order, slot: str) -> None:
    """A day, two days without an answer: asked again, not at night, not when the next is due as well."""
    following = {"nudge_24": "nudge_48", "nudge_48": "ticket_7d"}[slot]
    if moving.is_due(turn, order, following):
        return
    morning = shift_out_of_quiet(turn.now, turn.business.quiet, turn.business.zone)
    if morning > turn.now:
        moving.put_off(turn, order, slot, morning)
        return
    show_question(turn, order, question_of(turn, order), reminder=1 if slot == "nudge_24" else 2)


def on_ticket(turn: Turn, order: Order, slot: str) -> None:
    """A week without an answer: a person of the staff looks into it."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    tickets.open_ticket(turn, customer, order=order, reason="problem")
    chat = turn.business.staff_chat
    if chat is None:
        return
    words = turn.words(turn.business.staff_language)
    turn.work.show(
        chat,
        "notice",
        f"silent:{order.id}",
        Content(
            text=words.html(
                "staff/no_answer",
                order=cards.view(turn, order, words),
                parts=_parts(question_of(turn, order)),
                question=short(question_of(turn, order), 400),
                since=order.asked_at,
            )
        ),
        anew=True,
        label="staff/no_answer",
        order_id=order.id,
    )
