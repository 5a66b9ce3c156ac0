"""Runs the stories of a world side by side over one virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from tests.crash.house import House
from tests.crash.people import Actor, played, specialist
from tests.crash.stories import STORIES, Scene

#: The hour at which a world begins, where the business is (Asia/Shanghai, UTC+8).
_MORNING = 10


async def play(house: House, language: str, names: Sequence[str]) -> dict[str, int]:
    """Everybody acts until all are finished. Who plays what: the ids of people by the story's name."""
    playground = house.playground
    now = (await playground.now()) + timedelta(hours=8)
    morning = now.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    if morning < now:
        morning += timedelta(days=1)
    await playground.post("/clock/advance", seconds=(morning - now).total_seconds())
    mei, bo = (played(house.cast[name], house.insisted) for name in ("Mei", "Bo"))
    maker = await specialist(mei, house.staff, "maker", language)
    work = asyncio.Lock()
    scenes = [
        Scene(playground, name, language, maker, bo, mei, house.staff, work) for name in names
    ]
    await _conduct(house, [STORIES[scene.name](scene) for scene in scenes])
    await _rest(house)
    people = (await playground.get("/people"))["people"]
    return {one["name"]: int(one["id"]) for one in people}


async def _conduct(house: House, stories: Sequence[AsyncIterator[timedelta]]) -> None:
    """Each goes on until it waits; when all wait, time moves to the first that has waited long enough."""
    passed = timedelta(0)
    waiting: dict[AsyncIterator[timedelta], timedelta] = dict.fromkeys(stories, passed)
    while waiting:
        first = min(waiting.values())
        if first > passed:
            await _rest(house)
            await house.playground.advance(seconds=(first - passed).total_seconds())
            passed = first
        due = [story for story, until in waiting.items() if until <= passed]
        async with asyncio.TaskGroup() as group:
            steps = {story: group.create_task(_step(story)) for story in due}
        for story, step in steps.items():
            wait = step.result()
            if wait is None:
                del waiting[story]
            else:
                waiting[story] = passed + wait


async def _step(story: AsyncIterator[timedelta]) -> timedelta | None:
    return await anext(story, None)


async def _rest(house: House) -> None:
    """Until nothing is being done and the bot has lived for that long."""
    for _ in range(200):
        answer = await house.playground.get("/quiet", timeout=5)
        if answer["quiet"]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the bot does not come to rest")


__all__ = ["Actor", "play"]
