"""Webhooks: the playground carries updates to the bot's own server, and so do people who should not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot import webhook as module
from bot.app import build
from bot.channels.port import Channel
from bot.channels.telegram_ptb import PtbChannel
from bot.clock import SystemClock
from bot.metrics import Metrics
from bot.pace import UNHURRIED, Pace
from bot.settings import Settings
from bot.web import Web, routes
from bot.webhook import BODY_LIMIT, SECRET_HEADER, Address, Webhook, secret_of
from playground.people import Playground
from storage.invariants import check
from tests.bot.desk import BOT, TOKEN, until
from tests.bot.updates import message, update

SECRET = "s3cret_of_sixteen"


@dataclass
class Hook:
    """A webhook whose turns are only written down; `open` lets them commit."""

    webhook: Webhook
    http: httpx.AsyncClient
    path: str
    batches: list[list[str]] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(self, content: Any, secret: str | None = SECRET, **more: Any) -> httpx.Response:
        headers = {} if secret is None else {SECRET_HEADER: secret}
        given = {"json": content} if isinstance(content, dict) else {"content": content}
        return await self.http.post(self.path, headers=headers, **given, **more)

    @property
    def ids(self) -> list[str]:
        return [number for batch in self.batches for number in batch]


async def _ready() -> dict[str, object]:
    return {"ready": True}


async def _nothing() -> None:
    return None


@pytest.fixture
async def hook(playground: Playground) -> AsyncIterator[Hook]:
    clock = SystemClock()
    channel: Channel = PtbChannel(TOKEN, base_url=playground.url, now=clock.now)

    async def take(events: Any) -> None:
        await made.open.wait()
        made.batches.append([event.external_id for event in events])

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/telegram"
    webhook = Webhook(
        Address(url=url, secret=SECRET),
        channel=channel,
        bot=BOT,
        now=clock.now,
        take=take,
        look_seconds=0.1,
    )
    web = Web(routes(Metrics(), _ready, _nothing, [webhook.route]), "127.0.0.1", port)
    await web.start()
    task = asyncio.create_task(webhook.run())
    async with httpx.AsyncClient(base_url=web.address, trust_env=False) as http:
        made = Hook(webhook, http, "/telegram")
        made.open.set()
        yield made
        made.open.set()
        await webhook.stop()
        await task
    await web.stop()
    await channel.close()


async def test_only_telegram_may_call(hook: Hook) -> None:
    good = update(message=message(text="hi"))
    for forged in (None, "", SECRET[:-1], SECRET + "x", "geheimnis_ß", SECRET.upper()):
        headers = {} if forged is None else {SECRET_HEADER.encode(): forged.encode()}
        answer = await hook.http.post("/telegram", json=good, headers=headers)
        assert answer.status_code == 403, forged
    assert hook.batches == []
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert (await hook.http.request(method, "/telegram")).status_code == 405
    assert (await hook.http.post("/telegram/", json=good)).status_code in (307, 404)
    assert (await hook.call(good)).status_code == 200
    assert hook.ids == ["1001"]
    # Health is where it was, and asks for no secret.
    assert (await hook.http.get("/healthz")).text == "ok\n"


async def test_what_is_no_update_is_refused(hook: Hook) -> None:
    for body in (b"", b"{", b"[]", b"7", b'"x"', b"\xff\xfe", b"{}", b"[" * 5000):
        assert (await hook.call(body)).status_code == 400, body[:10]
    assert (await hook.call({"update_id": "7"})).status_code == 400
    assert (await hook.call({"update_id": True})).status_code == 400
    # One with a number is kept, however odd: Telegram would bring it again for a day.
    assert (await hook.call({"update_id": 7, "message": "odd"})).status_code == 200
    assert hook.ids == ["7"]


async def test_a_body_that_is_too_large_is_not_read(hook: Hook) -> None:
    assert (await hook.call(b" " * (BODY_LIMIT + 1))).status_code == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 65536

    # Without a stated length, and with a lie about it.
    assert (await hook.call(endless())).status_code == 413
    assert hook.batches == []


async def test_200_only_after_the_commit_and_a_crowd_in_one_batch(hook: Hook) -> None:
    hook.open.clear()
    first = asyncio.create_task(hook.call({"update_id": 1}))
    await until(lambda: _truth(hook.webhook._busy))
    crowd = [asyncio.create_task(hook.call({"update_id": n})) for n in range(2, 12)]
    await until(lambda: _truth(len(hook.webhook._queue) == 10))
    assert not first.done()
    hook.open.set()
    answers = await asyncio.gather(first, *crowd)
    assert {answer.status_code for answer in answers} == {200}
    assert hook.batches[0] == ["1"]
    assert sorted(hook.batches[1], key=int) == [str(n) for n in range(2, 12)]


async def test_nobody_waits_for_ever(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COMMIT_SECONDS", 0.2)
    hook.open.clear()
    answer = await hook.call({"update_id": 1})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    monkeypatch.setattr(module, "_WAITING", 0)
    assert (await hook.call({"update_id": 2})).status_code == 503
    hook.open.set()
    await until(lambda: _truth(hook.ids == ["1"]))


async def test_stopping_commits_what_was_taken_and_takes_no_more(hook: Hook) -> None:
    hook.open.clear()
    taken = asyncio.create_task(hook.call({"update_id": 1}))
    await until(lambda: _truth(hook.webhook._busy))
    await hook.webhook.stop()
    assert (await hook.call({"update_id": 2})).status_code == 503
    hook.open.set()
    assert (await taken).status_code == 200
    assert hook.ids == ["1"]


async def test_the_address_is_set_and_set_again(hook: Hook, playground: Playground) -> None:
    anna = await playground.person("Anna")
    await anna.say("hello")
    await until(lambda: _truth(len(hook.ids) == 1))
    channel = hook.webhook._channel
    from bot.channels.port import Call

    async def url() -> str:
        found = (await channel.perform(Call(method="getWebhookInfo", params={}))).result
        assert isinstance(found, dict)
        return str(found["url"])

    await channel.perform(Call(method="deleteWebhook", params={}))

    async def back() -> bool:
        return (await url()).endswith("/telegram")

    await until(back)
    await anna.say("still there?")
    await until(lambda: _truth(len(hook.ids) == 2))


async def _truth(value: bool) -> bool:
    return value


def test_the_secret_that_nobody_has_set() -> None:
    """The same on every replica, another for every bot, and Telegram takes it."""
    assert secret_of(TOKEN) == secret_of(TOKEN) != secret_of(TOKEN + "x")
    assert len(secret_of(TOKEN)) == 64
    assert secret_of(TOKEN).isalnum()
    assert TOKEN not in secret_of(TOKEN)
    assert "hidden" not in repr(Address(url="https://x.example/y", secret="hidden"))


async def test_the_whole_bot_behind_a_webhook(playground: Playground, tmp_path: Path) -> None:
    """A conversation, updates that Telegram brings twice, and back to polling."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(
        bot_token=SecretStr(TOKEN),
        bot_api_url=playground.url,
        clock=playground.url,
        channel="ptb",
        data_dir=tmp_path,
        health_port=port,
        webhook_url=f"http://127.0.0.1:{port}/telegram",
    )
    anna = await playground.person("Anna", "en")
    app = build(settings, pace=Pace(UNHURRIED))
    async with app.running() as services:
        await anna.start()
        await anna.sees("Orderclerk", ever=True)
        await playground.quiet(20)
        before = len(await anna.messages())
        # The same update once more, as after an answer that got lost, and an old one from a copy.
        async with httpx.AsyncClient(trust_env=False) as http:
            repeated = _start(anna.id, await _newest(app))
            headers = {SECRET_HEADER: secret_of(TOKEN)}
            for _ in range(3):
                answer = await http.post(settings.webhook_url, json=repeated, headers=headers)
                assert answer.status_code == 200
            forged = await http.post(
                settings.webhook_url, json=_start(anna.id, 2**40), headers={SECRET_HEADER: "x" * 20}
            )
            assert forged.status_code == 403
            readiness = (await http.get(f"{services.health}/readyz")).json()
            assert readiness["ready"]
            assert readiness["webhook"] == "set"
        await playground.quiet(20)
        assert len(await anna.messages()) == before
        now = app.clock.now()
        database = await app.database()
        assert await database.read(lambda connection: check(connection, BOT, now=now)) == ()
    await anna.say("while it is away")
    polling = build(settings.model_copy(update={"webhook_url": ""}), pace=Pace(UNHURRIED))
    async with polling.running():
        await until(lambda: _more(anna, before))


async def _more(person: Any, before: int) -> bool:
    return len(await person.messages()) > before + 1


async def _newest(app: Any) -> int:
    from sqlalchemy import text

    database = await app.database()
    query = text("select max(cast(external_id as integer)) from inbox where source = 'update'")
    return int(await database.read(lambda connection: connection.scalar(query)))


def _start(person: int, number: int) -> dict[str, Any]:
    who = {"id": person, "is_bot": False, "first_name": "Anna", "language_code": "en"}
    chat = {"id": person, "type": "private", "first_name": "Anna"}
    return {"update_id": number, "message": message(chat, who, text="/start")}
