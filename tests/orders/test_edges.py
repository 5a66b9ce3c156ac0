"""The tables of invoices and refunds: what they allow, what they refuse, and that they hang together."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.attempts import ATTEMPT, OPEN, AttemptState
from orders.edges import Edge, Edges
from orders.errors import IllegalStep
from orders.refunds import REFUND, RefundState

TABLES: list[tuple[Edges[Any], type[StrEnum]]] = [(ATTEMPT, AttemptState), (REFUND, RefundState)]
tables = pytest.mark.parametrize(("edges", "states"), TABLES, ids=["invoice", "refund"])


@tables
def test_every_state_can_be_reached_and_every_step_has_a_name_of_its_own(
    edges: Edges[Any], states: type[StrEnum]
) -> None:
    there = set(edges.begins)
    while more := {to for one, to in edges.pairs() if one in there} - there:
        there |= more
    assert there == set(states)
    assert len({edge.name for edge in edges.table}) == len(edges.table)
    assert len(set(edges.pairs())) == len(list(edges.pairs()))
    assert edges.ends


@tables
def test_what_is_not_in_the_table_is_refused(edges: Edges[Any], states: type[StrEnum]) -> None:
    allowed = set(edges.pairs())
    for source in states:
        for target in states:
            if (source, target) in allowed:
                assert edges.checked(source, target) == target
            else:
                with pytest.raises(IllegalStep, match=f"{source} -> {target} is no step"):
                    edges.checked(source, target)
    for first in states:
        if first in edges.begins:
            assert edges.checked(None, first) == first
        else:
            with pytest.raises(IllegalStep, match="it can begin"):
                edges.checked(None, first)


@pytest.mark.parametrize("state", ["", "failed", "SETTLED"])
def test_a_state_that_there_is_not_is_refused(state: str) -> None:
    with pytest.raises(IllegalStep):
        ATTEMPT.checked(AttemptState.INVOICED, state)
    with pytest.raises(IllegalStep):
        ATTEMPT.checked(state, AttemptState.SETTLED)


def test_what_is_open_can_be_paid_and_closed_and_nothing_else_can_be_voided() -> None:
    pairs = set(ATTEMPT.pairs())
    for state in AttemptState:
        assert ((state, AttemptState.VOIDED) in pairs) == (state in OPEN)
        if state in OPEN:
            assert (state, AttemptState.SETTLED) in pairs
    assert ATTEMPT.ends == {AttemptState.SETTLED, AttemptState.VOIDED}


@given(st.lists(st.sampled_from(list(RefundState)), max_size=12))
def test_money_that_is_back_or_refused_stays_so(wishes: list[RefundState]) -> None:
    """However steps are tried, a refund is returned or rejected once, and never the one after the other."""
    state, ended = RefundState.REQUESTED, 0
    for wish in wishes:
        try:
            REFUND.checked(state, wish)
        except IllegalStep:
            continue
        state = wish
        ended += wish in REFUND.ends
    assert ended <= 1
    assert (state in REFUND.ends) == (ended == 1)


def test_a_message_says_where_it_can_go() -> None:
    class Lamp(StrEnum):
        OFF = "off"
        ON = "on"

    lamp = Edges(
        thing="lamp",
        begins=(Lamp.OFF,),
        table=(Edge(name="switch_on", sources=(Lamp.OFF,), target=Lamp.ON, note=""),),
    )
    with pytest.raises(
        IllegalStep, match="lamp: on -> off is no step; from on it can go to no other"
    ):
        lamp.checked(Lamp.ON, Lamp.OFF)
