"""Staff ask a customer about a brief that waits; the answer becomes part of the brief, which is reviewed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_, short
from handlers import (
    audit,
    cards,
    context,
    moving,
    permits,
    review_view,
    vetting,
)
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.brief import Attachment, Brief, check_attachment, check_notes
from orders.lifecycle import WINDOWS, State
from orders.numbers import normalise
from orders.refusal import Refusal
from orders.roles import Action
from orders.text import clean_text
from storage import orders
from storage import vetting as stored
from storage.records import Order
from storage.working import Vetting

TIMER = "vetting"
#: The customer is asked once more, then staff decide without the answer.
NUDGE_AFTER, SILENT_AFTER = timedelta(hours=24), timedelta(hours=72)


def at_desk(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Vetting] | None:
    """The order behind a button of the staff chat and its open review; None, and told why, otherwise."""
    if not permits.in_staff_chat(turn):
        return None
    order = turn.work.session.get_one(Order, int(value["order"]))
    row = stored.open_of(turn.work.session, order)
    if row is None or order.state != State.AWAITING_REVIEW:
        turn.toast(N_("That has been decided already."), alert=True)
        return None
    return order, row


# -- staff ask ------------------------------------------------------------------------------------------------


def on_ask(turn: Turn, value: Mapping[str, Any]) -> None:
    """One of the usual questions, in the customer's language."""
    found = at_desk(turn, value)
    if found is None:
        return
    order, row = found
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    question = turn.words(customer.language).gettext(review_view.QUESTIONS[str(value["question"])])
    if _ask(turn, order, row, question):
        turn.toast(N_("Asked. The brief comes back here with the answer."))


def on_ask_own(turn: Turn, value: Mapping[str, Any]) -> None:
    """Staff answer the bot's message with the question."""
    found = at_desk(turn, value)
    chat = turn.business.staff_chat
    if found is None or chat is None:
        return
    words = turn.words(turn.business.staff_language)
    turn.work.show(
        chat,
        "notice",
        f"question:{found[0].id}",
        Content(text=words.html("staff/review_ask", number=found[0].number)),
        anew=True,
        label="staff/review_ask",
        order_id=found[0].id,
    )


def on_ask_command(turn: Turn, argument: str) -> None:
    """/ask NUMBER QUESTION in the staff group."""
    head, _, question = argument.partition(" ")
    number = normalise(head)
    order = orders.by_number(turn.work.session, turn.work.bot, number) if number else None
    _asked_in_words(turn, order, question)


def on_group_reply(turn: Turn) -> bool:
    """A reply to the bot's "what is your question?"; False when the message is no such thing."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    if event.reply_to is None or not event.text.strip() or not permits.in_staff_chat(turn):
        return False
    order = stored.order_asked_about(turn.work, event.chat.id, event.reply_to)
    if order is None:
        return False
    if not permits.permitted(turn, Action.REVIEW_DECIDE):
        return True
    _asked_in_words(turn, order, event.text)
    return True


def _asked_in_words(turn: Turn, order: Order | None, question: str) -> None:
    event = turn.event
    assert isinstance(event, MessageEvent)
    words = turn.words(turn.business.staff_language)
    row = stored.open_of(turn.work.session, order) if order is not None else None
    question = clean_text(question)
    if order is None or row is None or not question:
        text = words.gettext(
            "Please write it as /ask NUMBER QUESTION; the order must be waiting for review."
        )
    elif order.customer_id == turn.person.id:
        text = refusal_text(Refusal("approval_own"), words)
    elif _ask(turn, order, row, short(question, 1000)):
        text = words.gettext("Asked. The brief comes back here with the answer.")
    else:
        return
    turn.work.send(
        event.chat.id,
        Content(text=words.html("notice", text=text)),
        label="staff/answer",
        thread_id=event.thread,
        order_id=order.id if order is not None else None,
    )


def _ask(turn: Turn, order: Order, row: Vetting, question: str) -> bool:
    """Put a question to the customer: the time to decide stands still until the answer is here."""
    if order.customer_id == turn.person.id:
        turn.toast(refusal_text(Refusal("approval_own"), turn.words()), alert=True)
        return False
    row.asked_at, row.answered_at, row.question = turn.now, None, question
    turn.work.session.flush()
    audit.record(turn, "vetting.ask", order)
    for slot in ("review_warn", "review_due"):
        turn.work.drop_timers(moving.subject(order), kind=moving.TIMER, slot=slot)
    turn.work.drop_timers(moving.subject(order), kind=TIMER)
    for slot, wait in (("nudge", NUDGE_AFTER), ("silent", SILENT_AFTER)):
        turn.work.set_timer(
            TIMER, moving.subject(order), slot, turn.now + wait, {"order": order.id}
        )
    show(turn, order, row)
    cards.refresh(turn, order)
    return True


def show(turn: Turn, order: Order, row: Vetting, *, reminder: bool = False) -> None:
    """The question in the customer's chat, with a button to answer it; answered or decided, it has none."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    waiting = review_view.asking(row) and row.decision == ""
    answer = Button(label=words.gettext("💬 Answer"), action=0, style="primary")
    turn.work.show(
        customer.user_id,
        "notice",
        f"review:{order.id}",
        Content(
            text=words.html(
                "order/review_question",
                order=cards.view(turn, order, words),
                question=row.question,
                waiting=waiting,
                reminder=reminder,
            ),
            buttons=((answer,),) if waiting else (),
        ),
        [("vetting.answer", {"order": order.id})] if waiting else [],
        anew=waiting,
        label="order/review_question",
        order_id=order.id,
    )


