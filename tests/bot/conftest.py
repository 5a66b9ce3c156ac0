"""A playground for the room, and a desk that delivers into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.people import Playground
from playground.server import running
from tests.bot.desk import TOKEN, Desk, desk


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with running() as url, Playground(url) as made:
        await made.bot(TOKEN, "orderclerk_bot")
        yield made


@pytest.fixture
async def at_desk(playground: Playground, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(playground, tmp_path) as made:
        yield made
