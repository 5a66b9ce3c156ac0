"""What each move leaves in the facts of an order, and in its timers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orders.lifecycle import WINDOWS, Actor, Move, OrderFacts, State, apply, decide
from orders.refusal import Refusal, refuse
from tests.orders.test_lifecycle import DAY, HOUR, NOW, A, S, moved, ready


def after(name: str, facts: OrderFacts, actor: Actor, **choice: object) -> OrderFacts:
    """The order after a move that must be possible."""
    return apply(moved(decided(name, facts, actor, **choice)), facts)


def decided(name: str, facts: OrderFacts, actor: Actor, **choice: object) -> Move | Refusal:
    return decide(name, facts, actor, NOW, **choice)  # type: ignore[arg-type]


# -- paying -----------------------------------------------------------------------------------------------


def test_confirming_starts_the_time_to_pay_afresh() -> None:
    """Nothing stays of an earlier invoice that was edited away."""
    stale = ready(
        S.DRAFT,
        awaiting_since=NOW - 50 * HOUR,
        pre_checkout_at=NOW - timedelta(minutes=5),
        proof_waiting=True,
    )
    confirmed = after("confirm", stale, A.CUSTOMER)
    assert confirmed.awaiting_since == NOW
    assert confirmed.pre_checkout_at is None
    assert confirmed.proof_waiting is False


def test_editing_forgets_the_time_to_pay_and_the_approval() -> None:
    facts = ready(S.AWAITING_PAYMENT, pre_checkout_at=NOW - timedelta(minutes=5))
    edited = after("edit", facts, A.CUSTOMER)
    assert (edited.awaiting_since, edited.pre_checkout_at) == (None, None)


# -- being late -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "state", "actor", "choice"),
    [
        ("accept", S.AWAITING_PROVIDER, A.PROVIDER, {}),
        ("revise", S.DELIVERED, A.CUSTOMER, {}),
        ("reopen", S.COMPLETED, A.SUPPORT, {}),
        ("rule", S.IN_PROGRESS, A.LEAD, {"target": S.IN_REVISION, "reason": "x"}),
    ],
)
def test_who_is_given_another_day_is_not_late_any_more(
    name: str, state: State, actor: Actor, choice: dict[str, object]
) -> None:
    given = after(name, ready(state, late=True), actor, due_at=NOW + 5 * DAY, **choice)
    assert given.due_at == NOW + 5 * DAY
    assert given.late is False


@pytest.mark.parametrize(
    ("name", "state", "actor", "choice"),
    [
        ("reopen", S.COMPLETED, A.SUPPORT, {}),
        ("rule", S.DELIVERED, A.LEAD, {"target": S.IN_REVISION, "reason": "x"}),
    ],
)
def test_work_taken_up_again_is_due_after_the_time_for_a_revision(
    name: str, state: State, actor: Actor, choice: dict[str, object]
) -> None:
    facts = ready(state, has_provider=True)
    assert after(name, facts, actor, **choice).due_at == NOW + WINDOWS.revision


@pytest.mark.parametrize(
    ("name", "actor", "choice"),
    [
        ("mark_late", A.TIMER, {}),
        ("propose_cancel", A.CUSTOMER, {"percent": 50}),
        ("decline_cancel", A.CUSTOMER, {}),
    ],
)
def test_what_happens_during_a_revision_puts_nothing_off(
    name: str, actor: Actor, choice: dict[str, object]
) -> None:
    facts = ready(S.IN_REVISION, cancel_proposed_by=A.PROVIDER, cancel_percent=40)
    left = after(name, facts, actor, **choice)
    assert left.state is S.IN_REVISION
    assert left.due_at == facts.due_at


@pytest.mark.parametrize("target", [S.COMPLETED, S.CANCELLED])
def test_a_ruling_that_ends_the_order_sets_no_day_for_the_work(target: State) -> None:
    facts = ready(S.DELIVERED)
    ruled = after("rule", facts, A.LEAD, target=target, reason="x")
    assert ruled.due_at == facts.due_at


# -- delivering -------------------------------------------------------------------------------------------


def test_a_delivery_is_in_time_again_and_has_all_its_time_to_be_looked_at() -> None:
    facts = ready(S.IN_REVISION, late=True, extensions=2)
    move = moved(decide("deliver", facts, A.PROVIDER, NOW))
    delivered = apply(move, facts)
    assert (delivered.delivered_at, delivered.extensions) == (NOW, 0)
    assert delivered.late is False
    assert ("accept_72", NOW + WINDOWS.acceptance) in move.set_timers


@pytest.mark.parametrize(
    ("name", "state", "actor", "choice"),
    [
        ("revise", S.DELIVERED, A.CUSTOMER, {}),
        ("reopen", S.COMPLETED, A.SUPPORT, {}),
        ("rule", S.DELIVERED, A.LEAD, {"target": S.IN_REVISION, "reason": "x"}),
    ],
)
def test_the_checklist_is_gone_through_again_for_the_next_delivery(
    name: str, state: State, actor: Actor, choice: dict[str, object]
) -> None:
    facts = ready(state, has_provider=True)
    again = after(name, facts, actor, **choice)
    assert again.checklist_done is False
    uploaded = replace(again, artefacts=1)
    assert decide("deliver", uploaded, A.PROVIDER, NOW) == refuse("delivery_checklist")


# -- cancelling by agreement ------------------------------------------------------------------------------


def test_a_proposal_counts_from_when_it_was_made() -> None:
    facts = ready(S.DELIVERED)
    move = moved(decide("propose_cancel", facts, A.PROVIDER, NOW, percent=50))
    assert apply(move, facts).cancel_proposed_at == NOW
    assert ("cancel_silence", NOW + WINDOWS.cancel_silence) in move.set_timers


@pytest.mark.parametrize("name", ["decline_cancel", "accept_delivery", "cancel_agreed"])
def test_nothing_waits_for_an_answer_to_a_proposal_that_ended(name: str) -> None:
    proposed = ready(
        S.DELIVERED,
        cancel_proposed_by=A.PROVIDER,
        cancel_proposed_at=NOW - HOUR,
        cancel_percent=50,
    )
    move = moved(decide(name, proposed, A.CUSTOMER, NOW))
    assert apply(move, proposed).cancel_proposed_at is None
    assert "cancel_silence" not in dict(move.set_timers)
    assert "cancel_silence" in move.drop_timers


# -- asking the customer ----------------------------------------------------------------------------------


def test_an_answer_to_an_order_without_dates_gives_it_none() -> None:
    facts = ready(S.AWAITING_CUSTOMER, due_at=None, next_report_at=None)
    answered = after("give_information", facts, A.CUSTOMER)
    assert (answered.due_at, answered.next_report_at, answered.asked_at) == (None, None, None)


def test_a_hold_of_unknown_start_lets_the_question_count_until_its_answer() -> None:
    facts = ready(S.AWAITING_CUSTOMER, due_at=NOW + DAY, on_hold=True, held_since=None)
    answered = after("give_information", facts, A.CUSTOMER)
    assert answered.due_at == NOW + DAY + HOUR


# -- what a move says -------------------------------------------------------------------------------------


def test_who_may_not_move_an_order_is_told_what_and_as_whom() -> None:
    assert decide("deliver", ready(S.IN_PROGRESS), A.CUSTOMER, NOW) == refuse(
        "order_not_yours_to_move", transition="deliver", actor=A.CUSTOMER
    )


def test_the_reason_travels_with_the_move() -> None:
    facts = ready(S.DELIVERED)
    ruled = moved(decide("rule", facts, A.LEAD, NOW, target=S.CANCELLED, reason="never came"))
    assert ruled.reason == "never came"
    assert moved(decide("accept_delivery", facts, A.CUSTOMER, NOW)).reason == ""


def test_a_ruling_about_which_nothing_is_said_is_refused() -> None:
    ruled = decide("rule", ready(S.DELIVERED), A.LEAD, NOW, target=S.CANCELLED)
    assert ruled == refuse("reason_needed")


def test_timers_follow_the_windows_of_the_operator() -> None:
    facts = ready(S.IN_PROGRESS)
    shorter = replace(WINDOWS, acceptance=10 * HOUR)
    move = moved(decide("deliver", facts, A.PROVIDER, NOW, windows=shorter))
    assert ("accept_72", NOW + 10 * HOUR) in move.set_timers


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine stands in a zone that changes its clocks."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_new_york")
def test_a_move_is_dated_in_utc_wherever_person_and_machine_are() -> None:
    now = datetime(2026, 11, 21, 20, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    move = moved(decide("confirm", ready(S.DRAFT), A.CUSTOMER, now))
    assert move.at == NOW
    assert move.at.tzinfo is UTC
