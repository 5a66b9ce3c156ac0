"""What was measured, beside what was promised: a table for people, JSON lines for programs."""

from __future__ import annotations

import json
import platform
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Budget:
    """What DESIGN promises. `floor` must hold, `goal` is aimed at; `at_most` turns the sign around."""

    floor: float
    goal: float
    unit: str = "×"
    at_most: bool = False

    def verdict(self, value: float) -> str:
        def holds(limit: float) -> bool:
            return value <= limit if self.at_most else value >= limit

        return "goal met" if holds(self.goal) else "floor met" if holds(self.floor) else "MISSED"

    def __str__(self) -> str:
        sign = "≤" if self.at_most else "≥"
        return f"{sign} {self.floor:g} {self.unit} ({self.goal:g})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement. `value` is what the budget speaks of; the rest explains it."""

    name: str
    #: Microseconds per update, or whatever `unit` says.
    amount: float | None = None
    unit: str = "µs"
    #: The same in time of the processor alone.
    cpu: float | None = None
    value: float | None = None
    #: What the value would be by the processor's time: free of the disk and of other programs.
    cpu_value: float | None = None
    against: str = ""
    budget: Budget | None = None
    #: Why it could not be measured.
    skipped: str = ""

    @property
    def verdict(self) -> str:
        if self.budget is None or self.value is None:
            return ""
        return self.budget.verdict(self.value)

    def data(self) -> dict[str, Any]:
        made: dict[str, Any] = {"name": self.name}
        if self.skipped:
            return {**made, "skipped": self.skipped}
        for name in ("amount", "cpu", "value", "cpu_value"):
            value = getattr(self, name)
            if value is not None:
                made[name] = round(value, 4)
        made["unit"] = self.unit
        if self.against:
            made["against"] = self.against
        if self.budget is not None:
            made |= {
                "floor": self.budget.floor,
                "goal": self.budget.goal,
                "at_most": self.budget.at_most,
                "verdict": self.verdict,
            }
        return made


def lines(rows: Iterable[Row]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(row.data(), ensure_ascii=False) + "\n" for row in rows)


_HEAD = ("what", "wall", "processor", "ratio", "by processor", "against", "budget (goal)", "")


def table(rows: Sequence[Row]) -> str:
    """The rows in columns."""
    cells = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(_width(line[at]) for line in cells) for at in range(len(_HEAD))]
    made = []
    for line in cells:
        padded = (
            text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True)
        )
        made.append("  ".join(padded).rstrip())
    made.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(made)


def _cells(row: Row) -> tuple[str, ...]:
    if row.skipped:
        return (row.name, "-", "-", "-", "-", row.skipped, "", "")
    return (
        row.name,
        _number(row.amount, row.unit),
        _number(row.cpu, row.unit),
        _number(row.value, row.budget.unit if row.budget else "×"),
        _number(row.cpu_value, "×"),
        row.against,
        str(row.budget or ""),
        row.verdict,
    )


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def machine() -> str:
    """What it ran on, without names."""
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
