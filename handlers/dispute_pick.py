"""Choosing terms step by step, on one message that is edited: the outcome, then its percentage or its days.

What was chosen so far travels in the buttons' stored values, so a restart or a second device changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialogs.content import Button, ButtonStyle
from dialogs.words import N_, Words
from handlers.dispute_words import OUTCOMES
from orders.dispute_terms import DAYS, Outcome, Terms, divided
from orders.money import Money

#: Days to choose from, and steps of the percentage.
DAY_CHOICES = (2, 3, 5, 7, 10, 14)
STEPS = (-10, -5, 5, 10)
PRESETS = (25, 50, 75)
FIRST_PERCENT = 50


class Rows:
    """Rows of buttons with their actions, numbered as they come."""

    def __init__(self) -> None:
        self.rows: list[tuple[Button, ...]] = []
        self.actions: list[tuple[str, Any]] = []

    def add(self, *row: tuple[str, str, Mapping[str, Any]], style: ButtonStyle = "") -> None:
        """A row of (label, action, value)."""
        first = len(self.actions)
        self.rows.append(
            tuple(
                Button(label=label, action=first + n, style=style)
                for n, (label, _, _) in enumerate(row)
            )
        )
        self.actions += [(action, dict(value)) for _, action, value in row]

    @property
    def buttons(self) -> tuple[tuple[Button, ...], ...]:
        return tuple(self.rows)


def picked(value: Mapping[str, Any]) -> Terms | None:
    """The terms a value holds, once they are complete."""
    if "outcome" not in value:
        return None
    outcome = Outcome(value["outcome"])
    if outcome is Outcome.SPLIT:
        return Terms(outcome, percent=int(value["percent"])) if value.get("set") else None
    if outcome in (Outcome.REDO, Outcome.EXTEND):
        return Terms(outcome, days=int(value["days"])) if "days" in value else None
    return Terms(outcome)


def filled(more: Mapping[str, Any]) -> dict[str, Any]:
    """What the templates of these questions know, also where nothing is calculated."""
    return {"percent": 0, "back": "", "kept": "", "whole": "", **more}


def step_of(value: Mapping[str, Any]) -> str:
    """What is asked next: outcome, percent, days, or nothing."""
    if "outcome" not in value:
        return "outcome"
    if picked(value) is not None:
        return ""
    return "percent" if value["outcome"] == Outcome.SPLIT else "days"


def ask(
    rows: Rows,
    action: str,
    value: Mapping[str, Any],
    choices: Sequence[Outcome],
    over: Money,
    words: Words,
) -> dict[str, Any]:
    """Add the buttons of the next step; what its text needs beside `step`."""
    step = step_of(value)
    if step == "outcome":
        for outcome in choices:
            rows.add((words.gettext(OUTCOMES[outcome]), action, {**value, "outcome": str(outcome)}))
        return {}
    back = {key: value[key] for key in value if key not in ("outcome", "percent", "days", "set")}
    if step == "days":
        low, high = DAYS
        days = [n for n in DAY_CHOICES if low <= n <= high]
        for three in (days[:3], days[3:]):
            rows.add(*((words.days(n), action, {**value, "days": n}) for n in three))
        rows.add((words.gettext(N_("⬅️ Back")), action, back))
        return {}
    percent = int(value.get("percent", FIRST_PERCENT))
    terms = Terms(Outcome.SPLIT, percent=percent)
    given, kept = divided(terms, over)

    def at(n: int) -> dict[str, Any]:
        return {**value, "percent": min(99, max(1, n))}

    rows.add(*((f"{n:+d}", action, at(percent + n)) for n in STEPS))
    rows.add(*((words.percent(n), action, at(n)) for n in PRESETS))
    rows.add(
        (
            words.gettext(N_("✅ {percent} % it is"), percent=percent),
            action,
            {**at(percent), "set": True},
        ),
        style="success",
    )
    rows.add((words.gettext(N_("⬅️ Back")), action, back))
    return {
        "percent": percent,
        "back": words.money(given),
        "kept": words.money(kept),
        "whole": words.money(over),
    }
