"""The end of a dispute, carried out by the machine: the hold, the money, the order, and everybody told."""

from __future__ import annotations

from datetime import timedelta

from handlers import (
    cards,
    completing,
    dispute_cards,
    dispute_tickets,
    holds,
    moving,
    refunding,
    returned,
)
from handlers.dispute_words import left
from handlers.turn import Turn
from orders import dispute_terms
from orders.dispute_terms import Outcome, Terms
from orders.money import Money
from orders.refusal import Refusal
from orders.states import Actor, State
from storage import deliveries
from storage.disputes import Dispute
from storage.records import Order, Person
from storage.serial import plain


def subject(dispute: Dispute) -> str:
    return f"dispute:{dispute.id}"


def let_go(turn: Turn, dispute: Dispute, order: Order) -> None:
    """Withdrawn: the order's clocks go on."""
    holds.lift(turn, order, "dispute", subject(dispute))
    cards.refresh(turn, order)
    dispute_tickets.settle(turn, dispute, order)


def carry_out(
    turn: Turn,
    dispute: Dispute,
    order: Order,
    terms: Terms,
    *,
    told: str,
    ruled_by: Person | None = None,
) -> None:
    """Do what was agreed or ruled, all of it in this transaction. The dispute has its last step already."""
    session = turn.work.session
    back, _ = dispute_terms.divided(terms, left(turn, order))
    delivered = order.delivered_at is not None
    dispute.outcome = plain(terms)
    dispute.returned = back.amount
    holds.lift(turn, order, "dispute", subject(dispute))
    if terms.outcome is Outcome.EXTEND:
        _extend(turn, order, terms)
    else:
        _rule(turn, dispute, order, terms, back, delivered=delivered, ruled_by=ruled_by)
    dispute.executed_at = turn.now
    session.flush()
    cards.refresh(turn, order)
    dispute_cards.show(turn, dispute, order, told=told)
    dispute_tickets.settle(turn, dispute, order)


def _extend(turn: Turn, order: Order, terms: Terms) -> None:
    """More time from now, or from the day it is due if that is later."""
    assert terms.days is not None
    base = max(order.due_at or turn.now, turn.now)
    order.due_at = base + timedelta(days=terms.days)
    order.delivery_on = order.due_at.astimezone(turn.business.zone).date().isoformat()
    order.late = False
    turn.work.session.flush()
    moving.set_timers(turn, order)


def _rule(
    turn: Turn,
    dispute: Dispute,
    order: Order,
    terms: Terms,
    back: Money,
    *,
    delivered: bool,
    ruled_by: Person | None,
) -> None:
    """The order goes where the terms say, and the money with it."""
    target = dispute_terms.target(terms, delivered=delivered)
    due = turn.now + timedelta(days=terms.days) if terms.days else None
    if order.state == State.COMPLETED and target is State.COMPLETED:
        _take_from_payout(turn, order, back)
    made = moving.move(
        turn,
        order,
        "rule",
        Actor.LEAD if ruled_by else Actor.RULES,
        actor_id=ruled_by.id if ruled_by else None,
        note=f"dispute {dispute.n}: {terms.outcome}",
        target=target,
        percent=terms.percent if terms.outcome is Outcome.SPLIT else None,
        due_at=due,
        quiet=True,
    )
    if isinstance(made, Refusal):
        raise RuntimeError(
            f"dispute {dispute.n} of {order.number} cannot be carried out: {made.code}"
        )
    if target is State.CANCELLED:
        order.cancel_reason = "dispute"
    if back.amount:
        given = refunding.refund_part(turn, order, back, "dispute", approved_by=ruled_by)
        if isinstance(given, Refusal):
            raise RuntimeError(f"dispute {dispute.n} of {order.number}: {given.code}")
    if terms.outcome is Outcome.REFUND:
        returned.take_out(turn, order)
    if target is not State.IN_REVISION:
        completing.settle(turn, order)
        completing.free(turn, order)


def _take_from_payout(turn: Turn, order: Order, back: Money) -> None:
    """A completed order gives something back: what waits to be paid out is booked anew from the rest.

    What was paid out already is owed by the provider: `refunding` takes it from what was earned.
    """
    payout = deliveries.payout_of(turn.work.session, order)
    if back.amount and payout is not None and payout.state in ("held", "releasable"):
        completing.reverse(turn, order)
