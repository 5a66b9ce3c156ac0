"""What happens to a ticket by itself: nobody answered, nobody wrote for a day, a snooze or a promise is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogs.content import Content
from handlers import asking, desk, desk_lists, places, tickets
from handlers.events import TimerEvent
from handlers.turn import Turn
from orders.refusal import Refusal
from orders.tickets import TicketActor, TicketState
from storage import orders
from storage.desk import Ticket
from storage.records import Person

#: Each further alarm comes after twice the time, at last once a day.
_DAILY = timedelta(days=1)


def on_timer(turn: Turn) -> None:
    """A slot of a ticket is due. Its state is looked at again: much may have changed since."""
    event = turn.event
    assert isinstance(event, TimerEvent)
    ticket = turn.work.session.get(Ticket, int(str(event.params["ticket"])))
    if ticket is None:
        return
    match event.slot:
        case "first_reply":
            _nobody_answered(turn, ticket, int(str(event.params.get("n", 1))))
        case "owed":
            _owed(turn, ticket, int(str(event.params.get("n", 1))))
        case "idle":
            _idle(turn, ticket)
        case "wake":
            _wake(turn, ticket)
        case "close":
            tickets.move(turn, ticket, "close", TicketActor.TIMER)
        case "callback":
            _promised(turn, ticket)


def on_desk(turn: Turn) -> None:
    desk_lists.on_digest(turn)


def _nobody_answered(turn: Turn, ticket: Ticket, n: int) -> None:
    """No first reply in time: back to the queue, with an alarm where everybody of the desk sees it."""
    if ticket.answered_at is not None or not tickets.is_open(ticket):
        return
    holder = (
        orders.person_by_id(turn.work.session, ticket.assignee_id) if ticket.assignee_id else None
    )
    if ticket.state == TicketState.ASSIGNED:
        made = tickets.move(turn, ticket, "no_reply", TicketActor.TIMER)
        if isinstance(made, Refusal):
            return
        asking.left(turn, ticket, holder)
        places.show_case(turn, ticket)
    elif ticket.state != TicketState.QUEUED:
        return
    _alarm(turn, ticket, holder)
    later = _later(turn.business.support.reply_within, n)
    turn.work.set_timer(
        tickets.TIMER,
        tickets.subject(ticket),
        "first_reply",
        tickets.working_time(turn, later),
        {"ticket": ticket.id, "n": n + 1},
    )


def _later(first: timedelta, n: int) -> timedelta:
    """How long after the `n`-th alarm the next one comes. Two to the tenth is beyond a day for any setting."""
    return min(first * (1 << min(n, 10)), _DAILY)


def _alarm(turn: Turn, ticket: Ticket, holder: Person | None) -> None:
    """Where everybody of the desk and of the staff sees it."""
    words = places.words_of(turn)
    waited = turn.now - (ticket.waiting_since or ticket.round_at)
    text = words.html(
        "desk/no_reply",
        number=ticket.number,
        name=tickets.person_of(turn, ticket).name,
        holder=holder.name if holder is not None else "",
        kept=ticket.assignee_id is not None,
        waited=words.span(waited),
        link=desk.link(ticket),
    )
    for chat in dict.fromkeys((ticket.chat_id, turn.business.staff_chat)):
        if chat is not None:
            turn.work.send(chat, Content(text=text), label="desk/no_reply", priority=1)


def _owed(turn: Turn, ticket: Ticket, n: int) -> None:
    """Somebody has waited too long for a further answer; after a day they get the bot back, the ticket the queue."""
    if not tickets.is_open(ticket):
        return
    holder = (
        orders.person_by_id(turn.work.session, ticket.assignee_id) if ticket.assignee_id else None
    )
    if ticket.state == TicketState.WAITING_PROVIDER:
        span = places.words_of(turn).span(turn.business.support.idle * n)
        places.say(turn, ticket, "desk/provider_silent", agent=holder, waited=span)
        _owed_again(turn, ticket, n, turn.now + turn.business.support.idle)
        return
    waited = turn.now - (ticket.waiting_since or ticket.round_at)
    if ticket.state == TicketState.ASSIGNED and waited >= turn.business.support.idle:
        made = tickets.move(turn, ticket, "forgotten", TicketActor.TIMER)
        assert not isinstance(made, Refusal), made.code
        if ticket.joined:
            asking.to_bot(turn, ticket)
        places.show_case(turn, ticket)
    _alarm(turn, ticket, holder)
    later = _later(turn.business.support.reply_within * tickets.FURTHER, n)
    _owed_again(turn, ticket, n, tickets.working_time(turn, later))


def _owed_again(turn: Turn, ticket: Ticket, n: int, due: datetime) -> None:
    turn.work.set_timer(
        tickets.TIMER, tickets.subject(ticket), "owed", due, {"ticket": ticket.id, "n": n + 1}
    )


def _idle(turn: Turn, ticket: Ticket) -> None:
    """Answered, and silent for a day: the bot goes on, the ticket counts as resolved."""
    made = tickets.move(turn, ticket, "idle", TicketActor.TIMER)
    if isinstance(made, Refusal):
        return
    places.say(turn, ticket, "desk/idle")
    asking.over(turn, ticket, rate=True, idle=True)


def _wake(turn: Turn, ticket: Ticket) -> None:
    made = tickets.move(turn, ticket, "wake", TicketActor.TIMER)
    if isinstance(made, Refusal):
        return
    places.say(turn, ticket, "desk/awake", agent=_agent(turn, ticket))
    places.show_case(turn, ticket)


def _promised(turn: Turn, ticket: Ticket) -> None:
    """The moment has come at which the person was to be written to."""
    if ticket.callback_at is None or not tickets.is_open(ticket) or ticket.callback_at > turn.now:
        return
    places.say(turn, ticket, "desk/promised", agent=_agent(turn, ticket))


def _agent(turn: Turn, ticket: Ticket) -> object:
    if ticket.assignee_id is None:
        return None
    return orders.person_by_id(turn.work.session, ticket.assignee_id)
