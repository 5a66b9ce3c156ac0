"""The end of a dispute, carried out by the machine: the hold, the money, the order, and everybody told."""

from __future__ import annotations

from datetime import timedelta

from handlers import cards, dispute_cards, holds, moving
from handlers.dispute_words import left
from handlers.turn import Turn
from orders import dispute_terms
from orders.dispute_terms import Outcome, Terms
from orders.money import Money
from orders.refusal import Refusal
from orders.states import Actor, State
from storage.disputes import Dispute
from storage.records import Order, Person
from storage.serial import plain


def subject(dispute: Dispute) -> str:
    return f"dispute:{dispute.id}"


def let_go(turn: Turn, dispute: Dispute, order: Order) -> None:
    """The order's clocks go on."""
    holds.lift(turn, order, "dispute", subject(dispute))
    cards.refresh(turn, order)


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


def _extend(turn: Turn, order: Order, terms: Terms) -> None:
    """More time from now, or from the day it is due if that is later."""
    assert terms.days is not None
    base = max(order.due_at or turn.now, turn.now)
    order.due_at = base + timedelta(days=terms.days)
    order.delivery_on = order.due_at.astimezone(turn.business.zone).date().isoformat()
    order.late = False
    turn.work.session.flush()
    moving.set_timers(turn, order)
