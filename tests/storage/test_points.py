"""Places where a crash test ends the process: named once, passed in the code, and free when nobody asks."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.points import CONTROL, POINTS, control_file, reached

ROOT = Path(__file__).resolve().parents[2]
_CALLS = re.compile(r'reached\(f?"([^"]+)"\)')


def test_every_place_stands_in_the_code_once() -> None:
    found = []
    for room in ("storage", "bot"):
        for path in sorted((ROOT / room).rglob("*.py")):
            if path.name != "points.py":
                found += _CALLS.findall(path.read_text(encoding="utf-8"))
    written = [name for name in found if "{" not in name]
    written += [f"{place}.{end}" for place in ("send", "gateway") for end in ("before", "after")]
    assert sorted(written) == sorted(POINTS)


def test_nothing_happens_unless_asked() -> None:
    assert CONTROL not in os.environ
    reached("commit.before")


def test_arrivals_are_written_down_and_the_wanted_one_is_the_last(tmp_path: Path) -> None:
    control = tmp_path / "control"
    control.write_text("send.after 2\n", encoding="ascii")
    code = "from storage.points import reached\nfor _ in range(3):\n    reached('commit.after')\n    reached('send.after')"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, CONTROL: str(control)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    passed = control.read_text("ascii").split("\n")[1:]
    assert passed == ["commit.after", "send.after", "commit.after", "send.after", ""]


@pytest.mark.parametrize("wanted", ["- 0", "told.after 1"])
def test_other_places_are_only_written_down(
    wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = tmp_path / "control"
    control.write_text(f"{wanted}\n", encoding="ascii")
    monkeypatch.setenv(CONTROL, str(control))
    control_file.cache_clear()
    reached("send.after")
    control_file.cache_clear()
    assert control.read_text("ascii") == f"{wanted}\nsend.after\n"
