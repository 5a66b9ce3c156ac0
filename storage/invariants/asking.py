"""How a check asks the database: one set-based query, and the faults each of its rows may have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    Row,
    Select,
    String,
    bindparam,
    cast,
    func,
    or_,
    select,
)

from storage.records import Order
from storage.types import Instant


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
#: Values by the names of the parameters that they stand for.
Given: TypeAlias = Mapping[str, object]
Check: TypeAlias = Callable[["Scope"], Iterator[Breach]]


class ReadsFirst(Exception):
    """A check looks at rows before it knows what to ask: it cannot be worked out once for all databases."""


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
        return query if self.bot is None else query.where(bot == bindparam("of"))

    def before(self, what: Literal["outbox", "timers", "booking"]) -> ColumnElement[datetime]:
        """What is older than this has waited too long."""
        return bindparam(f"before_{what}", type_=Instant())

    @property
    def given(self) -> Given:
        """The values of what `mine` and `before` leave open."""
        waited = {
            f"before_{what.name}": self.now - getattr(self.limits, what.name)
            for what in fields(self.limits)
        }
        return {"of": self.bot, **waited}

    def rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[Row[Any]]:
        return self.connection.execute(query, self.given).all()

    def breaches(self, question: Question) -> Iterator[Breach]:
        yield from question.breaches(self)

    @property
    def postgresql(self) -> bool:
        return self.connection.dialect.name == "postgresql"


@dataclass(frozen=True, slots=True)
class Outline(Scope):
    """Any database of a kind, and any bot or all of them: takes down what a check would ask."""

    on_postgresql: bool
    questions: list[Question] = field(default_factory=list)

    def rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[Row[Any]]:
        raise ReadsFirst

    def breaches(self, question: Question) -> Iterator[Breach]:
        self.questions.append(question)
        return iter(())

    @property
    def postgresql(self) -> bool:
        return self.on_postgresql


@dataclass(frozen=True, slots=True)
class Fault:
    """A condition under which a row of a query breaches an invariant.

    A condition that is null counts as not met. `what` is a format string over the columns of the row.
    """

    invariant: int
    when: ColumnElement[bool]
    what: str


class _Ready:
    """A query as the driver of a database wants it."""

    def __init__(self, query: Select[*tuple[Any, ...]], dialect: Dialect, given: Given) -> None:
        compiled: Any = query.compile(dialect=dialect)
        # Lists get a parameter for each of their values.
        made = compiled.construct_expanded_state(given)
        convert = {**compiled._bind_processors, **made.processors}
        self.text: str = made.statement
        self._names: Sequence[str] = made.positiontup
        self._convert = {name: convert[name] for name in given if name in convert}
        self._fixed = {
            name: convert[name](value) if name in convert else value
            for name, value in made.parameters.items()
        }

    def values(self, given: Given) -> tuple[Any, ...]:
        values = {**self._fixed, **given}
        for name, convert in self._convert.items():
            values[name] = convert(values[name])
        return tuple([values[name] for name in self._names])


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A query, and what to say of each of its rows."""

    query: Select[*tuple[Any, ...]]
    #: A format string over the columns.
    key: str
    #: What a row breaches, by the column that says whether it does; without a name every row does.
    faults: Sequence[tuple[str, int, str]]
    #: By kind of database: working it out takes longer than the answer.
    _ready: dict[str, _Ready] = field(default_factory=dict)

    def breaches(self, scope: Scope) -> Iterator[Breach]:
        if self.raw(scope).first() is None:
            return
        for row in scope.rows(self.query):
            values = row._mapping
            for column, invariant, what in self.faults:
                if not column or values[column]:
                    yield Breach(invariant, what.format(**values), self.key.format(**values))

    def raw(self, scope: Scope, **options: Any) -> CursorResult[Any]:
        """The rows as the driver has them, past most of SQLAlchemy."""
        dialect, given = scope.connection.dialect, scope.given
        kind = f"{dialect.name}+{dialect.driver}"
        if kind not in self._ready:
            self._ready[kind] = _Ready(self.query, dialect, given)
        ready = self._ready[kind]
        return scope.connection.exec_driver_sql(
            ready.text, ready.values(given), execution_options=options
        )


def found(
    scope: Scope, query: Select[*tuple[Any, ...]], key: str, *faults: Fault
) -> Iterator[Breach]:
    """The breaches among the rows of `query`; `key` is a format string over its columns."""
    met = [fault.when.label(f"fault_{n}") for n, fault in enumerate(faults)]
    asked = query.add_columns(*met).where(or_(*(fault.when for fault in faults)))
    said = [(f"fault_{n}", fault.invariant, fault.what) for n, fault in enumerate(faults)]
    yield from scope.breaches(Question(asked, key, said))


def each(
    scope: Scope, query: Select[*tuple[Any, ...]], invariant: int, key: str, what: str
) -> Iterator[Breach]:
    """Every row of `query` is a breach."""
    yield from scope.breaches(Question(query, key, [("", invariant, what)]))


@cache
def _questions(look: Check, postgresql: bool, of_one: bool) -> Sequence[Question] | None:
    """What a check asks; None when that depends on what it finds."""
    nowhere: Any = None
    outline = Outline(nowhere, 0 if of_one else None, datetime.min, LIMITS, postgresql)
    try:
        list(look(outline))
    except ReadsFirst:
        return None
    return outline.questions


def answers(look: Check, scope: Scope) -> Iterator[Breach]:
    """What a check finds. What it asks is worked out once in a process."""
    questions = _questions(look, scope.postgresql, scope.bot is not None)
    if questions is None:
        yield from look(scope)
        return
    for question in questions:
        yield from question.breaches(scope)


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
