"""What a delivery is checked against."""

from __future__ import annotations

import pytest

from orders.brief import Brief
from orders.catalogue import Plan
from orders.checklist import checklist, deliverable

PLAN = Plan(
    key="standard",
    title={"en": "Standard"},
    summary={"en": "Four films"},
    deliverables={"en": ("4 films", "4 covers"), "zh": ("成片 4 条",)},
    period_days=12,
    revisions=2,
    prices={"XTR": 100},
)
CUSTOM = Plan(
    key="custom",
    title={"en": "Custom"},
    summary={"en": "As you need"},
    deliverables={"en": ("A quote before anything starts",)},
    period_days=None,
    revisions=0,
    prices={},
)
BRIEF = Brief(goal="Launch our tea", deadline=None, requirements="", notes="", attachments=())


@pytest.mark.parametrize(
    ("plan", "requirements", "changes", "keys"),
    [
        (PLAN, "", False, ("item:0", "item:1", "goal")),
        (PLAN, "No faces", False, ("item:0", "item:1", "goal", "requirements")),
        (PLAN, "", True, ("changes", "item:0", "item:1", "goal")),
        # What a custom plan lists is how it is agreed, not what is handed over.
        (CUSTOM, "No faces", False, ("agreed", "goal", "requirements")),
        (None, "", False, ("agreed", "goal")),
    ],
)
def test_the_items_come_from_plan_brief_and_wishes(
    plan: Plan | None, requirements: str, changes: bool, keys: tuple[str, ...]
) -> None:
    brief = Brief(
        goal=BRIEF.goal, deadline=None, requirements=requirements, notes="", attachments=()
    )
    assert checklist(plan, brief, changes=changes) == keys


@pytest.mark.parametrize(
    ("key", "language", "text"),
    [
        ("item:0", "zh", "成片 4 条"),
        ("item:1", "en", "4 covers"),
        # Shorter in one language: the other's words are better than none.
        ("item:1", "zh", "4 covers"),
        ("item:9", "en", ""),
        ("goal", "en", ""),
    ],
)
def test_a_deliverable_in_a_language(key: str, language: str, text: str) -> None:
    assert deliverable(PLAN, key, language) == text
