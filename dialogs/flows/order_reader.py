"""Reading a whole order from one message: service, plan, goal, deadline, budget."""

from __future__ import annotations

from dialogs.model import Json, Reading, Scene
from dialogs.understanding.message import Understood, understand
from orders.brief import check_goal
from orders.deadlines import Deadline, check_deadline, latest_deadline
from orders.refusal import Refusal

#: Steps where what is typed may say more than what was asked.
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
#: A name alone is looked for or chosen; it is no order yet.
_NAMES = frozenset({"service", "plan"})


def read_order(text: str, scene: Scene) -> Reading | None:
    """The answers a message gives, each one checked; None when it only answers what was asked.

    What is ambiguous is left to be asked, with the candidates as buttons.
    """
    if scene.step.name not in _OPEN:
        return None
    found = understand(text, names=scene.fact("names"), now=scene.now, zone=scene.zone)
    if found.asks and scene.step.asks != "goal":
        # "How much is the premium plan?" orders nothing.
        return None
    if scene.step.asks == "goal":
        # Whatever stands in an answer to "what is it for?" is about that; only a day or a budget is more.
        return _goal_and_more(text, found, scene)
    values = _named(found, scene)
    if found.goal:
        goal = check_goal(found.goal)
        if not isinstance(goal, Refusal):
            values["goal"] = goal
    reading = _dated(text, found, values, scene)
    return reading if _says_more(reading, scene) else None


def _goal_and_more(text: str, found: Understood, scene: Scene) -> Reading | None:
    named = found.service is not None or found.plan is not None or bool(found.rest)
    goal = check_goal(text if named or not found.goal else found.goal)
    if isinstance(goal, Refusal):
        return None
    reading = _dated(text, found, {"goal": goal}, scene)
    return reading if _says_more(reading, scene) else None


def _dated(text: str, found: Understood, values: dict[str, Json], scene: Scene) -> Reading:
    """The values with the deadline, checked, and the budget as it was written."""
    views, denied = {}, None
    if len(found.deadline.candidates) > 1:
        views["deadline"] = {"candidates": [day.iso() for day in found.deadline.candidates]}
    elif found.deadline.candidates:
        read = found.deadline.candidates[0]
        deadline = _deadline(Deadline(read.day, read.time), {**scene.answers, **values}, scene)
        if isinstance(deadline, Refusal):
            denied = deadline
        else:
            values["deadline"] = deadline.iso()
    if found.budget is not None:
        start, end = found.budget.span
        values["budget"] = text[start:end].strip()
    return Reading(values=values, views=views, denied=denied)


def _named(found: Understood, scene: Scene) -> dict[str, Json]:
    values: dict[str, Json] = {}
    if found.service is not None:
        values["service"] = found.service
    service = values.get("service") or scene.answers.get("service")
    if found.plan is not None:
        plans = scene.facts("plans", {**scene.answers, "service": service}, {}) if service else ()
        if service is None or any(option.value == found.plan for option in plans):
            values["plan"] = found.plan
    return values


def _deadline(deadline: Deadline, answers: dict[str, Json], scene: Scene) -> Deadline | Refusal:
    """Checked against the plan, or only against today while there is no plan."""
    now = scene.now.astimezone(scene.zone)
    if answers.get("service") and answers.get("plan"):
        return check_deadline(deadline, now, scene.facts("dates", answers, {}).period_days)
    if now.date() < deadline.day <= latest_deadline(now.date()):
        return deadline
    return check_deadline(deadline, now, None)


def _says_more(reading: Reading, scene: Scene) -> bool:
    """Whether the message gives something beside the answer that was asked for, or a bare name."""
    asked = scene.step.asks
    given = set(reading.values) | set(reading.views) | ({"deadline"} if reading.denied else set())
    if asked in ("goal", "deadline"):
        return len(given) > 1
    if scene.step.name == "summary":
        return bool(given)
    return bool(given - _NAMES) or (given >= _NAMES and asked != "plan")
