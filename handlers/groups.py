"""What staff do in their group: quote, look orders up, decide about briefs that wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Content
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import cards, custom, moving, providers, refunding, telling
from handlers.events import ChatEvent, MessageEvent
from handlers.turn import Turn
from orders.lifecycle import Actor
from orders.numbers import normalise
from orders.refusal import Refusal
from storage import orders
from storage.records import Audit, Order


def _in_staff_chat(turn: Turn) -> bool:
    event = turn.event
    return isinstance(event, ChatEvent) and event.chat.id == turn.business.staff_chat


def on_quote(turn: Turn, argument: str) -> None:
    if _in_staff_chat(turn):
        custom.on_quote(turn, argument)


def on_invite(turn: Turn, argument: str) -> None:
    if _in_staff_chat(turn):
        providers.on_invite(turn)


def on_help(turn: Turn, argument: str) -> None:
    """/help in the staff group."""
    if _in_staff_chat(turn):
        words = turn.words(turn.business.default_language)
        _answer(turn, words.html("staff/help"))


def on_order(turn: Turn, argument: str) -> None:
    """/order NUMBER in the staff group."""
    if not _in_staff_chat(turn):
        return
    words = turn.words(turn.business.default_language)
    number = normalise(argument)
    order = orders.by_number(turn.work.session, turn.work.bot, number) if number else None
    if order is None:
        _answer(
            turn, words.html("notice", text=words.gettext("There is no order with this number."))
        )
        return
    _answer(
        turn,
        words.html("staff/announce", order=cards.view(turn, order, words, staff=True), staff=True),
    )


def _answer(turn: Turn, text: str) -> None:
    event = turn.event
    assert isinstance(event, MessageEvent)
    turn.work.send(event.chat.id, Content(text=text), thread_id=event.thread, label="staff/answer")


def _decide(turn: Turn, value: Mapping[str, Any], name: str) -> Order | None:
    """Carry out a decision about a brief that waits for review. Nobody decides about their own order."""
    if not _in_staff_chat(turn):
        return None
    session = turn.work.session
    order = session.get_one(Order, int(value["order"]))
    own = order.customer_id == turn.person.id
    made = moving.move(
        turn, order, name, Actor.SUPPORT, actor_id=turn.person.id, own=own, quiet=True
    )
    words = turn.words()
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, words), alert=True)
        return None
    session.add(
        Audit(
            bot=turn.work.bot,
            at=turn.now,
            actor_id=turn.person.id,
            action=f"review.{name}",
            subject=f"order:{order.id}",
            detail={},
        )
    )
    if made.refund == "full":
        order.cancel_reason = "refused"
        refunding.refund_all(turn, order, "refused")
    telling.tell(turn, order, made)
    turn.toast(N_("Thank you, the customer has been told."))
    return order


def on_clear(turn: Turn, value: Mapping[str, Any]) -> None:
    _decide(turn, value, "clear")


def on_refuse(turn: Turn, value: Mapping[str, Any]) -> None:
    _decide(turn, value, "refuse")
