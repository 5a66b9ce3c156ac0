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
