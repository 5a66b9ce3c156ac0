"""The whole program, in this process and as a process of its own, against the playground."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import App, build
from bot.commands.doctor import look
from bot.errors import BotError
from bot.services import Services
from bot.settings import Settings
from dialogs.content import Content
from playground.people import Playground
from storage.outbox_rows import OutboxRow, save_outbox
from storage.serial import plain
from tests.bot.desk import BOT, TOKEN, until

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def settings(playground: Playground, folder: Path, **more: Any) -> Settings:
    return Settings.model_validate(
        {
            "bot_token": TOKEN,
            "bot_api_url": playground.url,
            "data_dir": folder,
            "health_port": free_port(),
            **more,
        }
    )


async def queue(services: Services, chat: int, text: str, after: timedelta) -> None:
    now = services.clock.now()
    row = OutboxRow(
        chat_id=chat,
        kind="send",
        body=plain(Content(text=text)),
        due_at=now + after,
        created_at=now,
    )
    await services.database.write(BOT, lambda c: save_outbox(c, BOT, [row], now))


async def fetched(app: App, path: str) -> httpx.Response:
    url = f"http://127.0.0.1:{app.settings.health_port}{path}"
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(url)


async def ready(app: App) -> bool:
    return (await fetched(app, "/readyz")).status_code == 200


async def test_a_fresh_folder_and_somebody_who_says_hello(
    playground: Playground, tmp_path: Path
) -> None:
    app = build(settings(playground, tmp_path))
    anna = await playground.person("Anna")
    async with app.running() as services:
        await anna.start()
        await anna.sees(button="Help")
        await until(lambda: ready(app))
        assert (await fetched(app, "/healthz")).text == "ok\n"
        assert (await fetched(app, "/readyz")).json() == {
            "database": True,
            "schema": True,
            "delivery": "held",
            "polling": "held",
            "polled_seconds_ago": pytest.approx(0, abs=30),
            "ready": True,
        }
        figures = (await fetched(app, "/metrics")).text
        for line in (
            'orderclerk_turns_total{kind="message"} 1.0',
            'orderclerk_sends_total{method="sendMessage",outcome="done"} 1.0',
            'orderclerk_outbox_rows{state="queued"} 0.0',
            "orderclerk_delivery_delay_seconds_count 1.0",
            "orderclerk_parked_events 0.0",
        ):
            assert line in figures
        assert services.idle
    # Everything is given back: the next start need not wait, and forgets nothing.
    async with build(settings(playground, tmp_path)).running():
        await anna.say("/help")
        await anna.sees()


async def test_ways_to_pay_against_telegrams_rules_are_pointed_out(
    playground: Playground, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "METHODS_DIGITAL: transfer departs from Telegram's rules, which allow stars there"
    app = build(settings(playground, tmp_path, methods_digital="stars,transfer"))
    found = [one for one in await look(app) if "METHODS" in one.what]
    assert [(one.level, one.what.partition(";")[0]) for one in found] == [("hint", said)]
    async with app.running():
        assert said in capsys.readouterr().out
    usual = build(settings(playground, tmp_path))
    assert not [one for one in await look(usual) if "METHODS" in one.what]
    async with usual.running():
        assert "against_telegrams_rules" not in capsys.readouterr().out


async def test_menus_are_set(playground: Playground, tmp_path: Path) -> None:
    async with build(settings(playground, tmp_path)).running():

        async def done() -> bool:
            calls = await playground.calls(method="setMyCommands")
            return len(calls) >= 3 and all(call["ok"] for call in calls)

        await until(done)
    languages = {
        call["params"].get("language_code")
        for call in await playground.calls(method="setMyCommands")
    }
    assert languages == {"en", "zh", None}


async def test_a_virtual_clock_is_followed_and_answered(
    playground: Playground, tmp_path: Path
) -> None:
    anna = await playground.person("Anna")
    async with build(settings(playground, tmp_path, clock=playground.url)).running() as services:
        await anna.start()
        await anna.sees(button="Help")
        await playground.quiet()
        await queue(services, anna.id, "in two hours", timedelta(hours=2))
        await queue(services, anna.id, "in three days", timedelta(days=3))

        async def reported() -> bool:
            return (await playground.get("/clock"))["next_due"] is not None

        await until(reported)
        told = await playground.get("/clock")
        assert told["next_due"] - told["now"] == pytest.approx(7200, abs=5)
        await playground.advance(hours=1)
        assert [m.text for m in await anna.messages() if m.text.startswith("in ")] == []
        await playground.advance(days=5)
        # Both came on the way, each at its time.
        first, second = [m for m in await anna.messages() if m.text.startswith("in ")]
        assert (first.text, second.text) == ("in two hours", "in three days")
        assert second.date - first.date > timedelta(days=2, hours=20)
        await playground.quiet()
        assert (await playground.get("/clock"))["next_due"] is None or services.idle


async def test_start_up_ends_with_a_plain_line(playground: Playground, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BotError, match=f"HEALTH_PORT: {port} is taken"):
            await _start(build(settings(playground, tmp_path, health_port=port)))
    await playground.fault(401, method="getMe")
    with pytest.raises(BotError, match="BOT_TOKEN: Telegram does not accept it"):
        await _start(build(settings(playground, tmp_path)))
    broken = tmp_path / "broken.yaml"
    broken.write_text("categories: 7\nservices: {}\n")
    with pytest.raises(BotError, match=r"broken\.yaml:1"):
        await _start(build(settings(playground, tmp_path / "other", catalogue=broken)))


async def _start(app: App) -> None:
    async with app.running():
        raise AssertionError("it should not have started")


async def test_a_part_that_fails_ends_the_program(playground: Playground, tmp_path: Path) -> None:
    app = build(settings(playground, tmp_path))
    async with app.running() as services:
        failing = asyncio.create_task(services.failed())
        await asyncio.sleep(0.05)
        assert not failing.done()

        def broken(*_: object) -> None:
            raise ZeroDivisionError

        services.delivery._settle_and_claim = broken  # type: ignore[assignment]
        services.delivery.wake()
        with pytest.raises(ZeroDivisionError):
            async with asyncio.timeout(5):
                await failing


# -- as a process of its own --------------------------------------------------------------------------


@dataclass
class Process:
    """`python -m bot run`, and what it has written."""

    running: asyncio.subprocess.Process
    lines: list[dict[str, Any]]
    raw: list[str]

    async def says(self, event: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = []

        async def said() -> bool:
            found[:] = [line for line in self.lines if line.get("event") == event]
            return bool(found)

        await until(said, timeout=60)
        return found[-1]

    async def end(self, number: signal.Signals) -> int:
        self.running.send_signal(number)
        async with asyncio.timeout(20):
            return await self.running.wait()


@contextlib.asynccontextmanager
async def process(playground: Playground, folder: Path, **env: str) -> AsyncIterator[Process]:
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "--env-file", str(folder / "bot.env"), "run"),
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": playground.url,
            "DATA_DIR": str(folder),
            "HEALTH_PORT": "0",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "debug",
            **env,
        },
        stderr=asyncio.subprocess.PIPE,
    )
    made = Process(started, [], [])

    async def read() -> None:
        assert started.stderr is not None
        async for line in started.stderr:
            text = line.decode()
            made.raw.append(text)
            with contextlib.suppress(ValueError):
                made.lines.append(json.loads(text))

    reading = asyncio.create_task(read())
    try:
        yield made
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()
        await reading


async def test_a_process_that_is_stopped_killed_and_started_again(
    playground: Playground, tmp_path: Path
) -> None:
    (tmp_path / "bot.env").write_text("PROVIDER_TOKEN=canary-provider-token\n")
    anna = await playground.person("Canary Person", "en", username="canary_user")
    async with process(playground, tmp_path) as first:
        await first.says("ready")
        await anna.start()
        await anna.sees(button="Help")
        # Killed in the middle of things: nobody gives anything back.
        assert await first.end(signal.SIGKILL) == -signal.SIGKILL
    await anna.say("canary words, +8613800138000")
    async with process(playground, tmp_path) as second:
        loop = asyncio.get_running_loop()
        await second.says("ready")
        began = loop.time()
        await anna.sees(timeout=20)
        # It did not wait for its own lease to run out.
        assert loop.time() - began < 8
        await playground.fault(500, method="sendMessage", times=2)
        await playground.fault(400, method="editMessageText", description='Bad Request: "canary"')
        await anna.say("/help")
        await anna.sees(timeout=20)
        assert await second.end(signal.SIGTERM) == 0
        await second.says("stopped")
    for written in (*first.raw, *second.raw):
        lowered = written.lower()
        assert "canary" not in lowered, written
        assert "8613800138000" not in lowered
        assert TOKEN.partition(":")[2].lower() not in lowered
        assert "traceback" not in lowered


async def test_a_process_that_is_stopped_while_it_waits_for_telegram(
    playground: Playground, tmp_path: Path
) -> None:
    (tmp_path / "bot.env").touch()
    async with process(
        playground, tmp_path, BOT_API_URL=f"http://127.0.0.1:{free_port()}"
    ) as waiting:
        await waiting.says("waiting_for_bot_api")
        assert await waiting.end(signal.SIGINT) == 0
