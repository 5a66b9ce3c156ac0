from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.lifecycle import (
    TABLE,
    TIMERS,
    Actor,
    Move,
    OrderFacts,
    State,
    Windows,
    after_pause,
    apply,
    decide,
    due_at,
    earliest_after_warning,
    retry_at,
    slots,
    timers_for,
    transition,
)
from orders.methods import Method
from orders.timetable import rule_of

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
S, A = State, Actor


def hours(timers: tuple[tuple[str, datetime], ...]) -> dict[str, float]:
    return {slot: (due - NOW) / HOUR for slot, due in timers}


def moved(name: str, facts: OrderFacts, actor: Actor, now: datetime, **choice: object) -> Move:
    move = decide(name, facts, actor, now, **choice)  # type: ignore[arg-type]
    assert isinstance(move, Move), move
    return move


@pytest.mark.parametrize(
    ("method", "expire"), [(Method.STARS, 24), (Method.PROVIDER, 24), (Method.TRANSFER, 72)]
)
def test_time_to_pay(method: Method, expire: int) -> None:
    move = moved("confirm", OrderFacts(state=S.DRAFT, method=method), A.CUSTOMER, NOW)
    assert hours(move.set_timers) == {"remind_1": 1, "remind_20": 20, "expire": expire}


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        (S.DRAFT, {}),
        (S.EXPIRED, {}),
        (S.CANCELLED, {}),
        (S.AWAITING_REVIEW, {"review_warn": 20, "review_due": 24}),
        (S.AWAITING_PROVIDER, {"no_provider": 72}),
        (
            S.IN_PROGRESS,
            {
                "report_due": 48,
                "report_remind": 60,
                "report_alarm": 72,
                "late": 240,
                "cancel_late": 264,
            },
        ),
        (S.AWAITING_CUSTOMER, {"nudge_24": 24, "nudge_48": 48, "ticket_7d": 168}),
        (S.DELIVERED, {"accept_warn_48": 48, "accept_warn_70": 70, "accept_72": 72}),
        (S.IN_REVISION, {"late": 240}),
        (S.COMPLETED, {"review_ask": 24, "review_remind": 96, "payout_clear": 336}),
    ],
)
def test_timers_of_each_state(state: State, wanted: dict[str, float]) -> None:
    facts = OrderFacts(
        state=state,
        entered_at=NOW,
        asked_at=NOW,
        delivered_at=NOW,
        completed_at=NOW,
        next_report_at=NOW + 2 * DAY,
        due_at=NOW + 10 * DAY,
    )
    assert hours(timers_for(state, facts, NOW)) == wanted
    assert timers_for(state, replace(facts, on_hold=True), NOW) == ()
    assert timers_for(state, replace(facts, change_pending=True), NOW) == ()


def test_timers_come_in_the_order_they_are_due() -> None:
    facts = OrderFacts(state=S.DELIVERED, delivered_at=NOW, cancel_proposed_at=NOW)
    moments = [due for _, due in timers_for(S.DELIVERED, facts, NOW)]
    assert len(moments) == 4
    assert moments == sorted(moments)


def test_one_tap_moves_the_whole_acceptance_on() -> None:
    facts = OrderFacts(state=S.DELIVERED, delivered_at=NOW, has_provider=True)
    move = moved("extend_acceptance", facts, A.CUSTOMER, NOW + 71 * HOUR)
    assert hours(move.set_timers) == {
        "accept_warn_48": 120,
        "accept_warn_70": 142,
        "accept_72": 144,
    }


def test_a_passed_reminder_is_dropped_a_passed_deadline_is_not() -> None:
    facts = OrderFacts(state=S.AWAITING_PAYMENT, awaiting_since=NOW - 30 * HOUR)
    assert hours(timers_for(S.AWAITING_PAYMENT, facts, NOW)) == {"expire": -6}


def test_lateness_is_noticed_once() -> None:
    facts = OrderFacts(state=S.IN_PROGRESS, due_at=NOW + HOUR)
    assert "late" in hours(timers_for(S.IN_PROGRESS, facts, NOW))
    assert "late" not in hours(timers_for(S.IN_PROGRESS, replace(facts, late=True), NOW))
    move = moved("mark_late", facts, A.TIMER, NOW + HOUR)
    assert apply(move, facts).late
    assert "late" in move.drop_timers


