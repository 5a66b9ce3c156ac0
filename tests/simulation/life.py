"""One seed: a bot lives, dies and lives again among people and bad weather; then everything is looked at."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import structlog

import bot.app
import bot.beat
import bot.delivery
import bot.polling
import bot.services
import bot.turns
import storage.lease
from bot.business import business_of
from bot.catalogue_file import read_catalogue
from bot.lease_keeper import LeaseKeeper
from dialogs.search import Index
from handlers.events import MessageEvent
from orders.catalogue import Catalogue
from storage import catalogue
from storage.migrate import head, upgrade
from tests.simulation.auditing import Auditor
from tests.simulation.crowd import Crowd
from tests.simulation.furnishing import EMPTY, HOUSES, House, furnish
from tests.simulation.judging import KILLED, judge
from tests.simulation.machine import MORNING, HandClock, InlineDatabase, VirtualLoop
from tests.simulation.telegram import BOT, Telegram, Weather
from tests.simulation.world import QuietHeartbeat, World

T = TypeVar("T")

DEMO = Path(__file__).parents[2] / "catalogue" / "demo.yaml"
#: What people do in a life that begins where orders are on their way; and in one that begins before the first.
ACTS, LONG = 5, 40
#: One seed in so many is a long life. Prime to the calm ones, one in four.
_LONG_EVERY = 25
#: How many hours a life goes on after the last act, by the seed's remainder; long ones do for six days. Nothing is
#: later there than that, two hours less.
_AFTERWARDS = (3, 152, 3, 26, 3)
_SIX_DAYS = 152
#: Acts that are added at most for somebody who is on an errand when the others are finished.
_ERRAND = 6
#: So often the invariants are looked at on the way.
_LOOK_EVERY = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one seed showed."""

    seed: int
    wrong: tuple[str, ...]
    log: tuple[str, ...]
    house: str
    acts: int
    orders: int
    restarts: int
    #: Transitions that orders went through in this life.
    moves: Counter[str]
    #: Of everything that was done and of everything that is stored: the same seed, the same text.
    trace: str


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


