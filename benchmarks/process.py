"""What the process itself costs: starting, and what a conversation that waits keeps in memory."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.timing import Contender, Stopwatch

ROOT = Path(__file__).parent.parent


def start_up(times: int) -> float:
    """Seconds of `python -m bot --help`, the median."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "bot", "--help"], cwd=ROOT, check=True, capture_output=True
        )
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def loads(module: str) -> bool:
    """Whether `python -m bot --help` imports a module."""
    code = (
        "import sys\nsys.argv = ['bot', '--help']\nimport runpy\n"
        "try:\n    runpy.run_module('bot', run_name='__main__')\n"
        f"except SystemExit:\n    sys.exit({module!r} in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    return done.returncode != 0


async def kept(contender: Contender, crowd: Callable[[], Sequence[int]]) -> float:
    """Bytes that stay in memory for each person who has said all they had to say."""
    for _ in range(2):
        await contender.converse(crowd(), Stopwatch())
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        people = crowd()
        await contender.converse(people, Stopwatch())
        count = len(people)
        del people
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return (after - before) / count
