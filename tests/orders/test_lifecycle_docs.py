from __future__ import annotations

import re

from orders.lifecycle import TABLE, TIMERS, allowed_edges, lifecycle_markdown
from orders.states import State


def test_every_transition_and_timer_has_its_line() -> None:
    page = lifecycle_markdown()
    for line in TABLE:
        assert page.count(f"| `{line.name}` |") >= 1
    for rule in TIMERS:
        assert f"| `{rule.slot}` |" in page


def test_tables_are_well_formed() -> None:
    widths: list[int] = []
    for line in lifecycle_markdown().splitlines():
        if line.startswith("|"):
            widths.append(line.count("|"))
        elif widths:
            assert len(set(widths)) == 1
            widths = []


def test_the_diagram_draws_every_edge_but_rulings() -> None:
    # The page's first diagram; the second is of tickets.
    diagram = lifecycle_markdown().split("```")[1]
    drawn = set(re.findall(r"^    (\w+) --> (\w+): ", diagram, re.MULTILINE))
    edges = {
        (str(source), str(target))
        for line in TABLE
        if line.name != "rule"
        for source in line.sources
        for target in line.ends(source)
        if source is not target
    }
    assert drawn == edges
    assert {(State(one), State(two)) for one, two in drawn} <= allowed_edges()


def test_the_page_is_always_the_same() -> None:
    assert lifecycle_markdown() == lifecycle_markdown()
    assert lifecycle_markdown().endswith("|\n")
