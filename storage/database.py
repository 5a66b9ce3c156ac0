"""One database, two engines: a writer that is alone, and readers that never wait.

SQLite: WAL, synchronous=FULL, the driver's own transaction control off (SAVEPOINT under it leaves rows
behind after an outer rollback), BEGIN IMMEDIATE for the writer (a plain BEGIN that reads, then writes, fails
at once when another writer committed), query_only for readers. PostgreSQL: an advisory lock per bot.

What may wait on SQLite, for another process's writer or for the disk, is BEGIN and COMMIT: where they do wait,
they run in a thread. The statements between them are microseconds each and run where the handlers run; sent to a
thread one by one they would cost ten times as much.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from storage.points import reached
from storage.serial import dumps, loads

__all__ = ["BadUrl", "Connection", "Database", "StorageError", "Unavailable", "is_unavailable"]

T = TypeVar("T")

#: How long SQLite waits for another process's writer, in milliseconds.
BUSY_TIMEOUT_MS = 5_000
#: Pages in the write-ahead log when they are taken over into the database, 16 MB of them: pages that every update
#: changes are so taken over once for many.
CHECKPOINT_PAGES = 4_000
#: While commits take less than so many seconds, they are made where the handlers run: a thread costs half as much
#: again, and everybody else waits no longer than for a turn or two.
COMMIT_AT_ONCE_SECONDS = 0.003
#: How much the last commit counts among those before it.
_COMMIT_WEIGHT = 0.2


class StorageError(Exception):
    """Something about the database; the message says what to do."""


class Unavailable(StorageError):
    """Locked, full or unreachable: nothing was committed, the same work may be tried again."""


class BadUrl(StorageError):
    """The database URL names nothing we can open."""


#: What SQLite says when the statement itself is wrong: a defect of ours, no reason to wait.
_DEFECTS = ("no such", "syntax error", "has no column", "already exists", "ambiguous")


#: PostgreSQL's classes of errors that say the same (its manual, appendix A): connection, conflict, out of
#: resources, told to stop, system; and two single ones, a lock not to be had and a transaction that stood still.
_LOST = ("08", "40", "53", "57", "58", "55P03", "25P03")


def is_unavailable(error: BaseException) -> bool:
    """Whether an exception means that the database is locked, full or lost, not that a statement is wrong."""
    if isinstance(error, OperationalError | sqlite3.OperationalError):
        said = str(getattr(error, "orig", error))
        return not any(text in said for text in _DEFECTS)
    if isinstance(error, InterfaceError | OSError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    # A connection that cannot be made raises the driver's own error, in no wrapping.
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return isinstance(state, str) and state.startswith(_LOST)


#: What PostgreSQL does about a writer that went away without a word while it held the lock: everybody waits
#: for it. A killed process is noticed at once, a machine without network by these.
_WRITER_SETTINGS = {
    "idle_in_transaction_session_timeout": "10s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


def async_url(url: str) -> str:
    """The URL with an asynchronous driver filled in.

    Raises:
        BadUrl: the URL is malformed, or neither SQLite nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except Exception as error:
        raise BadUrl(
            "DATABASE_URL is not a database URL; try sqlite:///data/orderclerk.db"
        ) from error
    kind = parsed.get_backend_name()
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    if kind not in drivers:
        raise BadUrl(f"DATABASE_URL names {kind}; sqlite and postgresql are supported")
    return parsed.set(drivername=drivers[kind]).render_as_string(hide_password=False)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadUrl(f"cannot make the folder {folder}: {error.strerror}") from error


