"""Invariants 17 and 18: who moved orders, and that nobody decided about their own money."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, exists, or_, select

from orders.states import STAFF, Actor
from storage.accounts import Case, Invoice, Payment, Proof, Refund
from storage.invariants.asking import Breach, Fault, Scope, by_subject, each, found
from storage.records import Audit, Consent, HistoryRow, Order, Person

orders, people, history = Order.__table__, Person.__table__, HistoryRow.__table__
payments, refunds, cases = Payment.__table__, Refund.__table__, Case.__table__
invoices, proofs, consents = Invoice.__table__, Proof.__table__, Consent.__table__
audit = Audit.__table__

#: Actors who are people; the others have no id.
_PEOPLE = (*STAFF, Actor.CUSTOMER, Actor.PROVIDER)


def owners_move_orders(scope: Scope) -> Iterator[Breach]:
    """17: customers move their own orders, providers the ones they have. 18: staff not their own."""
    actor, who = history.c.actor, history.c.actor_id
    query = select(orders.c.number, history.c.transition, history.c.actor, history.c.actor_id).join(
        orders, orders.c.id == history.c.order_id
    )
    person = and_(people.c.id == who, people.c.bot == orders.c.bot)
    yield from found(
        scope,
        scope.mine(query, orders.c.bot),
        "order {number}",
        Fault(
            17,
            and_(actor == Actor.CUSTOMER, who != orders.c.customer_id),
            "was moved by person {actor_id} with {transition}, who is not its customer",
        ),
        Fault(
            17,
            and_(
                actor == Actor.PROVIDER,
                history.c.transition.not_in(("decline", "accept")),
                who.is_distinct_from(orders.c.provider_id),
            ),
            "was moved by person {actor_id} with {transition}, who is not its provider",
        ),
        Fault(
            17,
            and_(actor.in_(_PEOPLE), or_(who.is_(None), ~exists().where(person))),
            "was moved by {actor} with {transition}, but nobody knows by whom",
        ),
        Fault(
            17,
            and_(actor.not_in(_PEOPLE), who.is_not(None)),
            "was moved by {actor} with {transition}, but person {actor_id} is named",
        ),
        Fault(
            18,
            and_(actor.in_(tuple(STAFF)), who == orders.c.customer_id),
            "was moved by its own customer as {actor} with {transition}",
        ),
    )


def only_owners_act(scope: Scope) -> Iterator[Breach]:
    """17: consents and proofs are the customer's own. 18: proofs are decided by somebody else."""
    agreed = select(consents.c.id, orders.c.number).join(orders, orders.c.id == consents.c.order_id)
    yield from found(
        scope,
        scope.mine(agreed, orders.c.bot),
        "consent {id}",
        Fault(
            17,
            consents.c.person_id != orders.c.customer_id,
            "with order {number} was not given by its customer",
        ),
    )
    shown = (
        select(proofs.c.id, orders.c.number)
        .join(invoices, invoices.c.id == proofs.c.invoice_id)
        .join(orders, orders.c.id == invoices.c.order_id)
    )
    yield from found(
        scope,
        scope.mine(shown, orders.c.bot),
        "proof {id}",
        Fault(
            17,
            proofs.c.submitted_by != orders.c.customer_id,
            "for order {number} is not from its customer",
        ),
        Fault(
            18,
            or_(
                proofs.c.decided_by == proofs.c.submitted_by,
                proofs.c.decided_by == orders.c.customer_id,
            ),
            "for order {number} was decided by who gave it",
        ),
        Fault(
            18,
            and_(proofs.c.state != "waiting", proofs.c.decided_by.is_(None)),
            "for order {number} was decided by nobody",
        ),
    )


def others_approve(scope: Scope) -> Iterator[Breach]:
    """18: nobody approves a refund or closes a case of their own."""
    payer = people.alias("payer")
    paid_by = and_(payer.c.bot == payments.c.bot, payer.c.user_id == payments.c.payer_id)
    back = (
        select(refunds.c.id)
        .join(payments, payments.c.id == refunds.c.payment_id)
        .outerjoin(payer, paid_by)
        .outerjoin(orders, orders.c.id == refunds.c.order_id)
    )
    yield from found(
        scope,
        scope.mine(back, refunds.c.bot),
        "refund {id}",
        Fault(
            18,
            or_(
                refunds.c.approved_by == refunds.c.requested_by,
                refunds.c.approved_by == payer.c.id,
                refunds.c.approved_by == orders.c.customer_id,
            ),
            "was approved by who asked for it or gets it",
        ),
    )
    closed = (
        select(cases.c.id).join(payments, payments.c.id == cases.c.payment_id).join(payer, paid_by)
    )
    yield from found(
        scope,
        scope.mine(closed, cases.c.bot),
        "case {id}",
        Fault(18, cases.c.closed_by == payer.c.id, "was closed by who paid the money"),
    )


def staff_keep_off_their_own(scope: Scope) -> Iterator[Breach]:
    """18: what staff do to an order, a quote for one, they do to somebody else's."""
    named = by_subject()
    query = select(audit.c.id, audit.c.action, named.c.number).join(
        named,
        and_(
            named.c.bot == audit.c.bot,
            named.c.subject == audit.c.subject,
            named.c.customer_id == audit.c.actor_id,
        ),
    )
    what = "was done to order {number} by its own customer: {action}"
    yield from each(scope, scope.mine(query, audit.c.bot), 18, "audit row {id}", what)


CHECKS = (owners_move_orders, only_owners_act, others_approve, staff_keep_off_their_own)
