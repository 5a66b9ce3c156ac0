"""A playground for the room, and a desk that delivers into it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from playground.people import Playground
from playground.server import running
from tests.bot.desk import TOKEN, Desk, desk


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Commands set up logging for their process; here it goes on with the next test."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with running() as url, Playground(url) as made:
        await made.bot(TOKEN, "orderclerk_bot")
        yield made


@pytest.fixture
async def at_desk(playground: Playground, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(playground, tmp_path) as made:
        yield made