def beginning_of(seed: int) -> tuple[str, int]:
    """The house in which the life of a seed begins, and how much people do in it."""
    if seed % _LONG_EVERY == 0:
        return EMPTY, LONG
    # Each house in every weather: the fourth seeds are calm.
    return HOUSES[seed // 4 % len(HOUSES)], ACTS


_index_of: list[tuple[Catalogue, Index]] = []


def _index(read: Catalogue) -> Index:
    """Made once for the same catalogue: it takes longer than a whole start without it."""
    for known, made in _index_of:
        if known == read:
            return made
    _index_of.append((read, Index(read)))
    return _index_of[-1][1]


class Simulator:
    """Runs seeds, each from one of the furnished houses."""

    def __init__(self) -> None:
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
            logger_factory=structlog.ReturnLoggerFactory(),
        )
        vars(bot.services)["Heartbeat"] = QuietHeartbeat
        vars(bot.turns)["Index"] = _index
        # Files are read once, not at every start.
        vars(bot.services)["head"] = cache(head)
        vars(bot.app)["business_of"] = cache(business_of)
        self._database = InlineDatabase()
        self._loop = VirtualLoop()
        # Whoever counts seconds counts the loop's: a bot that is killed would wait ten real ones for its calls.
        for module in (bot.beat, bot.delivery, bot.polling, bot.services):
            vars(module)["time"] = SimpleNamespace(monotonic=self._loop.time)
        # Leases too: a process that had to wait for the processor must live the same life.
        vars(storage.lease)["_clock"] = lambda _: MORNING + timedelta(seconds=self._loop.time())
        defaults = LeaseKeeper.__init__.__kwdefaults__
        assert defaults is not None
        defaults["monotonic"] = self._loop.time
        self._houses = self._loop.run_until_complete(self._furnish())
        self._database.restore(EMPTY)
        self._auditor = Auditor(self._database, self._houses[EMPTY].now)
        # What is there now stays: looking through it again and again is a tenth of a life.
        gc.collect()
        gc.freeze()

    def run(self, seed: int, acts: int | None = None) -> Verdict:
        """The life of a seed; always the same one, whatever was run before."""
        self._loop.rewind()
        return self._loop.run_until_complete(self._run(seed, acts))

    def complete(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something else in the house that has nothing but a specialist."""
        self._database.restore(EMPTY)
        self._loop.rewind()
        return self._loop.run_until_complete(work)

    def world(self, seed: str) -> World:
        chance = random.Random(seed)
        clock = HandClock()
        telegram = Telegram(clock, random.Random(f"{seed}/telegram"))
        crowd = Crowd(telegram, random.Random(f"{seed}/crowd"))
        return World(self._database, clock, telegram, crowd, chance)

    async def _furnish(self) -> dict[str, House]:
        await upgrade(self._database)
        read = read_catalogue(DEMO)
        await self._database.write(
            BOT, lambda connection: catalogue.store(connection, read, MORNING)
        )
        return await furnish(self.world, read)

    async def _run(self, seed: int, wanted: int | None) -> Verdict:
        name, acts = beginning_of(seed)
        acts = wanted or acts
        self._database.restore(name)
        world = self.world(str(seed))
        telegram, crowd, chance = world.telegram, world.crowd, world.chance
        world.clock.to(self._houses[name].now)
        self._houses[name].enter(telegram)
        moved = self._moves()
        telegram.weather = weather_of(seed, chance)
        after = _SIX_DAYS if acts >= LONG else _AFTERWARDS[seed % len(_AFTERWARDS)]
        telegram.longest = min(telegram.longest, after - 2)
        wrong: list[str] = []
        try:
            await world.start()
            for act in range(acts + _ERRAND):
                if act >= acts and crowd.errand is None:
                    break
                await self._step(world, wrong)
                if act % _LOOK_EVERY == _LOOK_EVERY - 1:
                    await world.rest()
                    # What is wrong now may have mended itself by the end: timers go off, and are gone.
                    found = self._auditor.breaches(world.clock.now())
                    wrong += [f"after act {act + 1}: {one}" for one in found]
            await self._end(world, after)
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
        wrong += self._auditor.breaches(world.clock.now())
        wrong += judge(world.database, telegram, crowd)
        try:
            await world.kill()
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
        stored = world.database.rows("select number, state, version from orders order by id")
        trace = "\n".join([*telegram.log, *map(str, stored)])
        return Verdict(
            seed,
            tuple(wrong),
            tuple(telegram.log),
            name,
            acts,
            len(stored),
            world.restarts,
            self._moves() - moved,
            trace,
        )

    def _moves(self) -> Counter[str]:
        query = "select transition, count(*) from order_history group by transition"
        return Counter(dict(self._database.raw(query)))

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
        before, carried_out = sum(telegram.done.values()), _carried_out(world)
        telegram.repeat()
        telegram.log.append("-- an update is repeated")
        await world.rest()
        if sum(telegram.done.values()) != before and _carried_out(world) == carried_out:
            wrong.append(f"a repeated update was answered again: {telegram.log[-1]}")

    async def _end(self, world: World, hours: int) -> None:
        """The weather clears up, what was on its way arrives, and hours or days go by."""
        world.telegram.weather = Weather()
        for _ in range(3):
            await world.rest()
            world.crowd.settle()
        # By then every payment has arrived; what is still open goes on.
        first = min(hours, 80)
        await world.pass_time(timedelta(hours=first))
        world.crowd.settle()
        await world.pass_time(timedelta(hours=hours - first))


def _carried_out(world: World) -> int:
    """Events that were ever carried out: what was on its way, or due in this very moment, is nobody's repetition."""
    return len(world.database.rows("select 1 from inbox"))


__all__ = ["ACTS", "Simulator", "Verdict"]
