"""`python -m tests.simulation [N]`: N lives of a bot among people and bad weather, each by its seed."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter

#: Failed seeds that are told in full.
_TOLD = 3
_LAST_LINES = 25


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("seeds", type=int, nargs="?", default=2000, help="how many (default 2000)")
    parser.add_argument("--seed", type=int, help="only this one, with everything that happens")
    parser.add_argument("--first", type=int, help="the first seed; another each time unless given")
    parser.add_argument(
        "--acts", type=int, help="what people do in one seed; by the seed if not given"
    )
    parser.add_argument("--lanes", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--bug", help="plant this bug; see tests/simulation/planted.py")
    parser.add_argument("--until-caught", action="store_true", help="stop at the first failed seed")
    chosen = parser.parse_args()
    if chosen.bug:
        from tests.simulation.planted import plant

        plant(chosen.bug)
        # In this process, not in others.
        chosen.lanes = 1
    # Only now: a bug can be planted in what is not imported yet.
    from tests.simulation.furnishing import NotFurnished

    try:
        return _run_all(chosen) if chosen.seed is None else _one(chosen.seed, chosen.acts)
    except NotFurnished as error:
        # Something is so wrong that nobody gets anywhere even in calm weather.
        print(f"FAILED house: {error}")
        return 1


def _run_all(chosen: argparse.Namespace) -> int:
    from orders.transitions import TABLE
    from tests.simulation.batches import run_all

    first = chosen.first if chosen.first is not None else random.SystemRandom().randrange(10**9)
    began = time.perf_counter()
    print(f"seeds {first} to {first + chosen.seeds - 1}", flush=True)
    failed = orders = restarts = done = 0
    moves: Counter[str] = Counter()
    for verdict in run_all(range(first, first + chosen.seeds), chosen.acts, chosen.lanes):
        done += 1
        orders += verdict.orders
        restarts += verdict.restarts
        moves += verdict.moves
        if verdict.wrong:
            failed += 1
            if failed <= _TOLD:
                print(f"FAILED seed {verdict.seed}", *verdict.wrong[:8], sep="\n    ", flush=True)
            if chosen.until_caught:
                break
    seconds = time.perf_counter() - began
    print("moves:", ", ".join(f"{name} {times}" for name, times in moves.most_common()))
    print("never:", ", ".join(line.name for line in TABLE if not moves[line.name]) or "none")
    print(
        f"{done} seeds, {orders} orders, {restarts} restarts in {seconds:.0f} s, "
        f"{_processor():.0f} s of processor time: {f'{failed} failed' if failed else 'all well'}"
    )
    if failed:
        acts = "" if chosen.acts is None else f" --acts {chosen.acts}"
        print(f"replay: python -m tests.simulation{acts} --seed N")
    return 1 if failed else 0


def _processor() -> float:
    """Seconds of processor time, of this process and of those that have ended."""
    return sum(os.times()[:4])


def _one(seed: int, acts: int | None) -> int:
    from tests.simulation.batches import run

    verdict = run(seed, acts)
    print(*verdict.log, sep="\n")
    print(
        f"seed {seed}: {verdict.acts} acts in the house {verdict.house!r}, "
        f"{verdict.orders} orders, {verdict.restarts} restarts"
    )
    print(*(verdict.wrong or ["all well"]), sep="\n")
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
