"""The write-ahead log is taken over into the database beside the writer, and begins anew."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from storage import checkpoints
from storage.checkpoints import Checkpoints
from storage.database import Database

ROOT = Path(__file__).resolve().parents[2]
#: More than a page, so that each commit lengthens the log by some.
LONG = "x" * 5_000


@pytest_asyncio.fixture
async def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setattr(checkpoints, "COMMITS", 10)
    opened = await Database.open(f"sqlite:///{tmp_path / 'some.db'}")
    await opened.write(1, lambda c: c.execute(text("CREATE TABLE said (word TEXT)")) and None)
    yield opened
    await opened.close()


async def say(database: Database, times: int = 1) -> None:
    """So often, each commit by itself, and waiting for what is under way after each."""
    for _ in range(times):
        await database.write(
            1, lambda c: c.execute(text("INSERT INTO said VALUES (:w)"), {"w": LONG}) and None
        )
        under_way = database._writer._checkpoints._under_way  # type: ignore[attr-defined]
        if under_way is not None:
            under_way.result(30)


def log(folder: Path) -> int:
    """Bytes of the log; its file stays as long as it ever was."""
    return (folder / "some.db-wal").stat().st_size


async def test_the_log_begins_anew_again_and_again(database: Database, tmp_path: Path) -> None:
    await say(database, 30)
    once = log(tmp_path)
    await say(database, 300)
    assert log(tmp_path) <= once + 10 * 4 * 4_200
    assert await database.read(lambda c: c.scalar(text("SELECT count(*) FROM said"))) == 330


async def test_many_rows_count_as_much_as_many_commits(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "COMMITS", 10**9)
    monkeypatch.setattr(checkpoints, "ROWS", 10)
    await say(database, 30)
    once = log(tmp_path)
    await say(database, 300)
    assert log(tmp_path) <= once + 10 * 4 * 4_200


async def test_somebody_who_reads_for_long_holds_nobody_up_and_sees_what_was(
    database: Database, tmp_path: Path
) -> None:
    await say(database, 5)
    reader = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
    reader.execute("BEGIN")
    count = "SELECT count(*) FROM said"
    assert reader.execute(count).fetchone() == (5,)
    await say(database, 100)
    long = log(tmp_path)
    assert long > 100 * 4_200, "what the reader still needs is not overwritten"
    assert reader.execute(count).fetchone() == (5,)
    reader.execute("COMMIT")
    assert reader.execute(count).fetchone() == (105,)
    reader.close()
    await say(database, 200)
    assert log(tmp_path) <= long + 20 * 4 * 4_200


async def test_closing_waits_for_what_is_under_way(tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow:
        def execute(self, statement: str) -> Any:
            begun.set()
            assert go_on.wait(30)
            return self

        def fetchone(self) -> tuple[int, int, int]:
            return (0, 1, 1)

        def close(self) -> None:
            closed.append(True)

    closed: list[bool] = []
    made = Checkpoints(Slow)
    driver = sqlite3.connect(tmp_path / "some.db")
    for _ in range(checkpoints.COMMITS):
        made.committed(driver)
    assert begun.wait(30)
    # Commits go on meanwhile.
    made.committed(driver)
    threading.Timer(0.05, go_on.set).start()
    made.close()
    assert closed == [True]
    driver.close()


class Driver:
    """The writer's connection."""

    def __init__(self) -> None:
        self.total_changes = 0
        self.asked = 0

    def execute(self, statement: str) -> Any:
        self.asked += 1
        raise sqlite3.OperationalError("disk I/O error")


def commit(made: Checkpoints, driver: Driver, times: int = 1, *, rows: int = 1) -> None:
    for _ in range(times):
        driver.total_changes += rows
        made.committed(driver)  # type: ignore[arg-type]


