"""A machine without chance: a loop whose time jumps, a database without threads, a clock that is moved."""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple, cast

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.database import Connection, Database, Unavailable, is_unavailable
from storage.points import reached
from storage.serial import dumps

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

#: A Monday, ten in the morning where the business is (Asia/Shanghai).
MORNING = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


class Standstill(AssertionError):
    """Everybody waits, and nothing will ever come."""


class _Jumps(selectors.BaseSelector):
    """Waits for nothing: where the loop would sleep, its time moves on at once."""

    def __init__(self) -> None:
        self.now = 0.0
        self._map: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        key = selectors.SelectorKey(fileobj, 0, events, data)
        self._map[fileobj] = key
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._map.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Standstill("nobody is going to do anything")
        self.now += max(timeout, 0.0)
        return []

    def get_map(self) -> Any:
        return self._map

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        return self._map[fileobj]


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its time costs none: waits are over when nothing else is left to do. Threads' work is done in place."""

    def __init__(self) -> None:
        self._jumps = _Jumps()
        super().__init__(self._jumps)

    def time(self) -> float:
        return self._jumps.now

    def rewind(self) -> None:
        """Time begins anew: what happens must not depend on what came before. Nobody may be waiting."""
        self._jumps.now = 0.0

    def until_next(self) -> float:
        """Seconds in which nothing will be done; 0 while somebody has something to do."""
        if self._ready:  # type: ignore[attr-defined]
            return 0.0
        waits = self._scheduled  # type: ignore[attr-defined]
        first = min((one.when() for one in waits if not one.cancelled()), default=self.time())
        return max(first - self.time(), 0.0)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class InlineDatabase(Database):
    """One database in memory for one seed after the other, each from what was kept.

    Statements and transactions are the product's; only the threads are missing.
    """

    def __init__(self) -> None:
        self._raw = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, cached_statements=1_000
        )
        self._raw.execute("PRAGMA foreign_keys = ON")
        self._kept: dict[str, sqlite3.Connection] = {}
        self._engine = create_engine(
            "sqlite://", creator=lambda: self._raw, poolclass=StaticPool, json_serializer=dumps
        )

        @event.listens_for(self._engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        self._dead = False
        super().__init__(cast(Any, _NoWriter(self._engine)), cast(Any, None))

    def keep(self, name: str) -> None:
        """What is stored now is what `restore` of that name brings back."""
        self._kept[name] = sqlite3.connect(":memory:", check_same_thread=False)
        self._raw.backup(self._kept[name])

    def restore(self, name: str) -> None:
        self._kept[name].backup(self._raw)

    @contextlib.contextmanager
    def closed_for_the_dead(self) -> Iterator[None]:
        """Whoever still comes to the database in this block was killed before."""
        self._dead = True
        try:
            yield
        finally:
            self._dead = False

    async def write(
        self, bot: int, work: Callable[[Connection], T], *, altering: bool = False
    ) -> T:
        # Others may come first, as with a thread.
        await asyncio.sleep(0)
        if self._dead:
            raise asyncio.CancelledError
        try:
            with self._engine.connect() as connection, connection.begin():
                result = work(connection)
                reached("commit.before")
        except (DBAPIError, OSError) as error:
            if is_unavailable(error):
                raise Unavailable(str(error)) from error
            raise
        self.writes += 1
        await asyncio.sleep(0)
        return result

    async def read(self, work: Callable[[Connection], T]) -> T:
        await asyncio.sleep(0)
        return self.look(work)

    def look(self, work: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return work(connection)

    def rows(self, query: str, **params: object) -> list[Any]:
        return self.look(lambda connection: list(connection.execute(text(query), params).all()))

    def raw(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Rows as the driver has them, past SQLAlchemy, which takes longer than they do."""
        return self._raw.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def listening(self) -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
        """What is asked meanwhile, as the driver gets it."""
        heard: list[tuple[str, tuple[Any, ...]]] = []

        def hear(conn: Any, cursor: Any, sql: str, values: Any, *more: Any) -> None:
            if not sql.startswith("BEGIN"):
                heard.append((sql, tuple(values)))

        event.listen(self._engine, "before_cursor_execute", hear)
        try:
            yield heard
        finally:
            event.remove(self._engine, "before_cursor_execute", hear)

    def release_leases(self) -> None:
        self._raw.execute("UPDATE lease SET expires_at = 0")

    async def close(self) -> None:
        """It outlives the bots that use it."""


class _NoWriter:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine


class HandClock:
    """`bot.clock.Clock`: moves only when it is told to."""

    def __init__(self, start: datetime = MORNING) -> None:
        self._now = start
        self._calls: list[Callable[[], None]] = []

    def now(self) -> datetime:
        # Two things never happen at the very same time.
        self._now += timedelta(microseconds=1)
        return self._now

    def monotonic(self) -> float:
        return self.now().timestamp()

    def on_jump(self, call: Callable[[], None]) -> None:
        self._calls.append(call)

    def forget(self) -> None:
        """A bot that was listening is dead."""
        self._calls.clear()

    def to(self, moment: datetime) -> None:
        self._now = max(self._now, moment)
        for call in self._calls:
            call()


__all__ = ["MORNING", "HandClock", "InlineDatabase", "Standstill", "VirtualLoop"]
