"""A short run of the crash tests; `make crash` is the long one."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from storage.points import POINTS
from tests.crash.kills import plan
from tests.crash.looking import World, differences

ROOT = Path(__file__).resolve().parents[2]
#: Enough to see that the harness works; CI runs `make crash` besides. Two stories come by every place.
KILLS = 4
STORIES = ("in work", "cancelled")


def test_a_short_run() -> None:
    """Every place is passed, nothing is lost, nothing is doubled beyond the rule."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.crash", str(KILLS), "--lanes", "1", "--seed", "5"),
            *("--cold", "0", *(f"--story={name}" for name in STORIES)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "nothing lost, nothing doubled beyond the rule" in done.stdout


def test_a_seed_replays_the_same_kills() -> None:
    assert list(islice(plan(7, 3), 60)) == list(islice(plan(7, 3), 60))
    assert list(islice(plan(7, 3), 60)) != list(islice(plan(7, 4), 60))


def test_a_plan_ends_the_bot_at_every_place() -> None:
    named = {kill.point for kill in islice(plan(1, 0), 60) if kill.point is not None}
    assert named == set(POINTS)
    assert sum(kill.cold for kill in islice(plan(1, 0, cold=2), 10)) == 2


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"said": Counter({("anna", "paid"): 2})}, "was said 2 times instead of 1"),
        ({"said": Counter()}, "was said 0 times instead of 1"),
        ({"shown": frozenset()}, "was never shown"),
        ({"records": Counter({("orders", "anna", "paid"): 2})}, "2 instead of 1"),
    ],
)
def test_what_differs_is_told(change: dict[str, object], found: str) -> None:
    before = {
        "said": Counter({("anna", "paid"): 1}),
        "shown": frozenset({("anna", "card")}),
        "records": Counter({("orders", "anna", "paid"): 1}),
    }
    undisturbed = World(**before)  # type: ignore[arg-type]
    assert differences(undisturbed, World(**before)) == []  # type: ignore[arg-type]
    told = differences(undisturbed, World(**{**before, **change}))  # type: ignore[arg-type]
    assert len(told) == 1
    assert found in told[0]


def test_who_presses_twice_is_answered_twice() -> None:
    def world(label: str, times: int) -> World:
        return World(Counter({("anna", label): times}), frozenset(), Counter())

    once, twice = world("relay/prompt", 1), world("relay/prompt", 2)
    assert differences(once, twice)
    assert differences(once, twice, {"bo": 1})
    assert not differences(once, twice, {"anna": 1})
    assert differences(once, world("relay/prompt", 0), {"anna": 1})
    assert differences(world("paid", 1), world("paid", 2), {"anna": 1})
