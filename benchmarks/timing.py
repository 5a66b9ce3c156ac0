"""Seconds per update, taken in turns so that a noisy machine disturbs everybody alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol


class Stopwatch:
    """Adds up what happens inside `running()`; what lies between (a person reading, tapping) does not count."""

    def __init__(self) -> None:
        self.seconds = 0.0
        #: Of all threads of this process: what is left when others use the machine too.
        self.cpu_seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        began, worked = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - began
            self.cpu_seconds += time.process_time() - worked


class Contender(Protocol):
    """Something that carries the conversation of some people from its start to its end."""

    @property
    def name(self) -> str: ...

    async def converse(self, people: Sequence[int], watch: Stopwatch) -> int:
        """Have everybody talk, one step of everybody after the other; how many updates were timed."""
        ...


@dataclass(slots=True)
class Figures:
    """Seconds per update of one contender, a figure a round."""

    name: str
    rounds: list[float] = field(default_factory=list)
    cpu_rounds: list[float] = field(default_factory=list)

    @property
    def cpu_seconds(self) -> float:
        return statistics.median(self.cpu_rounds)

    @property
    def seconds(self) -> float:
        return statistics.median(self.rounds)


def ratio(slow: Figures, fast: Figures) -> float:
    """How many times as fast `fast` is: the median over rounds, each compared with its own neighbour."""
    pairs = zip(slow.rounds, fast.rounds, strict=True)
    return statistics.median(s / f for s, f in pairs)


def cpu_ratio(slow: Figures, fast: Figures) -> float:
    """The same by the time of the processor: without the disk, and without what else the machine does."""
    pairs = zip(slow.cpu_rounds, fast.cpu_rounds, strict=True)
    return statistics.median(s / f for s, f in pairs)


async def race(
    contenders: Sequence[Contender],
    crowd: Callable[[], Sequence[int]],
    rounds: int,
) -> dict[str, Figures]:
    """Everybody in turn, `rounds` times, after a round to warm up. New people each time."""
    figures = {one.name: Figures(one.name) for one in contenders}
    for number in range(rounds + 1):
        for one in contenders:
            watch = Stopwatch()
            gc.collect()
            updates = await one.converse(crowd(), watch)
            if number:
                figures[one.name].rounds.append(watch.seconds / updates)
                figures[one.name].cpu_rounds.append(watch.cpu_seconds / updates)
    return figures
