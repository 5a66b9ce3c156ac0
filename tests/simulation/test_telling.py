"""Restarts in the middle of telling many people: everybody hears it, few hear it twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: `TELLING=10000 make test ARGS=tests/simulation/test_telling.py` tells ten thousand.
PEOPLE = int(os.environ.get("TELLING", "200"))
KILLS = 4
#: Calls that delivery has under way at most: what one kill can make unknown.
IN_FLIGHT = 60

# In a process of its own: the simulator changes how the heartbeat works.
_CODE = """
import sys
from tests.simulation.telling import tell

telegram, states = tell(int(sys.argv[1]), int(sys.argv[2]))
print(len(telegram.sent), max(telegram.sent.values()), sum(telegram.sent.values()), *sorted(set(states)))
print(*telegram.wrong)
"""


def test_everybody_is_told_and_nobody_more_than_once_for_each_kill() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(PEOPLE), str(KILLS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    figures, wrong = done.stdout.splitlines()
    told, most, all_of_them, *states = figures.split()
    assert wrong == ""
    assert states == ["sent"]
    assert int(told) == PEOPLE
    assert int(most) <= 1 + KILLS
    assert int(all_of_them) - PEOPLE <= KILLS * IN_FLIGHT
