"""Tickets: opened for a person, moved along their table, with the timers and the conversation's mode that follow.

`open_ticket` is what every other room calls. Where tickets are worked on is `handlers.places`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import places, waiting
from handlers.turn import Turn
from orders.clock import add_working_time
from orders.refusal import Refusal
from orders.tickets import (
    FIRST_PRIORITY,
    OPEN_STATES,
    REOPENS,
    Mode,
    Priority,
    Reason,
    TicketActor,
    TicketFacts,
    TicketMove,
    TicketState,
    decide_ticket,
)
from storage import desk_queries as desk
from storage import orders, talk
from storage.desk import Ticket, TicketStep
from storage.records import Order, Person

TIMER = "ticket"
_SLOTS = ("first_reply", "owed", "idle", "wake", "close")
#: A further reply may take so many times as long as the first, before everybody is told.
FURTHER = 4


def subject(ticket: Ticket) -> str:
    """How timers name a ticket."""
    return f"ticket:{ticket.id}"


def person_of(turn: Turn, ticket: Ticket) -> Person:
    return orders.person_by_id(turn.work.session, ticket.person_id)


def order_of(turn: Turn, ticket: Ticket) -> Order | None:
    return turn.work.session.get(Order, ticket.order_id) if ticket.order_id else None


def is_open(ticket: Ticket) -> bool:
    return TicketState(ticket.state) in OPEN_STATES


# -- opening --------------------------------------------------------------------------------------------------


def open_ticket(
    turn: Turn,
    person: Person,
    *,
    order: Order | None = None,
    reason: str,
    about: str = "",
    actor: TicketActor | None = None,
) -> Ticket:
    """The open ticket of this person about this order (or about none); made, or opened again, when there is none.

    Within 72 hours of its end the last one is opened again; later a new one is linked to it. The person is told
    nothing here: who calls knows what to say. `reason` is one of `orders.tickets.Reason`. Where they asked for it
    themselves (`asked`, `payment` with their own event) what they type goes to the ticket from now on.
    """
    session = turn.work.session
    why = Reason(reason)
    by = actor or TicketActor.SYSTEM
    ticket = desk.open_ticket_of(session, person, order)
    if ticket is not None:
        _raise(ticket, why)
        anew = _differs(ticket, why, about)
        _again(turn, ticket, why, about, anew=anew)
        return ticket
    before = desk.last_over(session, person, order)
    if before is not None and before.state == TicketState.RESOLVED:
        reopened = move(turn, before, "reopen", by)
        if not isinstance(reopened, Refusal):
            _raise(before, why)
            before.said = _said(turn, person)
            anew = _differs(before, why, about)
            # It is about this now, and what ends it is the end of this.
            before.reason, before.about = str(why), about[:400] or before.about
            set_mode(turn, before)
            places.restore(turn, before)
            _again(turn, before, why, about, anew=anew)
            return before
    ticket = Ticket(
        bot=turn.work.bot,
        number=desk.next_number(session, turn.work.bot),
        person_id=person.id,
        order_id=None if order is None else order.id,
        reason=str(why),
        about=about[:400],
        state=str(TicketState.NEW),
        priority=int(FIRST_PRIORITY.get(why, Priority.NORMAL)),
        tags=[],
        wants={},
        said=_said(turn, person),
        opened_at=turn.now,
        round_at=turn.now,
        waiting_since=turn.now,
        follows=None if before is None else before.id,
    )
    session.add(ticket)
    session.flush()
    set_mode(turn, ticket)
    moved = move(turn, ticket, "queue", by)
    assert not isinstance(moved, Refusal)
    places.open_place(turn, ticket)
    waiting.plan_digest(turn)
    return ticket


def _said(turn: Turn, person: Person) -> list[list[object]]:
    """The newest lines of the person's chat, for the case file: later ones are in the topic itself."""
    lines = talk.last_lines(turn.work, person.user_id)
    return [[line.at.isoformat(), line.by_bot, line.text[:400], line.label] for line in lines]


def _raise(ticket: Ticket, why: Reason) -> None:
    ticket.priority = max(ticket.priority, int(FIRST_PRIORITY.get(why, Priority.NORMAL)))


def _differs(ticket: Ticket, why: Reason, about: str) -> bool:
    return why != ticket.reason or bool(about and about[:400] != ticket.about)


def _again(turn: Turn, ticket: Ticket, why: Reason, about: str, *, anew: bool) -> None:
    """The same matter once more: staff see that it was, and, when it is for something else, why."""
    if anew:
        places.say(turn, ticket, "desk/again", why=str(why), about=about[:400])
    places.show_case(turn, ticket)


# -- moving ---------------------------------------------------------------------------------------------------


def facts_of(ticket: Ticket) -> TicketFacts:
    return TicketFacts(
        state=TicketState(ticket.state),
        person=ticket.person_id,
        assignee=ticket.assignee_id,
        escalated=ticket.escalated_at is not None,
        answered=ticket.answered_at is not None,
        resolved_at=ticket.resolved_at,
    )


