"""Invariants 7, 8 and 9: what orders and invoices say they cost, and how invoices are numbered."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import (
    CTE,
    JSON,
    ColumnElement,
    FromClause,
    and_,
    case,
    column,
    exists,
    func,
    or_,
    select,
)

from orders.attempts import OPEN, AttemptState
from orders.changes import ChangeState
from orders.states import State
from storage.accounts import Counter, Invoice
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
from storage.records import Order

orders, invoices, counters = Order.__table__, Invoice.__table__, Counter.__table__
changes = ChangeRequest.__table__

#: States that an order may have without ever having had a price.
_PRICELESS = (State.DRAFT, State.CANCELLED)


def _lines(scope: Scope, table: FromClause, source: ColumnElement[list[object]]) -> CTE:
    """The lines of each row's JSON, summed up."""
    unnest = func.json_array_elements if scope.postgresql else func.json_each
    value = column("value", JSON)
    line = unnest(source).table_valued(value, name="line", joins_implicitly=True)
    amount = whole(line.c.value["amount"]["amount"].as_string())
    currency = line.c.value["amount"]["currency"].as_string()
    code = line.c.value["code"].as_string()
    taken = and_(amount < 0, code.not_in(("discount", "credit")))
    return materialized(
        select(
            table.c.id,
            sum_of(amount).label("total"),
            func.min(currency).label("currency"),
            func.max(currency).label("other_currency"),
            sum_of(case((taken, 1), else_=0)).label("negative"),
            sum_of(case((code == "change", 1), else_=0)).label("changes"),
            sum_of(case((code == "credit", -amount), else_=0)).label("credit"),
        )
        .select_from(table, line)
        .group_by(table.c.id),
        "lines",
    )


def quotes_add_up(scope: Scope) -> Iterator[Breach]:
    """7: the lines of an order's quote sum to its price, none negative but discounts."""
    listed = (
        orders.c.quote["lines"]
        if scope.postgresql
        else func.json_extract(orders.c.quote, "$.lines")
    )
    lines = _lines(scope, orders, listed)
    total = whole(orders.c.quote["total"]["amount"].as_string())
    query = (
        select(
            orders.c.number,
            orders.c.price,
            orders.c.currency,
            func.coalesce(lines.c.total, 0).label("lines"),
            total.label("total"),
        )
        .outerjoin(lines, lines.c.id == orders.c.id)
        .where(or_(orders.c.price > 0, orders.c.state.not_in(_PRICELESS)))
    )
    yield from found(
        scope,
        scope.mine(query, orders.c.bot),
        "order {number}",
        Fault(
            7,
            or_(func.coalesce(lines.c.total, 0) != orders.c.price, total.is_(None)),
            "costs {price} {currency}, but its lines sum to {lines}",
        ),
        Fault(7, total != orders.c.price, "costs {price} {currency}, but its quote says {total}"),
        Fault(
            7,
            or_(
                lines.c.currency != orders.c.currency,
                lines.c.other_currency != orders.c.currency,
            ),
            "costs {currency}, but has lines in another currency",
        ),
        Fault(7, lines.c.negative > 0, "has a negative line that is no discount"),
    )


