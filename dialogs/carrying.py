"""Bringing states along when their flow, or the facts behind it, have changed while people are inside.

Everything is by name: an answer goes to the field of its name (or of its former name), a place to the step of its
name. What is unknown, of another kind, or no longer possible is asked again; the rest stays.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.declared import Flow
from dialogs.engine import can_show, drop_dependants, next_step
from dialogs.model import Answers, FactSource, Json, State


def flow_of(flows: Mapping[str, Flow], name: str) -> Flow | None:
    """The flow of this name, or that had it formerly."""
    found = flows.get(name)
    if found is not None:
        return found
    return next((flow for flow in flows.values() if name in flow.was), None)


def carry(flow: Flow, state: State, facts: FactSource, seen: Json = None) -> State:
    """A state that fits today's declaration of the flow and today's facts; the same one when nothing has changed.

    `seen` identifies what the facts stand on; answers are checked again when it is another than last time.
    A state that had to change gets a new revision: its screen has to be shown again. So does one at the hub, whose
    price may be another: what is confirmed there is what was seen.
    """
    declared = state.fingerprint == flow.fingerprint() and flow.has(state.step)
    if declared and state.seen == seen:
        return state
    answers = dict(state.answers) if declared else _renamed(flow, state.answers)
    answers, dropped = _settled(flow, answers, facts)
    if declared and not dropped and (state.seen is None or state.step != flow.hub):
        return state._replace(seen=seen)
    kept = state._replace(
        flow=flow.name,
        fingerprint=flow.fingerprint(),
        answers=answers,
        trail=state.trail if declared else _trail(flow, state),
        offered=(),
        revision=state.revision + 1,
        dropped=dropped,
        seen=seen,
    )
    step = step_of(flow, state.step)
    if step is not None and can_show(flow, kept.answers, step, facts):
        return kept._replace(step=step)
    step = next_step(flow, kept.answers, facts) if answers else flow.first
    names = [name for name, _ in kept.trail]
    trail = kept.trail[: names.index(step)] if step in names else kept.trail
    return kept._replace(step=step, view={}, trail=trail)


def step_of(flow: Flow, name: str) -> str | None:
    """The step of this name, or that had it formerly."""
    if flow.has(name):
        return name
    return next((step.name for step in flow.steps if name in step.was), None)


def _trail(flow: Flow, state: State) -> tuple[tuple[str, Mapping[str, Json]], ...]:
    """The way here without steps that are gone; two that have become one count once, and so does the hub."""
    way: dict[str, Mapping[str, Json]] = {}
    for name, view in state.trail:
        step = step_of(flow, name)
        if step is not None:
            way.setdefault(step, view)
    return tuple(way.items())


def _renamed(flow: Flow, answers: Answers) -> dict[str, Json]:
    kept: dict[str, Json] = {}
    for field in flow.fields:
        for name in (field.name, *field.was):
            if name in answers and isinstance(answers[name], field.kind):
                kept[field.name] = answers[name]
                break
    return kept


def _settled(
    flow: Flow, answers: dict[str, Json], facts: FactSource
) -> tuple[dict[str, Json], tuple[str, ...]]:
    """The answers that still hold, and the fields of those that do not."""
    gone: list[str] = []
    for field in flow.fields:
        if field.name not in answers or field.holds is None:
            continue
        try:
            holds = field.holds(answers[field.name], answers, facts)
        except (TypeError, ValueError, LookupError, AttributeError):
            # An answer over which the check itself stumbles was given to another question of this name.
            holds = False
        if not holds:
            del answers[field.name]
            gone.append(field.name)
    kept, after = drop_dependants(flow, answers, set(gone), facts, besides={})
    return kept, (*gone, *after)
