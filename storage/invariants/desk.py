"""Invariants 21 to 23: tickets move along their table, timers belong to their state, the mode of a chat fits them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, case, exists, func, or_, select, tuple_

from orders.tickets import OPEN_STATES, TABLE, TicketState
from storage.desk import Ticket, TicketMessage, TicketStep
from storage.invariants.asking import Breach, Fault, Scope, each, found, words
from storage.records import Person
from storage.tables import conversations, timers

tickets, steps, messages = Ticket.__table__, TicketStep.__table__, TicketMessage.__table__
people = Person.__table__

_EDGES = frozenset(
    (line.name, str(source), str(line.target or source))
    for line in TABLE
    for source in line.sources
)
_ACTORS = frozenset((line.name, str(actor)) for line in TABLE for actor in line.actors)
_OPEN = tuple(str(state) for state in OPEN_STATES)
#: The slot that is always set in a state.
_SLOTS = (
    ("idle", TicketState.WAITING_CUSTOMER),
    ("wake", TicketState.SNOOZED),
    ("close", TicketState.RESOLVED),
)


def steps_are_whole(scope: Scope) -> Iterator[Breach]:
    """21: one step for each change, along the table's edges, by who may, up to the state of now."""
    last = select(tickets.c.number, tickets.c.state, tickets.c.version, steps.c.target).outerjoin(
        steps, and_(steps.c.ticket_id == tickets.c.id, steps.c.n == tickets.c.version - 1)
    )
    moved = tickets.c.version != 1
    yield from found(
        scope,
        scope.mine(last, tickets.c.bot),
        "ticket {number}",
        Fault(21, and_(~moved, tickets.c.state != "new"), "is {state} without any step"),
        Fault(
            21, and_(moved, steps.c.n.is_(None)), "is at version {version}, but has no such step"
        ),
        Fault(21, steps.c.target != tickets.c.state, "is {state}, but was last moved to {target}"),
    )
    made = select(tickets.c.number, *steps.c["n", "transition", "source", "target", "actor"]).join(
        tickets, tickets.c.id == steps.c.ticket_id
    )
    edge = tuple_(steps.c.transition, steps.c.source, steps.c.target)
    yield from found(
        scope,
        scope.mine(made, tickets.c.bot),
        "ticket {number}",
        Fault(21, edge.not_in(_EDGES), "went {source} → {target} by {transition}, step {n}"),
        Fault(
            21,
            tuple_(steps.c.transition, steps.c.actor).not_in(_ACTORS),
            "was moved by {actor}: {transition}, step {n}",
        ),
    )


def tickets_are_in_order(scope: Scope) -> Iterator[Breach]:
    """22: what a state says holds: who has it, one open ticket a matter, its timer, nothing left to be sent."""
    held = ("assigned", "waiting_customer", "waiting_provider", "snoozed")
    query = select(*tickets.c["number", "state"])
    yield from found(
        scope,
        scope.mine(query, tickets.c.bot),
        "ticket {number}",
        Fault(
            22,
            and_(tickets.c.state.in_(held), tickets.c.assignee_id.is_(None)),
            "is {state}, but nobody has it",
        ),
        Fault(
            22,
            and_(tickets.c.state.in_(("new", "queued")), tickets.c.assignee_id.is_not(None)),
            "is {state}, but somebody has it",
        ),
        Fault(
            22,
            and_(tickets.c.state.not_in(_OPEN), tickets.c.joined),
            "is {state}, but somebody still speaks",
        ),
        Fault(22, tickets.c.assignee_id == tickets.c.person_id, "is answered by whom it is about"),
    )
    twice = (
        select(func.min(tickets.c.number).label("number"))
        .where(tickets.c.state.in_(_OPEN))
        .group_by(tickets.c.bot, tickets.c.person_id, func.coalesce(tickets.c.order_id, 0))
        .having(func.count() > 1)
    )
    yield from each(
        scope,
        scope.mine(twice, tickets.c.bot),
        22,
        "ticket {number}",
        "is one of several open ones about the same",
    )
    for slot, state in _SLOTS:
        waits = exists().where(
            timers.c.bot == tickets.c.bot,
            timers.c.kind == "ticket",
            timers.c.subject == words("ticket:" + words(tickets.c.id)),
            timers.c.slot == slot,
        )
        lacks = select(tickets.c.number).where(tickets.c.state == state, ~waits)
        yield from each(
            scope,
            scope.mine(lacks, tickets.c.bot),
            22,
            "ticket {number}",
            f"is {state} without {slot}",
        )
    stuck = (
        select(tickets.c.number)
        .join(messages, messages.c.ticket_id == tickets.c.id)
        .where(
            messages.c.state == "waiting",
            tickets.c.place.in_(("open", "group")),
            tickets.c.state.in_(_OPEN),
        )
        .distinct()
    )
    yield from each(
        scope,
        scope.mine(stuck, tickets.c.bot),
        22,
        "ticket {number}",
        "has a place, but messages still wait for one",
    )


def modes_fit(scope: Scope) -> Iterator[Breach]:
    """23: a chat is `human` while an agent has joined, `queued` while a ticket is open, else the bot's."""
    joined = func.sum(case((and_(tickets.c.state.in_(_OPEN), tickets.c.joined), 1), else_=0))
    open_ = func.sum(case((tickets.c.state.in_(_OPEN), 1), else_=0))
    of = (
        select(
            people.c.bot,
            people.c.user_id,
            func.coalesce(joined, 0).label("joined"),
            func.coalesce(open_, 0).label("open"),
        )
        .join(tickets, tickets.c.person_id == people.c.id)
        .group_by(people.c.bot, people.c.user_id)
        .cte("spoken")
    )
    wanted = case((of.c.joined > 0, "human"), (of.c.open > 0, "queued"), else_="bot")
    query = select(conversations.c.chat_id, conversations.c.mode).outerjoin(
        of, and_(of.c.bot == conversations.c.bot, of.c.user_id == conversations.c.chat_id)
    )
    yield from found(
        scope,
        scope.mine(query, conversations.c.bot),
        "chat {chat_id}",
        Fault(
            23,
            or_(
                and_(of.c.user_id.is_not(None), conversations.c.mode != wanted),
                and_(of.c.user_id.is_(None), conversations.c.mode != "bot"),
            ),
            "is in mode {mode}, which its tickets do not say",
        ),
        Fault(
            23,
            and_(
                conversations.c.ticket_id.is_not(None),
                conversations.c.ticket_id.not_in(
                    select(tickets.c.id).where(tickets.c.state.in_(_OPEN))
                ),
            ),
            "listens for a ticket that is not open",
        ),
    )


CHECKS = (steps_are_whole, tickets_are_in_order, modes_fit)
