"""Waking other replicas, and what a writer that disappears leaves behind."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from storage import signals
from storage.database import Connection, Database, Unavailable

BOT = 31


async def test_who_listens_is_woken_by_commits_only(database_url: str) -> None:
    one, two = await Database.open(database_url), await Database.open(database_url)
    woken = asyncio.Event()
    task = asyncio.create_task(signals.listen(two, BOT, woken.set))
    try:
        if one.is_sqlite:
            # There is nobody else: nothing is carried, and nothing fails.
            await one.write(BOT, lambda connection: signals.tell(connection, BOT))
            await asyncio.sleep(0.1)
            assert not woken.is_set()
            assert not task.done()
            return
        async with asyncio.timeout(10):
            await woken.wait()
        woken.clear()

        def rolled_back(connection: Connection) -> None:
            signals.tell(connection, BOT)
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            await one.write(BOT, rolled_back)
        await one.write(BOT, lambda connection: signals.tell(connection, BOT + 1))
        await asyncio.sleep(0.2)
        assert not woken.is_set()
        await one.write(BOT, lambda connection: signals.tell(connection, BOT))
        async with asyncio.timeout(5):
            await woken.wait()
        # A connection that is cut is made again; what happened meanwhile is looked for.
        woken.clear()
        await one.write(BOT, _cut_the_others)
        async with asyncio.timeout(10):
            await woken.wait()
        woken.clear()
        await one.write(BOT, lambda connection: signals.tell(connection, BOT))
        async with asyncio.timeout(5):
            await woken.wait()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await one.close()
        await two.close()


def _cut_the_others(connection: Connection) -> None:
    connection.execute(
        text(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
    )


async def test_a_writer_that_stands_still_is_put_aside(postgres_url: str) -> None:
    """A replica that is frozen, or cut off, while it holds the lock must not stop the others for ever."""
    frozen, other = await Database.open(postgres_url), await Database.open(postgres_url)
    try:

        def stand_still(connection: Connection) -> None:
            connection.execute(text("set local idle_in_transaction_session_timeout = '300ms'"))
            from time import sleep

            # The loop stands still as well, as it does in a process that is stopped.
            sleep(1)
            connection.execute(text("select 1"))

        with pytest.raises(Unavailable):
            await frozen.write(BOT, stand_still)
        async with asyncio.timeout(5):
            await other.write(BOT, lambda connection: connection.execute(text("select 1")))
        setting = text("select current_setting('idle_in_transaction_session_timeout')")
        assert await frozen.write(BOT, lambda connection: connection.scalar(setting)) == "10s"
    finally:
        await frozen.close()
        await other.close()


async def test_a_server_that_is_told_to_stop_is_waited_for(postgres_url: str) -> None:
    database = await Database.open(postgres_url)
    try:
        pid = await database.write(
            BOT, lambda connection: connection.scalar(text("select pg_backend_pid()"))
        )
        other = await Database.open(postgres_url)

        def killed_halfway(connection: Connection) -> None:
            connection.execute(text("select pg_terminate_backend(pg_backend_pid())"))
            connection.execute(text("select 1"))

        with pytest.raises(Unavailable):
            await database.write(BOT, killed_halfway)
        await other.close()
        again = await database.write(
            BOT, lambda connection: connection.scalar(text("select pg_backend_pid()"))
        )
        assert again != pid
    finally:
        await database.close()
    for url in (
        postgres_url.replace("/test_", "/nothing_"),
        postgres_url.rsplit(":", 1)[0] + ":1/nothing",
    ):
        nowhere = await Database.open(url)
        if "nothing_" in url:
            # A database that does not exist is a mistake of the operator, nothing to wait for.
            with pytest.raises(Exception, match="does not exist"):
                await nowhere.read(lambda connection: None)
        else:
            with pytest.raises(Unavailable):
                await nowhere.read(lambda connection: None)
        await nowhere.close()
