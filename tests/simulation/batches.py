"""Many seeds, in this process or in several. Outside `__main__`: other processes do not know what is in there."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache

from tests.simulation.life import Simulator, Verdict


def run_all(seeds: range, acts: int | None, lanes: int) -> Iterator[Verdict]:
    if lanes <= 1:
        for seed in seeds:
            yield run(seed, acts)
        return
    with ProcessPoolExecutor(lanes, multiprocessing.get_context("spawn")) as pool:
        try:
            yield from pool.map(run, seeds, [acts] * len(seeds), chunksize=4)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def run(seed: int, acts: int | None) -> Verdict:
    return _simulator().run(seed, acts)


@cache
def _simulator() -> Simulator:
    """One for each process."""
    return Simulator()
