"""When the bot is killed: at the n-th arrival at a named place, or after so many seconds. By a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from storage.points import POINTS

#: Arrivals at these are many; a kill at the first one would always hit the start of the program.
_OFTEN = {
    "commit.before": 12,
    "commit.after": 12,
    "send.before": 5,
    "send.after": 5,
    "settle.after": 5,
    "answer.before": 2,
    "updates.fetched": 3,
    "updates.committed": 3,
    "gateway.before": 2,
    "gateway.after": 2,
}
#: One kill in so many comes at a random time instead of a named place.
_TIMED = 4
#: Arrived at only in a new database, so only an early kill meets them.
_FIRST = ("migration.before", "migration.after", "start.catalogue")


@dataclass(frozen=True, slots=True)
class Kill:
    """At the `number`th arrival at `point`; without a point, or when it does not come, after `seconds`.

    Seconds count from when the bot is up, so that on a slow machine it gets somewhere; or else, `at_start`,
    from the first moment of the process.
    """

    point: str | None = None
    number: int = 0
    seconds: float = 1.0
    at_start: bool = False
    #: The bot that meets its end here was started from nothing.
    cold: bool = False

    def __str__(self) -> str:
        where = f"{self.point}:{self.number}" if self.point else f"{self.seconds:.2f}s"
        where += " from the start" if self.at_start else ""
        return f"{where}{' cold' if self.cold else ''}"


def plan(seed: int, world: int, *, cold: int = 1) -> Iterator[Kill]:
    """The kills of one world, without end; `cold` of the first ten are of cold starts."""
    chance = random.Random(f"{seed}/{world}")
    colds = set(chance.sample(range(10), cold))
    places = [point for point in POINTS if point not in _FIRST]
    chance.shuffle(places)
    first = list(_FIRST)
    chance.shuffle(first)
    number = 0
    while True:
        if first and number < len(_FIRST):
            kill = Kill(first.pop(), 1)
        elif chance.randrange(_TIMED) == 0:
            kill = Kill(seconds=chance.uniform(0.02, 1.0), at_start=chance.random() < 0.2)
        else:
            if not places:
                places = [point for point in POINTS if point not in _FIRST]
                chance.shuffle(places)
            point = places.pop()
            number_of = chance.randint(1, _OFTEN.get(point, 1))
            kill = Kill(point, number_of, seconds=chance.uniform(0.3, 1.0))
        yield replace(kill, cold=number in colds)
        number += 1