# -- the customer answers ------------------------------------------------------------------------------------


def mine(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Vetting] | None:
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    row = stored.open_of(turn.work.session, order) if order is not None else None
    if order is None or row is None or order.state != State.AWAITING_REVIEW:
        turn.toast(N_("This button is no longer in use."))
        return None
    return order, row


def on_answer_button(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "💬 Answer": the next message is the answer, whatever dialog is open."""
    found = mine(turn, value)
    if found is not None:
        context.want(turn, found[0], "vetting_answer")
        turn.say(turn.person, "order/review_prompt", number=found[0].number, order_id=found[0].id)


def awaits(turn: Turn, order: Order) -> bool:
    """Whether a reply to a message of this order is the answer."""
    row = stored.open_of(turn.work.session, order)
    return row is not None and review_view.asking(row) and order.customer_id == turn.person.id


def on_answer(turn: Turn, wish: Wish) -> None:
    """The answer becomes part of the brief, and the brief is reviewed again."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    order = wish.order
    row = stored.open_of(turn.work.session, order)
    if row is None or order.state != State.AWAITING_REVIEW:
        context.fulfilled(turn)
        turn.say(turn.person, "order/review_over", order_id=order.id, number=order.number)
        return
    again = not review_view.asking(row)
    brief = _answered(turn, orders.brief_of(turn.work.session, order), row, event)
    if isinstance(brief, Refusal):
        words = turn.words()
        text = words.html("notice", text=refusal_text(brief, words))
        turn.work.send(turn.person.user_id, Content(text=text), label=f"refusal/{brief.code}")
        return
    context.fulfilled(turn)
    if event.album is not None:
        context.keep_album(turn, order, event.album, wish.name)
    order.brief_version += 1
    turn.work.session.flush()
    orders.add_brief(turn.work.session, order, brief, turn.now)
    _review_again(turn, order, row, news=not again)
    if not again:
        words = turn.words()
        shown = cards.view(turn, order, words)
        turn.say(turn.person, "order/review_thanks", order=shown, order_id=order.id)


def _answered(turn: Turn, brief: Brief, row: Vetting, event: MessageEvent) -> Brief | Refusal:
    """The brief with the answer in it: text before the other notes, files beside the other files."""
    text = check_notes(event.text) if event.text.strip() else ""
    if isinstance(text, Refusal):
        return text
    files = [file for file in event.files if file.kind in ("photo", "document", "voice", "video")]
    if not text and not files:
        return Refusal("notes_empty")
    attachments = brief.attachments
    for file in files:
        checked = check_attachment(
            attachments,
            Attachment(file.kind, file.file_id, file.unique_id, file.name, file.size, file.mime),
        )
        if isinstance(checked, Refusal):
            return checked
        attachments = (*attachments, checked)
    if not text:
        return replace(brief, attachments=attachments)
    row.answer = "\n".join(part for part in (row.answer if row.answered_at else "", text) if part)
    notes = f"{short(row.question, 300)}\n→ {text}\n{brief.notes}".strip()
    return replace(brief, attachments=attachments, notes=notes)


def _review_again(turn: Turn, order: Order, row: Vetting, *, news: bool) -> None:
    """The rules read the brief once more; the decision stays with the person who asked."""
    verdict = vetting.judge_order(turn, order)
    row.reasons = vetting.reasons_of(verdict)
    row.answered_at = turn.now
    row.due_at = turn.now + WINDOWS.review
    turn.work.session.flush()
    turn.work.drop_timers(moving.subject(order), kind=TIMER)
    for slot, wait in (("review_warn", WINDOWS.review_warn), ("review_due", WINDOWS.review)):
        turn.work.set_timer(
            moving.TIMER, moving.subject(order), slot, turn.now + wait, {"order": order.id}
        )
    show(turn, order, row)
    cards.refresh(turn, order)
    if news and turn.business.staff_chat is not None:
        cards.announce(turn, order, turn.business.staff_chat, anew=True)
