"""Releases: what may happen to a flow while people are inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from dialogs.declared import Field, Flow, Step
from dialogs.parts import FreeText, Link, Row, Tell
from orders.brief import check_goal
from tests.dialogs.toy import renamed

Replies = Mapping[str, Sequence[str]]

#: Fields that no rule of the toy names, so that they can be renamed or taken out.
_FREE = ("day", "guests", "extras", "wish", "contact")


@dataclass(frozen=True)
class Release:
    """A version of the flow, and sentences that answer its steps."""

    flow: Flow
    replies: Replies
    what: str = ""


def rename_step(old: Release, luck: Random) -> Release:
    flow = old.flow
    name = luck.choice([step.name for step in flow.steps])
    new = f"{name}_new"
    if flow.has(new):
        return old
    made = renamed(flow, name, new)
    if luck.random() < 0.5:
        made = _with_step(made, new, was=(name,))
    return Release(made, {**old.replies, new: old.replies.get(name, ())}, f"rename {name}")


def remove_question(old: Release, luck: Random) -> Release:
    """A step, its field, and every way there."""
    flow = old.flow
    steps = [step for step in flow.steps if step.asks in _FREE and step.name != flow.hub]
    if not steps:
        return old
    gone = luck.choice(steps)
    fields = tuple(
        replace(field, after=tuple(name for name in field.after if name != gone.asks))
        for field in flow.fields
        if field.name != gone.asks
    )
    kept = tuple(
        replace(
            step,
            parts=tuple(part for part in step.parts if gone.name not in part.targets),
            after=tuple(name for name in step.after if name != gone.asks),
        )
        for step in flow.steps
        if step is not gone
    )
    return Release(replace(flow, fields=fields, steps=kept), old.replies, f"remove {gone.name}")


def add_question(old: Release, luck: Random) -> Release:
    flow, number = old.flow, luck.randrange(10**9)
    step = Step(
        name=f"new{number}",
        asks=f"new{number}",
        parts=(FreeText(key="text", field=f"new{number}", check=check_goal),),
    )
    at = luck.randrange(1, len(flow.steps))
    steps = (*flow.steps[:at], step, *flow.steps[at:])
    made = replace(flow, fields=(*flow.fields, Field(name=step.name)), steps=steps)
    return Release(made, {**old.replies, step.name: ("Something new",)}, f"add {step.name}")


def reorder(old: Release, luck: Random) -> Release:
    """Another order of the questions, those that build on others after them."""
    first, *rest = old.flow.steps
    asks = {step.asks: step.name for step in old.flow.steps if step.asks is not None}
    luck.shuffle(rest)
    placed, names = [first], {first.name}
    while rest:
        for step in rest:
            before = (*step.after, *(old.flow.field(step.asks).after if step.asks else ()))
            if {asks[name] for name in before if name in asks} <= names:
                placed.append(step)
                names.add(step.name)
                rest.remove(step)
                break
        else:
            return old
    return replace(old, flow=replace(old.flow, steps=tuple(placed)), what="reorder")


def rename_field(old: Release, luck: Random) -> Release:
    flow = old.flow
    names = [field.name for field in flow.fields if field.name in _FREE]
    if not names:
        return old
    name = luck.choice(names)
    new = f"{name}_field"
    was = (name,) if luck.random() < 0.5 else ()
    fields = tuple(
        replace(
            field,
            name=new if field.name == name else field.name,
            was=was if field.name == name else field.was,
            after=tuple(new if other == name else other for other in field.after),
        )
        for field in flow.fields
    )
    steps = tuple(
        replace(
            step,
            asks=new if step.asks == name else step.asks,
            after=tuple(new if other == name else other for other in step.after),
            parts=tuple(_answering(part, name, new) for part in step.parts),
        )
        for step in flow.steps
    )
    return Release(replace(flow, fields=fields, steps=steps), old.replies, f"rename field {name}")


def change_input(old: Release, luck: Random) -> Release:
    """Numbers become words, a calendar becomes a line of text; the field keeps its name."""
    flow = old.flow
    steps = [step for step in flow.steps if step.asks in ("guests", "extras", "day", "contact")]
    if not steps:
        return old
    step = luck.choice(steps)
    assert step.asks is not None
    made = _with_step(
        flow, step.name, parts=(FreeText(key="text", field=step.asks, check=check_goal),)
    )
    fields = tuple(
        replace(field, kind=str, holds=None) if field.name == step.asks else field
        for field in made.fields
    )
    replies = {**old.replies, step.name: ("Quite a few of them",)}
    return Release(replace(made, fields=fields), replies, f"change {step.name}")


def depend_more(old: Release, luck: Random) -> Release:
    """An answer comes to depend on one declared above it."""
    flow = old.flow
    at = luck.randrange(1, len(flow.fields))
    field, other = flow.fields[at], flow.fields[luck.randrange(at)]
    asked = [step.asks for step in flow.steps]
    if other.optional or field.name not in asked or other.name not in asked:
        return old
    if asked.index(other.name) > asked.index(field.name) or other.name == "address":
        return old
    changed = replace(field, after=tuple(dict.fromkeys((*field.after, other.name))))
    fields = (*flow.fields[:at], changed, *flow.fields[at + 1 :])
    return replace(old, flow=replace(flow, fields=fields), what=f"{field.name} after {other.name}")


def split(old: Release, luck: Random) -> Release:
    """The second half of the questions becomes a flow of its own; people stay in the first, or go on in it."""
    flow = old.flow
    questions = [step for step in flow.steps if step.asks is not None and step.name != flow.hub]
    if len(questions) < 6:
        return old
    half = len(questions) // 2
    first, second = questions[:half], questions[half:]
    kept = first if luck.random() < 0.5 else second
    names = {step.name for step in kept}
    fields = {step.asks for step in kept}
    for step in kept:
        if set(step.after) - fields:
            return old
    hub = Step(
        name="end",
        parts=(
            Tell(key="book", label="Book it"),
            *(Link(key=step.name, label=f"Change {step.name}", to=step.name) for step in kept),
        ),
    )
    steps = tuple(
        replace(
            step,
            parts=tuple(
                part
                for part in step.parts
                if set(part.targets) <= names and set(part.fields) <= fields
            ),
        )
        for step in kept
    )
    if any(not step.parts for step in steps):
        return old
    made = Flow(
        name="half",
        was=(flow.name, *flow.was),
        fields=tuple(
            replace(field, after=tuple(n for n in field.after if n in fields))
            for field in flow.fields
            if field.name in fields
        ),
        steps=(*steps, hub),
        hub="end",
    )
    return Release(made, old.replies, "split")


MUTATIONS: tuple[Callable[[Release, Random], Release], ...] = (
    rename_step,
    remove_question,
    add_question,
    reorder,
    rename_field,
    change_input,
    depend_more,
    split,
)


def release(old: Release, luck: Random) -> Release:
    """The flow after one to three changes."""
    made = old
    for _ in range(luck.randint(1, 3)):
        made = luck.choice(MUTATIONS)(made, luck)
    return replace(made, flow=replace(made.flow, reader=None))


def _with_step(flow: Flow, name: str, **changes: Any) -> Flow:
    return replace(
        flow,
        steps=tuple(replace(step, **changes) if step.name == name else step for step in flow.steps),
    )


def _answering(part: Any, old: str, new: str) -> Any:
    changes: dict[str, Any] = {
        name: new for name in ("field", "caption") if getattr(part, name, None) == old
    }
    if isinstance(part, Row):
        changes["parts"] = tuple(_answering(inner, old, new) for inner in part.parts)
    return replace(part, **changes) if changes else part
