"""Seconds per update, taken in turns so that a noisy machine disturbs everybody alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol


class Stopwatch:
    """Adds up what happens inside `running()`; what lies between (a person reading, tapping) does not count."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self):  # type: ignore[no-untyped-def]
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - began


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

    @property
    def seconds(self) -> float:
        return statistics.median(self.rounds)


def ratio(slow: Figures, fast: Figures) -> float:
    """How many times as fast `fast` is: the median over rounds, each compared with its own neighbour."""
    pairs = zip(slow.rounds, fast.rounds, strict=True)
    return statistics.median(s / f for s, f in pairs)


async def race(
    contenders: Sequence[Contender],
    crowd: Callable[[], Sequence[int]],
    rounds: int,
    said: Callable[[str], None] = lambda line: None,
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
                said(f"{one.name}: {watch.seconds / updates * 1e6:.0f} us")
    return figures


async def seconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began
