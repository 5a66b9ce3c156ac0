from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.lease_keeper import DELIVERY, LeaseKeeper, holder_is_gone, make_holder
from bot.metrics import Metrics
from storage import tables
from storage.database import Database
from tests.bot.desk import HOT


class Hand:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(f"sqlite:///{tmp_path / 'orderclerk.db'}")
    await opened.write(0, lambda c: tables.metadata.create_all(c, tables=HOT))
    yield opened
    await opened.close()


def keeper(database: Database, holder: str | None = None, hand: Hand | None = None) -> LeaseKeeper:
    return LeaseKeeper(database, 7, Metrics(), holder=holder, monotonic=hand or Hand())


async def test_a_lease_is_certain_only_for_half_its_life(database: Database) -> None:
    hand = Hand()
    leases = keeper(database, "a", hand)
    await leases.ask()
    held = leases.held(DELIVERY)
    assert held is not None
    hand.now += 7.4
    assert leases.held(DELIVERY) == held
    hand.now += 0.2
    assert leases.held(DELIVERY) is None
    await leases.ask()
    assert leases.held(DELIVERY) == held


async def test_the_next_one_waits_until_the_lease_is_given_back(database: Database) -> None:
    first, second = keeper(database, "a"), keeper(database, "b")
    await first.ask()
    await second.ask()
    assert second.held(DELIVERY) is None
    waiting = asyncio.create_task(second.wait(DELIVERY))
    await asyncio.sleep(0)
    await first.release()
    assert first.held(DELIVERY) is None
    await second.ask()
    async with asyncio.timeout(1):
        assert (await waiting).epoch == 2


@pytest.fixture
def ended_process() -> str:
    """The holder that a process made of itself before it ended."""
    code = "from bot.lease_keeper import make_holder; print(make_holder())"
    root = Path(__file__).resolve().parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    return done.stdout.strip()


async def test_a_process_of_this_machine_that_ended_is_not_waited_for(
    database: Database, ended_process: str
) -> None:
    assert holder_is_gone(ended_process)
    first, second = keeper(database, ended_process), keeper(database)
    await first.ask()
    await second.ask()
    held = second.held(DELIVERY)
    assert held is not None
    assert held.epoch == 2


def test_who_is_gone_for_certain() -> None:
    machine, pid, started, luck = make_holder().split(":")
    assert pid == str(os.getpid())
    assert not holder_is_gone(f"{machine}:{pid}:{started}:{luck}")
    # An earlier process that had our number; in a container it is always the same.
    assert holder_is_gone(f"{machine}:{pid}:{int(started or 1) - 1}:{luck}")
    assert not holder_is_gone(f"elsewhere/1:{pid}:1:x")
    assert not holder_is_gone(f"{machine}:nonsense:1:x")
    assert not holder_is_gone("nonsense")
    assert len(make_holder()) <= 64
    assert make_holder() != make_holder()
