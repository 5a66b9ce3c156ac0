"""A real database with the hot tables, on each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage import tables
from storage.database import Database

_HOT = (
    tables.inbox,
    tables.parked,
    tables.conversations,
    tables.surfaces,
    tables.outbox,
    tables.timers,
    tables.lease,
    tables.media,
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    await opened.write(0, lambda c: tables.metadata.create_all(c, tables=_HOT))
    yield opened
    await opened.close()
