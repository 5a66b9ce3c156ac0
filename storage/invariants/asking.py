"""How a check asks the database: one set-based query, and the faults each of its rows may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    cast,
    func,
    or_,
    select,
)

from storage.records import Order


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is not as it must be. `str` is one line without personal data."""

    #: The number of the invariant, as listed in `storage.invariants`.
    invariant: int
    what: str
    #: What it is about: "order K7M-3QXA", "payment 12".
    key: str

    def __str__(self) -> str:
        return f"invariant {self.invariant}: {self.key} {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long something may wait before it counts as forgotten."""

    #: An outbox row after its due time, and the telling of how it ended.
    outbox: timedelta = timedelta(hours=24)
    #: A timer after its due time.
    timers: timedelta = timedelta(hours=24)
    #: Money between its being seen and its being booked or parked: two transactions, a crash between them.
    booking: timedelta = timedelta(minutes=5)


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: a database, one bot in it or all of them, at a moment."""

    connection: Connection
    bot: int | None
    now: datetime
    limits: Limits

    def mine(
        self, query: Select[*tuple[Any, ...]], bot: ColumnElement[int]
    ) -> Select[*tuple[Any, ...]]:
        """The query for this bot's rows only; `bot` is the column that names the bot."""
        return query if self.bot is None else query.where(bot == self.bot)

    def rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[Row[Any]]:
        return self.connection.execute(query).all()

    @property
    def postgresql(self) -> bool:
        return self.connection.dialect.name == "postgresql"


@dataclass(frozen=True, slots=True)
class Fault:
    """A condition under which a row of a query breaches an invariant.

    A condition that is null counts as not met. `what` is a format string over the columns of the row.
    """

    invariant: int
    when: ColumnElement[bool]
    what: str


def found(
    scope: Scope, query: Select[*tuple[Any, ...]], key: str, *faults: Fault
) -> Iterator[Breach]:
    """The breaches among the rows of `query`; `key` is a format string over its columns."""
    met = [fault.when.label(f"fault_{n}") for n, fault in enumerate(faults)]
    asked = query.add_columns(*met).where(or_(*(fault.when for fault in faults)))
    for row in scope.rows(asked):
        values = row._mapping
        for n, fault in enumerate(faults):
            if values[f"fault_{n}"]:
                yield Breach(fault.invariant, fault.what.format(**values), key.format(**values))


def each(
    scope: Scope, query: Select[*tuple[Any, ...]], invariant: int, key: str, what: str
) -> Iterator[Breach]:
    """Every row of `query` is a breach."""
    for row in scope.rows(query):
        values = row._mapping
        yield Breach(invariant, what.format(**values), key.format(**values))


def materialized(query: Select[*tuple[Any, ...]], name: str) -> CTE:
    """A common table that is worked out once: both databases would else fold it into what uses it."""
    return query.cte(name).prefix_with("MATERIALIZED")


def words(column: ColumnElement[Any]) -> ColumnElement[str]:
    """A number as text; a computed text as one that SQLite's automatic indexes can be made of."""
    return cast(column, String)


def whole(column: ColumnElement[Any]) -> ColumnElement[int]:
    """JSON text as a whole number of 64 bits; `as_integer` has 32 on PostgreSQL."""
    return cast(column, BigInteger)


def sum_of(column: ColumnElement[Any]) -> ColumnElement[int]:
    """A sum that is 0 when there is nothing; PostgreSQL would make it a decimal."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def by_subject() -> CTE:
    """Orders with the name by which timers and audit rows speak of them, worked out once.

    A join on the computed name itself would compare every row with every order.
    """
    orders = Order.__table__
    columns = orders.c["bot", "number", "state", "customer_id", "on_hold", "change_pending"]
    subject = words("order:" + words(orders.c.id)).label("subject")
    return materialized(select(*columns, subject), "named")
