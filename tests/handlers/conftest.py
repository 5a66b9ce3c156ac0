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
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """In memory where the machine has such a place: thousands of commits need not reach a disk."""
    place = Path("/dev/shm")
    fallback = tmp_path_factory.mktemp("houses")
    with tempfile.TemporaryDirectory(dir=place if place.is_dir() else fallback) as made:
        yield Path(made)


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
