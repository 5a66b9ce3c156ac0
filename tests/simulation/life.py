"""One seed: a bot lives, dies and lives again among people and bad weather; then everything is looked at."""

from __future__ import annotations

import asyncio
import copy
import logging
import random
import re
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import structlog
from pydantic import SecretStr

import bot.beat
import bot.delivery
import bot.polling
import bot.services
from bot.app import App, build
from bot.catalogue_file import read_catalogue
from bot.heartbeat import Heartbeat
from bot.pace import UNHURRIED, Pace
from bot.services import Services
from bot.settings import Settings
from dialogs.words import LANGUAGE_NAMES, translations
from handlers.events import MessageEvent
from orders.catalogue import in_language
from storage import catalogue, outbox, timers
from storage.migrate import upgrade
from tests.simulation.crowd import ADMIN, FINANCE, MAKER, PROVIDERS, STAFF, Crowd
from tests.simulation.judging import KILLED, check_now, judge
from tests.simulation.machine import HandClock, InlineDatabase, VirtualLoop
from tests.simulation.telegram import BOT, Telegram, Weather

T = TypeVar("T")

TOKEN = f"{BOT}:" + "s" * 35
DEMO = Path(__file__).parents[2] / "catalogue" / "demo.yaml"
_LINK = re.compile(r"start=(join_[0-9a-f]{32})")
#: Looks at most until everything rests, and acts of people in one seed.
_LOOKS = 3_000
ACTS = 40
#: So often the invariants are looked at on the way.
_LOOK_EVERY = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one seed showed."""

    seed: int
    wrong: tuple[str, ...]
    log: tuple[str, ...]
    acts: int
    orders: int
    restarts: int
    #: Of everything that was done and of everything that is stored: the same seed, the same text.
    trace: str


class QuietHeartbeat(Heartbeat):
    """The real one beats by the machine's own time; here every jump of the clock beats instead."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


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
        admin_ids=(ADMIN,),
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
    _life: asyncio.Task[None] | None = None
    _before: frozenset[asyncio.Task[Any]] = frozenset()
    _shop: Settings = field(default_factory=settings)

    # -- the bot ----------------------------------------------------------------------------------

    async def start(self) -> None:
        app = build(
            self._shop,
            clock=self.clock,
            channel=self.telegram,
            database=self.database,
            random=self.chance.randbytes,
            pace=Pace(UNHURRIED, monotonic=self.clock.monotonic),
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
                await asyncio.sleep(0.02)
                continue
            due = self._due()
            if due is not None and due <= self.clock.now():
                # A chat that was told to wait is waited for: time goes on meanwhile.
                self.clock.to(self.clock.now() + timedelta(seconds=0.5))
                await self._beat()
                await asyncio.sleep(0.02)
                continue
            return
        raise AssertionError(
            f"the bot does not come to rest: due {self._due()}, now {self.clock.now()}, "
            f"{len(self.telegram.ready())} updates wait"
        )

    def _idle(self) -> bool:
        return self.services is not None and self.services.idle

    def _due(self) -> Any:
        def read(connection: Any) -> Any:
            found = (timers.next_due(connection, BOT), outbox.next_due(connection, BOT))
            return min((one for one in found if one is not None), default=None)

        return self.database.look(read)

    async def _beat(self) -> None:
        assert self.services is not None
        await self.services.beat.beat()
        self.services.delivery.wake()

    async def no_standstill(self) -> None:
        """When nothing is done before some later moment, that moment comes."""
        due = self._due() if self._idle() else None
        if due is not None:
            self.clock.to(due + timedelta(milliseconds=1))
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


def weather_of(seed: int, chance: random.Random) -> Weather:
    """Every fourth seed is calm: there nothing at all may be said twice."""
    if seed % 4 == 0:
        return Weather()

    def some(most: int) -> int:
        return chance.choice((0, 0, most // 3, most))

    return Weather(
        lost_answer=some(9),
        dropped=some(9),
        late=some(20),
        too_fast=some(10),
        repeated=some(40),
        delayed=some(15),
        reordered=chance.random() < 0.3,
        crashes=some(12),
    )


class Simulator:
    """Runs seeds, each from the same furnished house: catalogue loaded, a specialist at work."""

    def __init__(self) -> None:
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
            logger_factory=structlog.ReturnLoggerFactory(),
        )
        vars(bot.services)["Heartbeat"] = QuietHeartbeat
        self._database = InlineDatabase()
        self._loop = VirtualLoop()
        # Whoever counts seconds counts the loop's: a bot that is killed would wait ten real ones for its calls.
        for module in (bot.beat, bot.delivery, bot.polling, bot.services):
            vars(module)["time"] = SimpleNamespace(monotonic=self._loop.time)
        self._house: dict[str, Any] = self._loop.run_until_complete(self._furnish())

    def run(self, seed: int, acts: int = ACTS) -> Verdict:
        return self._loop.run_until_complete(self._run(seed, acts))

    def complete(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something else in the furnished house."""
        self._database.restore()
        return self._loop.run_until_complete(work)

    def world(self, seed: str) -> World:
        chance = random.Random(seed)
        clock = HandClock()
        telegram = Telegram(clock, random.Random(f"{seed}/telegram"))
        crowd = Crowd(telegram, random.Random(f"{seed}/crowd"))
        return World(self._database, clock, telegram, crowd, chance)

    async def _furnish(self) -> dict[str, Any]:
        await upgrade(self._database)
        world = self.world("house")
        read = read_catalogue(DEMO)
        await self._database.write(
            BOT, lambda connection: catalogue.store(connection, read, world.clock.now())
        )
        await world.start()
        crowd, language = world.crowd, world.crowd.language(MAKER)
        crowd.says(ADMIN, "/invite", STAFF)
        await world.rest()
        texts = [m.text for m in world.telegram.chats[STAFF].values()]
        link = next(found for text in texts if (found := _LINK.search(text)))
        t = translations(language).gettext
        finished = {"en": "done", "zh": "好了"}[language]
        video = in_language(read.categories[0].title, language)
        for line in (
            f"/start {link[1]}",
            LANGUAGE_NAMES[language],
            finished,
            video,
            finished,
            finished,
            "9",
            t("Every day, 9 to 21"),
            t("None: write any time"),
            t("Nothing to add"),
            {"en": "save", "zh": "保存"}[language],
        ):
            crowd.says(MAKER, line)
            await world.rest()
        if not world.database.rows("select * from providers"):
            raise AssertionError("the house has no specialist:\n" + "\n".join(world.telegram.log))
        await world.kill()
        self._database.keep()
        return {
            "chats": world.telegram.chats,
            "numbers": world.telegram.numbers,
        }

    async def _run(self, seed: int, acts: int) -> Verdict:
        self._database.restore()
        world = self.world(str(seed))
        telegram, crowd, chance = world.telegram, world.crowd, world.chance
        kept = copy.deepcopy(self._house)
        telegram.chats, telegram.numbers = kept["chats"], kept["numbers"]
        telegram.weather = weather_of(seed, chance)
        wrong: list[str] = []
        try:
            await world.start()
            for act in range(acts):
                await self._step(world, wrong)
                if act % _LOOK_EVERY == _LOOK_EVERY - 1:
                    await world.rest()
                    # What is wrong now may have mended itself by the end: timers go off, and are gone.
                    found = check_now(world.database, world.clock.now())
                    wrong += [f"after act {act + 1}: {one}" for one in found]
            await self._end(world)
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
        wrong += judge(world.database, world.clock.now(), telegram, crowd)
        try:
            await world.kill()
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
        stored = world.database.rows("select number, state, version from orders order by id")
        trace = "\n".join([*telegram.log, *map(str, stored)])
        return Verdict(
            seed, tuple(wrong), tuple(telegram.log), acts, len(stored), world.restarts, trace
        )

    async def _step(self, world: World, wrong: list[str]) -> None:
        telegram, chance = world.telegram, world.chance
        roll = chance.randrange(100)
        if roll < telegram.weather.crashes:
            # In the middle of something.
            telegram.log.append(world.crowd.act())
            await asyncio.sleep(chance.choice((0, 0.005, 0.012, 0.02, 0.04)))
            telegram.log.append(KILLED)
            await world.kill()
            await world.start()
        elif roll < 84:
            before, past = telegram.done.copy(), len(telegram.past)
            telegram.log.append(world.crowd.act())
            world.crowd.settle()
            if telegram.weather.calm and len(telegram.past) > past:
                await self._answered(world, before, wrong)
        elif telegram.weather.calm and roll < 89 and telegram.past:
            await self._unmoved(world, wrong)
        else:
            hours = chance.choice((0.1, 0.1, 0.5, 1, 1, 5, 20, 26))
            telegram.log.append(f"-- {hours} h pass")
            await world.pass_time(timedelta(hours=hours))
        if telegram.weather.calm or chance.random() < 0.6:
            await world.rest()
            world.crowd.settle()
            await world.rest()
        else:
            await asyncio.sleep(chance.choice((0, 0.005, 0.015, 0.05)))

    async def _answered(self, world: World, before: Counter[int], wrong: list[str]) -> None:
        """Whoever writes hears something: words, a sign on the message, another screen."""
        event = world.telegram.past[-1]
        await world.rest()
        if not isinstance(event, MessageEvent) or event.chat.id < 0:
            return
        chat = event.chat.id
        if world.telegram.done[chat] == before[chat]:
            # Parts of an album, and what comes with it, are answered a moment later.
            await world.pass_time(timedelta(seconds=2))
        if world.telegram.done[chat] == before[chat]:
            wrong.append(f"{event.text!r} in {chat} was not answered")

    async def _unmoved(self, world: World, wrong: list[str]) -> None:
        """An update that was there before changes nothing, and nobody hears of it."""
        telegram = world.telegram
        await world.rest()
        before = sum(telegram.done.values())
        telegram.repeat()
        telegram.log.append("-- an update is repeated")
        await world.rest()
        if sum(telegram.done.values()) != before:
            wrong.append(f"a repeated update was answered again: {telegram.log[-1]}")

    async def _end(self, world: World) -> None:
        """The weather clears up, everything that was on its way arrives, and a week goes by."""
        world.telegram.weather = Weather()
        for _ in range(3):
            await world.rest()
            world.crowd.settle()
        await world.pass_time(timedelta(hours=80))
        world.crowd.settle()
        await world.pass_time(timedelta(days=2))


__all__ = ["ACTS", "Simulator", "Verdict"]
