"""Several real bots behind one address: processes, a balancer, and people who keep ordering."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from playground.people import Playground, Seen
from playground.seen import Payment
from storage.database import Database
from tests.bot.desk import TOKEN, until
from tests.conversations.steps import GOAL, GOALS, IN_A_MONTH, Guest, number_in

ROOT = Path(__file__).resolve().parent.parent.parent
#: Longer than a lease lives and a frozen writer is waited for.
PATIENCE = 45.0


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Replica:
    """`python -m bot run`, started again as often as wanted."""

    name: str
    folder: Path
    port: int
    env: dict[str, str]
    lines: list[dict[str, Any]] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    running: asyncio.subprocess.Process | None = None
    _reading: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        assert self.running is not None
        return self.running.pid

    async def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "BOT_TOKEN": TOKEN,
                "DATA_DIR": str(self.folder),
                "HEALTH_PORT": str(self.port),
                "LOG_FORMAT": "json",
                **self.env,
            },
            stderr=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read(self.running))

    async def ready(self) -> None:
        """Until it answers that it is; a start may wait for two cores and a lease."""
        async with httpx.AsyncClient(trust_env=False) as http:

            async def answers() -> bool:
                assert self.running is not None
                assert self.running.returncode is None, "".join(self.raw[-20:])
                with contextlib.suppress(httpx.HTTPError):
                    answer = await http.get(f"http://127.0.0.1:{self.port}/readyz")
                    return answer.status_code == 200
                return False

            await until(answers, timeout=120)

    def send(self, number: signal.Signals) -> None:
        assert self.running is not None
        self.running.send_signal(number)

    async def kill(self) -> None:
        """As a power cut does it: nothing is given back."""
        self.send(signal.SIGKILL)
        await self.ended()

    async def ended(self) -> int:
        assert self.running is not None
        async with asyncio.timeout(30):
            code = await self.running.wait()
        if self._reading is not None:
            await self._reading
        return code

    async def _read(self, running: asyncio.subprocess.Process) -> None:
        assert running.stderr is not None
        async for line in running.stderr:
            self.raw.append(line.decode())
            with contextlib.suppress(ValueError):
                self.lines.append(json.loads(line))

    def said(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line.get("event") == event]


class Balancer:
    """Round robin, request by request, as nginx does it: a server that cannot be reached is passed over."""

    def __init__(self, ports: list[int]) -> None:
        self._turn: Iterator[int] = itertools.cycle(ports)
        self._count = len(ports)
        self.served: dict[int, int] = dict.fromkeys(ports, 0)
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # One request a connection: the client is told so, and opens another for the next.
            request = await _request(reader)
            writer.write(await self._answer(request))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, request: bytes) -> bytes:
        for _ in range(self._count):
            port = next(self._turn)
            try:
                async with asyncio.timeout(2):
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except (OSError, TimeoutError):
                continue
            try:
                writer.write(request)
                async with asyncio.timeout(30):
                    answer = await reader.read()
                if answer:
                    self.served[port] += 1
                    return answer
            except (OSError, TimeoutError):
                pass
            finally:
                writer.close()
            # It may have been committed: whoever asked decides whether to ask again.
            break
        return b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if line]
    names = {line.split(b":")[0].lower(): line.split(b":")[1].strip() for line in lines[1:]}
    body = await reader.readexactly(int(names.get(b"content-length", b"0")))
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*kept, b"Connection: close", b"", b""]) + body


@dataclass
class Fleet:
    """The replicas of one bot on one database."""

    replicas: list[Replica]
    balancer: Balancer
    database: Database
    bot: int

    async def holder(self) -> tuple[Replica | None, int]:
        """Who has the delivery lease, by the database, and its epoch."""
        query = text("select holder, epoch from lease where name = 'delivery'")
        row = await self.database.read(lambda connection: connection.execute(query).first())
        if row is None:
            return None, 0
        pid = int(str(row.holder).split(":")[1])
        found = [r for r in self.replicas if r.running is not None and r.pid == pid]
        return (found[0] if found else None), int(row.epoch)

    async def handed_over(self, epoch: int) -> float:
        """Wait until somebody else delivers; the seconds it took."""
        began = time.monotonic()

        async def changed() -> bool:
            return (await self.holder())[1] > epoch

        await until(changed, timeout=PATIENCE)
        return time.monotonic() - began

    async def rows(self, query: str) -> list[dict[str, Any]]:
        return await self.database.read(
            lambda connection: [dict(row) for row in connection.execute(text(query)).mappings()]
        )


@contextlib.asynccontextmanager
async def fleet(
    playground: Playground, url: str, folder: Path, bot: int, count: int = 3
) -> AsyncIterator[Fleet]:
    """Replicas that start at the same moment on an empty database, behind one address."""
    front = free_port()
    env = {
        "BOT_API_URL": playground.url,
        "QUIET_HOURS": "off",
        "CHANNEL": "ptb",
        "DATABASE_URL": url,
        "WEBHOOK_URL": f"http://127.0.0.1:{front}/telegram",
        "PROVIDER_TOKEN": "test:provider",
    }
    ports = [free_port() for _ in range(count)]
    replicas = [
        Replica(f"replica {n}", folder / str(n), port, env) for n, port in enumerate(ports, 1)
    ]
    balancer = Balancer(ports)
    await balancer.start(front)
    database = await Database.open(url)
    try:
        await asyncio.gather(*(replica.start() for replica in replicas))
        await asyncio.gather(*(replica.ready() for replica in replicas))
        yield Fleet(replicas, balancer, database, bot)
    finally:
        for replica in replicas:
            if replica.running is not None and replica.running.returncode is None:
                replica.send(signal.SIGCONT)
                await replica.kill()
        await database.close()
        await balancer.stop()


@dataclass
class Shopper(Guest):
    """Somebody who orders again and again, and does not give up while machines are changed."""

    paid_orders: list[str] = field(default_factory=list)
    unpaid_orders: list[str] = field(default_factory=list)

    async def sees(self, *texts: Any, timeout: float = PATIENCE, **more: Any) -> Seen:
        return await super().sees(*texts, timeout=timeout, **more)

    async def shop(self, until_: asyncio.Event) -> None:
        while not until_.is_set():
            await self.order_once()

    async def order_once(self) -> None:
        await self.start("short_video-standard")
        await self.sees(self.t(GOAL))
        await self.say(GOALS[self.language] + IN_A_MONTH[self.language])
        await self.sees(self.t("Please check your order"))
        label = self.t("✅ Confirm and get the invoice")
        await self.tap(label, wait=False)
        seen = await self.sees(self.t("Order %(number)s is confirmed."))
        number = number_in(seen)
        await self.sees(invoice=True)
        if await self._pay():
            await self.sees(self.t("Payment received, thank you!"), number, ever=True)
            self.paid_orders.append(number)
        else:
            self.unpaid_orders.append(number)

    async def _pay(self) -> bool:
        """A payment whose question was not answered in ten seconds is cancelled by Telegram.

        The bot may have said yes in the same moment: then it lets nobody pay for some seconds, a minute when its yes
        arrived, and this person goes on with something else.
        """
        tries: list[Payment] = []
        for _ in range(3):
            tries.append(await self.pay())
            if tries[-1].result == "paid":
                return True
            assert tries[-1].result in ("timeout", "refused"), tries
        assert tries[0].result == "timeout", tries
        return False
