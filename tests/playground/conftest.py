"""A playground on a free port, and a bot's own plain HTTP to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from playground.people import Playground
from playground.server import running
from playground.world.world import World

TOKEN = "7000001:AAF-tests_of_the_playground_itself0"


@dataclass
class BareBot:
    """Calls methods without any library in between."""

    http: httpx.AsyncClient
    token: str = TOKEN

    async def raw(self, method: str, **params: Any) -> httpx.Response:
        return await self.http.post(f"/bot{self.token}/{method}", json=params)

    async def ok(self, method: str, **params: Any) -> Any:
        """The result of a call that must succeed."""
        body = (await self.raw(method, **params)).json()
        assert body["ok"], body
        return body["result"]

    async def error(self, method: str, **params: Any) -> str:
        """The description of a call that must fail."""
        body = (await self.raw(method, **params)).json()
        assert not body["ok"], body
        return str(body["description"])

    async def updates(self, offset: int = 0, **params: Any) -> list[dict[str, Any]]:
        """What waits, without confirming it."""
        found: list[dict[str, Any]] = await self.ok("getUpdates", offset=offset, **params)
        return found


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def url(world: World) -> AsyncIterator[str]:
    async with running(world=world) as address:
        yield address


@pytest.fixture
async def playground(url: str) -> AsyncIterator[Playground]:
    async with Playground(url) as one:
        await one.bot(TOKEN, "tested_bot", "Tested")
        yield one


@pytest.fixture
async def bot(url: str, playground: Playground) -> AsyncIterator[BareBot]:
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False, verify=False) as http:
        yield BareBot(http)


Answering = Callable[[BareBot, dict[str, Any]], Awaitable[None]]


@asynccontextmanager
async def polling(bot: BareBot, handle: Answering) -> AsyncIterator[None]:
    """Let a bot poll beside the test and handle each update."""

    async def work() -> None:
        offset = 0
        while True:
            for update in await bot.updates(offset=offset, timeout=20):
                await handle(bot, update)
                offset = update["update_id"] + 1

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def cashier(bot: BareBot, update: dict[str, Any]) -> None:
    """A bot that agrees to every payment and answers every tap."""
    if "pre_checkout_query" in update:
        query = update["pre_checkout_query"]["id"]
        await bot.ok("answerPreCheckoutQuery", pre_checkout_query_id=query, ok=True)
    elif "callback_query" in update:
        await bot.ok("answerCallbackQuery", callback_query_id=update["callback_query"]["id"])


STARS: dict[str, Any] = {
    "title": "Tea",
    "description": "A cup of tea",
    "payload": "order-1",
    "currency": "XTR",
    "prices": [{"label": "Tea", "amount": 50}],
}
