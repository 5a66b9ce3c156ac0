"""The part of docs/lifecycle.md about tickets, made from the table in `orders.tickets`."""

from __future__ import annotations

from orders.tickets import OPEN_STATES, TABLE, TicketState, TicketTransition


def ticket_lines() -> list[str]:
    """The same lines every time, so that a check can compare them with the file."""
    edges: dict[tuple[TicketState, TicketState], list[str]] = {}
    for line in TABLE:
        if set(line.sources) >= OPEN_STATES:
            continue
        for source in line.sources:
            target = line.target or source
            if target is not source:
                edges.setdefault((source, target), []).append(line.name)
    return [
        "# Lifecycle of a ticket",
        "",
        "Generated from `orders/tickets.py`; do not edit.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {TicketState.NEW}",
        *(
            f"    {source} --> {target}: {' / '.join(names)}"
            for (source, target), names in edges.items()
        ),
        f"    {TicketState.CLOSED} --> [*]",
        "```",
        "",
        "Not drawn: what leads from every open state to one: "
        + ", ".join(
            f"`{line.name}` to {line.target}" for line in TABLE if set(line.sources) >= OPEN_STATES
        )
        + ".",
        "",
        "| transition | from → to | who | guards | timer | |",
        "|---|---|---|---|---|---|",
        *(_line(line) for line in TABLE),
        "",
    ]


def _line(line: TicketTransition) -> str:
    every = set(line.sources) >= OPEN_STATES
    sources = "any open" if set(line.sources) == OPEN_STATES else ", ".join(line.sources)
    if every and set(line.sources) != OPEN_STATES:
        extra = ", ".join(state for state in line.sources if state not in OPEN_STATES)
        sources = f"any open, {extra}"
    cells = (
        f"`{line.name}`",
        f"{sources} → {line.target or 'same'}",
        ", ".join(line.actors),
        ", ".join(line.guards).replace("_", " "),
        line.timer or "",
        line.note,
    )
    return "| " + " | ".join(cells) + " |"
