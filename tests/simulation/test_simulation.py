"""A few seeds of the simulation, and proof that it finds what it is there to find."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dialogs.words import translations
from tests.simulation.errands import CUSTOMERS, MAKERS, SIGNS, STAFF, Say, Step
from tests.simulation.planted import BUGS

ROOT = Path(__file__).resolve().parents[2]
#: Seeds in every test run, to see that the simulation works; CI runs `make simulate` besides.
SEEDS = 8
#: All of them take minutes each: `make planted` looks for every one, a test run for the quickest.
LOOKED_FOR = BUGS if os.environ.get("PLANTED") == "all" else BUGS[:1]
#: A planted bug that is not found within so many is not found.
WITHIN = 120


def simulate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.simulation", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_whole_lives_of_many_orders() -> None:
    done = simulate(str(SEEDS), "--first", "1000", "--lanes", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{SEEDS} seeds" in done.stdout


# In a process of its own, as all of them: the simulator changes how the bot counts seconds.
_AFTER_OTHERS = """
from tests.simulation.life import Simulator

simulator = Simulator()
for seed in (1002, 1025, 1003):
    verdict = simulator.run(seed)
print(*verdict.log, sep="\\n")
"""


def test_a_seed_replays_identically_whatever_was_run_before() -> None:
    alone = simulate("--seed", "1003")
    assert alone.returncode == 0, alone.stdout[-2000:] + alone.stderr
    assert alone.stdout.count("\n") > 12
    after = subprocess.run(
        [sys.executable, "-c", _AFTER_OTHERS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert alone.stdout.startswith(after.stdout)


@pytest.mark.parametrize("errand", [*MAKERS, *CUSTOMERS, *STAFF], ids=lambda steps: steps[0][0])
def test_an_errand_knows_the_words_of_its_buttons(errand: tuple[Step, ...]) -> None:
    texts = {text for step in errand if not isinstance(step, Say) for text in step} - SIGNS
    assert not [text for text in texts if translations("zh").gettext(text) == text]


@pytest.mark.parametrize("bug", LOOKED_FOR, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: object) -> None:
    done = simulate(str(WITHIN), "--first", "0", "--until-caught", "--bug", bug.name)  # type: ignore[attr-defined]
    assert done.returncode == 1, done.stdout + done.stderr
    # Or not even a house could be furnished.
    assert "FAILED" in done.stdout, done.stderr
