"""Invariants 6 and 8 for what providers earn: payouts against the ledger, standings against what they count."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, case, exists, func, or_, select

from orders.ledger import AccountKind, EntryKind
from orders.states import State
from storage.accounts import LedgerEntry, LedgerPosting
from storage.invariants.asking import Breach, Fault, Scope, each, found, materialized, sum_of, words
from storage.records import Order
from storage.working import Payout, Review, Standing

orders, payouts, reviews = Order.__table__, Payout.__table__, Review.__table__
entries, postings, standings = LedgerEntry.__table__, LedgerPosting.__table__, Standing.__table__


def payouts_fit(scope: Scope) -> Iterator[Breach]:
    """6: a payout lies within its price, and an order has one that counts at most."""
    query = select(payouts.c.id, payouts.c.price, payouts.c.fee, payouts.c.state, orders.c.number)
    query = query.join(orders, orders.c.id == payouts.c.order_id)
    yield from found(
        scope,
        scope.mine(query, payouts.c.bot),
        "payout {id}",
        Fault(
            6,
            or_(payouts.c.fee < 0, payouts.c.fee > payouts.c.price, payouts.c.price <= 0),
            "of order {number} keeps {fee} of {price}",
        ),
        Fault(
            18,
            payouts.c.paid_by == payouts.c.provider_id,
            "of order {number} was confirmed by who got it",
        ),
    )
    twice = (
        select(orders.c.number, func.count().label("times"))
        .join(payouts, payouts.c.order_id == orders.c.id)
        .where(payouts.c.state != "reversed")
        .group_by(orders.c.id, orders.c.number)
        .having(func.count() > 1)
    )
    yield from each(
        scope,
        scope.mine(twice, orders.c.bot),
        6,
        "order {number}",
        "is to be paid out {times} times",
    )


def earned_is_owed(scope: Scope) -> Iterator[Breach]:
    """6: what the ledger owes each provider is what their open payouts say.

    One that was paid and then reversed leaves the provider owing.
    """
    key = f"{AccountKind.PAYABLE}:" + words(payouts.c.provider_id)
    part = payouts.c.price - payouts.c.fee
    paid = payouts.c.paid_by.is_not(None)
    owed = materialized(
        select(
            payouts.c.bot,
            key.label("account"),
            payouts.c.currency,
            sum_of(
                case(
                    (and_(payouts.c.state == "reversed", paid), -part),
                    (payouts.c.state.in_(("held", "releasable")), part),
                    else_=0,
                )
            ).label("owed"),
        ).group_by(payouts.c.bot, payouts.c.provider_id, payouts.c.currency),
        "owed",
    )
    booked = materialized(
        select(
            entries.c.bot,
            postings.c.account,
            postings.c.currency,
            sum_of(postings.c.amount).label("has"),
        )
        .join(entries, entries.c.id == postings.c.entry_id)
        .where(
            postings.c.account.startswith(f"{AccountKind.PAYABLE}:"),
            entries.c.kind != EntryKind.CORRECTION,
        )
        .group_by(entries.c.bot, postings.c.account, postings.c.currency),
        "booked_to_providers",
    )
    same = and_(
        booked.c.bot == owed.c.bot,
        booked.c.account == owed.c.account,
        booked.c.currency == owed.c.currency,
    )
    query = (
        select(
            owed.c.account,
            owed.c.owed,
            owed.c.currency,
            func.coalesce(booked.c.has, 0).label("has"),
        )
        .outerjoin(booked, same)
        .where(owed.c.owed != func.coalesce(booked.c.has, 0))
    )
    what = "is owed {owed} {currency} by the payouts, and {has} by the ledger"
    yield from each(scope, scope.mine(query, owed.c.bot), 6, "account {account}", what)


def completed_is_settled(scope: Scope) -> Iterator[Breach]:
    """6: a completed order's money has been earned by somebody: none is left in it."""
    rest = (
        select(func.coalesce(func.sum(postings.c.amount), 0))
        .where(postings.c.account == "order:" + orders.c.number)
        .scalar_subquery()
    )
    query = select(orders.c.number, rest.label("rest"), orders.c.currency).where(
        orders.c.state == State.COMPLETED,
        exists().where(payouts.c.order_id == orders.c.id, payouts.c.state != "reversed"),
        rest != 0,
    )
    what = "is completed and paid for, but {rest} {currency} are still in it"
    yield from each(scope, scope.mine(query, orders.c.bot), 6, "order {number}", what)


def standings_count(scope: Scope) -> Iterator[Breach]:
    """6: the stars of a provider are those of their published reviews."""
    key = "provider:" + words(reviews.c.provider_id)
    given = materialized(
        select(
            key.label("subject"),
            sum_of(reviews.c.stars).label("stars"),
            func.count().label("reviews"),
        )
        .where(reviews.c.state == "published", reviews.c.provider_id.is_not(None))
        .group_by(reviews.c.provider_id),
        "given",
    )
    stars, count = func.coalesce(given.c.stars, 0), func.coalesce(given.c.reviews, 0)
    query = (
        select(
            standings.c.subject,
            standings.c.stars,
            standings.c.reviews,
            stars.label("given_stars"),
            count.label("given_reviews"),
        )
        .outerjoin(given, given.c.subject == standings.c.subject)
        .where(
            standings.c.subject.startswith("provider:"),
            or_(standings.c.stars != stars, standings.c.reviews != count),
        )
    )
    what = "counts {stars} stars of {reviews} reviews, there are {given_stars} of {given_reviews}"
    yield from each(scope, scope.mine(query, standings.c.bot), 6, "standing {subject}", what)


CHECKS = (payouts_fit, earned_is_owed, completed_is_settled, standings_count)
