"""`python -m benchmarks` runs and prints every row; what the figures are is nobody's test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.report import Budget, Row, table
from benchmarks.timing import Figures, ratio

ROOT = Path(__file__).resolve().parents[2]


def test_the_smallest_run_prints_every_row(tmp_path: Path) -> None:
    file = tmp_path / "figures.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--smoke", "--no-postgres", "--json", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = {row["name"]: row for row in map(json.loads, file.read_text("utf-8").splitlines())}
    for name, row in rows.items():
        assert name in done.stdout
        assert ("skipped" in row) != ("amount" in row), row
    assert rows["PostgreSQL"]["skipped"] == "left out"
    budgeted = {name for name, row in rows.items() if "verdict" in row}
    assert budgeted == {
        "backlog, batches of 100, engine + SQLite",
        "one update alone, engine + SQLite",
        "aiogram objects in and out, delivery's queue included, batches of 100",
        "an update beside 20 conversations, 40 orders",
        "a due timer beside 40 that wait",
        "memory kept for an idle conversation: Orderclerk",
        "python -m bot --help",
    }


@pytest.mark.parametrize(
    ("budget", "value", "verdict"),
    [
        (Budget(3, 6), 6.0, "goal met"),
        (Budget(3, 6), 5.9, "floor met"),
        (Budget(3, 6), 2.9, "MISSED"),
        (Budget(1.3, 1.05, at_most=True), 1.05, "goal met"),
        (Budget(1.3, 1.05, at_most=True), 1.2, "floor met"),
        (Budget(1.3, 1.05, at_most=True), 1.4, "MISSED"),
    ],
)
def test_a_budget_says_whether_it_is_kept(budget: Budget, value: float, verdict: str) -> None:
    row = Row(name="anything", amount=1.0, value=value, budget=budget)
    assert row.verdict == verdict
    assert verdict in table([row])


def test_a_ratio_is_the_median_of_neighbours() -> None:
    """One round that something else disturbed does not count."""
    slow, fast = Figures("slow", [4.0, 4.0, 80.0]), Figures("fast", [2.0, 2.0, 2.0])
    assert ratio(slow, fast) == 2.0
