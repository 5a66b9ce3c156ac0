"""Invariants 10, 12 and 15: history, the events that made it, and timers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, tuple_

from orders.lifecycle import TIMERS, State, slots
from orders.transitions import TABLE
from storage.invariants.asking import Breach, Fault, Scope, by_subject, each, found, materialized
from storage.records import HistoryRow, Order
from storage.tables import inbox, parked, timers

orders, history = Order.__table__, HistoryRow.__table__

#: (transition, source, target) of every line of the lifecycle.
_EDGES = frozenset(
    (line.name, str(source), str(target))
    for line in TABLE
    for source in line.sources
    for target in line.ends(source)
)
_ACTORS = frozenset((line.name, str(actor)) for line in TABLE for actor in line.actors)

#: Slots that count from the moment their state was entered and change the order: one is always set.
_ALWAYS = tuple(
    (rule.slot, state)
    for rule in TIMERS
    for state in rule.states
    if rule.fires and rule.since in ("awaiting_since", "entered_at")
)


def history_is_whole(scope: Scope) -> Iterator[Breach]:
    """10: states change along the table's edges only, one history row each, from draft to today."""
    step = history.alias()
    before = history.alias()
    chain = (
        select(orders.c.number, step.c.n, step.c.transition, step.c.source, before.c.target)
        .join(orders, orders.c.id == step.c.order_id)
        .outerjoin(before, and_(before.c.order_id == step.c.order_id, before.c.n == step.c.n - 1))
    )
    first = step.c.n == 1
    yield from found(
        scope,
        scope.mine(chain, orders.c.bot),
        "order {number}",
        Fault(
            10,
            or_(step.c.n < 1, and_(~first, before.c.n.is_(None))),
            "has step {n} of its history, but not the one before",
        ),
        Fault(
            10,
            or_(and_(first, step.c.source != State.DRAFT), step.c.source != before.c.target),
            "went from {source} at step {n}, where it had not been",
        ),
        Fault(10, step.c.n >= orders.c.version, "has step {n}, which its version does not count"),
    )
    last = select(orders.c.number, orders.c.state, orders.c.version, history.c.target).outerjoin(
        history,
        and_(history.c.order_id == orders.c.id, history.c.n == orders.c.version - 1),
    )
    moved = orders.c.version != 1
    yield from found(
        scope,
        scope.mine(last, orders.c.bot),
        "order {number}",
        Fault(10, and_(~moved, orders.c.state != State.DRAFT), "is {state} without any history"),
        Fault(
            10,
            and_(moved, history.c.n.is_(None)),
            "is at version {version}, but its history does not reach it",
        ),
        Fault(10, history.c.target != orders.c.state, "is {state}, but was last moved to {target}"),
    )


def edges_are_allowed(scope: Scope) -> Iterator[Breach]:
    """10: each step is a line of the table. 17: taken by somebody the line names."""
    seen = select(
        history.c.transition, history.c.source, history.c.target, history.c.actor
    ).distinct()
    rows = scope.rows(seen)
    steps = {(row.transition, row.source, row.target) for row in rows}
    actors = {(row.transition, row.actor) for row in rows}
    yield from _steps(
        scope,
        (history.c.transition, history.c.source, history.c.target),
        steps - _EDGES,
        10,
        "went from {source} to {target} by {transition}, which does not lead there",
    )
    # A transition that does not exist has no actors either: said once.
    names = {name for name, _ in _ACTORS}
    yield from _steps(
        scope,
        (history.c.transition, history.c.actor),
        {pair for pair in actors - _ACTORS if pair[0] in names},
        17,
        "was moved by {actor} with {transition}, who may not",
    )


def _steps(
    scope: Scope, columns: tuple[Any, ...], wrong: set[Any], invariant: int, what: str
) -> Iterator[Breach]:
    if not wrong:
        return
    query = (
        select(
            orders.c.number,
            history.c.transition,
            history.c.source,
            history.c.target,
            history.c.actor,
        )
        .join(orders, orders.c.id == history.c.order_id)
        .where(tuple_(*columns).in_(sorted(wrong)))
    )
    yield from each(scope, scope.mine(query, orders.c.bot), invariant, "order {number}", what)


