"""Reading a whole order from one message: service, plan, goal, deadline, budget."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.model import Json, Scene
from dialogs.understanding.message import Names, understand
from orders.brief import check_goal
from orders.deadlines import Deadline, check_deadline
from orders.refusal import Refusal

#: Steps where a message may mean more than the answer to the question; elsewhere it is only that answer.
_OPEN = frozenset(
    {
        "home",
        "categories",
        "category",
        "search",
        "service",
        "compare",
        "goal",
        "deadline",
        "summary",
    }
)
#: Steps where anything that is understood counts; on a question, only a message with several answers does.
_BROWSING = frozenset({"home", "categories", "category", "search", "service", "compare", "summary"})


def read_order(text: str, scene: Scene) -> Mapping[str, Json]:
    """The answers a message gives, each one checked; {} when it is not a whole order.

    What is ambiguous or cannot be taken is left out, so that it is asked for.
    """
    if scene.step.name not in _OPEN:
        return {}
    names: Names = scene.fact("names")
    found = understand(text, names=names, now=scene.now, zone=scene.zone)
    values: dict[str, Json] = {}
    if found.service is not None:
        values["service"] = found.service
    service = values.get("service") or scene.answers.get("service")
    if found.plan is not None and service is not None:
        plans = scene.facts("plans", {**scene.answers, "service": service}, {})
        if any(option.value == found.plan for option in plans):
            values["plan"] = found.plan
    if found.goal:
        goal = check_goal(found.goal)
        if not isinstance(goal, Refusal):
            values["goal"] = goal
    answers = {**scene.answers, **values}
    if len(found.deadline.candidates) == 1 and "plan" in answers:
        read = found.deadline.candidates[0]
        dates = scene.facts("dates", answers, {})
        deadline = check_deadline(
            Deadline(read.day, read.time), scene.now.astimezone(scene.zone), dates.period_days
        )
        if not isinstance(deadline, Refusal):
            values["deadline"] = deadline.iso()
    if found.budget is not None:
        values["budget"] = found.budget_text
    if scene.step.name in _BROWSING:
        # A name alone is a search, which shows what there is; an order says at least what for, or by when.
        whole = set(values) & {"goal", "deadline"} or {"service", "plan"} <= set(values)
        return values if whole and service is not None else {}
    return values if len(values) > 1 else {}
