"""What the process itself costs: starting, and what a conversation that waits keeps in memory."""

from __future__ import annotations

import gc
import re
import resource
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.timing import Contender, Stopwatch

ROOT = Path(__file__).parent.parent
#: Crowds that are compared.
_FURTHER = 3


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


def with_channel(name: str, times: int) -> tuple[float, float]:
    """Seconds until a bot with this channel could call Telegram, the median, and bytes it holds by then."""
    code = (
        "import bot.app, bot.commands.run\n"
        "from benchmarks.process import held\n"
        "from bot.settings import Settings\n"
        f"bot.app.build(Settings(bot_token='1:x', channel={name!r})).channel()\n"
        "print(held())"
    )
    seconds, bytes_held = [], []
    for _ in range(times):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        seconds.append(time.perf_counter() - began)
        bytes_held.append(int(done.stdout))
    return statistics.median(seconds), statistics.median(bytes_held)


def held() -> int:
    """The most bytes that this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage(2): what it says begins with what the parent held when it started us.
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text("ascii"))
        assert found is not None
        return int(found[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024)


async def kept(contender: Contender, crowd: Callable[[], Sequence[int]], *, filling: int) -> float:
    """Bytes that stay in memory for each person who has said all they had to say.

    The first crowds, as many as `filling` says, fill what has a limit. Then the median of what each
    further one adds: what is held of the last crowd alone has come in the place of what was held of the
    one before.
    """
    tracemalloc.start()
    try:
        traced = []
        for _ in range(filling + _FURTHER):
            people = crowd()
            await contender.converse(people, Stopwatch())
            gc.collect()
            traced.append(tracemalloc.get_traced_memory()[0] / len(people))
    finally:
        tracemalloc.stop()
    return statistics.median(after - before for before, after in pairwise(traced[filling - 1 :]))