def move(
    turn: Turn,
    ticket: Ticket,
    name: str,
    actor: TicketActor,
    *,
    by: Person | None = None,
    receiver: Person | None = None,
    note: str = "",
    other: Ticket | None = None,
) -> TicketMove | Refusal:
    """Take a transition, or say why not. Writes the ticket, its step, its timers and the conversation's mode."""
    made = decide_ticket(
        name,
        facts_of(ticket),
        actor,
        turn.now,
        by=None if by is None else by.id,
        receiver=None if receiver is None else receiver.id,
        summary=note,
        other_person=None if other is None else other.person_id,
    )
    if isinstance(made, Refusal):
        return made
    session = turn.work.session
    session.add(
        TicketStep(
            ticket_id=ticket.id,
            n=ticket.version,
            transition=name,
            source=str(made.source),
            target=str(made.target),
            actor=str(actor),
            actor_id=None if by is None else by.id,
            note=note,
            at=turn.now,
        )
    )
    ticket.state = str(made.target)
    ticket.version += 1
    _keep(turn, ticket, made, actor, by if receiver is None else receiver, note)
    session.flush()
    set_timers(turn, ticket)
    return made


def _keep(
    turn: Turn,
    ticket: Ticket,
    made: TicketMove,
    actor: TicketActor,
    holder: Person | None,
    note: str,
) -> None:
    """What a move changes beside the state."""
    match made.name:
        case "claim" | "take_over" | "transfer":
            assert holder is not None
            ticket.assignee_id = holder.id
            ticket.claimed_at = ticket.claimed_at or turn.now
            if actor is TicketActor.LEAD or made.name == "transfer":
                ticket.escalated_at = None
        case "release" | "no_reply" | "forgotten" | "escalate" | "reopen":
            ticket.assignee_id = None
            ticket.waiting_since = ticket.waiting_since or turn.now
            if made.name == "escalate":
                ticket.escalated_at, ticket.summary = turn.now, note
                ticket.priority = max(ticket.priority, int(Priority.HIGH))
            if made.name == "reopen":
                ticket.resolved_at, ticket.resolved_by = None, ""
                ticket.answered_at, ticket.round_at = None, turn.now
                ticket.rating = ticket.rated_at = None
        case "answer":
            ticket.answered_at = ticket.answered_at or turn.now
            ticket.waiting_since = None
            ticket.callback_at = None
        case "write":
            ticket.waiting_since = ticket.waiting_since or turn.now
        case "resolve" | "idle":
            ticket.resolved_at = turn.now
            ticket.resolved_by = str(actor)
            ticket.waiting_since = ticket.callback_at = None
        case "merge" | "close":
            ticket.closed_at = turn.now
            ticket.waiting_since = ticket.callback_at = None
    if made.source is TicketState.SNOOZED and made.target is not TicketState.SNOOZED:
        ticket.snoozed_until = None


def set_timers(turn: Turn, ticket: Ticket) -> None:
    """Set the timers of the present state; those of other states are dropped."""
    due: dict[str, datetime] = {}
    support = turn.business.support
    match TicketState(ticket.state):
        case TicketState.QUEUED | TicketState.ASSIGNED if ticket.answered_at is None:
            promised = ticket.callback_at
            due["first_reply"] = (
                promised + support.reply_within
                if promised is not None and promised > turn.now
                else working_time(turn, support.reply_within)
            )
        case TicketState.QUEUED | TicketState.ASSIGNED:
            due["owed"] = working_time(turn, support.reply_within * FURTHER)
        case TicketState.WAITING_PROVIDER:
            due["owed"] = turn.now + support.idle
        case TicketState.WAITING_CUSTOMER:
            due["idle"] = turn.now + support.idle
        case TicketState.SNOOZED if ticket.snoozed_until is not None:
            due["wake"] = ticket.snoozed_until
        case TicketState.RESOLVED:
            due["close"] = turn.now + REOPENS
    for slot in _SLOTS:
        if slot not in due:
            turn.work.drop_timers(subject(ticket), kind=TIMER, slot=slot)
    for slot, moment in due.items():
        turn.work.set_timer(TIMER, subject(ticket), slot, moment, {"ticket": ticket.id})


def working_time(turn: Turn, length: timedelta) -> datetime:
    """When so much of support's working time has passed from now."""
    hours = turn.business.support.hours
    return turn.now + length if hours is None else add_working_time(turn.now, length, hours)


# -- who speaks -----------------------------------------------------------------------------------------------


def listen(turn: Turn, ticket: Ticket) -> None:
    """What the person types from now on goes to this ticket."""
    conversation = turn.work.conversation(person_of(turn, ticket).user_id)
    conversation.ticket_id = ticket.id
    set_mode(turn, ticket)


def set_mode(turn: Turn, ticket: Ticket) -> None:
    """Bring the mode of the person's conversation in line with their tickets."""
    person = person_of(turn, ticket)
    conversation = turn.work.conversation(person.user_id)
    open_now = desk.open_tickets_of(turn.work.session, person)
    ids = {one.id for one in open_now}
    if conversation.ticket_id not in ids:
        conversation.ticket_id = next((one.id for one in open_now if one.joined), None)
    if any(one.joined for one in open_now):
        conversation.mode = str(Mode.HUMAN)
    else:
        conversation.mode = str(Mode.QUEUED if ids else Mode.BOT)
