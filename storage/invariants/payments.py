"""Invariants 2, 3, 5, 11 and 12 as far as they are about money: nothing is booked twice, dropped or unfounded."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, case, exists, func, or_, select

from orders.attempts import AttemptState
from orders.ledger import EntryKind
from orders.methods import Method
from orders.money import XTR
from orders.payments import Outcome
from orders.refunds import RefundState
from storage.accounts import Case, Invoice, LedgerEntry, Payment, Proof, Refund
from storage.invariants.asking import Breach, Fault, Scope, each, found, words
from storage.invariants.ledger import CAME_IN
from storage.records import HistoryRow, Order, Person
from storage.tables import parked, payments_received

orders, people, history = Order.__table__, Person.__table__, HistoryRow.__table__
payments, refunds, cases = Payment.__table__, Refund.__table__, Case.__table__
invoices, proofs, entries = Invoice.__table__, Proof.__table__, LedgerEntry.__table__

#: What `orders.payments.settle` calls money that may be an order's.
_CREDITED = (Outcome.CREDITED, Outcome.PAID_LATE)


def booked_once(scope: Scope) -> Iterator[Breach]:
    """2: a charge is booked once. 3: it is booked at all."""
    receipts = (
        select(func.count())
        .where(entries.c.payment_id == payments.c.id, entries.c.kind.in_(CAME_IN))
        .scalar_subquery()
    )
    query = select(payments.c.id, receipts.label("receipts"))
    yield from found(
        scope,
        scope.mine(query, payments.c.bot),
        "payment {id}",
        Fault(2, receipts > 1, "was booked {receipts} times"),
        Fault(3, receipts == 0, "is neither credited nor held"),
    )
    twice = (
        select(func.min(payments.c.id).label("id"), func.count().label("number"))
        .group_by(payments.c.bot, payments.c.charge_id)
        .having(func.count() > 1)
    )
    what = "has a charge that was booked {number} times, by several gateways"
    yield from each(scope, scope.mine(twice, payments.c.bot), 2, "payment {id}", what)


def nothing_dropped(scope: Scope) -> Iterator[Breach]:
    """3: what gateways and staff told of is booked, or waits to be. 5: as it was told."""
    came = payments_received
    gateway = case((came.c.currency == XTR, Method.STARS), else_=Method.PROVIDER)
    waits = exists().where(
        parked.c.bot == came.c.bot,
        parked.c.source == came.c.source,
        parked.c.external_id == came.c.external_id,
        parked.c.state == "waiting",
    )
    went_back = exists().where(
        refunds.c.payment_id == payments.c.id, refunds.c.state == RefundState.SUCCEEDED
    )
    query = (
        select(came.c.source, came.c.external_id, payments.c.id.label("payment"))
        .outerjoin(
            payments,
            and_(
                payments.c.bot == came.c.bot,
                payments.c.gateway == gateway,
                payments.c.charge_id == came.c.charge_id,
            ),
        )
        .where(came.c.received_at < scope.before("booking"))
    )
    yield from found(
        scope,
        scope.mine(query, came.c.bot),
        "event {source}:{external_id}",
        Fault(
            3,
            and_(came.c.kind == "paid", payments.c.id.is_(None), ~waits),
            "told of a payment that is neither booked nor waiting to be",
        ),
        Fault(
            3,
            and_(came.c.kind == "refunded", or_(payments.c.id.is_(None), ~went_back), ~waits),
            "told of a refund that is neither booked nor waiting to be",
        ),
        Fault(
            5,
            and_(
                came.c.kind == "paid",
                or_(
                    payments.c.amount != came.c.amount,
                    payments.c.currency != came.c.currency,
                    payments.c.payer_id != came.c.payer_id,
                ),
            ),
            "told of another amount or payer than payment {payment} has",
        ),
    )
    yield from _transfers(scope)


def _transfers(scope: Scope) -> Iterator[Breach]:
    """3: a proof that was confirmed is a payment. 5: a transfer is booked for no other reason."""
    charge = "proof-" + words(proofs.c.id)
    same = and_(payments.c.gateway == Method.TRANSFER, payments.c.charge_id == charge)
    paid = and_(same, payments.c.bot == invoices.c.bot)
    lost = (
        select(proofs.c.id)
        .join(invoices, invoices.c.id == proofs.c.invoice_id)
        .where(proofs.c.state == "confirmed", ~exists().where(paid))
    )
    what = "was confirmed, but its transfer was not booked"
    yield from each(scope, scope.mine(lost, invoices.c.bot), 3, "proof {id}", what)
    confirmed = exists().where(
        proofs.c.invoice_id == payments.c.invoice_id, proofs.c.state == "confirmed", same
    )
    baseless = select(payments.c.id).where(payments.c.gateway == Method.TRANSFER, ~confirmed)
    what = "is a transfer whose proof nobody confirmed"
    yield from each(scope, scope.mine(baseless, payments.c.bot), 5, "payment {id}", what)


def credit_matches(scope: Scope) -> Iterator[Breach]:
    """5: what was credited to an order is its invoice's amount, by its method, from its customer."""
    query = (
        select(payments.c.id, payments.c.outcome, invoices.c.number, invoices.c.state)
        .join(
            entries,
            and_(entries.c.payment_id == payments.c.id, entries.c.kind == EntryKind.RECEIVED),
        )
        .outerjoin(invoices, invoices.c.id == payments.c.invoice_id)
        .outerjoin(orders, orders.c.id == payments.c.order_id)
        .outerjoin(people, people.c.id == orders.c.customer_id)
    )
    yield from found(
        scope,
        scope.mine(query, payments.c.bot),
        "payment {id}",
        Fault(5, invoices.c.id.is_(None), "was credited without an invoice"),
        Fault(
            5,
            or_(
                invoices.c.amount != payments.c.amount,
                invoices.c.currency != payments.c.currency,
            ),
            "was credited, but {number} is for another amount",
        ),
        Fault(
            5,
            or_(
                invoices.c.method != payments.c.gateway,
                invoices.c.bot != payments.c.bot,
            ),
            "was credited, but {number} was to be paid otherwise",
        ),
        Fault(
            5,
            invoices.c.order_id.is_distinct_from(payments.c.order_id),
            "was credited to another order than that of {number}",
        ),
        Fault(
            5,
            people.c.user_id != payments.c.payer_id,
            "was credited, but somebody else than the customer paid it",
        ),
        Fault(5, invoices.c.state != AttemptState.SETTLED, "was credited, but {number} is {state}"),
        Fault(5, payments.c.outcome.not_in(_CREDITED), "was credited although it is {outcome}"),
    )
    paid = exists().where(payments.c.invoice_id == invoices.c.id, payments.c.outcome.in_(_CREDITED))
    unpaid = select(invoices.c.number).where(invoices.c.state == AttemptState.SETTLED, ~paid)
    yield from each(
        scope,
        scope.mine(unpaid, invoices.c.bot),
        5,
        "invoice {number}",
        "is settled, but nobody paid it",
    )


