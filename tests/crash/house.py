"""One world: a playground, a database, and a bot that is killed and started again until everybody is finished."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from playground.people import Group, Person, Playground
from storage.database import Database
from storage.points import CONTROL
from tests.crash.kills import Kill
from tests.crash.template import Client, Process

TOKEN = "600700800:" + "c" * 35
BOT = 600700800
#: Seconds a start may take.
START_WITHIN = 180.0
#: What a warm and a cold start take on a machine that has nothing else to do, in seconds; elsewhere the bot gets more
#: time in proportion.
WARM_TAKES, COLD_TAKES = 0.3, 2.0


class BotEnded(AssertionError):
    """The bot ended by itself; only we may end it."""


@dataclass
class House:
    """Who there is and where; `kills` are carried out while the people act."""

    client: Client
    folder: Path
    cast: dict[str, Person] = field(default_factory=dict)
    staff: Group = field(default_factory=lambda: Group(0, ""))
    providers: Group = field(default_factory=lambda: Group(0, ""))
    #: What was done to the bot, in order, and how often each place was passed.
    killed: list[Kill] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    port: int = 0
    #: Named places that did not come in time; the bot was killed all the same.
    missed: int = 0
    #: How often people pressed a button once more, by name: they are answered once more.
    insisted: Counter[str] = field(default_factory=Counter)
    playground: Playground = field(init=False)
    _server: Process | None = None
    _bot: Process | None = None
    #: Set while the bot may be expected to answer.
    up: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "bot" / "orderclerk.db"

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._server = await self.client.start(
            "playground", self.folder / "playground.log", port=str(self.folder / "port")
        )
        await self._until_served()
        self.playground = Playground(self.url)
        await self.playground.bot(TOKEN, "crash_bot", "Orderclerk")
        for name in ("Mei", "Bo"):
            self.cast[name] = await self.playground.person(name, "en")
        self.staff = await self.playground.group("Staff", list(self.cast.values()))
        self.providers = await self.playground.group("Providers", [self.cast["Mei"]])
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.playground.close()
        for process in (self._bot, self._server):
            if process is not None:
                process.kill()
                await process.wait()

    async def _until_served(self) -> None:
        assert self._server is not None
        told = self.folder / "port"
        async with asyncio.timeout(START_WITHIN):
            # Written before the first request is answered; those that come sooner wait in the socket.
            while not told.exists():
                if self._server.ended.done():
                    raise BotEnded(f"the playground did not start; see {self.folder}")
                await asyncio.sleep(0.01)
        self.port = int(told.read_text("ascii"))

    def environment(self) -> Mapping[str, str]:
        """The settings of this world's bot."""
        return {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": self.url,
            "CLOCK": self.url,
            "DATA_DIR": str(self.folder / "bot"),
            "PROVIDER_TOKEN": "test:provider",
            "BANK_DETAILS_EN": "Test Bank 1",
            "BANK_DETAILS_ZH": "测试银行 1",
            "STAFF_CHAT": str(self.staff.id),
            "PROVIDERS_CHAT": str(self.providers.id),
            "FINANCE_IDS": str(self.cast["Bo"].id),
            "ADMIN_IDS": str(self.cast["Mei"].id),
            "HEALTH_PORT": "0",
        }

    # -- the bot's lives --------------------------------------------------------------------------

    async def start(self, kill: Kill | None = None) -> Process:
        """One life of the bot, to be ended at a place by itself if that is how it is to end."""
        control = self.folder / f"points-{self.starts}"
        named = kill is not None and kill.point is not None
        first = f"{kill.point} {kill.number}" if kill is not None and named else "- 0"
        control.write_text(f"{first}\n", encoding="ascii")
        environment = {**self.environment(), CONTROL: str(control)}
        cold = kill is not None and kill.cold
        self.starts += 1
        self._bot = await self.client.start(
            "cold bot" if cold else "bot", self.folder / "bot.log", environment=environment
        )
        self.up.set()
        return self._bot

    async def be_killed(self, kills: Iterator[Kill], most: int) -> None:
        """Start the bot and end it, again and again; then let it live. Cancel when all are finished."""
        for kill in kills:
            if len(self.killed) >= most:
                break
            life = await self.start(kill)
            await self._end(life, kill)
            self.note(life)
            self.killed.append(kill)
        life = await self.start()
        code = await life.wait()
        raise BotEnded(f"the bot ended with {code}; see {self.folder / 'bot.log'}")

    async def _end(self, life: Process, kill: Kill) -> None:
        began = time.monotonic()
        slow = 1.0
        if not kill.at_start:
            await self._is_up(life)
            took = time.monotonic() - began
            slow = max(1.0, took / (COLD_TAKES if kill.cold else WARM_TAKES))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(life.wait(), kill.seconds * slow)
        if not life.ended.done():
            self.missed += kill.point is not None
            life.kill()
        code = await life.wait()
        self.up.clear()
        if code != -9:
            raise BotEnded(f"the bot ended with {code}; see {self.folder / 'bot.log'}")

    async def _is_up(self, life: Process) -> None:
        """Until it has come as far as asking for updates, or to its end."""
        control = self.folder / f"points-{self.starts - 1}"
        async with asyncio.timeout(START_WITHIN):
            # Another process writes the file: nothing here could be waited for.
            while not life.ended.done() and "start.carried" not in control.read_text("ascii"):  # noqa: ASYNC110
                await asyncio.sleep(0.03)

    def note(self, life: Process) -> None:
        """Add up the places that a life came by."""
        for control in sorted(self.folder.glob("points-*")):
            lines = control.read_text("ascii").split("\n")[1:]
            self.passed.update(line for line in lines if line)
            if life.ended.done() or control.name != f"points-{self.starts - 1}":
                control.unlink()

    async def kill_bot(self) -> None:
        if self._bot is not None:
            self._bot.kill()
            await self._bot.wait()

    @contextlib.asynccontextmanager
    async def records(self) -> AsyncIterator[Database]:
        """The database, for reading."""
        opened = await Database.open(f"sqlite:///{self.database}")
        try:
            yield opened
        finally:
            await opened.close()
