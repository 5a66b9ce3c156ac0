"""Orderclerk holding the script's conversation, and taking a real order."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.flow import COMMAND
from benchmarks.house import House, Screen
from benchmarks.script import CHOICES, STEPS, TAPPED, Input, Line, typed
from benchmarks.timing import Stopwatch

#: An order from the first screen to its invoice: buttons by their words, typed lines marked with `>`.
ORDER = (
    "All services",
    "Video",
    "Short video",
    "Basic",
    "> Launch our new cold-brew tea",
    0,
    "Requirements",
    "> Warm colours, the bottle in the first three seconds",
    "Goal",
    "Keep",
)
#: Where the last but one leads; the confirmation is timed apart, it is the dearest turn.
CONFIRM = "Confirm"


def few(people: Sequence[int], batch: int) -> Sequence[int]:
    """One at a time waits for the disk each time: a tenth of the people says as much."""
    return people[: max(4, len(people) // 10)] if batch == 1 else people


class Backlog:
    """Events in, committed rows out: engine and storage, in batches as a backlog gives them."""

    def __init__(self, house: House, batch: int, *, name: str = "") -> None:
        self._house = house
        self.batch = batch
        self.name = name or f"{house.name} batch {batch}"

    async def converse(self, people: Sequence[int], watch: Stopwatch) -> int:
        people = few(people, self.batch)
        await self._take([Line(person, COMMAND) for person in people], Stopwatch())
        for step in range(STEPS):
            screens = {} if not TAPPED[step] else await self._house.screens(people)
            given = [self._input(person, step, screens) for person in people]
            await self._take(given, watch)
        await self._house.delivered()
        return STEPS * len(people)

    def _input(self, person: int, step: int, screens: dict[int, Screen]) -> Input:
        if not TAPPED[step]:
            return Line(person, typed(step, person))
        return screens[person].tap(step % len(CHOICES))

    async def _take(self, given: Sequence[Input], watch: Stopwatch) -> None:
        events = [self._house.event(one) for one in given]
        with watch.running():
            await self._house.process(events, self.batch)


class Ordering(Backlog):
    """The order flow of the product, with its catalogue, prices, dates and templates."""

    async def converse(self, people: Sequence[int], watch: Stopwatch) -> int:
        await self._take([Line(person, "/start") for person in people], Stopwatch())
        for wanted in (*ORDER, CONFIRM):
            screens = await self._house.screens(people)
            given: list[Input] = [
                Line(person, wanted[2:])
                if isinstance(wanted, str) and wanted.startswith("> ")
                else screens[person].tap(wanted)
                for person in people
            ]
            await self._take(given, watch if wanted != CONFIRM else Stopwatch())
        await self._house.delivered()
        return len(ORDER) * len(people)
