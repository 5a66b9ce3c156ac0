"""Two processes: the playground, which owns the port, and the bot beside it as in production."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from bot.demo.cast import Cast, seed
from bot.demo.joining import join
from bot.errors import BotError

#: A token of the right form; the playground accepts any.
TOKEN = "100200300:demo-demo-demo-demo-demo-demo-demo12"
USERNAME = "orderclerk_demo_bot"
#: Seconds until both must serve. Importing the Bot API's models takes some on a slow machine.
START_WITHIN = 90.0
STOP_WITHIN = 15.0

_BANK = {
    "BANK_DETAILS_EN": "Demo Commercial Bank\nOrderclerk Ltd.\nAccount 6200 0000 0000",
    "BANK_DETAILS_ZH": "示范商业银行\n订单小助手有限公司\n账号 6200 0000 0000",
}


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """The two processes and what is needed to talk to them. Use as an async context manager.

    Raises:
        BotError: the port is taken, or one of them did not come up; the message says which log to read.
    """

    def __init__(
        self,
        data: Path,
        port: int,
        *,
        host: str = "127.0.0.1",
        settings: Mapping[str, str] | None = None,
    ):
        self.data = data
        self.host = host
        self.port = port or free_port()
        self.health_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.cast: Cast | None = None
        self._settings = dict(settings or {})
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    async def __aenter__(self) -> Demo:
        self.data.mkdir(parents=True, exist_ok=True)
        try:
            await self._start_playground()
            self.cast = await seed(self.url, self.data / "cast.json", TOKEN, USERNAME)
            await self.start_bot()
            await join(self.url, self.cast, self.data / "joined")
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    # -- starting -----------------------------------------------------------------------------------

    async def _start_playground(self) -> None:
        await self._spawn(
            "playground",
            "playground",
            "--host",
            self.host,
            "--port",
            str(self.port),
            "--data",
            str(self.data / "playground"),
            "--bot",
            f"{TOKEN}:{USERNAME}",
        )
        await self._until("playground", f"{self.url}/sim/people")

    async def start_bot(self) -> None:
        """Start the bot; also used to start it again after it was killed."""
        assert self.cast is not None
        own = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": self.url,
            "CLOCK": self.url,
            "DATA_DIR": str(self.data / "bot"),
            "PROVIDER_TOKEN": "demo:provider",
            "BUSINESS_NAME": "Orderclerk",
            "STAFF_CHAT": str(self.cast.staff_chat),
            "PROVIDERS_CHAT": str(self.cast.providers_chat),
            "FINANCE_IDS": str(self.cast.finance),
            "ADMIN_IDS": str(self.cast.admin),
            "HEALTH_PORT": str(self.health_port),
            **_BANK,
            **self._settings,
        }
        await self._spawn("bot", "bot", "--env-file", os.devnull, "run", environment=own)
        await self._until("bot", f"http://127.0.0.1:{self.health_port}/readyz")

    async def _spawn(
        self, name: str, module: str, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> None:
        log = (self.data / f"{name}.log").open("ab")
        with log:
            self._processes[name] = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                module,
                *arguments,
                stdout=log,
                stderr=log,
                env={**os.environ, **(environment or {})},
                # Ctrl-C is for the supervisor, which then ends both in order.
                start_new_session=True,
            )

    async def _until(self, name: str, url: str) -> None:
        process = self._processes[name]
        loop = asyncio.get_running_loop()
        end = loop.time() + START_WITHIN
        async with httpx.AsyncClient(trust_env=False) as http:
            while loop.time() < end:
                if process.returncode is not None:
                    raise BotError(f"the {name} ended at once: {self._last_line(name)}")
                with contextlib.suppress(httpx.HTTPError):
                    if (await http.get(url, timeout=2)).status_code == 200:
                        return
                await asyncio.sleep(0.1)
        raise BotError(
            f"the {name} did not come up within {START_WITHIN:g} s: {self._last_line(name)}"
        )

    def _last_line(self, name: str) -> str:
        path = self.data / f"{name}.log"
        lines = [line for line in path.read_text(errors="replace").splitlines() if line.strip()]
        return f"{lines[-1][:300]} (see {path})" if lines else f"see {path}"

    # -- watching and stopping ------------------------------------------------------------------------

    async def watch(self) -> str:
        """Wait until one of the processes ends; its name."""
        waits = {asyncio.create_task(p.wait()): name for name, p in self._processes.items()}
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            return waits[next(iter(done))]
        finally:
            for task in waits:
                task.cancel()

    def last_line(self, name: str) -> str:
        """What a process said last, for the operator."""
        return self._last_line(name)

    async def kill_bot(self) -> None:
        """End the bot without warning, as a crash would."""
        process = self._processes["bot"]
        process.kill()
        await process.wait()

    async def stop(self) -> None:
        """End the bot first, so that it can say its last words, then the playground."""
        for name in ("bot", "playground"):
            process = self._processes.get(name)
            if process is None or process.returncode is not None:
                continue
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_WITHIN)
            except TimeoutError:
                process.kill()
                await process.wait()
