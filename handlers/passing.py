"""Messages between a person and the desk, both ways: kept with the ticket, passed on as labelled copies.

What a person writes while the ticket's topic is being made waits with the ticket. How a copy's sending ended comes
back to `handlers.passed`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dialogs.words import Words
from handlers import copies, places
from handlers.events import IncomingFile, MessageEvent
from handlers.turn import Turn
from storage import desk_queries as desk
from storage import orders
from storage.desk import Ticket, TicketMessage
from storage.records import Order, Person

#: From a person to staff, and back; from staff to the order's provider, and back; what stays with staff.
IN, OUT, ASK, REPLY, NOTE = "in", "out", "ask", "reply", "note"
TO_DESK = (IN, REPLY)
#: What begins an internal note, and what begins a reply where notes are the rule.
NOTE_MARKS = ("//", "note:", "备注:", "备注：", "内部:", "内部：")
REPLY_MARKS = (">>", "reply:", "回复:", "回复：")
_COMMAND = re.compile(r"/[a-z_]+(?:@\w+)?\s+")


def unmarked(text: str, marks: tuple[str, ...]) -> tuple[bool, str]:
    """Whether the text begins with one of the marks, and what remains without it."""
    for mark in marks:
        if text.lower().startswith(mark):
            return True, text[len(mark) :].lstrip()
    return False, text


def as_typed(message: TicketMessage, text: str) -> str:
    """What an edited message says now, without the mark or the command it begins with."""
    if message.way in TO_DESK:
        return text
    stripped = _COMMAND.sub("", text, count=1) if _COMMAND.match(text) else text
    return unmarked(unmarked(stripped, NOTE_MARKS)[1], REPLY_MARKS)[1]


def to_desk(turn: Turn, ticket: Ticket, way: str = IN) -> TicketMessage | None:
    """Pass what a person wrote on to the desk; None (and told why) for what cannot be passed on."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    if original(event).empty:
        turn.say(turn.person, "told/file_kind")
        return None
    message = _keep(turn, ticket, event, way, "waiting")
    send_waiting(turn, ticket)
    return message


def send_waiting(turn: Turn, ticket: Ticket) -> None:
    """Send what waits for the ticket's place, in order, if it has one."""
    if ticket.place == "closed":
        places.restore(turn, ticket)
    if ticket.place not in ("open", "group") or ticket.chat_id is None:
        return
    for message in desk.waiting_messages(turn.work.session, ticket):
        message.state, message.to_chat = "queued", ticket.chat_id
        _send_in(turn, ticket, message)
    turn.work.session.flush()


def _send_in(turn: Turn, ticket: Ticket, message: TicketMessage) -> None:
    assert ticket.chat_id is not None
    reply_to = None
    answered = message.more.get("reply_to")
    if answered is not None:
        reply_to = desk.across(turn.work, message.from_chat, answered, ticket.chat_id)
    if reply_to is None and ticket.place == "group":
        reply_to = ticket.case_message
    copies.send(
        turn,
        of_row(message),
        copies.Target(chat=ticket.chat_id, thread=ticket.thread_id, reply_to=reply_to),
        label_of(turn, ticket, message),
        tell={"desk": [message.id]},
        label="desk/in",
        order_id=ticket.order_id,
        key=f"desk{ticket.place_n}",
    )


def to_person(
    turn: Turn, ticket: Ticket, receiver: Person, way: str = OUT, *, text: str | None = None
) -> TicketMessage | None:
    """Pass what an agent wrote on to the person (or to the order's provider); None for what cannot be.

    `text` takes the place of what was typed: without a mark, or without a command.
    """
    event = turn.event
    assert isinstance(event, MessageEvent)
    if original(event).empty or text == "":
        return None
    message = _keep(turn, ticket, event, way, "queued")
    if text is not None:
        message.text = text
    message.to_chat = receiver.user_id
    reply_to = None
    if event.reply_to is not None:
        reply_to = desk.across(turn.work, event.chat.id, event.reply_to, receiver.user_id)
    turn.work.session.flush()
    copies.send(
        turn,
        of_row(message),
        copies.Target(chat=receiver.user_id, reply_to=reply_to),
        label_of(turn, ticket, message),
        tell={"desk": [message.id]},
        label="desk/out",
        order_id=ticket.order_id,
        key="desk",
    )
    return message


def note(turn: Turn, ticket: Ticket, text: str) -> TicketMessage:
    """Keep what an agent wrote for colleagues only. Nothing of it leaves the desk."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    message = _keep(turn, ticket, event, NOTE, "kept")
    message.text = text
    turn.work.session.flush()
    return message


def _keep(turn: Turn, ticket: Ticket, event: MessageEvent, way: str, state: str) -> TicketMessage:
    more: dict[str, Any] = {
        "album": event.album,
        "latitude": event.latitude,
        "longitude": event.longitude,
        "contact": event.contact_phone is not None or None,
        "reply_to": event.reply_to,
    }
    message = TicketMessage(
        bot=turn.work.bot,
        ticket_id=ticket.id,
        way=way,
        person_id=turn.person.id,
        from_chat=event.chat.id,
        from_message=event.message_id,
        text=event.text,
        files=[asdict(file) for file in event.files],
        more={name: value for name, value in more.items() if value is not None},
        state=state,
        at=turn.now,
    )
    turn.work.session.add(message)
    turn.work.session.flush()
    return message


def original(event: MessageEvent) -> copies.Original:
    return copies.Original(
        chat=event.chat.id,
        message=event.message_id,
        text=event.text,
        files=event.files,
        album=event.album,
        latitude=event.latitude,
        longitude=event.longitude,
        contact=event.contact_phone is not None,
    )


def of_row(message: TicketMessage) -> copies.Original:
    """The same from what was kept."""
    more: Mapping[str, Any] = message.more
    return copies.Original(
        chat=message.from_chat,
        message=message.from_message,
        text=message.text,
        files=tuple(IncomingFile(**file) for file in message.files),
        album=more.get("album"),
        latitude=more.get("latitude"),
        longitude=more.get("longitude"),
        contact=bool(more.get("contact")),
    )


# -- labels ---------------------------------------------------------------------------------------------------


def label_of(turn: Turn, ticket: Ticket, message: TicketMessage) -> copies.Label:
    """A message's words under a label that says whose they are, in the reader's language."""
    session = turn.work.session
    writer = orders.person_by_id(session, message.person_id)
    order = session.get(Order, ticket.order_id) if ticket.order_id else None
    words: Words
    if message.way in TO_DESK:
        words = places.words_of(turn)
        number = ticket.number if ticket.place == "group" else 0
        return lambda text: words.html(
            "desk/from_person",
            name=writer.name,
            provider=message.way == REPLY,
            number=number,
            text=text,
        )
    receiver = receiver_of(turn, ticket, message.way)
    words = turn.words(receiver.language)
    return lambda text: words.html(
        "support/from_agent",
        name=writer.name,
        number=order.number if order is not None else "",
        asks=message.way == ASK,
        text=text,
    )


def receiver_of(turn: Turn, ticket: Ticket, way: str) -> Person:
    """Who gets what the desk sends that way."""
    session = turn.work.session
    if way == ASK and ticket.order_id is not None:
        order = session.get_one(Order, ticket.order_id)
        if order.provider_id is not None:
            return orders.person_by_id(session, order.provider_id)
    return orders.person_by_id(session, ticket.person_id)
