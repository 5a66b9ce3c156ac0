"""A real database with the hot tables, on each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Connection

from storage import tables
from storage.database import Database
from tests import postgres
from tests.storage.lived import Lived, life

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


@pytest.fixture(scope="module")
def shared_postgres(postgres_server: postgres.Server) -> Iterator[str]:
    """One PostgreSQL database for a module's tests: making one takes longer than most of them."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'orderclerk.db'}"
    else:
        url = request.getfixturevalue("shared_postgres")
    opened = await Database.open(url)
    await opened.write(0, _empty)
    yield opened
    await opened.close()


def _empty(connection: Connection) -> None:
    tables.metadata.create_all(connection, tables=_HOT)
    for table in _HOT:
        connection.execute(table.delete())


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=["sqlite", "postgresql"])
async def lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Lived]:
    """A database in which everything has happened; tests only look, or undo what they did."""
    if request.param == "sqlite":
        async with life(f"sqlite:///{tmp_path_factory.mktemp('lived') / 'orderclerk.db'}") as found:
            yield found
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    with server.database() as url:
        async with life(url) as found:
            yield found