def test_leaving_a_state_drops_its_timers() -> None:
    facts = OrderFacts(state=S.AWAITING_PAYMENT, awaiting_since=NOW, fully_paid=True)
    move = moved("pay", facts, A.PAYMENT, NOW, target=S.AWAITING_PROVIDER)
    assert set(move.drop_timers) == {"remind_1", "remind_20", "expire"}
    assert hours(move.set_timers) == {"no_provider": 72}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, None),
        ({"pre_checkout_at": NOW - 20 * timedelta(minutes=1)}, NOW + 40 * timedelta(minutes=1)),
        ({"pre_checkout_at": NOW - 2 * HOUR}, None),
        ({"proof_waiting": True}, NOW + HOUR),
        ({"awaiting_since": NOW - 23 * HOUR}, NOW + HOUR),
        ({"on_hold": True, "proof_waiting": True}, None),
        ({"state": S.EXPIRED, "proof_waiting": True}, None),
        ({"awaiting_since": None}, None),
    ],
)
def test_when_to_look_again_whether_it_expires(
    changes: dict[str, object], wanted: datetime | None
) -> None:
    facts = OrderFacts(state=S.AWAITING_PAYMENT, awaiting_since=NOW - 25 * HOUR)
    assert retry_at("expire", replace(facts, **changes), NOW) == wanted  # type: ignore[arg-type]


def test_only_expiry_is_tried_again() -> None:
    facts = OrderFacts(state=S.DELIVERED, delivered_at=NOW - 80 * HOUR)
    assert retry_at("accept_72", facts, NOW) is None
    assert retry_at("accept_72", replace(facts, extensions=1), NOW) == NOW + 64 * HOUR


@given(st.timedeltas(timedelta(0), timedelta(days=30)))
def test_after_a_hold_everything_is_as_far_ahead_as_before(pause: timedelta) -> None:
    facts = OrderFacts(
        state=S.DELIVERED, delivered_at=NOW, due_at=NOW + DAY, pre_checkout_at=NOW, completed_at=NOW
    )
    moved_on = after_pause(facts, pause)
    before = timers_for(S.DELIVERED, facts, NOW)
    after = timers_for(S.DELIVERED, moved_on, NOW + pause)
    assert [(slot, due + pause) for slot, due in before] == list(after)
    assert moved_on.pre_checkout_at == facts.pre_checkout_at
    assert moved_on.completed_at == facts.completed_at


def test_a_negative_pause_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="from the start of the hold"):
        after_pause(OrderFacts(state=S.DRAFT), -HOUR)


def test_a_deadline_waits_for_its_warning() -> None:
    due = NOW
    assert earliest_after_warning(due, None) == due
    assert earliest_after_warning(due, due - 2 * HOUR) == due
    assert earliest_after_warning(due, due - HOUR) == due + HOUR
    assert earliest_after_warning(due, due + HOUR) == due + 3 * HOUR


def test_every_timer_counts_from_a_fact_and_fires_a_transition() -> None:
    facts = {field.name for field in fields(OrderFacts)}
    windows = {field.name for field in fields(Windows)}
    for rule in TIMERS:
        assert rule.since in facts
        assert rule.after is None or rule.after in windows
        assert rule.told or rule.fires
        if rule.fires:
            line = transition(rule.fires)
            assert line.timer == rule.slot
            assert set(rule.states) == set(line.sources)
            assert A.TIMER in line.actors
    assert {line.timer for line in TABLE if line.timer} == {
        rule.slot for rule in TIMERS if rule.fires
    }


def test_slots_are_unique_and_known() -> None:
    names = [rule.slot for rule in TIMERS]
    assert len(set(names)) == len(names)
    assert slots(S.AWAITING_PAYMENT) == ("remind_1", "remind_20", "expire")
    with pytest.raises(KeyError, match="no timer slot"):
        rule_of("tea_time")
    assert due_at("late", OrderFacts(state=S.DRAFT)) is None


def test_an_operator_may_change_the_windows() -> None:
    slow = Windows(pay=timedelta(hours=48))
    facts = OrderFacts(state=S.AWAITING_PAYMENT, awaiting_since=NOW)
    assert ("expire", NOW + 48 * HOUR) in timers_for(S.AWAITING_PAYMENT, facts, NOW, slow)
    assert not isinstance(
        decide("expire", facts, A.TIMER, NOW + 48 * HOUR, windows=slow), type(None)
    )
    assert not isinstance(decide("expire", facts, A.TIMER, NOW + 47 * HOUR, windows=slow), Move)


def test_a_day_has_24_hours_when_the_clocks_change() -> None:
    """Berlin, 2026-10-25, 03:00 becomes 02:00: the order is payable 24 hours, not till noon."""
    noon = datetime(2026, 10, 24, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    move = moved("confirm", OrderFacts(state=S.DRAFT), A.CUSTOMER, noon)
    expire = dict(move.set_timers)["expire"]
    assert expire == datetime(2026, 10, 25, 10, 0, tzinfo=UTC)