def moved_once(scope: Scope) -> Iterator[Breach]:
    """12: an event moves an order at most once the same way, and an order is paid at most once."""
    again = history.alias()
    twice = (
        select(orders.c.number, again.c.transition, again.c.event)
        .join(orders, orders.c.id == again.c.order_id)
        .where(
            again.c.event != "",
            exists().where(
                history.c.order_id == again.c.order_id,
                history.c.n < again.c.n,
                history.c.event == again.c.event,
                history.c.transition == again.c.transition,
            ),
        )
    )
    what = "was moved twice by the same event: {transition} by {event}"
    yield from each(scope, scope.mine(twice, orders.c.bot), 12, "order {number}", what)
    paid = (
        select(orders.c.number, func.count().label("times"))
        .join(history, history.c.order_id == orders.c.id)
        .where(history.c.transition.in_(("pay", "late_pay")))
        .group_by(orders.c.id, orders.c.number)
        .having(func.count() > 1)
    )
    what = "was paid {times} times"
    yield from each(scope, scope.mine(paid, orders.c.bot), 12, "order {number}", what)
    yield from each(
        scope,
        scope.mine(_unseen(scope), orders.c.bot),
        12,
        "order {number}",
        "was moved by {event}, which would be carried out again: the inbox does not know it",
    )


def _unseen(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Steps whose event is not in the inbox, though older ones are: it forgets the oldest first."""
    oldest = select(func.min(inbox.c.received_at)).scalar_subquery()
    recent = materialized(
        select(*history.c["order_id", "event", "at"]).where(
            history.c.event != "", history.c.at > oldest
        ),
        "recent",
    )
    forgotten = (
        select(inbox.c.bot, func.min(inbox.c.received_at).label("before"))
        .group_by(inbox.c.bot)
        .subquery()
    )
    colon = func.strpos if scope.postgresql else func.instr
    place = colon(recent.c.event, ":")
    source, external = (
        func.substr(recent.c.event, 1, place - 1),
        func.substr(recent.c.event, place + 1),
    )
    known = [
        exists().where(
            table.c.bot == orders.c.bot, table.c.source == source, table.c.external_id == external
        )
        # Parked events are kept for good, and may be carried out long after.
        for table in (inbox, parked)
    ]
    return (
        select(orders.c.number, recent.c.event)
        .join(orders, orders.c.id == recent.c.order_id)
        .join(forgotten, forgotten.c.bot == orders.c.bot)
        .where(recent.c.at > forgotten.c.before, ~or_(*known))
    )


def timers_fit(scope: Scope) -> Iterator[Breach]:
    """15: timers run, belong to a state that has their slot, and those that a state needs are set."""
    late = select(
        timers.c.id, timers.c.kind, timers.c.subject, timers.c.slot, timers.c.due_at
    ).where(timers.c.due_at < scope.before("timers"))
    what = "({kind} {subject}, {slot}) was due at {due_at:%Y-%m-%d %H:%M} UTC and did not run"
    yield from each(scope, scope.mine(late, timers.c.bot), 15, "timer {id}", what)
    named = by_subject()
    waiting = (
        select(timers.c.id, timers.c.slot, timers.c.subject, named.c.number, named.c.state)
        .outerjoin(named, and_(named.c.bot == timers.c.bot, named.c.subject == timers.c.subject))
        .where(timers.c.kind == "order")
    )
    possible = [(str(state), slot) for state in State for slot in slots(state)]
    yield from found(
        scope,
        scope.mine(waiting, timers.c.bot),
        "timer {id}",
        Fault(15, named.c.number.is_(None), "({slot}) is for {subject}, which does not exist"),
        Fault(
            15,
            tuple_(named.c.state, timers.c.slot).not_in(possible),
            "({slot}) waits for order {number}, which is {state}",
        ),
    )
    for slot, state in _ALWAYS:
        missing = select(named.c.number, named.c.state).where(
            named.c.state == state,
            ~named.c.on_hold,
            ~named.c.change_pending,
            ~exists().where(
                timers.c.bot == named.c.bot,
                timers.c.kind == "order",
                timers.c.subject == named.c.subject,
                timers.c.slot == slot,
            ),
        )
        what = "is {state} for good: its timer " + slot + " is not set"
        yield from each(scope, scope.mine(missing, named.c.bot), 15, "order {number}", what)


CHECKS = (history_is_whole, edges_are_allowed, moved_once, timers_fit)
