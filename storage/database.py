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
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from storage.errors import BadUrl, StorageError, Unavailable, is_unavailable
from storage.points import reached
from storage.serial import dumps, loads
from storage.writer import AsyncWriter, SqliteWriter, Writer, prepare_sqlite

__all__ = ["BadUrl", "Connection", "Database", "StorageError", "Unavailable", "is_unavailable"]

T = TypeVar("T")

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
        raise BadUrl(
            f"cannot make the folder {folder}: {error.strerror}; DATA_DIR names another"
        ) from None


class Database:
    """Opened once per process; `write` and `read` are the only ways in."""

    def __init__(self, writer: Writer, reader: AsyncEngine, glancing: Engine | None = None) -> None:
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
            writer: Writer = SqliteWriter(alone)
            prepare_sqlite(alone, "BEGIN IMMEDIATE", read_only=False)
            prepare_sqlite(glancing, "BEGIN", read_only=True)
            prepare_sqlite(reader.sync_engine, "BEGIN", read_only=True, asynchronous=True)
            return cls(writer, reader, glancing)
        else:
            writer = AsyncWriter(
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
        async with self._turnstile:
            await self._writer.close()
        await self._reader.dispose()
        if self._glance is not None:
            self._glance.close()
        if self._glancing is not None:
            self._glancing.dispose()
