"""A flow as a Mermaid state diagram: what leads where."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.declared import Flow, Step
from dialogs.model import Part
from dialogs.parts import Row, Tell


def mermaid(flow: Flow) -> str:
    """The diagram, the same for the same flow.

    A line is named after the button or list that leads along it; "next" leads to the questions that may follow an
    answer, "if asked" to those that depend on others; what the handlers do at the hub ends it. Back is not drawn.
    """
    lines = dict.fromkeys(_lines(flow))
    return "\n".join(("stateDiagram-v2", f"    [*] --> {flow.first}", *lines)) + "\n"


def _lines(flow: Flow) -> Iterator[str]:
    for step in flow.steps:
        for part in step.parts:
            yield from _ways(step, part)
    asked = [step for step in flow.steps if _asked(flow, step)]
    for index, step in enumerate(asked):
        for following in asked[index + 1 :]:
            if following.when is None:
                yield f"    {step.name} --> {following.name}: next"
                break
            yield f"    {step.name} --> {following.name}: if asked"
        else:
            yield f"    {step.name} --> {flow.hub}: next"
    for part in flow.step(flow.hub).parts:
        if isinstance(part, Tell):
            yield f"    {flow.hub} --> [*]: {part.key}"


def _ways(step: Step, part: Part) -> Iterator[str]:
    if isinstance(part, Row):
        for inner in part.parts:
            yield from _ways(step, inner)
        return
    for target in part.targets:
        if target != step.name:
            yield f"    {step.name} --> {target}: {part.key}"


def _asked(flow: Flow, step: Step) -> bool:
    """Whether the step is a question that comes by itself."""
    if step.asks is None or step.name == flow.hub:
        return False
    return step.when is not None or not flow.field(step.asks).optional
