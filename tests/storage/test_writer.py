"""The writer of SQLite: where its commits are made, and what becomes of a connection that failed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, event, text

from storage.database import Database, Unavailable
from storage.writer import COMMIT_AT_ONCE_SECONDS

HERE = threading.get_ident()


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(f"sqlite:///{tmp_path / 'some.db'}")
    await opened.write(1, lambda c: c.execute(text("CREATE TABLE said (word TEXT)")) and None)
    yield opened
    await opened.close()


def say(word: str) -> Any:
    return lambda connection: connection.execute(text("INSERT INTO said VALUES (:w)"), {"w": word})


async def said(database: Database) -> list[str]:
    def read(connection: Connection) -> list[str]:
        return list(connection.scalars(text("SELECT word FROM said ORDER BY rowid")))

    return await database.read(read)


class Disk:
    """What a commit takes by its own clock, which nothing else on this machine can slow down, and where it was made."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.broken = False
        self.threads: list[int] = []
        #: What a commit in a thread waits for: signs of life of the loop.
        self.alive: threading.Event | None = None
        self._now = 0.0

    def perf_counter(self) -> float:
        return self._now

    def commit(self, connection: Connection) -> None:
        self.threads.append(threading.get_ident())
        self._now += self.seconds
        if self.alive is not None and threading.get_ident() != HERE:
            assert self.alive.wait(30), "the loop stood still"
        if self.broken:
            raise OSError(28, "No space left on device")


@pytest.fixture
def disk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    made = Disk()
    monkeypatch.setattr("storage.writer.time", made)
    # What came before was measured by the machine's own clock.
    database._writer._commit_takes = 0.0  # type: ignore[attr-defined]
    engine = database._writer.engine
    event.listen(engine, "commit", made.commit)
    yield made
    event.remove(engine, "commit", made.commit)


@pytest.mark.asyncio
async def test_a_slow_disk_holds_nobody_up(database: Database, disk: Disk) -> None:
    """Commits are made on the spot while they are quick, in a thread while they are not, and then again at once."""
    await database.write(1, say("quick"))
    disk.seconds = COMMIT_AT_ONCE_SECONDS * 8
    await database.write(1, say("first slow one"))
    assert disk.threads == [HERE, HERE]
    disk.alive = alive = threading.Event()

    async def others() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        alive.set()

    going_on = asyncio.create_task(others())
    await database.write(1, say("slow"))
    assert disk.threads[-1] != HERE
    assert going_on.done()
    disk.alive = None
    disk.seconds = 0.0
    for _ in range(40):
        await database.write(1, say("quick"))
    assert disk.threads[-1] == HERE
    assert len(await said(database)) == 43


@pytest.mark.asyncio
async def test_after_a_commit_that_failed_the_next_one_is_made(
    database: Database, disk: Disk
) -> None:
    disk.broken = True
    with pytest.raises(Unavailable):
        await database.write(1, say("lost"))
    disk.broken = False
    await database.write(1, say("kept"))
    assert await said(database) == ["kept"]


@pytest.mark.asyncio
async def test_what_is_taken_back_leaves_nothing_behind(database: Database) -> None:
    def fails(connection: Connection) -> None:
        say("lost")(connection)
        raise ValueError("a handler's mistake")

    with pytest.raises(ValueError, match="mistake"):
        await database.write(1, fails)
    await database.write(1, say("kept"))
    assert await said(database) == ["kept"]


@pytest.mark.asyncio
async def test_somebody_else_writing_is_waited_for_beside_the_others(
    database: Database, tmp_path: Path
) -> None:
    """Another process holds the lock: the transaction waits in a thread, and the loop goes on."""
    other = await Database.open(f"sqlite:///{tmp_path / 'some.db'}")
    held, let_go = threading.Event(), threading.Event()

    def holds(connection: Connection) -> None:
        say("theirs")(connection)
        held.set()
        let_go.wait(5)

    busy = asyncio.create_task(asyncio.to_thread(lambda: asyncio.run(other.write(1, holds))))
    await asyncio.to_thread(held.wait, 5)
    waiting = asyncio.create_task(database.write(1, say("ours")))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    let_go.set()
    await busy
    await waiting
    assert await said(database) == ["theirs", "ours"]
    await other.close()


@pytest.mark.asyncio
async def test_a_glance_sees_what_was_written_since_the_last_one(database: Database) -> None:
    def read(connection: Connection) -> list[str]:
        return list(connection.scalars(text("SELECT word FROM said ORDER BY rowid")))

    def fails(connection: Connection) -> None:
        connection.execute(text("SELECT word FROM said"))
        raise ValueError("a reader's mistake")

    assert await database.glance(read) == []
    await database.write(1, say("one"))
    assert await database.glance(read) == ["one"]
    with pytest.raises(ValueError, match="mistake"):
        await database.glance(fails)
    await database.write(1, say("two"))
    assert await database.glance(read) == ["one", "two"]
    with pytest.raises(Unavailable, match="readonly"):
        await database.glance(say("three"))
    assert await database.glance(read) == ["one", "two"]
