"""Waking the other replicas when something was committed that one of them has to send.

PostgreSQL carries it with the commit (NOTIFY). It is a convenience and may get lost: whoever waits looks for
itself every second. On SQLite there is nobody else.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, text

from storage.database import Database, is_unavailable

_AGAIN_SECONDS = 2.0


def tell(connection: Connection, bot: int) -> None:
    """Wake the others of this bot when, and only when, this transaction commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_notify(:name, '')"), {"name": _name(bot)})


async def listen(database: Database, bot: int, wake: Callable[[], None]) -> None:
    """Call `wake` for every `tell`, until cancelled; a lost connection is made again."""
    if database.is_sqlite:
        await asyncio.Event().wait()
    while True:
        try:
            await _listen(database, bot, wake)
        except Exception as error:
            if not is_unavailable(error):
                raise
        await asyncio.sleep(_AGAIN_SECONDS)


async def _listen(database: Database, bot: int, wake: Callable[[], None]) -> None:
    """Return when the connection is lost."""
    lost = asyncio.Event()

    def heard(*_: Any) -> None:
        wake()

    def ended(_: Any) -> None:
        lost.set()

    async with database.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        driver.add_termination_listener(ended)
        try:
            await driver.add_listener(_name(bot), heard)
            # What was committed before we listened.
            wake()
            await lost.wait()
        finally:
            driver.remove_termination_listener(ended)
            if not driver.is_closed():
                with contextlib.suppress(Exception):
                    await driver.remove_listener(_name(bot), heard)


def _name(bot: int) -> str:
    return f"orderclerk_{bot}"
