"""The table of tickets: every edge, every guard, and no way into a dead end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orders.errors import UnknownTransition
from orders.refusal import Refusal
from orders.ticket_times import median, quantile, rounded
from orders.tickets import (
    GUARDS,
    HELD_STATES,
    OPEN_STATES,
    REOPENS,
    TABLE,
    TicketActor,
    TicketFacts,
    TicketMove,
    TicketState,
    decide_ticket,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def facts(state: str, **more: Any) -> TicketFacts:
    return TicketFacts(**{"state": TicketState(state), "person": 1, "assignee": 2, **more})


def decided(name: str, state: str, actor: str = "agent", **more: Any) -> TicketMove | Refusal:
    known = {key: more.pop(key) for key in list(more) if key in TicketFacts.__slots__}
    given = {"by": 3, "summary": "a summary that says enough", **more}
    return decide_ticket(name, facts(state, **known), TicketActor(actor), NOW, **given)


def code(answer: TicketMove | Refusal) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_every_guard_of_the_table_exists_and_is_used() -> None:
    assert {guard for line in TABLE for guard in line.guards} == GUARDS


def test_every_state_can_be_reached_and_left() -> None:
    reached = {TicketState.NEW} | {line.target for line in TABLE if line.target is not None}
    left = {source for line in TABLE for source in line.sources if line.target is not source}
    assert reached == set(TicketState)
    assert left == set(TicketState) - {TicketState.CLOSED}
    assert HELD_STATES < OPEN_STATES


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.name)
def test_who_may_not_is_refused_everywhere(line: Any) -> None:
    for actor in set(TicketActor) - set(line.actors):
        assert code(decided(line.name, line.sources[0], actor)) == "ticket_not_yours_to_move"
    for state in set(TicketState) - set(line.sources):
        said = code(decided(line.name, state, line.actors[0]))
        over = state in (TicketState.RESOLVED, TicketState.CLOSED)
        assert said == ("ticket_over" if over else "ticket_wrong_state")


def test_nobody_looks_after_their_own() -> None:
    assert code(decided("claim", "queued", by=1)) == "ticket_own"
    assert code(decided("take_over", "assigned", by=1)) == "ticket_own"
    assert code(decided("answer", "assigned", by=1)) == "ticket_own"
    assert code(decided("transfer", "assigned", receiver=1)) == "ticket_own"


def test_only_one_has_it() -> None:
    assert code(decided("claim", "assigned")) == "ticket_wrong_state"
    assert code(decided("take_over", "assigned", by=2)) == "ticket_held_already"
    assert code(decided("transfer", "assigned", receiver=2)) == "ticket_held_already"
    assert isinstance(decided("take_over", "snoozed"), TicketMove)


def test_a_lead_is_asked_with_a_summary_and_then_waited_for() -> None:
    assert code(decided("escalate", "assigned", summary="help  ")) == "ticket_summary_needed"
    assert isinstance(decided("escalate", "assigned"), TicketMove)
    assert code(decided("claim", "queued", escalated=True)) == "ticket_for_lead"
    assert isinstance(decided("claim", "queued", "lead", escalated=True), TicketMove)


def test_reopened_within_72_hours() -> None:
    inside, outside = NOW - REOPENS, NOW - REOPENS - timedelta(seconds=1)
    assert isinstance(decided("reopen", "resolved", "customer", resolved_at=inside), TicketMove)
    assert code(decided("reopen", "resolved", "customer", resolved_at=outside)) == "ticket_over"
    assert code(decided("reopen", "closed", "customer", resolved_at=inside)) == "ticket_over"


def test_what_was_answered_does_not_go_back_by_itself() -> None:
    assert code(decided("no_reply", "assigned", "timer", answered=True)) == "ticket_answered"
    assert isinstance(decided("no_reply", "assigned", "timer"), TicketMove)


def test_only_tickets_of_one_person_are_merged() -> None:
    assert code(decided("merge", "assigned", other_person=7)) == "ticket_other_person"
    assert isinstance(decided("merge", "assigned", other_person=1), TicketMove)


def test_an_unknown_transition_is_a_mistake() -> None:
    with pytest.raises(UnknownTransition):
        decided("vanish", "queued")


def minutes(*numbers: int) -> list[timedelta]:
    return [timedelta(minutes=number) for number in numbers]


def test_times_are_rather_too_long_than_too_short() -> None:
    assert median(minutes(1, 2, 9)) == timedelta(minutes=2)
    assert median(minutes(1, 9)) == timedelta(minutes=9)
    assert quantile(minutes(*range(1, 11)), 0.9) == timedelta(minutes=10)
    said = [rounded(one) for one in minutes(1, 6, 16, 61, 121)]
    assert said == minutes(5, 10, 20, 90, 180)
    with pytest.raises(ValueError, match="no times"):
        median([])
