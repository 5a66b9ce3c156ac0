"""Holds: what stands still in an order while something about it is being settled.

A hold freezes the order's timers and the provider's payout. Several may stand at once, each for an object of its
own; the clocks go on when the last one is lifted, and what was ahead then is as far ahead as it was.
"""

from __future__ import annotations

from datetime import datetime

from handlers import cards, completing, moving
from handlers.turn import Turn
from orders.states import State, after_hold
from storage import deliveries
from storage.records import Order
from storage.staff import Hold, standing_holds

#: States after which no clock of the order matters to anybody but the payout's.
_OVER = (State.COMPLETED, State.CANCELLED, State.EXPIRED)


def place(turn: Turn, order: Order, kind: str, subject: str) -> Hold:
    """Hold an order because of `subject` ("dispute:7"); the same one again changes nothing."""
    session = turn.work.session
    standing = standing_holds(session, order)
    for hold in standing:
        if (hold.kind, hold.subject) == (kind, subject):
            return hold
    hold = Hold(order_id=order.id, kind=kind, subject=subject, placed_at=turn.now, lifted_at=None)
    session.add(hold)
    if not standing:
        order.held_since = turn.now
    order.on_hold = True
    session.flush()
    turn.work.drop_timers(moving.subject(order), kind=moving.TIMER)
    completing.freeze(turn, order)
    cards.refresh(turn, order)
    return hold


def lift(turn: Turn, order: Order, kind: str, subject: str) -> bool:
    """Take a hold away; False when there was none. With the last one gone the clocks go on."""
    session = turn.work.session
    standing = standing_holds(session, order)
    mine = [hold for hold in standing if (hold.kind, hold.subject) == (kind, subject)]
    if not mine:
        return False
    mine[0].lifted_at = turn.now
    session.flush()
    if len(standing) > 1:
        return True
    start = order.held_since or mine[0].placed_at
    order.on_hold = False
    order.held_since = None
    if State(order.state) not in _OVER:
        _move_on(turn, order, start)
    session.flush()
    moving.set_timers(turn, order)
    completing.thaw(turn, order)
    cards.refresh(turn, order)
    return True


def _move_on(turn: Turn, order: Order, start: datetime) -> None:
    """Put the order's moments as far ahead as they were when it was held."""
    moved = after_hold(moving.facts_of(turn, order), start, turn.now)
    order.state_since = moved.entered_at or order.state_since
    order.due_at = moved.due_at
    order.next_report_at = moved.next_report_at
    order.asked_at = moved.asked_at
    order.delivered_at = moved.delivered_at
    delivery = deliveries.latest_sent(turn.work.session, order)
    if delivery is not None and delivery.problem_at is not None:
        # What the hold has put off already, a problem that is settled later does not put off again.
        delivery.problem_at += turn.now - max(start, delivery.problem_at)
    order.cancel_proposed_at = moved.cancel_proposed_at
