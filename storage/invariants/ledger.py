"""Invariants 1, 4 and 6: the ledger against itself, against payments and refunds, and against orders.

Where a payment's money is follows from the postings of its entries; what should have become of it follows
from the records. Corrections by finance are left out of that comparison: they are why it may differ.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import CTE, ColumnElement, and_, case, exists, func, not_, or_, select

from orders.ledger import AccountKind, EntryKind
from orders.refunds import PENDING, RefundState
from orders.states import UNPAID_STATES, State
from storage.accounts import Case, LedgerEntry, LedgerPosting, Payment, Refund
from storage.invariants.asking import Breach, Fault, Scope, each, found, materialized, sum_of, words
from storage.records import Order

orders, payments, refunds, cases = (
    Order.__table__,
    Payment.__table__,
    Refund.__table__,
    Case.__table__,
)
entries, postings = LedgerEntry.__table__, LedgerPosting.__table__

#: Entries by which money comes in from outside; a payment has exactly one of them.
CAME_IN = (EntryKind.RECEIVED, EntryKind.RECEIVED_HELD, EntryKind.CREDIT_USED)
_INTO_ORDER = (EntryKind.RECEIVED, EntryKind.CREDIT_USED, EntryKind.CORRECTION)
_WENT_BACK = (EntryKind.REFUND_SUCCEEDED, EntryKind.CREDIT_GRANTED)

#: Work goes on, so the whole price must be there.
_ACTIVE = frozenset(State) - UNPAID_STATES - {State.COMPLETED, State.CANCELLED}


def _on(kind: AccountKind) -> ColumnElement[bool]:
    """Whether a posting is on an account of that kind."""
    return postings.c.account.startswith(f"{kind}:", autoescape=True)


def _moved(*kinds: EntryKind) -> ColumnElement[int]:
    """What entries of these kinds moved: each has one posting that gives and one that takes."""
    gets = and_(entries.c.kind.in_(kinds), postings.c.amount > 0)
    return sum_of(case((gets, postings.c.amount), else_=0))


def _rests(kind: AccountKind) -> ColumnElement[int]:
    """What is left on accounts of that kind, corrections aside."""
    mine = and_(_on(kind), entries.c.kind != EntryKind.CORRECTION)
    return sum_of(case((mine, postings.c.amount), else_=0))


def booked() -> CTE:
    """What the ledger says about each payment."""
    received = and_(entries.c.kind.in_(CAME_IN), postings.c.amount > 0)
    return materialized(
        select(
            entries.c.payment_id,
            sum_of(case((received, 1), else_=0)).label("receipts"),
            _moved(*CAME_IN).label("came_in"),
            (_moved(EntryKind.REFUND_REQUESTED) - _moved(EntryKind.REFUND_FAILED)).label("asked"),
            _moved(*_WENT_BACK).label("refunded"),
            _rests(AccountKind.ORDER).label("in_order"),
            _rests(AccountKind.HELD).label("held"),
        )
        .join(postings, postings.c.entry_id == entries.c.id)
        .where(entries.c.payment_id.is_not(None))
        .group_by(entries.c.payment_id),
        "booked",
    )


def _returned() -> CTE:
    """What the refunds say about each payment."""
    done = refunds.c.state == RefundState.SUCCEEDED
    waiting = refunds.c.state.in_(PENDING)
    return materialized(
        select(
            refunds.c.payment_id,
            sum_of(case((done, refunds.c.amount), else_=0)).label("done"),
            sum_of(case((waiting, refunds.c.amount), else_=0)).label("waiting"),
        ).group_by(refunds.c.payment_id),
        "returned",
    )


def payments_add_up(scope: Scope) -> Iterator[Breach]:
    """1: refunds within what was captured, in the records and in the ledger. 6: the rest is where it belongs.

    A payment is booked once (invariants 2 and 3 say when it is not); from then on it is either its order's, or
    held with a case, less what was set aside to go back.
    """
    seen, back = booked(), _returned()
    receipts = func.coalesce(seen.c.receipts, 0)
    done, waiting = func.coalesce(back.c.done, 0), func.coalesce(back.c.waiting, 0)
    asked, refunded = func.coalesce(seen.c.asked, 0), func.coalesce(seen.c.refunded, 0)
    kept = cases.c.id.is_not(None)
    query = (
        select(
            payments.c.id,
            payments.c.amount,
            payments.c.currency,
            seen.c.came_in,
            seen.c.in_order,
            seen.c.held,
            cases.c.state,
            done.label("done"),
            waiting.label("waiting"),
            refunded.label("refunded"),
            (asked - refunded).label("set_aside"),
            (payments.c.amount - asked).label("rest"),
        )
        .outerjoin(seen, seen.c.payment_id == payments.c.id)
        .outerjoin(back, back.c.payment_id == payments.c.id)
        .outerjoin(cases, cases.c.payment_id == payments.c.id)
    )
    once = receipts == 1
    whole = and_(once, seen.c.came_in == payments.c.amount)
    yield from found(
        scope,
        scope.mine(query, payments.c.bot),
        "payment {id}",
        Fault(
            1,
            done + waiting > payments.c.amount,
            "of {amount} {currency} has more to go back: {done} returned, {waiting} on the way",
        ),
        Fault(
            1,
            or_(refunded != done, asked - refunded != waiting),
            "has {done} returned and {waiting} on the way by its refunds, but {refunded} and {set_aside} "
            "by the ledger ({currency})",
        ),
        Fault(
            6,
            and_(once, seen.c.came_in != payments.c.amount),
            "came to {amount} {currency}, but {came_in} were booked",
        ),
        Fault(
            6,
            and_(whole, seen.c.in_order + seen.c.held != payments.c.amount - asked),
            "should have left {rest} {currency}, but {in_order} are its order's and {held} held",
        ),
        Fault(
            6,
            and_(once, kept, seen.c.in_order != 0),
            "is held by a case, but {in_order} {currency} of it are its order's",
        ),
        Fault(
            6,
            and_(once, not_(kept), seen.c.held != 0),
            "has {held} {currency} held and no case",
        ),
        Fault(
            6,
            and_(once, cases.c.state == "open", seen.c.held == 0, asked == refunded),
            "has an open case, but nothing is held or on its way back",
        ),
        Fault(
            6,
            and_(once, cases.c.state != "open", or_(seen.c.held != 0, asked != refunded)),
            "has a case that is {state}, but {held} {currency} are held and {set_aside} on their way back",
        ),
    )


def refunds_fit(scope: Scope) -> Iterator[Breach]:
    """1: a refund is in the currency of its payment and of the same order."""
    query = select(refunds.c.id, refunds.c.currency, payments.c.id.label("payment")).join(
        payments, payments.c.id == refunds.c.payment_id
    )
    yield from found(
        scope,
        scope.mine(query, refunds.c.bot),
        "refund {id}",
        Fault(
            1,
            refunds.c.currency != payments.c.currency,
            "is in {currency}, payment {payment} is not",
        ),
        Fault(
            1,
            refunds.c.order_id.is_distinct_from(payments.c.order_id),
            "belongs to another order than payment {payment}",
        ),
    )


def entries_balance(scope: Scope) -> Iterator[Breach]:
    """6: the postings of every entry sum to zero in each currency, and there are some."""
    total = func.sum(postings.c.amount)
    odd = (
        select(postings.c.entry_id, postings.c.currency, sum_of(postings.c.amount).label("total"))
        .group_by(postings.c.entry_id, postings.c.currency)
        .having(total != 0)
        .subquery()
    )
    query = select(entries.c.id, entries.c.kind, odd.c.total, odd.c.currency).join(
        odd, odd.c.entry_id == entries.c.id
    )
    what = "({kind}) sums to {total} {currency} instead of zero"
    yield from each(scope, scope.mine(query, entries.c.bot), 6, "ledger entry {id}", what)
    empty = select(entries.c.id, entries.c.kind).where(
        ~exists().where(postings.c.entry_id == entries.c.id)
    )
    what = "({kind}) has no postings"
    yield from each(scope, scope.mine(empty, entries.c.bot), 6, "ledger entry {id}", what)


def accounts_fit(scope: Scope) -> Iterator[Breach]:
    """6: postings are on the accounts of the payment and the order that their entry names."""
    account, kind = postings.c.account, AccountKind
    by_payment = {
        name: f"{name}:" + words(entries.c.payment_id) for name in (kind.HELD, kind.REFUNDING)
    }
    known = or_(*(_on(name) for name in kind), account == kind.REVENUE)
    query = (
        select(postings.c.id, postings.c.account, postings.c.currency, entries.c.id.label("entry"))
        .join(entries, entries.c.id == postings.c.entry_id)
        .outerjoin(payments, payments.c.id == entries.c.payment_id)
        .outerjoin(orders, orders.c.id == entries.c.order_id)
    )
    wrong = [
        and_(_on(name), account != func.coalesce(wanted, "")) for name, wanted in by_payment.items()
    ]
    wrong.append(and_(_on(kind.ORDER), account != func.coalesce("order:" + orders.c.number, "")))
    # Payouts have no payment.
    wrong.append(and_(_on(kind.GATEWAY), account != "gateway:" + payments.c.gateway))
    yield from found(
        scope,
        scope.mine(query, entries.c.bot),
        "ledger entry {entry}",
        Fault(6, or_(*wrong, not_(known)), "posts to {account}, which is not its account"),
        Fault(
            6,
            postings.c.currency != payments.c.currency,
            "posts {currency}, its payment is in another currency",
        ),
        Fault(
            6,
            and_(
                entries.c.payment_id.is_not(None),
                entries.c.order_id.is_distinct_from(payments.c.order_id),
            ),
            "names another order than its payment",
        ),
    )


def orders_agree(scope: Scope) -> Iterator[Breach]:
    """4: no order is worked on unpaid. 6: what an order has fits its state."""
    into = and_(entries.c.kind.in_(_INTO_ORDER), postings.c.amount > 0)
    has = materialized(
        select(
            entries.c.order_id,
            postings.c.currency,
            sum_of(postings.c.amount).label("rest"),
            sum_of(case((into, postings.c.amount), else_=0)).label("came_in"),
        )
        .join(postings, postings.c.entry_id == entries.c.id)
        .where(_on(AccountKind.ORDER))
        .group_by(entries.c.order_id, postings.c.currency),
        "has",
    )
    rest, came_in = func.coalesce(has.c.rest, 0), func.coalesce(has.c.came_in, 0)
    # What went back out of goodwill, or to settle a dispute, does not make an order that goes on unpaid.
    given = (
        select(func.coalesce(func.sum(refunds.c.amount), 0))
        .where(
            refunds.c.order_id == orders.c.id,
            or_(refunds.c.requested_by.is_not(None), refunds.c.reason.in_(("dispute", "ruling"))),
            refunds.c.state != RefundState.REJECTED,
        )
        .correlate(orders)
        .scalar_subquery()
    )
    query = select(
        orders.c.number,
        orders.c.state,
        orders.c.price,
        orders.c.currency,
        rest.label("rest"),
        came_in.label("came_in"),
    ).outerjoin(has, and_(has.c.order_id == orders.c.id, has.c.currency == orders.c.currency))
    yield from found(
        scope,
        scope.mine(query, orders.c.bot),
        "order {number}",
        Fault(
            4,
            and_(
                orders.c.state.in_(_ACTIVE), or_(rest + given < orders.c.price, orders.c.price <= 0)
            ),
            "is {state} with {rest} of {price} {currency} paid",
        ),
        Fault(
            4,
            and_(orders.c.state == State.COMPLETED, came_in < orders.c.price),
            "is completed, and {came_in} of {price} {currency} were paid",
        ),
        Fault(
            6,
            and_(orders.c.state.in_((*UNPAID_STATES, State.CANCELLED)), rest != 0),
            "is {state}, but has {rest} {currency}",
        ),
        Fault(
            6,
            (orders.c.paid_at.is_(None)) == (came_in > 0),
            "has a day of payment that does not fit the {came_in} {currency} it was paid",
        ),
    )
    other = (
        select(orders.c.number, has.c.rest, has.c.currency)
        .join(has, has.c.order_id == orders.c.id)
        .where(has.c.currency != orders.c.currency, has.c.rest != 0)
    )
    what = "has {rest} {currency}, which is not its currency"
    yield from each(scope, scope.mine(other, orders.c.bot), 6, "order {number}", what)


CHECKS = (payments_add_up, refunds_fit, entries_balance, accounts_fit, orders_agree)
