"""Webhooks: what may be set, and how updates are carried."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.people import Person, Playground
from playground.server import free_socket
from playground.world.clock import Pulse
from playground.world.webhooks import SECRET_HEADER
from tests.playground.conftest import BareBot

Json = dict[str, Any]


@dataclass
class Hook:
    """A bot that is called instead of calling."""

    url: str = ""
    #: What came: the body and the secret, in order.
    came: list[tuple[Json, str | None]] = field(default_factory=list)
    #: Makes the answer to an update.
    answer: Callable[[Json], Response] = field(default=lambda update: Response())
    #: Updates that are being answered now, and the most there ever were.
    now: int = 0
    most: int = 0
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    pulse: Pulse = field(default_factory=Pulse)

    async def take(self, request: Request) -> Response:
        update = await request.json()
        self.came.append((update, request.headers.get(SECRET_HEADER)))
        self.pulse.beat()
        self.now += 1
        self.most = max(self.most, self.now)
        await self.hold.wait()
        self.now -= 1
        return self.answer(update)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update, _ in self.came if "message" in update]

    async def reached(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.came) < count:
                await self.pulse.wait()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    hook.hold.set()
    sock = free_socket()
    app = Starlette(routes=[Route("/hook", hook.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    task = asyncio.create_task(server._serve(sockets=[sock]))
    while True:
        if server.started:
            break
        await asyncio.sleep(0.005)
    hook.url = f"http://127.0.0.1:{sock.getsockname()[1]}/hook"
    yield hook
    hook.hold.set()
    server.should_exit = True
    await task


@pytest.fixture
async def anna(playground: Playground) -> Person:
    return await playground.person("Anna")


async def test_updates_are_carried_with_the_secret(anna: Person, bot: BareBot, hook: Hook) -> None:
    await anna.say("before")
    answer = (await bot.raw("setWebhook", url=hook.url, secret_token="a_b-1")).json()
    assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
    await anna.say("after")
    await hook.reached(2)
    assert hook.texts == ["before", "after"]
    assert [secret for _, secret in hook.came] == ["a_b-1", "a_b-1"]
    await anna.playground.quiet()
    info = await bot.ok("getWebhookInfo")
    assert info == {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 40,
        "ip_address": "127.0.0.1",
    }


async def test_polling_and_webhook_exclude_each_other(bot: BareBot, hook: Hook) -> None:
    poll = asyncio.create_task(bot.raw("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    await bot.ok("setWebhook", url=hook.url)
    ended = await poll
    assert ended.status_code == 409
    assert ended.json()["description"] == "Conflict: terminated by setWebhook request"
    refused = await bot.raw("getUpdates")
    assert refused.status_code == 409
    assert refused.json()["description"] == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    again = (await bot.raw("setWebhook", url=hook.url)).json()
    assert again["description"] == "Webhook is already set"
    assert (await bot.raw("setWebhook", url="")).json()["description"] == "Webhook was deleted"
    gone = (await bot.raw("deleteWebhook")).json()
    assert gone["description"] == "Webhook is already deleted"
    # Another offset: the same one within three seconds waits that long.
    assert await bot.updates(offset=5) == []


async def test_a_failure_is_tried_again_later_and_later(
    anna: Person, bot: BareBot, hook: Hook, playground: Playground
) -> None:
    hook.answer = lambda update: Response(status_code=500)
    await bot.ok("setWebhook", url=hook.url, max_connections=5)
    await anna.say("stubborn")
    for tries, wait in ((2, 1), (3, 2), (4, 4)):
        await hook.reached(tries - 1)
        await playground.advance(seconds=wait - 0.9)
        await asyncio.sleep(0.05)
        assert len(hook.came) == tries - 1
        await playground.advance(seconds=0.95)
        await hook.reached(tries)
    info = await bot.ok("getWebhookInfo")
    assert info["last_error_message"] == (
        "Wrong response from the webhook: 500 Internal Server Error"
    )
    assert info["pending_update_count"] == 1
    hook.answer = lambda update: Response()
    await playground.advance(seconds=8)
    await hook.reached(5)
    await playground.quiet()


async def test_retry_after_is_heeded(
    anna: Person, bot: BareBot, hook: Hook, playground: Playground
) -> None:
    hook.answer = lambda update: Response(status_code=503, headers={"Retry-After": "300"})
    await bot.ok("setWebhook", url=hook.url)
    await anna.say("x")
    await hook.reached(1)
    await playground.advance(seconds=200)
    await asyncio.sleep(0.05)
    assert len(hook.came) == 1
    await playground.advance(seconds=120)
    await hook.reached(2)


async def test_one_chat_waits_and_others_do_not(
    anna: Person, bot: BareBot, hook: Hook, playground: Playground
) -> None:
    """Order is kept in a chat; another chat is not held up by it."""
    bob = await playground.person("Bob")
    hook.answer = lambda update: Response(
        status_code=500 if update["message"]["from"]["id"] == anna.id else 200
    )
    await bot.ok("setWebhook", url=hook.url)
    await anna.say("a1")
    await hook.reached(1)
    await anna.say("a2")
    await bob.say("b1")
    await hook.reached(2)
    await asyncio.sleep(0.05)
    assert hook.texts == ["a1", "b1"]
    hook.answer = lambda update: Response()
    await playground.advance(seconds=2)
    await hook.reached(4)
    assert hook.texts == ["a1", "b1", "a1", "a2"]


async def test_no_more_connections_than_asked_for(
    bot: BareBot, hook: Hook, playground: Playground
) -> None:
    people = [await playground.person(f"P{n}") for n in range(4)]
    hook.hold.clear()
    await bot.ok("setWebhook", url=hook.url, max_connections=2)
    for person in people:
        await person.say("x")
    await hook.reached(2)
    await asyncio.sleep(0.1)
    assert hook.most == 2
    hook.hold.set()
    await hook.reached(4)
    await playground.quiet()


async def test_the_answer_may_call_a_method(anna: Person, bot: BareBot, hook: Hook) -> None:
    hook.answer = lambda update: JSONResponse(
        {"method": "sendMessage", "chat_id": update["message"]["chat"]["id"], "text": "heard"}
    )
    await bot.ok("setWebhook", url=hook.url)
    await anna.say("hello")
    await anna.sees("heard")
    hook.answer = lambda update: JSONResponse({"method": "deleteWebhook"})
    await anna.say("again")
    await anna.playground.quiet()
    assert (await bot.ok("getWebhookInfo"))["url"] == hook.url


async def test_pending_updates_may_be_dropped(anna: Person, bot: BareBot, hook: Hook) -> None:
    await anna.say("old")
    await bot.ok("setWebhook", url=hook.url, drop_pending_updates=True)
    await anna.say("new")
    await hook.reached(1)
    assert hook.texts == ["new"]


async def test_a_host_outside_is_accepted_but_never_called(anna: Person, bot: BareBot) -> None:
    """Telegram's rules hold for it; an address is given, so that no name has to be found."""
    url = "https://bot.example.com:8443/hook"
    await bot.ok("setWebhook", url=url, ip_address="149.154.167.220")
    await anna.say("x")
    async with asyncio.timeout(5):
        while True:
            info = await bot.ok("getWebhookInfo")
            if "last_error_message" in info:
                break
            await asyncio.sleep(0.01)
    assert info["last_error_message"] == "the playground does not leave this machine"
    assert info["ip_address"] == "149.154.167.220"
    for other, ip, words in (
        (url, "127.0.0.1", "IP address 127.0.0.1 is reserved"),
        (url, "nowhere", "Invalid IP address specified"),
        ("https://bot.invalid/", None, "Failed to resolve host: Name or service not known"),
    ):
        given = {"url": other, **({"ip_address": ip} if ip else {})}
        assert await bot.error("setWebhook", **given) == f"Bad Request: bad webhook: {words}"


async def test_a_certificate_of_ones_own(bot: BareBot, hook: Hook) -> None:
    path = f"/bot{bot.token}/setWebhook"
    broken = await bot.http.post(path, data={"url": hook.url}, files={"certificate": b"x"})
    assert broken.json()["description"] == (
        "Bad Request: bad webhook: failed to set custom certificate file"
    )
    pem = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    answer = await bot.http.post(path, data={"url": hook.url}, files={"certificate": pem})
    assert answer.json()["ok"], answer.json()
    assert (await bot.ok("getWebhookInfo"))["has_custom_certificate"]
