"""A house of one's own for each test."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.handlers.house import House, opened, prepared


@pytest.fixture(scope="session")
def template(memory: Path) -> Path:
    """A database with the demo's catalogue."""
    path = memory / "template.db"
    asyncio.run(prepared(path))
    return path


@pytest.fixture
def folder(memory: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=memory) as made:
        yield Path(made)


@pytest_asyncio.fixture
async def house(template: Path, folder: Path) -> AsyncIterator[House]:
    """When a test leaves it, every invariant holds."""
    made = await opened(template, folder / "house.db")
    try:
        yield made
        assert await made.breaches() == []
    finally:
        await made.database.close()
