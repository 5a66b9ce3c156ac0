"""Hot statements, worked out once a connection and run by the driver.

SQLAlchemy takes every parameter of every row through machinery that costs several times what SQLite does with it,
and works out anew at each execution what the values stand for. Statements are written as ever, in Core; here they
are compiled by it once, and rows go to the driver as tuples.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Executable,
    Text,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.serial import dumps
from storage.types import Instant, millis

# The driver asks of every value that is not plainly a number or a text what it is to be taken for; for a NULL that
# costs more than writing it, unless there is an answer. It is the same for everybody.
sqlite3.register_adapter(type(None), lambda nothing: nothing)

#: Makes of rows by name what the driver takes.
Values = Callable[[Mapping[str, Any]], tuple[Any, ...]]
#: The same of objects, and of what they have in common, which comes as the driver wants it.
Taken = Callable[[Any, Mapping[str, Any]], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement as one database wants it."""

    text: str
    values: Values


@dataclass(frozen=True, slots=True)
class _ReadyForMany:
    text: str
    taken: Taken
    common: Mapping[str, Callable[[Any], Any] | None]


class Prepared:
    """A statement of Core that is always run with the same parameters; lists go in by `among`.

    Rows come back as the driver has them: ask for texts of JSON columns (`as_text`), and read moments with
    `storage.types.moment`.
    """

    def __init__(self, statement: Executable | Callable[[str], Executable], *columns: str) -> None:
        """`statement` may depend on the dialect's name. `columns` are those that an INSERT sets; other statements
        name their parameters themselves.
        """
        self._statement = statement
        self._columns = list(columns) or None

    def all(self, connection: Connection, given: Mapping[str, Any]) -> Sequence[Any]:
        """Run once; the rows."""
        ready = self._ready(connection)
        if connection.dialect.name != "sqlite":
            return connection.exec_driver_sql(ready.text, ready.values(given)).all()
        # In two steps: an asynchronous driver's `execute` gives nothing back.
        cursor = _cursor(connection)
        cursor.execute(ready.text, ready.values(given))
        return cursor.fetchall()

    def run(self, connection: Connection, given: Mapping[str, Any]) -> int:
        """Run once; how many rows it changed."""
        ready = self._ready(connection)
        if connection.dialect.name != "sqlite":
            return connection.exec_driver_sql(ready.text, ready.values(given)).rowcount
        cursor = _cursor(connection)
        cursor.execute(ready.text, ready.values(given))
        return cursor.rowcount

    def run_all(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run with every row; nothing comes back."""
        ready = self._ready(connection)
        _run_many(connection, ready.text, [ready.values(row) for row in rows])

    def _ready(self, connection: Connection) -> _Ready:
        # Kept by the connection itself: what is known of a database goes when it is closed.
        made: _Ready | None = connection.info.get(self)
        if made is None:
            made = connection.info[self] = self._made(connection.dialect)
        return made

    def _made(self, dialect: Dialect) -> _Ready:
        text, converting, fixed = _compiled(self._statement, self._columns, dialect)
        return _Ready(text, _picking(converting, fixed))


class PreparedForMany:
    """A statement of Core that is run for many objects at once: its parameters are their attributes, but for those that
    they have in `common`.
    """

    def __init__(
        self,
        statement: Executable | Callable[[str], Executable],
        *columns: str,
        common: Collection[str],
        parts: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`statement` and `columns` as with `Prepared`. `parts` are parameters that are attributes of attributes, as
        `{"screen_revision": "screen.revision"}`.
        """
        self._statement = statement
        self._columns = list(columns) or None
        self._common = frozenset(common)
        self._parts = parts

    def run(self, connection: Connection, many: Iterable[Any], **common: Any) -> int:
        """Run for every one of them; how many rows were changed in all, or -1 where the driver does not say."""
        ready: _ReadyForMany | None = connection.info.get(self)
        if ready is None:
            ready = connection.info[self] = self._made(connection.dialect)
        shared = {
            name: common[name] if convert is None else convert(common[name])
            for name, convert in ready.common.items()
        }
        taken = ready.taken
        return _run_many(connection, ready.text, [taken(one, shared) for one in many])

    def _made(self, dialect: Dialect) -> _ReadyForMany:
        text, converting, fixed = _compiled(self._statement, self._columns, dialect)
        common = {name: convert for name, convert in converting if name in self._common}
        taking = _taking(converting, fixed, self._common, self._parts)
        return _ReadyForMany(text, taking, common)


def _run_many(connection: Connection, text: str, given: list[tuple[Any, ...]]) -> int:
    if connection.dialect.name != "sqlite":
        return connection.exec_driver_sql(text, given).rowcount
    cursor = _cursor(connection)
    if len(given) == 1:
        cursor.execute(text, given[0])
    else:
        cursor.executemany(text, given)
    return cursor.rowcount


def _compiled(
    given: Executable | Callable[[str], Executable], columns: list[str] | None, dialect: Dialect
) -> tuple[str, list[tuple[str, Callable[[Any], Any] | None]], Mapping[str, Any]]:
    """A statement's text, its parameters in order with what makes of each what the driver wants, and the values that
    it brings along.
    """
    statement: Any = given if isinstance(given, Executable) else given(dialect.name)
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    # A parameter's own value stands where a statement gives it one: LIMIT 1, state = 'sent'.
    fixed = {
        name: bound.value
        for name, bound in compiled.binds.items()
        if not bound.required and bound.value is not None
    }
    return (
        str(compiled),
        [(name, _converting(compiled, name)) for name in compiled.positiontup],
        fixed,
    )


def _cursor(connection: Connection) -> sqlite3.Cursor:
    """The driver's own, past SQLAlchemy: on SQLite its part in a statement is larger than the database's."""
    cursor: sqlite3.Cursor = connection.connection.cursor()  # type: ignore[assignment]
    return cursor


def _converting(compiled: Any, name: str) -> Callable[[Any], Any] | None:
    """What makes of a value what the driver wants; None: nothing has to be done."""
    kind = compiled.binds[name].type
    if isinstance(kind, Instant):
        return millis
    if isinstance(kind, JSON):
        return _text_or_null if kind.none_as_null else dumps
    convert: Callable[[Any], Any] | None = compiled._bind_processors.get(name)
    return convert


def _text_or_null(value: object) -> str | None:
    """Written out where it is used for every row; see `_written`."""
    return None if value is None else dumps(value)


def _picking(
    converting: Sequence[tuple[str, Callable[[Any], Any] | None]], fixed: Mapping[str, Any]
) -> Values:
    """What takes the values of a row by name, in order, each as the driver wants it.

    Written as one expression and compiled, as the standard library does with its tuples: a loop over the columns takes
    three times as long, and every update has several rows.
    """

    def value(name: str) -> str:
        return f"row.get({name!r}, fixed[{name!r}])" if name in fixed else f"row[{name!r}]"

    made: Values = _written("lambda row", [(value(name), c) for name, c in converting], fixed)
    return made


def _taking(
    converting: Sequence[tuple[str, Callable[[Any], Any] | None]],
    fixed: Mapping[str, Any],
    common: Collection[str],
    parts: Mapping[str, str],
) -> Taken:
    """The same of an object's attributes."""
    values: list[tuple[str, Callable[[Any], Any] | None]] = []
    for name, convert in converting:
        if name in common:
            values.append((f"common[{name!r}]", None))
        elif name in fixed:
            values.append((f"fixed[{name!r}]", convert))
        else:
            values.append((f"one.{parts.get(name, name)}", convert))
    made: Taken = _written("lambda one, common", values, fixed)
    return made


def _written(
    head: str,
    parts: Sequence[tuple[str, Callable[[Any], Any] | None]],
    fixed: Mapping[str, Any],
) -> Any:
    known: dict[str, Any] = {"fixed": fixed, "dumps": dumps}
    values = []
    for at, (value, convert) in enumerate(parts):
        if convert is _text_or_null:
            # Most are empty.
            value = f"(None if (value_{at} := {value}) is None else dumps(value_{at}))"
        elif convert is not None:
            known[f"convert_{at}"] = convert
            value = f"convert_{at}({value})"
        values.append(value)
    return eval(f"{head}: ({', '.join(values)},)", known)


# -- lists ------------------------------------------------------------------------------------------------------


class _Numbers(TypeDecorator[Collection[int]]):
    """A list of numbers as one parameter: JSON on SQLite, an array on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = ARRAY(BigInteger) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> Any:
        assert value is not None
        return list(value) if dialect.name == "postgresql" else dumps(list(value))


class _Among(ColumnElement[bool]):
    """Whether a number is in a list that is one parameter."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[int], name: str) -> None:
        self.column = column
        self.numbers = bindparam(name, type_=_Numbers())


def among(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """`column` IN the list given as `name`, however long: the statement stays the same."""
    return _Among(column, name)


@compiles(_Among)
def _on_sqlite(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, numbers = (
        compiler.process(element.column, **kw),
        compiler.process(element.numbers, **kw),
    )
    return f"{column} IN (SELECT value FROM json_each({numbers}))"


@compiles(_Among, "postgresql")
def _on_postgresql(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, numbers = (
        compiler.process(element.column, **kw),
        compiler.process(element.numbers, **kw),
    )
    return f"{column} = ANY({numbers})"
