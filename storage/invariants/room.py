"""Invariant 16: nobody takes more orders than they said they can do at a time."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, exists, func, select

from orders.states import Actor, State
from storage.invariants.asking import Breach, Scope, each, words
from storage.records import Audit, HistoryRow, Order
from storage.working import Provider
from storage.working_queries import WORKING

orders, history, audit = Order.__table__, HistoryRow.__table__, Audit.__table__
providers = Provider.__table__


def nobody_takes_too_much(scope: Scope) -> Iterator[Breach]:
    """16: the orders that a provider took and has had in hand since are not more than their capacity.

    When they took the last one they had all of these. Not counted is what staff gave them or opened again; who
    has lowered the number below what was in hand since, for which there is an audit row, is not looked at.
    """
    again = history.alias("again")
    taken = (
        select(
            orders.c.bot,
            orders.c.provider_id,
            func.count().label("load"),
            func.max(history.c.at).label("last"),
        )
        .join(
            history,
            and_(
                history.c.order_id == orders.c.id,
                history.c.transition == "accept",
                history.c.actor == Actor.PROVIDER,
                history.c.actor_id == orders.c.provider_id,
            ),
        )
        .where(
            orders.c.state.in_(WORKING),
            ~exists().where(
                again.c.order_id == orders.c.id,
                again.c.source.in_((State.COMPLETED, State.CANCELLED)),
            ),
        )
        .group_by(orders.c.bot, orders.c.provider_id)
        .subquery()
    )
    lowered = exists().where(
        audit.c.bot == taken.c.bot,
        audit.c.subject == words("person:" + words(taken.c.provider_id)),
        audit.c.action == "provider.capacity",
        audit.c.at >= taken.c.last,
    )
    query = (
        select(taken.c.provider_id, taken.c.load, providers.c.capacity)
        .join(providers, providers.c.person_id == taken.c.provider_id)
        .where(taken.c.load > providers.c.capacity, ~lowered)
    )
    what = "took {load} orders and does at most {capacity} at a time"
    yield from each(scope, scope.mine(query, taken.c.bot), 16, "provider {provider_id}", what)


CHECKS = (nobody_takes_too_much,)
