"""Canned replies: written by the operator in a file, in every language, with placeholders that are filled here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.words import N_
from handlers import copies, desk, desk_commands, passing, places, tickets
from handlers.business import CannedReply
from handlers.events import ChatEvent
from handlers.turn import Turn
from orders.catalogue import in_language
from storage.desk import Ticket, TicketMessage

_MOST = 24


def filled(turn: Turn, ticket: Ticket, reply: CannedReply) -> str:
    """The text in the person's language, with its placeholders."""
    person = tickets.person_of(turn, ticket)
    order = tickets.order_of(turn, ticket)
    text = in_language(reply.text, person.language)
    values = {
        "name": person.name,
        "agent": turn.person.name,
        "order": order.number if order is not None else "",
        "business": turn.business.name,
    }
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def on_canned(turn: Turn, argument: str) -> None:
    """/r key sends one; without a key the list of them."""
    ticket = desk.ticket_here(turn)
    if ticket is None:
        desk.answer(turn, "desk/which_ticket")
        return
    if not desk.live(turn, ticket):
        return
    reply = _by_key(turn, argument.strip().lower())
    if reply is None:
        offer(turn, ticket)
    else:
        _send(turn, ticket, reply)


def on_button(turn: Turn, value: Mapping[str, Any]) -> None:
    """The list; one of it to be looked at; or that one sent."""
    ticket = turn.work.session.get_one(Ticket, int(value["ticket"]))
    if not desk.live(turn, ticket):
        return
    reply = _by_key(turn, str(value.get("key", "")))
    if reply is None:
        offer(turn, ticket)
    elif value.get("send"):
        desk_commands.menu(turn, ticket, None)
        _send(turn, ticket, reply)
    else:
        _look(turn, ticket, reply)


def _by_key(turn: Turn, key: str) -> CannedReply | None:
    return next((one for one in turn.business.support.canned if one.key == key), None)


def offer(turn: Turn, ticket: Ticket) -> None:
    words = places.words_of(turn)
    replies = turn.business.support.canned[:_MOST]
    if not replies:
        desk.answer(turn, "desk/no_canned")
        return
    choices = [
        (
            in_language(one.title, words.language)[:40],
            "desk.canned",
            {"ticket": ticket.id, "key": one.key},
        )
        for one in replies
    ]
    desk_commands.menu(turn, ticket, "desk/canned", choices)


def _look(turn: Turn, ticket: Ticket, reply: CannedReply) -> None:
    words = places.words_of(turn)
    value = {"ticket": ticket.id}
    choices: list[tuple[str, str, dict[str, Any]]] = [
        (words.gettext(N_("✉️ Send it")), "desk.canned", {**value, "key": reply.key, "send": True}),
        (words.gettext(N_("‹ Others")), "desk.canned", value),
    ]
    desk_commands.menu(
        turn, ticket, "desk/canned_text", choices, key=reply.key, text=filled(turn, ticket, reply)
    )


def _send(turn: Turn, ticket: Ticket, reply: CannedReply) -> None:
    """Send it to the person, and show in the topic what they got."""
    event = turn.event
    assert isinstance(event, ChatEvent)
    if not desk.ensure_held(turn, ticket):
        return
    person = tickets.person_of(turn, ticket)
    message_id = getattr(event, "message_id", None) or 0
    text = filled(turn, ticket, reply)
    message = TicketMessage(
        bot=turn.work.bot,
        ticket_id=ticket.id,
        way=passing.OUT,
        person_id=turn.person.id,
        from_chat=event.chat.id,
        from_message=message_id,
        to_chat=person.user_id,
        text=text,
        files=[],
        more={},
        state="queued",
        at=turn.now,
    )
    turn.work.session.add(message)
    turn.work.session.flush()
    copies.send(
        turn,
        passing.of_row(message),
        copies.Target(chat=person.user_id),
        passing.label_of(turn, ticket, message),
        tell={"desk": [message.id]},
        label="desk/out",
        order_id=ticket.order_id,
        key="desk",
    )
    places.say(turn, ticket, "desk/canned_sent", name=turn.person.name, text=text)
    desk.answered(turn, ticket)
