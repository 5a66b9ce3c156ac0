from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update

from storage.database import Database
from storage.lease import Lease, holds, release, take, take_all
from storage.tables import lease
from tests.storage.queueing import BOT


async def try_to_take(database: Database, holder: str, *, gone: bool = False) -> Lease | None:
    return await database.write(
        BOT, lambda c: take(c, BOT, "delivery", holder, gone=lambda other: gone)
    )


async def held(database: Database, item: Lease) -> bool:
    return await database.read(lambda c: holds(c, BOT, item))


async def run_out(database: Database) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    await database.write(BOT, lambda c: c.execute(update(lease).values(expires_at=long_ago)))


async def test_one_holder_at_a_time(database: Database) -> None:
    first = await try_to_take(database, "a")
    assert first == Lease(name="delivery", holder="a", epoch=1)
    assert await try_to_take(database, "b") is None
    # Renewing keeps the epoch.
    assert await try_to_take(database, "a") == first
    assert await held(database, first)


async def test_a_lease_that_ran_out_changes_hands_and_epoch(database: Database) -> None:
    first = await try_to_take(database, "a")
    assert first is not None
    await run_out(database)
    assert not await held(database, first)
    second = await try_to_take(database, "b")
    assert second == Lease(name="delivery", holder="b", epoch=2)
    assert not await held(database, first)
    assert await try_to_take(database, "a") is None


async def test_a_holder_that_slept_comes_back_under_another_epoch(database: Database) -> None:
    await try_to_take(database, "a")
    await run_out(database)
    assert await try_to_take(database, "a") == Lease(name="delivery", holder="a", epoch=2)


async def test_a_holder_that_is_certainly_gone_is_not_waited_for(database: Database) -> None:
    await try_to_take(database, "a")
    assert await try_to_take(database, "b", gone=True) == Lease(
        name="delivery", holder="b", epoch=2
    )


async def test_a_released_lease_is_free_at_once_and_its_epoch_goes_on(database: Database) -> None:
    first = await try_to_take(database, "a")
    assert first is not None
    await database.write(BOT, lambda c: release(c, BOT, [first]))
    assert not await held(database, first)
    second = await try_to_take(database, "b")
    assert second is not None
    assert second.epoch == 2
    # The former holder can no longer give away what it does not have.
    await database.write(BOT, lambda c: release(c, BOT, [first]))
    assert await held(database, second)


async def test_leases_are_by_name_and_by_bot(database: Database) -> None:
    mine = await database.write(BOT, lambda c: take_all(c, BOT, ["delivery", "poll"], "a"))
    assert sorted(mine) == ["delivery", "poll"]
    other = await database.write(BOT + 1, lambda c: take(c, BOT + 1, "delivery", "b"))
    assert other is not None
    assert await database.write(BOT, lambda c: take_all(c, BOT, ["delivery", "poll"], "b")) == {}
