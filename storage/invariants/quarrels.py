"""Invariants 17, 18, 24 and 25: holds freeze what they hold; disputes go their way, and what they came to was done."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select, tuple_

from orders.dispute_stages import OPEN, DisputeState, allowed_steps
from orders.refunds import RefundState
from storage.accounts import Refund
from storage.disputes import Dispute, DisputeStep, Evidence, Snapshot
from storage.invariants.asking import Breach, Fault, Scope, each, found, sum_of
from storage.records import Order
from storage.staff import Hold
from storage.working import Payout

orders, holds, payouts = Order.__table__, Hold.__table__, Payout.__table__
disputes, steps, evidence = Dispute.__table__, DisputeStep.__table__, Evidence.__table__
snapshots, refunds = Snapshot.__table__, Refund.__table__

_CLOSED = tuple(state for state in DisputeState if state not in (*OPEN, DisputeState.OPENED))
_DONE = (DisputeState.RESOLVED, DisputeState.SETTLED)


def holds_freeze(scope: Scope) -> Iterator[Breach]:
    """24: an order is held as long as a hold stands, and its payout waits meanwhile."""
    standing = exists().where(holds.c.order_id == orders.c.id, holds.c.lifted_at.is_(None))
    yield from found(
        scope,
        scope.mine(select(orders.c.number), orders.c.bot),
        "order {number}",
        Fault(24, and_(orders.c.on_hold, ~standing), "is held, but nothing holds it"),
        Fault(24, and_(~orders.c.on_hold, standing), "goes on, although a hold stands"),
        Fault(
            24,
            orders.c.on_hold != orders.c.held_since.is_not(None),
            "does not know since when it is held",
        ),
    )
    waiting = (
        select(payouts.c.id, orders.c.number)
        .join(orders, orders.c.id == payouts.c.order_id)
        .where(orders.c.on_hold, payouts.c.state == "releasable")
    )
    what = "could be paid out, but order {number} is held"
    yield from each(scope, scope.mine(waiting, orders.c.bot), 24, "payout {id}", what)
    paid = (
        select(payouts.c.id, orders.c.number)
        .join(orders, orders.c.id == payouts.c.order_id)
        .join(holds, holds.c.order_id == orders.c.id)
        .where(
            payouts.c.state == "paid",
            payouts.c.closed_at > holds.c.placed_at,
            or_(holds.c.lifted_at.is_(None), payouts.c.closed_at < holds.c.lifted_at),
        )
    )
    what = "was paid while order {number} was held"
    yield from each(scope, scope.mine(paid, orders.c.bot), 24, "payout {id}", what)


def disputes_go_their_way(scope: Scope) -> Iterator[Breach]:
    """25: steps are lines of the table, one after the other, up to where the dispute is."""
    seen = select(steps.c.transition, steps.c.source, steps.c.target).distinct()
    wrong = {(row.transition, row.source, row.target) for row in scope.rows(seen)} - allowed_steps()
    if wrong:
        query = (
            select(steps.c.dispute_id, steps.c.transition, steps.c.source, steps.c.target)
            .join(disputes, disputes.c.id == steps.c.dispute_id)
            .where(tuple_(steps.c.transition, steps.c.source, steps.c.target).in_(sorted(wrong)))
        )
        what = "went from {source} to {target} by {transition}, which does not lead there"
        yield from each(scope, scope.mine(query, disputes.c.bot), 25, "dispute {dispute_id}", what)
    taken = select(func.count()).where(steps.c.dispute_id == disputes.c.id).scalar_subquery()
    last = (
        select(steps.c.target)
        .where(steps.c.dispute_id == disputes.c.id)
        .order_by(steps.c.n.desc())
        .limit(1)
        .scalar_subquery()
    )
    holding = exists().where(
        holds.c.order_id == disputes.c.order_id,
        holds.c.kind == "dispute",
        holds.c.subject == "dispute:" + cast(disputes.c.id, String),
        holds.c.lifted_at.is_(None),
    )
    kept = exists().where(snapshots.c.dispute_id == disputes.c.id)
    state = disputes.c.state
    yield from found(
        scope,
        scope.mine(select(disputes.c.id, state), disputes.c.bot),
        "dispute {id}",
        Fault(25, taken != disputes.c.version - 1, "has lost a step of its history"),
        Fault(25, last.is_distinct_from(state), "is {state}, its history says otherwise"),
        Fault(25, and_(state.in_(OPEN), ~holding), "is {state}, but does not hold its order"),
        Fault(25, and_(state.in_(_CLOSED), holding), "is {state}, and still holds its order"),
        Fault(25, and_(state.in_(_CLOSED), disputes.c.closed_at.is_(None)), "ended at no time"),
        Fault(
            25,
            and_(state.in_(_DONE), disputes.c.executed_at.is_(None)),
            "is {state}, but was not carried out",
        ),
        Fault(25, ~kept, "has not kept how everything stood when it was opened"),
    )


def outcomes_are_paid(scope: Scope) -> Iterator[Breach]:
    """25: what a dispute gave back went back, no more and no less."""
    given = (
        select(sum_of(refunds.c.amount))
        .where(
            refunds.c.order_id == orders.c.id,
            refunds.c.reason == "dispute",
            refunds.c.state != RefundState.REJECTED,
        )
        .scalar_subquery()
    )
    said = (
        select(sum_of(disputes.c.returned))
        .where(disputes.c.order_id == orders.c.id)
        .scalar_subquery()
    )
    query = select(
        orders.c.number, given.label("given"), said.label("said"), orders.c.currency
    ).where(exists().where(disputes.c.order_id == orders.c.id), given != said)
    what = "gave back {given} {currency} by disputes that came to {said}"
    yield from each(scope, scope.mine(query, orders.c.bot), 25, "order {number}", what)


def others_decide(scope: Scope) -> Iterator[Breach]:
    """18: no party mediates or decides, and no mediator decides. Evidence comes from the sides."""
    query = select(
        disputes.c.id, orders.c.number, disputes.c.mediator_id, disputes.c.arbiter_id
    ).join(orders, orders.c.id == disputes.c.order_id)

    def party(column: ColumnElement[int]) -> ColumnElement[bool]:
        return or_(column == orders.c.customer_id, column == orders.c.provider_id)

    yield from found(
        scope,
        scope.mine(query, orders.c.bot),
        "dispute {id}",
        Fault(18, party(disputes.c.mediator_id), "about {number} is mediated by a party"),
        Fault(18, party(disputes.c.arbiter_id), "about {number} is decided by a party"),
        Fault(
            18,
            disputes.c.mediator_id == disputes.c.arbiter_id,
            "about {number} is decided by who mediated it",
        ),
    )
    brought = (
        select(evidence.c.id, orders.c.number)
        .join(disputes, disputes.c.id == evidence.c.dispute_id)
        .join(orders, orders.c.id == disputes.c.order_id)
        .where(
            evidence.c.person_id != orders.c.customer_id,
            evidence.c.person_id.is_distinct_from(orders.c.provider_id),
        )
    )
    what = "about {number} was brought by neither side"
    yield from each(scope, scope.mine(brought, orders.c.bot), 17, "evidence {id}", what)


CHECKS = (holds_freeze, disputes_go_their_way, outcomes_are_paid, others_decide)
