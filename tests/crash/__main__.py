"""`python -m tests.crash [N]`: kill the bot N times, and see that nobody notices more than they must."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from storage.points import POINTS
from tests.crash import roles
from tests.crash.running import KILLS_A_WORLD, killed, undisturbed
from tests.crash.stories import STORIES
from tests.crash.template import Client, Template


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=300, help="how many (default 300)")
    parser.add_argument(
        "--seed", type=int, help="replays the same kills; new each time unless given"
    )
    parser.add_argument(
        "--world", type=int, help="only this world of the seed, as a report names it"
    )
    parser.add_argument(
        # One more than there are processors: a world waits now and then.
        "--lanes",
        type=int,
        default=(os.cpu_count() or 1) + 1,
        help="worlds side by side",
    )
    parser.add_argument("--cold", type=int, default=2, help="cold starts in each world")
    parser.add_argument("--story", action="append", choices=tuple(STORIES), help="only these")
    parser.add_argument("--keep", action="store_true", help="keep logs and databases of all worlds")
    chosen = parser.parse_args()
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}: {chosen.kills} kills in {chosen.lanes} lanes", flush=True)
    # SIGKILL takes nothing from a file that was written: memory does as well as a disk, and is quicker.
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="crash-", dir=memory if memory.is_dir() else None))
    began = time.monotonic()
    roles.warm()
    template = Template(roles.ROLES)
    lanes = 1 if chosen.world is not None else max(1, chosen.lanes)
    for lane in range(lanes):
        template.driver(_lane(chosen, seed, lane, lanes, folder))
    codes = template.serve()
    failed = _report(folder, seed, time.monotonic() - began, chosen) or any(codes)
    if failed or chosen.keep:
        print(f"logs and databases: {folder}")
    else:
        shutil.rmtree(folder)
    return int(failed)


def _lane(
    chosen: argparse.Namespace, seed: int, lane: int, lanes: int, folder: Path
) -> Callable[[Client], Awaitable[int]]:
    language = ("zh", "en")[lane % 2]
    names = tuple(chosen.story or STORIES)

    async def drive(client: Client) -> int:
        # Lane 0 makes up for what does not divide.
        wanted = chosen.kills // lanes + (chosen.kills % lanes if lane == 0 else 0)
        done, world, empty = 0, lane, 0
        spoken = language
        if chosen.world is not None:
            world, spoken = chosen.world, ("zh", "en")[chosen.world % 2]
        reference = await undisturbed(client, folder / f"undisturbed-{lane}", spoken, names)
        while done < wanted:
            outcome = await killed(
                client,
                folder / f"world-{world}",
                seed=seed,
                world=world,
                most=min(KILLS_A_WORLD, wanted - done),
                reference=reference,
                language=spoken,
                cold=chosen.cold,
                names=names,
            )
            done += len(outcome.kills)
            empty = 0 if outcome.kills else empty + 1
            verdict = "; ".join(outcome.faults) or "all well"
            print(
                f"world {outcome.world} ({outcome.language}): {len(outcome.kills)} kills, "
                f"{outcome.starts} starts, {sum(outcome.twice.values())} messages twice, "
                f"{outcome.seconds:.1f} s: {verdict}",
                flush=True,
            )
            line = {
                "world": world,
                "kills": [str(kill) for kill in outcome.kills],
                "cold": sum(kill.cold for kill in outcome.kills),
                "passed": outcome.passed,
                "missed": outcome.missed,
                "twice": sum(outcome.twice.values()),
                "faults": outcome.faults,
            }
            with (folder / "outcomes.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
            if not outcome.faults and not chosen.keep:
                shutil.rmtree(folder / f"world-{world}", ignore_errors=True)
            world += lanes
            if chosen.world is not None or empty > 2:
                break
        return 0

    return drive


def _report(folder: Path, seed: int, seconds: float, chosen: argparse.Namespace) -> bool:
    """Print what all worlds together showed; whether anything failed."""
    path = folder / "outcomes.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    worlds = [json.loads(line) for line in lines]
    passed: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    for world in worlds:
        passed.update(world["passed"])
        ended.update(kill.partition(" ")[0].partition(":")[0] for kill in world["kills"])
    kills = sum(len(world["kills"]) for world in worlds)
    print(f"\n{'place':<20}{'passed':>8}{'killed':>8}")
    for point in POINTS:
        print(f"{point:<20}{passed[point]:>8}{ended[point]:>8}")
    timed = sum(n for place, n in ended.items() if place not in POINTS)
    print(f"{'at a random time':<20}{'':>8}{timed:>8}")
    faults = [(world["world"], fault) for world in worlds for fault in world["faults"]]
    never = [point for point in POINTS if not passed[point]]
    if chosen.world is None and never:
        faults.append((-1, f"never passed: {', '.join(never)}"))
    if not worlds or (chosen.world is None and kills < chosen.kills):
        faults.append((-1, f"only {kills} kills of {chosen.kills}"))
    print(
        f"\n{kills} kills in {len(worlds)} worlds, {sum(w['cold'] for w in worlds)} cold starts, "
        f"{sum(w['missed'] for w in worlds)} places not met in time, "
        f"{sum(w['twice'] for w in worlds)} messages twice; "
        f"{seconds:.0f} s, {kills / seconds * 60:.0f} kills a minute"
    )
    for world, fault in faults:
        where = f"world {world}: " if world >= 0 else ""
        print(f"FAILED {where}{fault}")
    if faults:
        print(f"replay: python -m tests.crash --seed {seed} --world N")
    else:
        print("nothing lost, nothing doubled beyond the rule")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
