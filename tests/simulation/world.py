"""What outlives the bot: its database, the clock, a Telegram, people. Here the bot starts, dies, and time goes by."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pydantic import SecretStr

from bot.app import App, build
from bot.heartbeat import Heartbeat
from bot.pace import UNHURRIED, Pace
from bot.services import Services
from bot.settings import Settings
from storage.types import moment
from tests.simulation.crowd import ADMIN, FINANCE, LEAD, PROVIDERS, STAFF, Crowd
from tests.simulation.machine import HandClock, InlineDatabase, VirtualLoop
from tests.simulation.telegram import BOT, Telegram

TOKEN = f"{BOT}:" + "s" * 35
#: Looks at most until everything rests.
_LOOKS = 3_000
#: When the bot will next do something by itself.
_DUE = (
    "select min(due_at) from (select due_at from timers where bot = ? "
    "union all select due_at from outbox where bot = ? and state = 'queued')"
)


class QuietHeartbeat(Heartbeat):
    """The real one beats by the machine's own time; here every jump of the clock beats instead."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


@cache
def settings() -> Settings:
    return Settings(
        _env_file=None,
        bot_token=SecretStr(TOKEN),
        provider_token=SecretStr("test:provider"),
        bank_details_en="Test Bank 1",
        bank_details_zh="测试银行 1",
        staff_chat=STAFF,
        providers_chat=PROVIDERS,
        finance_ids=(FINANCE,),
        admin_ids=(ADMIN, LEAD),
        health_port=0,
    )


@dataclass
class World:
    """What outlives the bot."""

    database: InlineDatabase
    clock: HandClock
    telegram: Telegram
    crowd: Crowd
    chance: random.Random
    services: Services | None = None
    restarts: int = 0
    pace: Pace = field(default_factory=Pace)
    _life: asyncio.Task[None] | None = None
    _before: frozenset[asyncio.Task[Any]] = frozenset()
    _shop: Settings = field(default_factory=settings)

    # -- the bot ----------------------------------------------------------------------------------

    async def start(self) -> None:
        self.pace = Pace(UNHURRIED, monotonic=self.clock.monotonic)
        app = build(
            self._shop,
            clock=self.clock,
            channel=self.telegram,
            database=self.database,
            random=self.chance.randbytes,
            pace=self.pace,
        )
        self._before = frozenset(asyncio.all_tasks())
        up = asyncio.get_running_loop().create_future()
        self._life = asyncio.create_task(self._live(app, up))
        await asyncio.wait({up, self._life}, return_when=asyncio.FIRST_COMPLETED)
        if not up.done():
            await self._life
        self.services = up.result()

    async def _live(self, app: App, up: asyncio.Future[Services]) -> None:
        async with app.running() as services:
            up.set_result(services)
            await services.failed()

    async def kill(self) -> None:
        """What is in memory is gone; what was under way at Telegram may have been done."""
        assert self._life is not None
        self.clock.forget()
        self.services = None
        for query in self.crowd.queries:
            if self.telegram.answered[query] == 0:
                self.telegram.excused.add(query)
        doomed = asyncio.all_tasks() - self._before
        for task in doomed:
            task.cancel()
        # Nothing it still does on its way out may reach the database: that is what being killed means.
        held = self.database.closed_for_the_dead()
        with held:
            await asyncio.gather(*doomed, return_exceptions=True)
        for query, *_ in self.crowd.asked:
            if self.telegram.answered[query] == 0:
                self.telegram.excused.add(query)
        # The next bot would see that this one's process is gone; here both are the same process.
        self.database.release_leases()
        self.restarts += 1

    # -- time -------------------------------------------------------------------------------------

    async def rest(self) -> None:
        """Until nothing is being done and nothing is due."""
        for _ in range(_LOOKS):
            await asyncio.sleep(0)
            if self.telegram.ready() or not self._idle():
                await self._next_move()
                continue
            due = self._due()
            if due is not None and due <= self.clock.now():
                # A chat that was told to wait is waited for: time goes on meanwhile.
                self.clock.to(self.clock.now() + timedelta(seconds=max(0.5, self.pace.delay())))
                await self._beat()
                await self._next_move()
                continue
            return
        raise AssertionError(
            f"the bot does not come to rest: due {self._due()}, now {self.clock.now()}, "
            f"{len(self.telegram.ready())} updates wait"
        )

    @staticmethod
    async def _next_move() -> None:
        """Until somebody has done something: there is no sense in looking earlier."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        await asyncio.sleep(loop.until_next())

    def _idle(self) -> bool:
        return self.services is not None and self.services.idle

    def _due(self) -> datetime | None:
        ((earliest,),) = self.database.raw(_DUE, (BOT, BOT))
        return moment(earliest)

    async def _beat(self) -> None:
        assert self.services is not None
        await self.services.beat.beat()
        self.services.delivery.wake()

    async def no_standstill(self) -> None:
        """When nothing is done before some later moment, that moment comes."""
        due = self._due() if self._idle() else None
        if due is not None:
            # Either something is due later, or so much was sent that the pace allows no more for a moment.
            allowed = self.clock.now() + timedelta(seconds=self.pace.delay())
            self.clock.to(max(due, allowed) + timedelta(milliseconds=1))
            await self._beat()

    async def pass_time(self, span: timedelta) -> None:
        """Through everything that is due on the way, in order."""
        until = self.clock.now() + span
        for _ in range(200):
            moments = [m for m in (self._due(), self.telegram.next_at()) if m is not None]
            first = min(moments, default=until)
            if first >= until:
                break
            self.clock.to(first + timedelta(milliseconds=1))
            await self._beat()
            await self.rest()
        self.clock.to(until)
        await self._beat()
        await self.rest()
