"""Who writes: one transaction after the other, on a connection that is kept."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.checkpoints import Checkpoints
from storage.errors import StorageError
from storage.remembered import Remembered

T = TypeVar("T")

#: How long SQLite waits for another process's writer, in milliseconds.
BUSY_TIMEOUT_MS = 5_000
#: Pages in the write-ahead log, 128 MB of them, when a commit takes them over into the database itself: where
#: `storage.checkpoints` could not, as somebody has been reading for long.
CHECKPOINT_PAGES = 32_000
#: Pages that the writer keeps in memory, in KiB: with SQLite's own 2,000 those of a busy day are read again and again.
CACHE_KIB = 65_536
#: While commits take less than so many seconds, they are made where the handlers run: a thread costs half as much
#: again, and everybody else waits no longer than for a turn or two.
COMMIT_AT_ONCE_SECONDS = 0.003
#: How much the last commit counts among those before it.
_COMMIT_WEIGHT = 0.2


def prepare_sqlite(
    engine: Engine, begin: str, *, read_only: bool, asynchronous: bool = False
) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        cursor.execute("PRAGMA foreign_keys = ON")
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        if asynchronous:
            connection.exec_driver_sql(begin)
        else:
            # Past SQLAlchemy, whose part in it is larger than all the rest of a short transaction.
            driver: Any = connection.connection.driver_connection
            driver.execute(begin)


class Writer(Protocol):
    """Runs a transaction; commits it when `work` returns, rolls it back when it raises."""

    @property
    def engine(self) -> Engine: ...

    async def run(self, work: Callable[[Connection], T], *, altering: bool = False) -> T: ...

    async def close(self) -> None: ...


class AsyncWriter:
    """By an asynchronous driver: each statement is a message to a server."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @property
    def engine(self) -> Engine:
        return self._engine.sync_engine

    async def run(self, work: Callable[[Connection], T], *, altering: bool = False) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()


class SqliteWriter:
    """By the standard library's driver, with a connection that is kept. BEGIN goes through a thread when another
    process writes, COMMIT when the disk has lately been slow, ROLLBACK always; the rest is done here."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._closed = False
        where, options = engine.dialect.create_connect_args(engine.url)
        self._checkpoints = Checkpoints(lambda: engine.dialect.connect(*where, **options))
        self._kept: Connection | None = None
        #: Seconds that a commit takes, of late.
        self._commit_takes = 0.0
        self._remembered = Remembered()
        event.listen(engine, "before_cursor_execute", self._runs)

    async def run(self, work: Callable[[Connection], T], *, altering: bool = False) -> T:
        """With `altering`, references are checked once, at the end: SQLite alters a table by making it anew."""
        if self._closed:
            raise StorageError("the database is closed")
        connection = self._begun_at_once(altering)
        if connection is None:
            connection = await self._in_thread(lambda: self._begin(altering), undo=self._abandon)
        try:
            result = work(connection)
            if altering:
                _check_references(connection)
        except BaseException:
            await self._in_thread(lambda: self._abandon(connection))
            raise
        if self._commit_takes < COMMIT_AT_ONCE_SECONDS:
            self._commit(connection)
        else:
            await self._in_thread(lambda: self._commit(connection))
        return result

    async def close(self) -> None:
        """Once or more often."""
        if not self._closed:
            self._closed = True
            await self._in_thread(self._dispose)
            self._thread.shutdown()

    def _dispose(self) -> None:
        self._checkpoints.close()
        self._let_go()
        self.engine.dispose()

    def _begun_at_once(self, altering: bool) -> Connection | None:
        """A transaction, unless another process's writer is busy: hardly ever, and a thread for it costs as much
        as all statements of an update."""
        try:
            return self._begin(altering, wait_ms=0)
        except (OperationalError, sqlite3.OperationalError):
            return None

    def _begin(self, altering: bool, *, wait_ms: int = BUSY_TIMEOUT_MS) -> Connection:
        connection = self._kept
        if connection is None:
            connection = self._kept = self.engine.connect()
        try:
            _follow_references(connection, not altering)
            if connection.info.get("busy_timeout") != wait_ms:
                driver: Any = connection.connection
                driver.execute(f"PRAGMA busy_timeout = {wait_ms}")
                connection.info["busy_timeout"] = wait_ms
            connection.begin()
            self._look_who_wrote(connection)
        except BaseException:
            self._let_go()
            raise
        return connection

    def _runs(self, connection: Connection, cursor: Any, statement: str, *others: Any) -> None:
        self._remembered.runs(statement)

    def _look_who_wrote(self, connection: Connection) -> None:
        """What is known stays known only while nobody else writes."""
        driver: Any = connection.connection.driver_connection
        ((version,),) = driver.execute("PRAGMA data_version")
        self._remembered.begun(version)
        connection.info[Remembered] = self._remembered

    def _commit(self, connection: Connection) -> None:
        began = time.perf_counter()
        try:
            connection.commit()
        except BaseException:
            self._let_go()
            raise
        took = time.perf_counter() - began
        self._commit_takes += (took - self._commit_takes) * _COMMIT_WEIGHT
        driver: Any = connection.connection.driver_connection
        self._checkpoints.committed(driver)

    def _abandon(self, connection: Connection) -> None:
        self._remembered.forget()
        try:
            connection.rollback()
        except BaseException:
            self._let_go()
            raise

    def _let_go(self) -> None:
        """The next transaction gets a connection in order."""
        connection, self._kept = self._kept, None
        self._remembered.forget()
        if connection is not None:
            connection.close()

    async def _in_thread(
        self, call: Callable[[], T], *, undo: Callable[[T], None] | None = None
    ) -> T:
        """A call that was begun is finished also when we are cancelled: it holds the writer's lock."""
        loop = asyncio.get_running_loop()
        made = loop.run_in_executor(self._thread, call)
        try:
            return await asyncio.shield(made)
        except asyncio.CancelledError:
            while not made.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait({made})
            if undo is not None and made.exception() is None:
                undo(made.result())
            raise


def _follow_references(connection: Connection, follow: bool) -> None:
    """Past SQLAlchemy, which would begin a transaction: inside one SQLite ignores it."""
    if connection.info.get("follows_references", True) != follow:
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA foreign_keys = {'ON' if follow else 'OFF'}")
        connection.info["follows_references"] = follow


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise StorageError(f"rows of {broken[0][0]} refer to rows of {broken[0][2]} that are gone")
