"""How complete a brief is, for a provider who has to work from it."""

from __future__ import annotations

from collections.abc import Collection

from orders.brief import Brief

#: Parts of a brief and their weight, out of 100 when all of them are wanted.
WEIGHTS = {"goal": 40, "deadline": 20, "requirements": 20, "attachments": 10, "notes": 10}
#: Characters from which a goal says enough to start with; a Chinese one says as much as two.
GOAL_ENOUGH = 20


def _length(text: str) -> int:
    return sum(2 if character >= "\u2e80" else 1 for character in text)


def completeness(brief: Brief, asked: Collection[str]) -> tuple[int, tuple[str, ...]]:
    """(percent, parts that are missing). A part nobody asked for counts only when it is there."""
    got: dict[str, bool] = {
        "goal": _length(brief.goal) >= GOAL_ENOUGH,
        "deadline": brief.deadline is not None,
        "requirements": bool(brief.requirements),
        "attachments": bool(brief.attachments),
        "notes": bool(brief.notes),
    }
    wanted = {"goal", "deadline", *asked}
    counted = {name: WEIGHTS[name] for name in WEIGHTS if name in wanted or got[name]}
    have = sum(weight for name, weight in counted.items() if got[name])
    missing = tuple(name for name in WEIGHTS if name in wanted and not got[name])
    return have * 100 // sum(counted.values()), missing