def late_money_is_looked_after(scope: Scope) -> Iterator[Breach]:
    """11: money that did not simply pay its order has a case with an owner and a deadline, or revived it."""
    revived = exists().where(
        history.c.order_id == payments.c.order_id, history.c.transition == "late_pay"
    )
    query = select(
        payments.c.id, payments.c.outcome, cases.c.kind, cases.c.id.label("case")
    ).outerjoin(cases, cases.c.payment_id == payments.c.id)
    other = payments.c.outcome != Outcome.CREDITED
    back_in = and_(payments.c.outcome == Outcome.PAID_LATE, revived)
    yield from found(
        scope,
        scope.mine(query, payments.c.bot),
        "payment {id}",
        Fault(11, and_(other, cases.c.id.is_(None), ~back_in), "is {outcome} and has no case"),
        Fault(11, func.trim(cases.c.owner) == "", "has case {case} without an owner"),
        Fault(11, cases.c.due_at <= cases.c.opened_at, "has case {case} without a deadline"),
        Fault(
            11,
            and_(
                cases.c.id.is_not(None),
                or_(
                    cases.c.kind != payments.c.outcome,
                    cases.c.order_id.is_distinct_from(payments.c.order_id),
                ),
            ),
            "is {outcome}, but its case {case} is about something else",
        ),
    )


def paid_once(scope: Scope) -> Iterator[Breach]:
    """12: an invoice is credited once, and one event books nothing twice."""
    many = (
        select(invoices.c.number, func.count().label("payments"))
        .join(payments, payments.c.invoice_id == invoices.c.id)
        .join(entries, entries.c.payment_id == payments.c.id)
        .where(entries.c.kind == EntryKind.RECEIVED)
        .group_by(invoices.c.id, invoices.c.number)
        .having(func.count() > 1)
    )
    what = "was credited {payments} times"
    yield from each(scope, scope.mine(many, invoices.c.bot), 12, "invoice {number}", what)
    again = entries.alias()
    twice = select(again.c.id, again.c.kind, again.c.event).where(
        again.c.event != "",
        exists().where(
            entries.c.payment_id == again.c.payment_id,
            entries.c.id < again.c.id,
            entries.c.kind == again.c.kind,
            entries.c.event == again.c.event,
            entries.c.refund_id.is_not_distinct_from(again.c.refund_id),
        ),
    )
    what = "({kind}) was booked before by the same event, {event}"
    yield from each(scope, scope.mine(twice, again.c.bot), 12, "ledger entry {id}", what)


CHECKS = (
    booked_once,
    nothing_dropped,
    credit_matches,
    late_money_is_looked_after,
    paid_once,
)
