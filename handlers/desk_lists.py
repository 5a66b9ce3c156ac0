"""The desk at a glance: /queue, /mine, the digest at the turn of a shift, and how long people waited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dialogs.content import Content
from dialogs.words import Words
from handlers import casefile, desk, places, waiting
from handlers.events import ChatEvent
from handlers.turn import Turn
from orders.ticket_times import median, quantile
from orders.tickets import TicketState
from storage import desk_queries as found
from storage import orders
from storage.desk import Ticket
from storage.records import Order

#: Tickets that fit into one message.
_LINES = 30
#: Of which time the figures speak.
_FIGURES = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How support did lately; None where nothing happened. Times are working time."""

    answered: int
    first_answer: timedelta | None
    first_answer_slow: timedelta | None
    resolved: int
    resolution: timedelta | None
    rating: float | None
    rated: int


def figures(turn: Turn, since: datetime) -> Figures:
    session = turn.work.session
    answers = [
        waiting.worked(turn, one.round_at, one.answered_at)
        for one in found.answered_since(session, turn.work.bot, since, 1000)
        if one.answered_at is not None
    ]
    over = found.resolved_since(session, turn.work.bot, since)
    lasted = [
        waiting.worked(turn, one.round_at, one.resolved_at)
        for one in over
        if one.resolved_at is not None
    ]
    stars = [one.rating for one in over if one.rating is not None]
    return Figures(
        answered=len(answers),
        first_answer=median(answers) if answers else None,
        first_answer_slow=quantile(answers, 0.9) if answers else None,
        resolved=len(over),
        resolution=median(lasted) if lasted else None,
        rating=sum(stars) / len(stars) if stars else None,
        rated=len(stars),
    )


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
    _send(turn, "desk/queue", tickets, figures=figures(turn, turn.now - _FIGURES))


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
    shift = figures(turn, since)
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
