"""What commands share that only read a database: opening it without changing it, and whose time it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import SecretStr

from bot.commands.common import with_app
from bot.errors import BotError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.app import App
    from storage.database import Database

T = TypeVar("T")

#: How long the playground may take to say what time it is, in seconds.
_CLOCK_SECONDS = 3.0


def with_reader(
    settings: Settings, url: str | None, work: Callable[[Database, datetime], Awaitable[T]]
) -> T:
    """Run `work` with the database at `url` (default: that of the settings) and the time.

    Raises BotError for one that is not there, or whose schema is not of this version: reading must not upgrade it.
    """
    if url is not None:
        settings = settings.model_copy(update={"database_url": SecretStr(url)})

    async def read(app: App) -> T:
        from storage.database import Database

        _must_exist(settings.database)
        database = await Database.open(settings.database)
        try:
            await _must_be_current(database)
            return await work(database, await _time(settings))
        finally:
            await database.close()

    return with_app(settings, read)


def _must_exist(url: str) -> None:
    """SQLite would make an empty file of a misspelled name."""
    kind, _, path = url.partition(":///")
    if kind.startswith("sqlite") and path and not Path(path).exists():
        raise BotError(
            f"DATABASE_URL: there is no database {path}; `python -m bot migrate` makes one"
        )


async def _must_be_current(database: Database) -> None:
    from storage.migrate import current, head

    found = await database.read(current)
    if found != head():
        raise BotError(
            f"DATABASE_URL: its schema is {found or 'not ours'}, this program knows {head()}; "
            "`python -m bot migrate` upgrades an older one"
        )


async def _time(settings: Settings) -> datetime:
    """Now; by the playground's clock where the bot follows one and it answers."""
    from bot.clock import MovableClock
    from bot.playground_clock import Follower

    clock = MovableClock()
    if settings.clock != "system":
        follower = Follower(settings.clock, clock)
        try:
            await asyncio.wait_for(follower.start(), _CLOCK_SECONDS)
        except TimeoutError:
            pass
        finally:
            await follower.close()
    return clock.now()