def invoices_add_up(scope: Scope) -> Iterator[Breach]:
    """9: an invoice is the sum of its lines and what its order costs. 7: none negative but discounts.

    Invoices for a change are supplementary: they come on top of the order's price. What store credit pays is not
    asked for.
    """
    lines = _lines(scope, invoices, invoices.c.lines)
    query = (
        select(
            invoices.c.number,
            invoices.c.amount,
            invoices.c.currency,
            invoices.c.state,
            invoices.c.credit,
            func.coalesce(lines.c.total, 0).label("lines"),
            orders.c.number.label("order"),
            orders.c.price,
            orders.c.state.label("order_state"),
        )
        .join(orders, orders.c.id == invoices.c.order_id)
        .outerjoin(lines, lines.c.id == invoices.c.id)
    )
    main = invoices.c.change_id.is_(None)
    # What the order cost when it was ordered: applied changes came later.
    changed = (
        select(func.coalesce(func.sum(changes.c.delta), 0))
        .where(changes.c.order_id == orders.c.id, changes.c.state == ChangeState.APPLIED)
        .scalar_subquery()
    )
    other_price = or_(
        invoices.c.amount + invoices.c.credit != orders.c.price - changed,
        invoices.c.currency != orders.c.currency,
    )
    yield from found(
        scope,
        scope.mine(query, invoices.c.bot),
        "invoice {number}",
        Fault(
            9,
            func.coalesce(lines.c.total, 0) != invoices.c.amount,
            "is for {amount} {currency}, but its lines sum to {lines}",
        ),
        Fault(
            9,
            or_(
                lines.c.currency != invoices.c.currency,
                lines.c.other_currency != invoices.c.currency,
            ),
            "is in {currency}, but has lines in another currency",
        ),
        Fault(7, lines.c.negative > 0, "has a negative line that is no discount"),
        Fault(
            9,
            and_(main, invoices.c.state == AttemptState.SETTLED, other_price),
            "was paid with {amount} {currency}, but order {order} costs {price}",
        ),
        Fault(
            9,
            and_(
                main,
                invoices.c.state.in_(OPEN),
                orders.c.state != State.AWAITING_PAYMENT,
            ),
            "is {state} and can be paid, but order {order} is {order_state}",
        ),
        Fault(
            9,
            (func.coalesce(lines.c.changes, 0) == 0) != main,
            "is for a change, or has a line of one, but not both",
        ),
        Fault(
            9,
            invoices.c.credit != func.coalesce(lines.c.credit, 0),
            "counts on {credit} {currency} of store credit, but its lines say otherwise",
        ),
    )


def awaited_money_is_invoiced(scope: Scope) -> Iterator[Breach]:
    """9: an order that awaits payment has one open invoice, for its price."""
    opened = (
        select(func.count())
        .where(
            invoices.c.order_id == orders.c.id,
            invoices.c.state.in_(OPEN),
            invoices.c.change_id.is_(None),
            invoices.c.amount + invoices.c.credit == orders.c.price,
            invoices.c.currency == orders.c.currency,
        )
        .scalar_subquery()
    )
    query = select(
        orders.c.number, orders.c.price, orders.c.currency, opened.label("opened")
    ).where(orders.c.state == State.AWAITING_PAYMENT)
    yield from found(
        scope,
        scope.mine(query, orders.c.bot),
        "order {number}",
        Fault(9, opened != 1, "awaits {price} {currency} with {opened} open invoices for it"),
    )


def numbers_have_no_gap(scope: Scope) -> Iterator[Breach]:
    """8: each series counts 1, 2, 3 … up to its counter."""
    belongs = and_(
        invoices.c.bot == counters.c.bot,
        func.substr(invoices.c.number, 1, func.length(counters.c.series) + 1)
        == counters.c.series + "-",
    )
    place = func.row_number().over(
        partition_by=(counters.c.bot, counters.c.series),
        order_by=(func.length(invoices.c.number), invoices.c.number),
    )
    numbered = (
        select(counters.c.bot, counters.c.series, invoices.c.number, place.label("place"))
        .join(invoices, belongs)
        .subquery()
    )
    # `INV-2026-000123`, and all its digits when there are more than six.
    digits = words(numbered.c.place)
    length = func.length(digits)
    padded = func.substr("00000" + digits, case((length < 6, length), else_=6))
    first = func.min(numbered.c.place)
    gaps = (
        select(numbered.c.series, first.label("place"))
        .where(numbered.c.number != numbered.c.series + "-" + padded)
        .group_by(numbered.c.bot, numbered.c.series)
    )
    what = "has a gap: the invoice at place {place} has another number"
    yield from each(scope, scope.mine(gaps, numbered.c.bot), 8, "series {series}", what)
    issued = (
        select(func.count())
        .select_from(invoices)
        .where(belongs)
        .correlate(counters)
        .scalar_subquery()
    )
    query = select(
        counters.c.series,
        (counters.c.next - 1).label("counted"),
        issued.label("issued"),
    ).where(counters.c.series.startswith("INV-"))
    yield from found(
        scope,
        scope.mine(query, counters.c.bot),
        "series {series}",
        Fault(8, counters.c.next - 1 != issued, "counts {counted} invoices, but has {issued}"),
    )
    stray = select(invoices.c.number).where(~exists().where(belongs))
    what = "is in no series"
    yield from each(scope, scope.mine(stray, invoices.c.bot), 8, "invoice {number}", what)


CHECKS = (quotes_add_up, invoices_add_up, awaited_money_is_invoiced, numbers_have_no_gap)
