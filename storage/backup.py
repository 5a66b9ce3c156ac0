"""Copies of a whole database, made while the bot runs, and put back.

SQLite: its own backup interface takes one moment of the file, writers go on; the copy is compressed. PostgreSQL:
pg_dump's custom format, also one moment. A file appears under its name only when it is complete, and only its
owner may read it: it holds what the database holds, people's words and orders included.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import inspect
from sqlalchemy.engine import URL, make_url

from storage.database import Database, StorageError, async_url

SQLITE_SUFFIX: Final = ".db.gz"
POSTGRES_SUFFIX: Final = ".dump"
_MODE = 0o600
_REVISION = re.compile(r"^COPY \S*alembic_version .*?\n(\w+)\n", re.MULTILINE | re.DOTALL)


class BackupError(StorageError):
    """A copy could not be made, read or put back; the message says what to do."""


def suffix_for(url: str) -> str:
    """How the name of a backup of this database ends."""
    return SQLITE_SUFFIX if _is_sqlite(url) else POSTGRES_SUFFIX


async def dump(url: str, to: Path) -> None:
    """Write a backup of the database at `url` to the file `to`. Raises BackupError."""
    partial = to.with_name(to.name + ".partial")
    try:
        partial.touch(_MODE)
        partial.chmod(_MODE)
        if _is_sqlite(url):
            await asyncio.to_thread(_copy_sqlite, _file_of(url), partial)
        else:
            await _run("pg_dump", ["--format=custom", "--no-owner", "--file", str(partial)], url)
        await asyncio.to_thread(_sync, partial)
        partial.replace(to)
    except OSError as error:
        raise BackupError(f"cannot write {to}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


async def load(file: Path, url: str) -> None:
    """Put a backup into a database that is new. Raises BackupError; what was begun is then undone."""
    if file.name.endswith(SQLITE_SUFFIX) != _is_sqlite(url):
        raise BackupError(f"{file.name} is not a backup of this kind of database")
    if _is_sqlite(url):
        await asyncio.to_thread(_expand_sqlite, file, _file_of(url))
    else:
        options = ["--no-owner", "--exit-on-error", "--single-transaction", "--dbname"]
        await _run("pg_restore", [*options, _url(url).database or "", str(file)], url)


async def revision(file: Path) -> str:
    """The schema a backup was made with; empty when it holds none of ours. Raises BackupError."""
    _must_exist(file)
    if file.name.endswith(SQLITE_SUFFIX):
        with tempfile.TemporaryDirectory(prefix="orderclerk-") as folder:
            copy = Path(folder) / "copy.db"
            await asyncio.to_thread(_expand_sqlite, file, copy)
            return await asyncio.to_thread(_sqlite_revision, copy)
    if not file.name.endswith(POSTGRES_SUFFIX):
        raise BackupError(f"{file}: not a backup: {SQLITE_SUFFIX} or {POSTGRES_SUFFIX} is expected")
    options = ["--data-only", "--table=alembic_version", "--file=-"]
    script = await _run("pg_restore", [*options, str(file)], None)
    found = _REVISION.search(script)
    return found[1] if found else ""


async def is_new(url: str) -> bool:
    """Whether there is nothing yet where a backup shall be put. Raises Unavailable."""
    if _is_sqlite(url):
        return not _file_of(url).exists()
    database = await Database.open(url)
    try:
        return await database.read(lambda connection: not inspect(connection).get_table_names())
    finally:
        await database.close()


async def empty(url: str, aside: Path) -> None:
    """Make room for a backup: an SQLite file is moved to `aside`, PostgreSQL's tables are dropped."""
    if _is_sqlite(url):
        file = _file_of(url)
        for end in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.replace(f"{file}{end}", f"{aside}{end}")
        return
    statement = "drop schema public cascade; create schema public"
    await _run("psql", ["--quiet", "--set=ON_ERROR_STOP=1", "--command", statement], url)


