"""What a delivery is checked against before it is sent: the plan's deliverables and the brief.

Items are keys, so that they read in any language: `item:0` is the first deliverable of the plan.
"""

from __future__ import annotations

from orders.brief import Brief
from orders.catalogue import Plan

ITEM = "item:"


def checklist(plan: Plan | None, brief: Brief, *, changes: bool) -> tuple[str, ...]:
    """The keys of what has to be ticked, in the order shown.

    With `changes` the customer asked for some: they come first. A custom plan has no deliverables
    of its own: it is checked against what was agreed.
    """
    items = ["changes"] if changes else []
    if plan is None or plan.is_custom:
        items.append("agreed")
    else:
        longest = max((len(texts) for texts in plan.deliverables.values()), default=0)
        items += [f"{ITEM}{n}" for n in range(longest)]
    items.append("goal")
    if brief.requirements:
        items.append("requirements")
    return tuple(items)


def deliverable(plan: Plan | None, key: str, language: str) -> str:
    """The text of a deliverable's key in that language, else in any; "" for other keys."""
    if plan is None or not key.startswith(ITEM):
        return ""
    n = int(key.removeprefix(ITEM))
    for texts in (plan.deliverables.get(language, ()), *plan.deliverables.values()):
        if n < len(texts):
            return texts[n]
    return ""