def _prepare_sqlite(
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
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        if asynchronous:
            connection.exec_driver_sql(begin)
        else:
            # Past SQLAlchemy, whose part in it is larger than all the rest of a short transaction.
            driver: Any = connection.connection.driver_connection
            driver.execute(begin)


class _Writer(Protocol):
    """Runs a transaction; commits it when `work` returns, rolls it back when it raises."""

    @property
    def engine(self) -> Engine: ...

    async def run(self, work: Callable[[Connection], T], *, altering: bool = False) -> T: ...

    async def close(self) -> None: ...


class _AsyncWriter:
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


class _SqliteWriter:
    """By the standard library's driver, with a connection that is kept. BEGIN goes through a thread when another
    process writes, COMMIT when the disk has lately been slow, ROLLBACK always; the rest is done here."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._closed = False
        self._kept: Connection | None = None
        #: Seconds that a commit takes, of late.
        self._commit_takes = 0.0

    async def run(self, work: Callable[[Connection], T], *, altering: bool = False) -> T:
        """With `altering`, references are checked once, at the end: SQLite alters a table by making it anew."""
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
        except BaseException:
            self._let_go()
            raise
        return connection

    def _commit(self, connection: Connection) -> None:
        began = time.perf_counter()
        try:
            connection.commit()
        except BaseException:
            self._let_go()
            raise
        took = time.perf_counter() - began
        self._commit_takes += (took - self._commit_takes) * _COMMIT_WEIGHT

    def _abandon(self, connection: Connection) -> None:
        try:
            connection.rollback()
        except BaseException:
            self._let_go()
            raise

    def _let_go(self) -> None:
        """The next transaction gets a connection in order."""
        connection, self._kept = self._kept, None
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


class Database:
    """Opened once per process; `write` and `read` are the only ways in."""

    def __init__(
        self, writer: _Writer, reader: AsyncEngine, glancing: Engine | None = None
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._glancing = glancing
        #: For `glance`: taking a connection out and putting it back costs several times the look.
        self._glance: Connection | None = None
        self._turnstile = asyncio.Lock()
        #: Transactions this process has committed; tells whether anything can have changed by our own doing.
        self.writes = 0

    @property
    def is_sqlite(self) -> bool:
        return self._writer.engine.dialect.name == "sqlite"

    @classmethod
    async def open(cls, url: str) -> Database:
        """Open `url`; the folder of an SQLite file is made.

        Raises:
            BadUrl: see `async_url`; or the folder cannot be made.
        """
        full = async_url(url)
        parsed = make_url(full)
        common: dict[str, Any] = {
            "json_serializer": dumps,
            "json_deserializer": loads,
        }
        if parsed.get_backend_name() == "sqlite":
            if parsed.database and parsed.database != ":memory:":
                _make_folder(Path(parsed.database).parent)
            reader = create_async_engine(
                full,
                pool_size=4,
                max_overflow=4,
                connect_args={"isolation_level": None},
                **common,
            )
            # One connection each, used from whichever thread has the turn.
            single: dict[str, Any] = {
                "poolclass": QueuePool,
                "pool_size": 1,
                "max_overflow": 0,
                "connect_args": {"isolation_level": None, "check_same_thread": False},
                **common,
            }
            plain = parsed.set(drivername="sqlite+pysqlite")
            alone = create_engine(plain, **single)
            glancing = create_engine(plain, **single)
            writer: _Writer = _SqliteWriter(alone)
            _prepare_sqlite(alone, "BEGIN IMMEDIATE", read_only=False)
            _prepare_sqlite(glancing, "BEGIN", read_only=True)
            _prepare_sqlite(reader.sync_engine, "BEGIN", read_only=True, asynchronous=True)
            return cls(writer, reader, glancing)
        else:
            writer = _AsyncWriter(
                create_async_engine(
                    full,
                    pool_size=2,
                    max_overflow=0,
                    pool_pre_ping=True,
                    connect_args={"server_settings": _WRITER_SETTINGS},
                    **common,
                )
            )
            reader = create_async_engine(
                full,
                pool_size=4,
                max_overflow=4,
                pool_pre_ping=True,
                connect_args={"server_settings": {"default_transaction_read_only": "on"}},
                **common,
            )
        return cls(writer, reader)

    async def write(
        self, bot: int, work: Callable[[Connection], T], *, altering: bool = False
    ) -> T:
        """Run `work` in one transaction, alone among the writers of this bot, and commit.

        An exception of `work` rolls everything back and is passed on. `altering`: it changes tables, and
        references between rows need only hold at its end.

        Raises:
            Unavailable: the database is locked, full or unreachable; nothing was committed.
        """

        def alone(connection: Connection) -> T:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:bot)"), {"bot": bot})
            result = work(connection)
            reached("commit.before")
            return result

        try:
            async with self._turnstile:
                made = await self._writer.run(alone, altering=altering)
                self.writes += 1
            reached("commit.after")
            return made
        except Exception as error:
            if is_unavailable(error):
                raise Unavailable(str(error)) from error
            raise

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a reader's connection; it cannot write.

        Raises:
            Unavailable: the database cannot be reached.
        """
        try:
            async with self._reader.connect() as connection:
                return await connection.run_sync(work)
        except Exception as error:
            if is_unavailable(error):
                raise Unavailable(str(error)) from error
            raise

    async def glance(self, work: Callable[[Connection], T]) -> T:
        """The same for a few rows found by an index, which are looked up again and again.

        A reader of SQLite waits for nobody, and such rows take microseconds: no thread is worth it.

        Raises:
            Unavailable: the database cannot be reached.
        """
        if self._glancing is None:
            return await self.read(work)
        try:
            if self._glance is None:
                self._glance = self._glancing.connect()
            found = work(self._glance)
            if self._glance.in_transaction():
                # What was read is over: the next look is to see what was written since.
                self._glance.rollback()
            return found
        except BaseException as error:
            kept, self._glance = self._glance, None
            if kept is not None:
                kept.close()
            if is_unavailable(error):
                raise Unavailable(str(error)) from error
            raise

    def connect(self) -> contextlib.AbstractAsyncContextManager[AsyncConnection]:
        """A reader's connection for something longer than one piece of work."""
        return self._reader.connect()

    async def close(self) -> None:
        await self._writer.close()
        await self._reader.dispose()
        if self._glance is not None:
            self._glance.close()
        if self._glancing is not None:
            self._glancing.dispose()