@contextlib.asynccontextmanager
async def tried_out(file: Path, url: str) -> AsyncIterator[str]:
    """A new database with the backup in it, beside the one at `url`, and gone afterwards; its URL.

    Raises BackupError, also when PostgreSQL's role may not make a database.
    """
    if _is_sqlite(url):
        with tempfile.TemporaryDirectory(prefix="orderclerk-", dir=file.parent) as folder:
            copy = f"sqlite+aiosqlite:///{Path(folder) / 'tried.db'}"
            await load(file, copy)
            yield copy
        return
    name = f"orderclerk_try_{secrets.token_hex(6)}"
    beside = _url(url).set(database=name).render_as_string(hide_password=False)
    await _run("psql", ["--quiet", "--command", f"create database {name} template template0"], url)
    try:
        await load(file, beside)
        yield beside
    finally:
        await _run("psql", ["--quiet", "--command", f"drop database {name} with (force)"], url)


def _must_exist(file: Path) -> None:
    if not file.is_file():
        raise BackupError(f"{file}: no such file")


# -- SQLite ---------------------------------------------------------------------------------------


def _is_sqlite(url: str) -> bool:
    return make_url(async_url(url)).get_backend_name() == "sqlite"


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL."""
    return _file_of(url) if _is_sqlite(url) else None


def _file_of(url: str) -> Path:
    name = make_url(url).database
    if not name or name == ":memory:":
        raise BackupError("a database in memory cannot be backed up")
    return Path(name)


def _copy_sqlite(source: Path, to: Path) -> None:
    if not source.exists():
        raise BackupError(f"there is no database {source}")
    with tempfile.TemporaryDirectory(prefix="orderclerk-", dir=to.parent) as folder:
        copy = Path(folder) / "copy.db"
        copy.touch(_MODE)
        try:
            with (
                contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as here,
                contextlib.closing(sqlite3.connect(copy)) as there,
            ):
                # All pages in one step: it begins anew whenever somebody writes between two.
                here.backup(there)
                # One file, without a log beside it.
                there.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            raise BackupError(f"cannot copy {source}: {error}") from error
        with copy.open("rb") as plain, gzip.open(to, "wb", compresslevel=6) as packed:
            shutil.copyfileobj(plain, packed, 1 << 20)


def _expand_sqlite(file: Path, to: Path) -> None:
    partial = to.with_name(to.name + ".partial")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        partial.touch(_MODE)
        partial.chmod(_MODE)
        with gzip.open(file, "rb") as packed, partial.open("wb") as plain:
            shutil.copyfileobj(packed, plain, 1 << 20)
        with contextlib.closing(sqlite3.connect(partial)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            if found != [("ok",)]:
                raise BackupError(f"{file} is damaged: {found[0][0]}")
        _sync(partial)
        partial.replace(to)
    except (OSError, EOFError, sqlite3.Error) as error:
        raise BackupError(f"{file} cannot be read as a backup: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _sqlite_revision(file: Path) -> str:
    try:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            row = connection.execute("select version_num from alembic_version").fetchone()
    except sqlite3.Error:
        return ""
    return str(row[0]) if row else ""


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


# -- PostgreSQL -----------------------------------------------------------------------------------


def _url(url: str) -> URL:
    return make_url(async_url(url))


def _surroundings(url: URL) -> Mapping[str, str]:
    """Where to connect, as libpq reads it: a password among the arguments could be seen by others."""
    given = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": None if url.password is None else str(url.password),
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("ssl") or url.query.get("sslmode"),
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {name: str(value) for name, value in given.items() if value}


async def _run(program: str, arguments: Sequence[str], url: str | None) -> str:
    """Run one of PostgreSQL's own programs; what it writes."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            f"{program} is not installed: install PostgreSQL's client programs, "
            "of the server's version or newer"
        )
    environment = _surroundings(_url(url)) if url is not None else {"PATH": os.environ["PATH"]}
    process = await asyncio.create_subprocess_exec(
        found,
        *arguments,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await process.communicate()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode:
        lines = err.decode(errors="replace").strip().splitlines() or ["no reason given"]
        # Later lines quote the statement, and what was in it.
        raise BackupError(f"{program} failed: {lines[0]}")
    return out.decode(errors="replace")
