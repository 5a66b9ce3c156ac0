"""Calling for a person about an order: one place, whatever the way to staff is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialogs.content import Button, Content, Media
from dialogs.words import short
from handlers import cards, passing, tickets
from handlers.turn import Turn
from storage import orders
from storage.records import Order


def problem(turn: Turn, order: Order, text: str, files: Sequence[Media] = ()) -> None:
    """The customer says that something is wrong with what was delivered; further pictures follow without words."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    about = short(" ".join(text.split()), 200)
    ticket = tickets.open_ticket(turn, customer, order=order, reason="problem", about=about)
    if turn.person.id == customer.id:
        passing.to_desk(turn, ticket)
    chat = turn.business.staff_chat
    known = chat is not None and turn.work.surface(chat, "notice", f"staff/problem:{order.id}")
    if text or not known:
        _notice(turn, order, "staff/problem", about=short(text, 2000), settled=False)
    if chat is not None:
        for media in files:
            turn.work.send(chat, Content(media=media), label="staff/problem", order_id=order.id)


def problem_settled(turn: Turn, order: Order) -> None:
    """The notice says so, and has no button any more."""
    _notice(turn, order, "staff/problem", about="", settled=True)


def stuck(turn: Turn, order: Order, template: str, **variables: Any) -> None:
    """The two sides get no further by themselves: the desk looks into it, with a ticket of the customer's."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    tickets.open_ticket(turn, customer, order=order, reason="change")
    _notice(turn, order, template, **variables)


def _notice(turn: Turn, order: Order, template: str, **variables: Any) -> None:
    chat = turn.business.staff_chat
    if chat is None:
        return
    words = turn.words(turn.business.staff_language)
    provider = (
        orders.person_by_id(turn.work.session, order.provider_id).name if order.provider_id else ""
    )
    open_problem = variables.get("settled") is False
    settle = Button(label=words.gettext("✅ Settled, the clock goes on"), action=0)
    turn.work.show(
        chat,
        "notice",
        f"{template}:{order.id}",
        Content(
            text=words.html(
                template,
                order=cards.view(turn, order, words, staff=True),
                provider=provider,
                **variables,
            ),
            buttons=((settle,),) if open_problem else (),
        ),
        [("delivery.settled", {"order": order.id})] if open_problem else [],
        anew=variables.get("settled") is not True,
        label=template,
        order_id=order.id,
    )
