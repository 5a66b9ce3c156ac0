"""Invariants 6 to 10, 14 and 18 as far as they are about changes, partial refunds, credit notes and store credit."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import String, and_, case, column, exists, func, or_, select

from orders.attempts import OPEN as UNPAID
from orders.attempts import AttemptState
from orders.changes import OPEN, ChangeState
from orders.ledger import AccountKind
from orders.refunds import RefundState
from orders.states import State
from storage.accounts import Counter, Invoice, LedgerEntry, LedgerPosting, Refund
from storage.changing import ChangeRequest
from storage.invariants.asking import (
    Breach,
    Fault,
    Scope,
    each,
    found,
    materialized,
    sum_of,
    whole,
    words,
)
from storage.records import BriefVersion, Order

orders, briefs, changes = Order.__table__, BriefVersion.__table__, ChangeRequest.__table__
invoices, refunds, counters = Invoice.__table__, Refund.__table__, Counter.__table__
entries, postings = LedgerEntry.__table__, LedgerPosting.__table__

#: States in which no change can be open.
_OVER = (State.DRAFT, State.AWAITING_PAYMENT, State.EXPIRED, State.COMPLETED, State.CANCELLED)


def credit_is_somebodys(scope: Scope) -> Iterator[Breach]:
    """6: store credit is on the account of the order's customer, and nobody's is below zero."""
    account = postings.c.account
    on_credit = account.startswith(f"{AccountKind.CREDIT}:", autoescape=True)
    query = (
        select(postings.c.account, entries.c.id)
        .join(entries, entries.c.id == postings.c.entry_id)
        .join(orders, orders.c.id == entries.c.order_id)
        .where(on_credit)
    )
    yield from found(
        scope,
        scope.mine(query, entries.c.bot),
        "ledger entry {id}",
        Fault(
            6,
            account != "credit:" + words(orders.c.customer_id),
            "posts to {account}, which is not the customer's of its order",
        ),
    )
    below = (
        select(postings.c.account, postings.c.currency, sum_of(postings.c.amount).label("rest"))
        .join(entries, entries.c.id == postings.c.entry_id)
        .where(on_credit)
        .group_by(postings.c.account, postings.c.currency)
        .having(func.sum(postings.c.amount) < 0)
    )
    what = "is at {rest} {currency}, below zero"
    yield from each(scope, scope.mine(below, entries.c.bot), 6, "account {account}", what)


def refund_lines_add_up(scope: Scope) -> Iterator[Breach]:
    """7: what a refund takes of the order's lines is not negative and sums to it."""
    unnest = func.json_array_elements_text if scope.postgresql else func.json_each
    value = column("value", String)
    line = unnest(refunds.c.lines).table_valued(value, name="line", joins_implicitly=True)
    amount = whole(line.c.value)
    lines = materialized(
        select(
            refunds.c.id,
            sum_of(amount).label("total"),
            sum_of(case((amount < 0, 1), else_=0)).label("negative"),
        )
        .select_from(refunds, line)
        .group_by(refunds.c.id),
        "refund_lines",
    )
    query = select(
        refunds.c.id, refunds.c.amount, refunds.c.currency, lines.c.total.label("total")
    ).join(lines, lines.c.id == refunds.c.id)
    yield from found(
        scope,
        scope.mine(query, refunds.c.bot),
        "refund {id}",
        Fault(
            7,
            lines.c.total != refunds.c.amount,
            "is {amount} {currency}, but takes {total} of its lines",
        ),
        Fault(7, lines.c.negative > 0, "takes less than nothing of a line"),
    )


