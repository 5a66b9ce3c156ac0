"""A flow as a Mermaid state diagram: what leads where."""

from __future__ import annotations

from dialogs.model import Flow


def mermaid(flow: Flow) -> str:
    """The diagram: solid lines are buttons, a line labelled "next" is the next open question."""
    asked = [step.name for step in flow.steps if step.asks is not None and step.name != flow.hub]
    lines = ["stateDiagram-v2", f"    [*] --> {flow.first}"]
    seen: set[tuple[str, str, str]] = set()

    def line(source: str, target: str, label: str) -> None:
        if (source, target, label) not in seen and source != target:
            seen.add((source, target, label))
            lines.append(f"    {source} --> {target}: {label}")

    for step in flow.steps:
        for part in step.parts:
            for target in part.targets:
                line(step.name, target, part.key)
    for index, name in enumerate(asked):
        optional = flow.field(flow.step(name).asks or "").optional
        following = asked[index + 1] if index + 1 < len(asked) else flow.hub
        line(name, following, "next")
        if optional and index:
            line(asked[index - 1], following, "next")
    return "\n".join(lines) + "\n"