class Log:
    """What a checkpoint says of the log, one pass after the other."""

    def __init__(self, *passes: tuple[int, int, int]) -> None:
        self.passes = list(passes)
        self.asked = 0

    def __call__(self) -> Log:
        return self

    def execute(self, statement: str) -> Log:
        self.asked += 1
        return self

    def fetchone(self) -> tuple[int, int, int]:
        return self.passes.pop(0) if len(self.passes) > 1 else self.passes[0]

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("passes", "finished"),
    [
        # Nothing came in during the second one: then all of it is on the disk.
        ([(0, 500, 500), (0, 540, 540), (0, 540, 540)], True),
        # Never a moment's rest.
        ([(0, n, n) for n in range(500, 520)], False),
        # Somebody reads what stood there before.
        ([(0, 500, 300)], False),
        # Somebody else is at it.
        ([(1, 500, 500)], False),
    ],
)
def test_the_writer_finishes_only_what_is_nearly_done(
    passes: list[tuple[int, int, int]], finished: bool
) -> None:
    log, driver = Log(*passes), Driver()
    made = Checkpoints(log)
    commit(made, driver, checkpoints.COMMITS)
    assert made._under_way is not None
    assert made._under_way.result(30) is finished
    assert log.asked <= 10
    commit(made, driver)
    assert driver.asked == finished
    made.close()


def test_another_connection_counts_from_nothing() -> None:
    log, first, other = Log((0, 1, 1)), Driver(), Driver()
    made = Checkpoints(log)
    commit(made, first, rows=checkpoints.ROWS)
    assert made._under_way is not None
    made._under_way.result(30)
    commit(made, first)
    assert log.asked == 2
    commit(made, other, rows=checkpoints.ROWS - 1)
    assert made._under_way is None
    commit(made, other)
    made.close()
    assert log.asked == 4


def test_a_machine_without_a_thread_left_costs_no_commit(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = 0

    def none(thread: threading.Thread) -> None:
        nonlocal tried
        tried += 1
        raise RuntimeError("can't start new thread")

    made = Checkpoints(Log((0, 1, 1)))
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", none)
        commit(made, Driver(), 3 * checkpoints.COMMITS)
    assert tried == 3
    assert caplog.text.count("can't start new thread") == 3
    made.close()


@pytest.mark.parametrize("late", [False, True])
def test_a_disk_that_fails_costs_no_commit(
    tmp_path: Path, late: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Not when the thread cannot read it, nor when the writer itself takes over what is left."""
    path = tmp_path / "some.db"
    tried = 0

    def connect() -> sqlite3.Connection:
        nonlocal tried
        tried += 1
        if late:
            return sqlite3.connect(path, isolation_level=None)
        raise sqlite3.OperationalError("disk I/O error")

    made, driver = Checkpoints(connect), Driver()
    for _ in range(3 * checkpoints.COMMITS):
        commit(made, driver)
        if made._under_way is not None:
            assert (made._under_way.exception(30) is None) is late
    made.close()
    assert tried >= 2, "it is tried again"
    assert bool(driver.asked) is late
    assert "disk I/O error" in caplog.text


# In a process of its own, which is killed: says the number of each row once it is committed.
_WRITES = """
import asyncio, sys

from sqlalchemy import text

from storage import checkpoints
from storage.database import Database

checkpoints.COMMITS = 3


async def main():
    database = await Database.open("sqlite:///" + sys.argv[1])
    number = int(sys.argv[2])
    while True:
        number += 1
        row = {"n": number, "w": "x" * 5_000}
        await database.write(1, lambda c: c.execute(text("INSERT INTO said VALUES (:n, :w)"), row))
        print(number, flush=True)


asyncio.run(main())
"""


def killed(path: Path, told: int, after: int) -> int:
    """A life of such a process, which ends when it has told of so many rows; the last it told of."""
    with subprocess.Popen(
        [sys.executable, "-c", _WRITES, str(path), str(told)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for _ in range(after):
            told = int(process.stdout.readline())
        process.kill()
        rest = process.stdout.read().split("\n")[:-1]
    return int(rest[-1]) if rest else told


async def test_what_was_committed_outlives_a_kill_in_the_middle_of_it(tmp_path: Path) -> None:
    """Again and again, on one database: whatever was said to be there is, and the file is whole."""
    path = tmp_path / "some.db"
    opened = await Database.open(f"sqlite:///{path}")
    table = text("CREATE TABLE said (n INTEGER PRIMARY KEY, word TEXT)")
    await opened.write(1, lambda c: c.execute(table) and None)
    await opened.close()
    there = 0
    for life in range(12):
        # A little later in each life, so that a pass of the thread is met at different places.
        told = killed(path, there, 20 + 7 * life)
        with contextlib.closing(sqlite3.connect(path)) as after:
            assert after.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            (there,) = after.execute("SELECT count(*) FROM said").fetchone()
        # The last one may have been committed and not told of.
        assert told <= there <= told + 1