def notes_have_no_gap(scope: Scope) -> Iterator[Breach]:
    """8: credit notes count 1, 2, 3 … up to their counter; every refund of invoiced money has one when it is back."""
    belongs = and_(
        refunds.c.bot == counters.c.bot,
        func.substr(refunds.c.number, 1, func.length(counters.c.series) + 1)
        == counters.c.series + "-",
    )
    place = func.row_number().over(
        partition_by=(counters.c.bot, counters.c.series),
        order_by=(func.length(refunds.c.number), refunds.c.number),
    )
    numbered = (
        select(counters.c.bot, counters.c.series, refunds.c.number, place.label("place"))
        .join(refunds, belongs)
        .subquery()
    )
    digits = words(numbered.c.place)
    length = func.length(digits)
    padded = func.substr("00000" + digits, case((length < 6, length), else_=6))
    gaps = (
        select(numbered.c.series, func.min(numbered.c.place).label("place"))
        .where(numbered.c.number != numbered.c.series + "-" + padded)
        .group_by(numbered.c.bot, numbered.c.series)
    )
    what = "has a gap: the credit note at place {place} has another number"
    yield from each(scope, scope.mine(gaps, numbered.c.bot), 8, "series {series}", what)
    issued = (
        select(func.count())
        .select_from(refunds)
        .where(belongs)
        .correlate(counters)
        .scalar_subquery()
    )
    query = select(
        counters.c.series, (counters.c.next - 1).label("counted"), issued.label("issued")
    ).where(counters.c.series.startswith("CN-"))
    yield from found(
        scope,
        scope.mine(query, counters.c.bot),
        "series {series}",
        Fault(8, counters.c.next - 1 != issued, "counts {counted} credit notes, but has {issued}"),
    )


def refunds_are_decided(scope: Scope) -> Iterator[Breach]:
    """14: nothing is called for a refund that nobody approved. 18: staff's own requests are approved by another."""
    query = select(refunds.c.id, refunds.c.state)
    yield from found(
        scope,
        scope.mine(query, refunds.c.bot),
        "refund {id}",
        Fault(
            14,
            and_(refunds.c.state == RefundState.REQUESTED, refunds.c.tries > 0),
            "was tried, but nobody approved it",
        ),
        Fault(
            18,
            and_(
                refunds.c.requested_by.is_not(None),
                refunds.c.state.not_in((RefundState.REQUESTED, RefundState.REJECTED)),
                refunds.c.approved_by.is_(None),
            ),
            "was asked for by staff and is {state}, but nobody approved it",
        ),
    )


def changes_are_whole(scope: Scope) -> Iterator[Breach]:
    """9: an applied change is priced, written into the brief, and paid when it costs more. 10: one is open at a time,
    and its order says so."""
    paid = exists().where(
        invoices.c.change_id == changes.c.id,
        invoices.c.state == AttemptState.SETTLED,
        invoices.c.amount + invoices.c.credit == changes.c.delta,
    )
    written = exists().where(
        briefs.c.order_id == changes.c.order_id, briefs.c.version == changes.c.brief_version
    )
    applied = changes.c.state == ChangeState.APPLIED
    settled = exists().where(
        invoices.c.change_id == changes.c.id, invoices.c.state == AttemptState.SETTLED
    )
    opened = exists().where(
        invoices.c.change_id == changes.c.id,
        invoices.c.state.in_(UNPAID),
    )
    query = select(changes.c.n, changes.c.state, orders.c.number).join(
        orders, orders.c.id == changes.c.order_id
    )
    is_open = changes.c.state.in_(sorted(OPEN))
    yield from found(
        scope,
        scope.mine(query, changes.c.bot),
        "change {n} of {number}",
        Fault(9, and_(applied, changes.c.delta.is_(None)), "is applied without a price"),
        Fault(9, and_(applied, ~written), "is applied, but not in the brief"),
        Fault(9, and_(applied, changes.c.delta > 0, ~paid), "is applied, but not paid"),
        Fault(9, and_(~applied, settled), "is paid, but {state}"),
        Fault(
            9,
            and_(opened, changes.c.state != ChangeState.ACCEPTED),
            "is {state}, but its invoice can be paid",
        ),
        Fault(
            10,
            and_(is_open, or_(~orders.c.change_pending, orders.c.state.in_(_OVER))),
            "is {state}, but its order does not wait for it",
        ),
    )
    number = (
        select(func.count()).where(changes.c.order_id == orders.c.id, is_open).scalar_subquery()
    )
    waiting = select(orders.c.number, number.label("open"))
    yield from found(
        scope,
        scope.mine(waiting, orders.c.bot),
        "order {number}",
        Fault(10, and_(orders.c.change_pending, number != 1), "waits for a change, has {open}"),
        Fault(10, and_(~orders.c.change_pending, number != 0), "waits for no change, has {open}"),
    )


CHECKS = (
    credit_is_somebodys,
    refund_lines_add_up,
    notes_have_no_gap,
    refunds_are_decided,
    changes_are_whole,
)
