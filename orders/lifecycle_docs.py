"""docs/lifecycle.md: the table and the diagram of the lifecycle, made from the table in
transitions.
"""

from __future__ import annotations

from orders.attempts import ATTEMPT
from orders.edge_docs import edge_lines
from orders.refunds import REFUND
from orders.states import State
from orders.ticket_docs import ticket_lines
from orders.timetable import TIMERS, WINDOWS, TimerRule
from orders.transitions import TABLE, Transition


def lifecycle_markdown() -> str:
    """The whole page. The same text every time, so that a check can compare it with the file."""
    return "\n".join(
        [
            "# Lifecycle of an order",
            "",
            "Generated from `orders/transitions.py` and `orders/timetable.py`; do not edit.",
            "",
            *_diagram(),
            "",
            "## Transitions",
            "",
            "| transition | from → to | who | guards | timer | told | back | |",
            "|---|---|---|---|---|---|---|---|",
            *(_line(line) for line in TABLE),
            "",
            "## Timers",
            "",
            "They stand still while a dispute or a change request holds the order.",
            "",
            "| slot | while | due | makes | told |",
            "|---|---|---|---|---|",
            *(_timer(rule) for rule in TIMERS),
            "",
            *ticket_lines(),
            *edge_lines(
                "Lifecycle of an invoice",
                "orders/attempts.py",
                "An invoice is one attempt to pay. Whether an order is paid is not stored: the ledger says it.",
                ATTEMPT,
            ),
            *edge_lines(
                "Lifecycle of a refund",
                "orders/refunds.py",
                "From its first moment on its money is set aside.",
                REFUND,
            ),
        ]
    )


def _diagram() -> list[str]:
    edges: dict[tuple[State, State], list[str]] = {}
    for line in TABLE:
        if len(line.sources) == len(State):
            continue
        for source in line.sources:
            for target in line.ends(source):
                if source is not target:
                    edges.setdefault((source, target), []).append(line.name)
    return [
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {State.DRAFT}",
        *(
            f"    {source} --> {target}: {' / '.join(names)}"
            for (source, target), names in edges.items()
        ),
        f"    {State.COMPLETED} --> [*]",
        f"    {State.CANCELLED} --> [*]",
        "```",
        "",
        "Not drawn: what keeps the state, and `rule`, which leads from any state to "
        "completed, cancelled or in_revision.",
    ]


def _line(line: Transition) -> str:
    sources = "any" if len(line.sources) == len(State) else ", ".join(line.sources)
    targets = " or ".join(line.targets) or "same"
    cells = (
        f"`{line.name}`",
        f"{sources} → {targets}",
        ", ".join(line.actors),
        ", ".join(line.guards).replace("_", " "),
        line.timer or "",
        ", ".join(line.told),
        line.refund or "",
        line.note,
    )
    return "| " + " | ".join(cells) + " |"


def _timer(rule: TimerRule) -> str:
    due = rule.since.replace("_", " ")
    if rule.after is not None:
        due = f"{due} + {_hours(rule.after)}"
    if rule.slot == "expire":
        due += f" (bank transfer {_hours('pay_by_transfer')})"
    if rule.slot.startswith("accept_"):
        due += ", later by 72 h for each extension"
    cells = (
        f"`{rule.slot}`",
        ", ".join(rule.states),
        due,
        f"`{rule.fires}`" if rule.fires else "",
        ", ".join(rule.told),
    )
    return "| " + " | ".join(cells) + " |"


def _hours(name: str) -> str:
    hours = round(getattr(WINDOWS, name).total_seconds() / 3600)
    return f"{hours} h" if hours <= 72 else f"{hours // 24} d"
