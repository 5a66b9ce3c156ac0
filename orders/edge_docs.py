"""The parts of docs/lifecycle.md about what is moved along plain edges, made from their tables."""

from __future__ import annotations

from orders.edges import Edges, S


def edge_lines(title: str, source: str, about: str, edges: Edges[S]) -> list[str]:
    """The same lines every time, so that a check can compare them with the file. `source`: where the table is."""
    return [
        f"# {title}",
        "",
        f"Generated from `{source}`; do not edit. {about}",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *(f"    [*] --> {state}" for state in edges.begins),
        *(
            f"    {source} --> {edge.target}: {edge.name}"
            for edge in edges.table
            for source in edge.sources
        ),
        *(f"    {state} --> [*]" for state in sorted(edges.ends)),
        "```",
        "",
        "| step | from → to | |",
        "|---|---|---|",
        *(
            f"| `{edge.name}` | {', '.join(edge.sources)} → {edge.target} | {edge.note} |"
            for edge in edges.table
        ),
        "",
    ]
