"""One world from its beginning to its judgement, and many of them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from storage.database import Connection
from tests.crash.conducting import play
from tests.crash.house import House
from tests.crash.kills import Kill, plan
from tests.crash.looking import Found, World, differences, look
from tests.crash.stories import STORIES
from tests.crash.template import Client

#: Kills of one world at most: then a new one, with new people and a new database.
KILLS_A_WORLD = 60
#: A world takes seconds; one that takes this long has come to a stop.
WORLD_WITHIN = 900.0
#: Seconds until everything is sent that waits in the last life; what still waits then is a fault.
SETTLED_WITHIN = 60.0


@dataclass
class Outcome:
    """What one world showed."""

    world: int
    language: str
    kills: list[Kill] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    missed: int = 0
    twice: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


async def undisturbed(client: Client, folder: Path, language: str, names: Sequence[str]) -> World:
    """What everybody gets when the bot lives. Raises AssertionError when even that has a fault."""
    found = await _live(House(client, folder), language, names, iter(()), 0)
    if found.faults:
        raise AssertionError("without any kill: " + "; ".join(found.faults))
    return found.world


async def killed(
    client: Client,
    folder: Path,
    *,
    seed: int,
    world: int,
    most: int,
    reference: World,
    language: str,
    cold: int = 1,
    names: Sequence[str] = tuple(STORIES),
) -> Outcome:
    """One world with at most so many kills, compared with an undisturbed one."""
    began = time.monotonic()
    outcome = Outcome(world, language)
    house = House(client, folder)
    try:
        found = await _live(house, language, names, plan(seed, world, cold=cold), most)
    except* Exception as group:
        outcome.faults += [f"{type(e).__name__}: {e}" for e in _leaves(group)]
    else:
        outcome.faults += [*found.faults, *differences(reference, found.world, house.insisted)]
        outcome.twice = found.twice
        for name, number in found.twice.items():
            if number > len(house.killed):
                outcome.faults.append(f"{name} has more duplicates than there were kills")
    outcome.kills, outcome.passed = house.killed, house.passed
    outcome.starts, outcome.missed = house.starts, house.missed
    outcome.seconds = time.monotonic() - began
    return outcome


async def _live(
    house: House, language: str, names: Sequence[str], kills: Iterator[Kill], most: int
) -> Found:
    async with house, asyncio.timeout(WORLD_WITHIN):
        killing = asyncio.create_task(house.be_killed(kills, most))
        playing = asyncio.create_task(play(house, language, names))
        try:
            await asyncio.wait({killing, playing}, return_when=asyncio.FIRST_COMPLETED)
            if killing.done() and not playing.done():
                killing.result()
            people = await playing
        finally:
            for task in (killing, playing):
                task.cancel()
            await asyncio.gather(killing, playing, return_exceptions=True)
        # The life in which the last of them finished may have been meant to end: a last one settles all.
        await house.kill_bot()
        last = await house.start()
        await _settled(house)
        found = await look(house, people)
        house.note(last)
        return found


async def _settled(house: House) -> None:
    """The bot says that it rests, and nothing waits in its database: before it has looked there, it rests as well."""
    quiet, until = False, time.monotonic() + SETTLED_WITHIN
    while time.monotonic() < until:
        with contextlib.suppress(Exception):
            clock = await house.playground.get("/clock")
            calls = await house.playground.get("/quiet", timeout=2)
            quiet = clock["followed"] and calls["quiet"] and house.up.is_set()
            if quiet and not await _unsent(house):
                return
        await asyncio.sleep(0.05)
    if not quiet:
        raise AssertionError("the last life of the bot does not come to rest")


async def _unsent(house: House) -> bool:
    def read(connection: Connection) -> bool:
        query = text("select count(*) from outbox where state in ('queued', 'sending')")
        return bool(connection.scalar(query))

    async with house.records() as database:
        return await database.read(read)


def _leaves(error: BaseException) -> Iterable[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _leaves(one)
    else:
        yield error
