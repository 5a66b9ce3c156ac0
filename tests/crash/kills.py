"""When the bot is killed: at the n-th arrival at a named place, or after so many seconds. By a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from storage.points import POINTS

#: Arrivals at these are many; a kill at the first one would always hit the start of the program.
_OFTEN = {
    "commit.before": 14,
    "commit.after": 14,
    "send.before": 8,
    "send.after": 8,
    "settle.after": 8,
    "answer.before": 4,
    "updates.fetched": 6,
    "updates.committed": 6,
    "gateway.before": 2,
    "gateway.after": 2,
}
#: One kill in so many comes at a random time instead of a named place.
_TIMED = 4
#: Arrived at only in a new database, so only an early kill meets them.
_FIRST = ("migration.before", "migration.after", "start.catalogue")


@dataclass(frozen=True, slots=True)
class Kill:
    """`point` and how-manieth arrival; without a point, `seconds` after the start."""

    point: str | None = None
    number: int = 0
    seconds: float = 0.0
    #: The bot that meets its end here was started from nothing.
    cold: bool = False

    def __str__(self) -> str:
        where = f"{self.point}:{self.number}" if self.point else f"{self.seconds:.2f}s"
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
            kill = Kill(seconds=chance.uniform(0.02, 1.2))
        else:
            if not places:
                places = [point for point in POINTS if point not in _FIRST]
                chance.shuffle(places)
            point = places.pop()
            kill = Kill(point, chance.randint(1, _OFTEN.get(point, 1)))
        yield Kill(kill.point, kill.number, kill.seconds, number in colds)
        number += 1
