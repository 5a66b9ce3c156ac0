"""A database in which everything has happened, to look at and to break."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from storage.database import Database
from storage.invariants import Breach, check
from storage.migrate import upgrade
from tests.storage.breaks import Bench, Break
from tests.storage.journey import JOURNEY, Told, start
from tests.storage.trade import BOT

PEOPLE = {"ann": 5, "bob": 6, "cat": 8, "fay": 9, "dan": 10}


@dataclass(frozen=True)
class Lived:
    """A database in which everything has happened, and what the auditor said after each part."""

    database: Database
    told: Told
    ids: dict[str, int]
    said: dict[str, tuple[Breach, ...]]

    @property
    def now(self) -> datetime:
        return self.told.trade.clock.now() + timedelta(minutes=10)

    async def broken(self, do: Break, **options: Any) -> tuple[Breach, ...]:
        """What the auditor says after `do`, which is undone."""

        def work(connection: Connection) -> None:
            do(Bench(connection, self.ids, self.now))
            raise _Undone(check(connection, **{"now": self.now, **options}))

        with pytest.raises(_Undone) as undone:
            await self.database.write(BOT, work)
        return undone.value.breaches


class _Undone(Exception):
    def __init__(self, breaches: tuple[Breach, ...]) -> None:
        self.breaches = breaches


@contextlib.asynccontextmanager
async def life(url: str) -> AsyncIterator[Lived]:
    """Live through the journey in a new database; the auditor comes by after each part."""
    database = await Database.open(url)
    try:
        await upgrade(database)
        told = await start(database)
        said = {}
        for part in JOURNEY:
            await part(told)
            now = told.trade.clock.now()
            said[part.__name__] = await database.read(lambda c, now=now: check(c, now=now))  # type: ignore[misc]
        people = await told.trade.ask("SELECT id, user_id FROM people")
        by_user = {row.user_id: row.id for row in people}
        ids = {name: bill.order for name, bill in told.bills.items()}
        ids |= {name: by_user[user] for name, user in PEOPLE.items()}
        yield Lived(database, told, ids, said)
    finally:
        await database.close()
