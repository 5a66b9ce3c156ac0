"""What happens in the topics of the desk: what staff write there, and what they do with the topics themselves."""

from __future__ import annotations

from handlers import desk, desk_commands, passing, permits, places, tickets
from handlers.events import MessageEvent, TopicEvent
from handlers.turn import Turn
from orders.roles import Action


def on_message(turn: Turn) -> None:
    """A message in a group that is no command: for us only in the place of a ticket."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    if event.chat.id != turn.business.desk:
        return
    if not event.anonymous and not event.sender.is_bot:
        # Whoever is here can be handed a ticket: for that they have to be known.
        turn.known(event.sender)
    ticket = desk.ticket_here(turn)
    if ticket is None or not permits.permitted(turn, Action.TICKET_ANSWER):
        return
    if not desk.live(turn, ticket):
        return
    wish, text = desk.fulfil(turn, ticket), event.text.strip()
    if wish == "escalate" and text:
        desk_commands.escalate(turn, ticket, text)
        return
    marked_note, text = passing.unmarked(text, passing.NOTE_MARKS)
    marked_reply, text = passing.unmarked(text, passing.REPLY_MARKS)
    by_rule = turn.business.support.notes_first and not marked_reply and wish != "reply"
    if marked_note or wish == "note" or (by_rule and wish is None):
        desk.write_note(turn, ticket, text)
    else:
        desk.reply(turn, ticket, text=text if marked_reply else None)


def on_topic(turn: Turn) -> None:
    """Somebody closed or reopened a ticket's topic by hand."""
    event = turn.event
    assert isinstance(event, TopicEvent)
    if event.chat.id != turn.business.desk:
        return
    ticket = places.topic_ticket(turn, event.chat.id, event.thread)
    if ticket is None or ticket.place not in ("open", "closed"):
        return
    if event.change == "reopened":
        ticket.place = "open"
    elif event.change == "closed":
        ticket.place = "closed"
        if tickets.is_open(ticket):
            # A closed topic is no resolved ticket: nothing that comes may get lost in it.
            places.restore(turn, ticket)
            places.say(turn, ticket, "desk/closed_by_hand")
