"""What became of messages between a person and the desk: arrived, not arrived and why, edited, reacted to."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from dialogs.content import Content
from handlers import copies, passing, places, tickets
from handlers.events import DeliveredEvent, MessageEvent, ReactionEvent
from handlers.turn import Turn
from orders.roles import Action
from storage import desk_queries as desk
from storage import orders
from storage.desk import Ticket, TicketMessage
from storage.records import Person

_RECEIVED, _NOTED = "👌", "✍"
#: The chat app shows "typing" for five seconds (Telegram Bot API: sendChatAction).
TYPING = timedelta(seconds=5)
#: Why a place did not take a message, and it is worth another.
_MOVED = ("thread_gone", "closed_gone")
#: Why somebody, or the desk itself, cannot be written to.
_UNREACHABLE = ("blocked", "chat_gone")


def on_delivered(turn: Turn) -> None:
    """Copies were sent, or will never be."""
    event = turn.event
    assert isinstance(event, DeliveredEvent)
    given = event.params["desk"]
    assert isinstance(given, list)
    session = turn.work.session
    messages = [session.get_one(TicketMessage, int(key)) for key in given]
    if event.outcome != "sent":
        _not_delivered(turn, messages, event.reason)
        return
    made = event.result.get("message_ids") or [event.result.get("message_id")]
    assert isinstance(made, list)
    for message, message_id in zip(messages, made, strict=False):
        message.to_message, message.state, message.failure = message_id, "sent", ""
        if message.edited_at is not None:
            _edit(turn, message)
    first = messages[0]
    copies.react(turn, first.from_chat, first.from_message, _RECEIVED, label="desk/received")


def _not_delivered(turn: Turn, messages: list[TicketMessage], reason: str) -> None:
    session = turn.work.session
    ticket = desk.final(session, session.get_one(Ticket, messages[0].ticket_id))
    if messages[0].way in passing.TO_DESK:
        _desk_missed(turn, ticket, messages, reason)
        return
    for message in messages:
        message.state, message.failure = "failed", reason[:200]
    blocked = reason.startswith(_UNREACHABLE)
    receiver = passing.receiver_of(turn, ticket, messages[0].way)
    if blocked:
        receiver.blocked_at = receiver.blocked_at or turn.now
    words = places.words_of(turn)
    text = words.html("desk/not_delivered", name=receiver.name, blocked=blocked, reason=reason)
    places.post(
        turn,
        ticket,
        Content(text=text, reply_to=messages[0].from_message),
        label="desk/not_delivered",
    )
    if blocked:
        places.show_case(turn, ticket)


def _desk_missed(turn: Turn, ticket: Ticket, messages: list[TicketMessage], reason: str) -> None:
    """The desk did not get it. Where the place is at fault it waits for the next one."""
    if reason.startswith((*_MOVED, *_UNREACHABLE)):
        again = any(message.failure.startswith("closed_gone") for message in messages)
        for message in messages:
            message.state, message.to_message, message.failure = "waiting", None, reason[:200]
        turn.work.session.flush()
        # A topic that cannot be reopened is as good as gone.
        lost(turn, ticket, "thread_gone" if again else reason)
        return
    for message in messages:
        message.state, message.failure = "failed", reason[:200]
    kind = messages[0].files[0]["kind"] if messages[0].files else "text"
    places.say(turn, ticket, "desk/not_shown", kind=kind, reason=reason)


def lost(turn: Turn, ticket: Ticket, reason: str) -> None:
    """A place took no message: find out what is left of it, and send there what waits."""
    if not tickets.is_open(ticket):
        # Nothing is to be said there any more; if it is opened again it gets a new place.
        ticket.place = "none"
        return
    if reason.startswith("closed_gone"):
        ticket.place = "closed"
        passing.send_waiting(turn, ticket)
    elif reason.startswith("thread_gone"):
        if ticket.place != "making":
            places.open_place(turn, ticket)
            passing.send_waiting(turn, ticket)
    else:
        # The bot cannot write to its desk. Nothing is thrown away: it goes on when there is one again.
        ticket.place = "none"


def on_said(turn: Turn) -> None:
    """A notice of the desk did not arrive because its topic is gone."""
    event = turn.event
    assert isinstance(event, DeliveredEvent)
    ticket = turn.work.session.get_one(Ticket, int(str(event.params["said_of"])))
    if event.outcome == "dead" and ticket.place_n == event.params["n"]:
        lost(turn, ticket, event.reason)


# -- edits and reactions --------------------------------------------------------------------------------------


def on_edited(turn: Turn) -> bool:
    """An edited message of a ticket: its copy is edited too. False when it is none."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    message = desk.original_at(turn.work, event.chat.id, event.message_id)
    if message is None:
        return False
    files = [asdict(file) for file in event.files]
    changed = [file["unique_id"] for file in files] != [f["unique_id"] for f in message.files]
    text = passing.as_typed(message, event.text)
    if text == message.text and not changed:
        # Telegram reports reactions, previews and the like as edits too.
        return True
    message.text, message.files, message.edited_at = text, files, turn.now
    turn.work.session.flush()
    if message.to_message is not None:
        _edit(turn, message)
    return True


def _edit(turn: Turn, message: TicketMessage) -> None:
    ticket = turn.work.session.get_one(Ticket, message.ticket_id)
    assert message.to_chat is not None
    assert message.to_message is not None
    copies.edit(
        turn,
        message.to_chat,
        message.to_message,
        message.text,
        message.files,
        passing.label_of(turn, ticket, message),
        label="desk/edit",
        order_id=ticket.order_id,
    )


def on_reaction(turn: Turn) -> bool:
    """Somebody reacted to a copy: the original shows it. False when it is no message of a ticket."""
    event = turn.event
    assert isinstance(event, ReactionEvent)
    message = desk.message_at(turn.work, event.chat.id, event.message_id)
    if message is None:
        return False
    foreign = event.chat.id == turn.business.desk and not turn.may(Action.TICKET_ANSWER)
    if not foreign and (message.to_chat, message.to_message) == (event.chat.id, event.message_id):
        emoji = event.emoji[0] if event.emoji else _RECEIVED
        copies.react(turn, message.from_chat, message.from_message, emoji, label="desk/reaction")
    return True


def mark_note(turn: Turn) -> None:
    """The sign that a message stayed with the desk."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    copies.react(turn, event.chat.id, event.message_id, _NOTED, label="desk/noted")


def typing(turn: Turn, person: Person) -> None:
    """Show that somebody is at it. Worth nothing a few seconds later."""
    turn.work.call(
        person.user_id,
        "sendChatAction",
        {"chat_id": person.user_id, "action": "typing"},
        label="desk/typing",
        expires_at=turn.now + TYPING,
    )


def person_of(turn: Turn, ticket: Ticket) -> Person:
    return orders.person_by_id(turn.work.session, ticket.person_id)
