"""The desk at a glance: /queue, /mine, the digest at the turn of a shift, and how long people waited."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dialogs.content import Content
from dialogs.words import Words
from handlers import casefile, desk, places, waiting
from handlers.events import ChatEvent
from handlers.turn import Turn
from orders.tickets import TicketState
from storage import desk_queries as found
from storage import orders
from storage.desk import Ticket
from storage.desk_figures import Figures, figures
from storage.records import Order

#: Tickets that fit into one message.
_LINES = 30
#: Of which time the figures speak.
_FIGURES = timedelta(days=7)


def lines(turn: Turn, tickets: list[Ticket], words: Words) -> list[dict[str, Any]]:
    """Tickets as lines of a list."""
    session = turn.work.session
    made = []
    for ticket in tickets[:_LINES]:
        order = session.get(Order, ticket.order_id) if ticket.order_id else None
        holder = orders.person_by_id(session, ticket.assignee_id).name if ticket.assignee_id else ""
        waits = turn.now - ticket.waiting_since if ticket.waiting_since is not None else None
        made.append(
            {
                "number": ticket.number,
                "link": desk.link(ticket),
                "mark": casefile.MARKS[ticket.priority],
                "name": orders.person_by_id(session, ticket.person_id).name,
                "order": order.number if order is not None else "",
                "reason": words.gettext(casefile.REASONS[ticket.reason]),
                "state": words.gettext(casefile.STATES[TicketState(ticket.state)]),
                "holder": holder,
                "lead": ticket.escalated_at is not None,
                "waits": None if waits is None else words.span(waits),
                "until": ticket.snoozed_until,
            }
        )
    return made


def on_queue(turn: Turn) -> None:
    """/queue: everything open, what is most urgent and waits longest first; and the figures of the week."""
    tickets = list(found.open_tickets(turn.work.session, turn.work.bot))
    _send(turn, "desk/queue", tickets, figures=_figures(turn, turn.now - _FIGURES))


def _figures(turn: Turn, since: datetime) -> Figures:
    return figures(turn.work.session, turn.work.bot, since, turn.business.support.hours)


def on_mine(turn: Turn) -> None:
    """/mine: what this agent has in hand."""
    _send(turn, "desk/mine", list(found.held_by(turn.work.session, turn.person)))


def _send(turn: Turn, template: str, tickets: list[Ticket], **variables: Any) -> None:
    event = turn.event
    assert isinstance(event, ChatEvent)
    private = event.chat.kind == "private"
    words = turn.words() if private else places.words_of(turn)
    text = words.html(
        template, tickets=lines(turn, tickets, words), count=len(tickets), **variables
    )
    turn.work.send(event.chat.id, Content(text=text), thread_id=event.thread, label=template)


# -- the digest -------------------------------------------------------------------------------------------


def on_digest(turn: Turn) -> None:
    """What the next shift finds: in the desk's general topic. Nothing happened and nothing open: nothing is said."""
    chat = turn.business.desk
    since = turn.now - timedelta(hours=24 // max(len(turn.business.support.digest), 1))
    tickets = list(found.open_tickets(turn.work.session, turn.work.bot))
    shift = _figures(turn, since)
    opened = found.opened_since(turn.work.session, turn.work.bot, since)
    if chat is None or not (tickets or opened or shift.resolved):
        return
    words = places.words_of(turn)
    text = words.html(
        "desk/digest",
        tickets=lines(turn, tickets, words),
        count=len(tickets),
        opened=opened,
        figures=shift,
    )
    turn.work.send(chat, Content(text=text), label="desk/digest")
    waiting.plan_digest(turn)
