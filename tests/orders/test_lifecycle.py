from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orders.errors import NaiveTime, UnknownTransition
from orders.guards import GUARDS
from orders.lifecycle import (
    TABLE,
    Actor,
    Audience,
    Move,
    OrderFacts,
    State,
    apply,
    decide,
    possible,
    transition,
)
from orders.methods import Method
from orders.refusal import Refusal, refuse
from orders.states import after_hold

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
S, A = State, Actor

#: The table as the people who run orders wrote it down, one line per edge and actor.
EDGES = """
confirm            draft             awaiting_payment   customer
edit               awaiting_payment  draft              customer
expire             awaiting_payment  expired            timer
late_pay           expired           awaiting_review    payment
late_pay           expired           awaiting_provider  payment
revive             expired           expired            customer
pay                awaiting_payment  awaiting_review    payment finance
pay                awaiting_payment  awaiting_provider  payment finance
clear              awaiting_review   awaiting_provider  rules support
refuse             awaiting_review   cancelled          rules support
accept             awaiting_provider in_progress        provider support
decline            awaiting_provider awaiting_provider  provider
offer_timeout      awaiting_provider awaiting_provider  timer
no_provider        awaiting_provider cancelled          support timer
ask_information    in_progress       awaiting_customer  provider
give_information   awaiting_customer in_progress        customer
report             in_progress       in_progress        provider
mark_late          in_progress       in_progress        timer
mark_late          in_revision       in_revision        timer
deliver            in_progress       delivered          provider
deliver            in_revision       delivered          provider
extend_acceptance  delivered         delivered          customer
accept_delivery    delivered         completed          customer timer
revise             delivered         in_revision        customer
cancel_free        draft             cancelled          customer
cancel_free        awaiting_payment  cancelled          customer
cancel_free        awaiting_review   cancelled          customer
cancel_free        awaiting_provider cancelled          customer
cancel_late        in_progress       cancelled          customer
propose_cancel     in_progress       in_progress        customer provider
propose_cancel     awaiting_customer awaiting_customer  customer provider
propose_cancel     in_revision       in_revision        customer provider
propose_cancel     delivered         delivered          customer provider
decline_cancel     in_progress       in_progress        customer provider
decline_cancel     awaiting_customer awaiting_customer  customer provider
decline_cancel     in_revision       in_revision        customer provider
decline_cancel     delivered         delivered          customer provider
cancel_agreed      in_progress       cancelled          customer provider
cancel_agreed      awaiting_customer cancelled          customer provider
cancel_agreed      in_revision       cancelled          customer provider
cancel_agreed      delivered         cancelled          customer provider
reopen             completed         in_revision        support
"""


def wanted_edges() -> set[tuple[str, str, str, str]]:
    edges = set()
    for line in EDGES.strip().splitlines():
        name, source, target, *actors = line.split()
        edges |= {(name, source, target, actor) for actor in actors}
    for source in State:
        for target in ("completed", "cancelled", "in_revision"):
            edges |= {("rule", source, target, actor) for actor in ("lead", "rules")}
    return edges


def ready(state: State, **changes: object) -> OrderFacts:
    """An order for which every guard is content."""
    values: dict[str, object] = {
        "version": 5,
        "awaiting_since": NOW - 100 * HOUR,
        "entered_at": NOW - 100 * HOUR,
        "method": Method.TRANSFER,
        "fully_paid": True,
        "has_provider": state
        in {S.IN_PROGRESS, S.AWAITING_CUSTOMER, S.DELIVERED, S.IN_REVISION, S.COMPLETED},
        "due_at": NOW - 25 * HOUR,
        "asked_at": NOW - HOUR if state is S.AWAITING_CUSTOMER else None,
        "artefacts": 1,
        "checklist_done": True,
        "delivered_at": NOW - 80 * HOUR if state in {S.DELIVERED, S.COMPLETED} else None,
        "revisions_allowed": 2,
        "completed_at": NOW - DAY if state is S.COMPLETED else None,
    }
    return OrderFacts(state=state, **{**values, **changes})  # type: ignore[arg-type]


def ask(name: str, facts: OrderFacts, actor: Actor, target: State) -> Move | Refusal:
    if name in {"decline_cancel", "cancel_agreed"}:
        other = A.PROVIDER if actor is A.CUSTOMER else A.CUSTOMER
        facts = replace(facts, cancel_proposed_by=other, cancel_proposed_at=NOW, cancel_percent=40)
    if name == "rule":
        facts = replace(facts, has_provider=True)
    choose = target if len(transition(name).targets) > 1 else None
    percent = 40 if name == "propose_cancel" else None
    return decide(name, facts, actor, NOW, target=choose, percent=percent, reason="because")


def moved(result: Move | Refusal) -> Move:
    assert isinstance(result, Move), result
    return result


def test_exactly_the_agreed_edges_exist() -> None:
    """Every transition x state x actor x target is allowed when the table above says so."""
    wanted = wanted_edges()
    found = set()
    for line in TABLE:
        for source in State:
            for actor in Actor:
                for target in line.targets or (source,):
                    result = ask(line.name, ready(source), actor, target)
                    if isinstance(result, Move):
                        assert (result.source, result.target) == (source, target)
                        found.add((line.name, str(source), str(result.target), str(actor)))
                    else:
                        allowed = (line.name, str(source), str(target), str(actor)) in wanted
                        assert not allowed, (line.name, source, actor, result)
    assert found == wanted


def test_every_guard_named_exists_and_is_used() -> None:
    assert {guard for line in TABLE for guard in line.guards} == set(GUARDS)


def test_names_are_unique() -> None:
    assert len({line.name for line in TABLE}) == len(TABLE)
    with pytest.raises(UnknownTransition, match="no transition"):
        decide("explode", ready(S.DRAFT), A.CUSTOMER, NOW)


Case = tuple[str, State, Actor, dict[str, object], dict[str, object], Refusal]

GUARDED: list[Case] = [
    ("confirm", S.DRAFT, A.CUSTOMER, {"brief_complete": False}, {}, refuse("brief_incomplete")),
    ("confirm", S.DRAFT, A.CUSTOMER, {"consented": False}, {}, refuse("consent_needed")),
    (
        "expire",
        S.AWAITING_PAYMENT,
        A.TIMER,
        {"pre_checkout_at": NOW - 59 * timedelta(minutes=1)},
        {},
        refuse("expire_payment_under_way", until=NOW + timedelta(minutes=1)),
    ),
    (
        "expire",
        S.AWAITING_PAYMENT,
        A.TIMER,
        {"proof_waiting": True},
        {},
        refuse("expire_proof_waiting"),
    ),
    (
        "expire",
        S.AWAITING_PAYMENT,
        A.TIMER,
        {"awaiting_since": NOW - 71 * HOUR},
        {},
        refuse("timer_not_due", transition="expire"),
    ),
    (
        "expire",
        S.AWAITING_PAYMENT,
        A.TIMER,
        {"method": Method.STARS, "awaiting_since": NOW - 23 * HOUR},
        {},
        refuse("timer_not_due", transition="expire"),
    ),
    (
        "late_pay",
        S.EXPIRED,
        A.PAYMENT,
        {"price_unchanged": False},
        {"target": S.AWAITING_PROVIDER},
        refuse("order_price_changed"),
    ),
    (
        "late_pay",
        S.EXPIRED,
        A.PAYMENT,
        {"revived": True},
        {"target": S.AWAITING_PROVIDER},
        refuse("order_revived"),
    ),
    (
        "late_pay",
        S.EXPIRED,
        A.PAYMENT,
        {"fully_paid": False},
        {"target": S.AWAITING_PROVIDER},
        refuse("order_unpaid"),
    ),
    ("revive", S.EXPIRED, A.CUSTOMER, {"revived": True}, {}, refuse("order_revived")),
    (
        "pay",
        S.AWAITING_PAYMENT,
        A.PAYMENT,
        {"fully_paid": False},
        {"target": S.AWAITING_PROVIDER},
        refuse("order_unpaid"),
    ),
    (
        "pay",
        S.AWAITING_PAYMENT,
        A.FINANCE,
        {"method": Method.PROVIDER},
        {"target": S.AWAITING_PROVIDER},
        refuse("order_not_transfer"),
    ),
    (
        "accept",
        S.AWAITING_PROVIDER,
        A.PROVIDER,
        {"fully_paid": False},
        {},
        refuse("order_unpaid"),
    ),
    (
        "no_provider",
        S.AWAITING_PROVIDER,
        A.TIMER,
        {"entered_at": NOW - 71 * HOUR},
        {},
        refuse("timer_not_due", transition="no_provider"),
    ),
    ("deliver", S.IN_PROGRESS, A.PROVIDER, {"artefacts": 0}, {}, refuse("delivery_empty")),
    (
        "deliver",
        S.IN_REVISION,
        A.PROVIDER,
        {"checklist_done": False},
        {},
        refuse("delivery_checklist"),
    ),
    (
        "accept_delivery",
        S.DELIVERED,
        A.TIMER,
        {"delivered_at": NOW - 71 * HOUR},
        {},
        refuse("timer_not_due", transition="accept_delivery"),
    ),
    (
        "accept_delivery",
        S.DELIVERED,
        A.TIMER,
        {"extensions": 1},
        {},
        refuse("timer_not_due", transition="accept_delivery"),
    ),
    ("accept_delivery", S.DELIVERED, A.TIMER, {"on_hold": True}, {}, refuse("order_on_hold")),
    (
        "accept_delivery",
        S.DELIVERED,
        A.TIMER,
        {"change_pending": True},
        {},
        refuse("order_on_hold"),
    ),
    (
        "extend_acceptance",
        S.DELIVERED,
        A.CUSTOMER,
        {"extensions": 2},
        {},
        refuse("extensions_used", maximum=2),
    ),
    (
        "revise",
        S.DELIVERED,
        A.CUSTOMER,
        {"revisions_used": 2},
        {},
        refuse("revisions_used", used=2, allowed=2),
    ),
    (
        "cancel_late",
        S.IN_PROGRESS,
        A.CUSTOMER,
        {"due_at": NOW - 24 * HOUR},
        {},
        refuse("order_not_late_enough", possible=NOW),
    ),
    (
        "cancel_late",
        S.IN_PROGRESS,
        A.CUSTOMER,
        {"delivered_at": NOW - 30 * HOUR},
        {},
        refuse("order_delivered_before"),
    ),
    ("cancel_late", S.IN_PROGRESS, A.CUSTOMER, {"due_at": None}, {}, refuse("order_not_due")),
    ("cancel_late", S.IN_PROGRESS, A.CUSTOMER, {"on_hold": True}, {}, refuse("order_on_hold")),
    (
        "cancel_late",
        S.IN_PROGRESS,
        A.CUSTOMER,
        {"change_pending": True},
        {},
        refuse("order_on_hold"),
    ),
    (
        "propose_cancel",
        S.IN_PROGRESS,
        A.CUSTOMER,
        {},
        {},
        refuse("percent_out_of_range", minimum=0, maximum=100),
    ),
    (
        "propose_cancel",
        S.IN_PROGRESS,
        A.CUSTOMER,
        {},
        {"percent": 101},
        refuse("percent_out_of_range", minimum=0, maximum=100),
    ),
    ("decline_cancel", S.DELIVERED, A.PROVIDER, {}, {}, refuse("cancel_not_proposed")),
    ("cancel_agreed", S.DELIVERED, A.PROVIDER, {}, {}, refuse("cancel_not_proposed")),
    (
        "cancel_agreed",
        S.DELIVERED,
        A.PROVIDER,
        {"cancel_proposed_by": A.PROVIDER, "cancel_percent": 50},
        {},
        refuse("cancel_own_proposal"),
    ),
    (
        "mark_late",
        S.IN_PROGRESS,
        A.TIMER,
        {"late": True},
        {},
        refuse("order_marked_late"),
    ),
    (
        "rule",
        S.DELIVERED,
        A.LEAD,
        {},
        {"target": S.COMPLETED, "reason": "  "},
        refuse("reason_needed"),
    ),
    (
        "rule",
        S.AWAITING_PAYMENT,
        A.LEAD,
        {"fully_paid": False},
        {"target": S.COMPLETED, "reason": "x"},
        refuse("order_unpaid"),
    ),
    (
        "rule",
        S.COMPLETED,
        A.LEAD,
        {"has_provider": False},
        {"target": S.IN_REVISION, "reason": "x"},
        refuse("order_without_provider"),
    ),
    (
        "rule",
        S.COMPLETED,
        A.LEAD,
        {},
        {"target": S.IN_REVISION, "reason": "x", "percent": 10},
        refuse("percent_out_of_range", minimum=0, maximum=0),
    ),
    (
        "rule",
        S.COMPLETED,
        A.LEAD,
        {},
        {"target": S.CANCELLED, "reason": "x", "percent": -1},
        refuse("percent_out_of_range", minimum=0, maximum=100),
    ),
    (
        "reopen",
        S.COMPLETED,
        A.SUPPORT,
        {"completed_at": NOW - 14 * DAY - HOUR},
        {},
        refuse("reopen_too_late", until=NOW - HOUR),
    ),
    ("reopen", S.COMPLETED, A.SUPPORT, {"completed_at": None}, {}, refuse("order_not_due")),
]


@pytest.mark.parametrize(("name", "state", "actor", "changes", "choice", "refusal"), GUARDED)
def test_guards(
    name: str,
    state: State,
    actor: Actor,
    changes: dict[str, object],
    choice: dict[str, object],
    refusal: Refusal,
) -> None:
    facts = ready(state, **changes)
    assert decide(name, facts, actor, NOW, **choice) == refusal  # type: ignore[arg-type]


def test_each_guard_has_a_case() -> None:
    cases = {name for name, *_ in GUARDED}
    assert cases == {line.name for line in TABLE if line.guards or line.timer}


@pytest.mark.parametrize(
    ("name", "state", "changes"),
    [
        ("expire", S.AWAITING_PAYMENT, {"pre_checkout_at": NOW - HOUR}),
        ("expire", S.AWAITING_PAYMENT, {"awaiting_since": NOW - 72 * HOUR}),
        (
            "expire",
            S.AWAITING_PAYMENT,
            {"awaiting_since": NOW - 24 * HOUR, "method": Method.PROVIDER},
        ),
        ("no_provider", S.AWAITING_PROVIDER, {"entered_at": NOW - 72 * HOUR}),
        ("accept_delivery", S.DELIVERED, {"delivered_at": NOW - 72 * HOUR}),
        ("accept_delivery", S.DELIVERED, {"delivered_at": NOW - 144 * HOUR, "extensions": 1}),
    ],
)
def test_the_clock_acts_on_the_minute(name: str, state: State, changes: dict[str, object]) -> None:
    moved(decide(name, ready(state, **changes), A.TIMER, NOW))


def test_a_hold_stops_the_clock_not_the_customer() -> None:
    held = ready(S.DELIVERED, on_hold=True)
    assert decide("accept_delivery", held, A.TIMER, NOW) == refuse("order_on_hold")
    move = moved(decide("accept_delivery", held, A.CUSTOMER, NOW))
    assert move.set_timers == ()


def test_the_loser_of_a_race_is_told() -> None:
    facts = ready(S.AWAITING_PROVIDER)
    first = moved(decide("accept", facts, A.PROVIDER, NOW, version=5))
    after = apply(first, facts)
    assert decide("accept", after, A.PROVIDER, NOW, version=5) == refuse(
        "order_wrong_state", transition="accept", state=S.IN_PROGRESS
    )
    assert decide("decline", facts, A.PROVIDER, NOW, version=4) == refuse(
        "order_moved_on", state=S.AWAITING_PROVIDER
    )
    with pytest.raises(ValueError, match="decide again"):
        apply(first, after)


@pytest.mark.parametrize(
    ("name", "state", "actor", "target"),
    [
        ("pay", S.AWAITING_PAYMENT, A.FINANCE, S.AWAITING_PROVIDER),
        ("clear", S.AWAITING_REVIEW, A.SUPPORT, None),
        ("refuse", S.AWAITING_REVIEW, A.SUPPORT, None),
        ("accept", S.AWAITING_PROVIDER, A.PROVIDER, None),
        ("deliver", S.IN_PROGRESS, A.PROVIDER, None),
        ("rule", S.DELIVERED, A.LEAD, S.CANCELLED),
        ("reopen", S.COMPLETED, A.SUPPORT, None),
    ],
)
def test_nobody_serves_or_judges_an_order_of_their_own(
    name: str, state: State, actor: Actor, target: State | None
) -> None:
    facts = ready(state)
    arguments = {"target": target, "reason": "x"}
    refused = decide(name, facts, actor, NOW, own=True, **arguments)  # type: ignore[arg-type]
    assert refused == refuse("order_own", transition=name)
    moved(decide(name, facts, actor, NOW, **arguments))  # type: ignore[arg-type]
    moved(decide("cancel_free", ready(S.DRAFT), A.CUSTOMER, NOW, own=True))


def test_targets_are_chosen_where_there_are_several() -> None:
    facts = ready(S.AWAITING_PAYMENT)
    with pytest.raises(ValueError, match="pay needs a target: choose awaiting_review"):
        decide("pay", facts, A.PAYMENT, NOW)
    with pytest.raises(ValueError, match="pay does not lead to completed"):
        decide("pay", facts, A.PAYMENT, NOW, target=S.COMPLETED)
    assert isinstance(decide("pay", facts, A.CUSTOMER, NOW), Refusal)


def test_a_naive_now_is_a_mistake() -> None:
    with pytest.raises(NaiveTime):
        decide("confirm", ready(S.DRAFT), A.CUSTOMER, datetime(2026, 11, 21))
    with pytest.raises(NaiveTime, match="due_at has no zone"):
        OrderFacts(state=S.DRAFT, due_at=datetime(2026, 11, 21))


def told(result: Move | Refusal) -> set[str]:
    return {str(audience) for audience in moved(result).told}


def test_who_is_told() -> None:
    assert told(decide("confirm", ready(S.DRAFT), A.CUSTOMER, NOW)) == {"customer"}
    paid = ready(S.AWAITING_PAYMENT)
    to_review = decide("pay", paid, A.PAYMENT, NOW, target=S.AWAITING_REVIEW)
    assert told(to_review) == {"customer", "support"}
    to_provider = decide("pay", paid, A.PAYMENT, NOW, target=S.AWAITING_PROVIDER)
    assert told(to_provider) == {"customer", "support", "providers"}
    accepted = decide("accept", ready(S.AWAITING_PROVIDER), A.PROVIDER, NOW)
    assert told(accepted) == {"customer", "provider", "providers"}
    assert told(decide("cancel_free", ready(S.DRAFT), A.CUSTOMER, NOW)) == {"customer"}
    early = decide("cancel_free", ready(S.AWAITING_REVIEW), A.CUSTOMER, NOW)
    assert told(early) == {"customer", "support"}
    announced = decide("cancel_free", ready(S.AWAITING_PROVIDER), A.CUSTOMER, NOW)
    assert told(announced) == {"customer", "providers", "support"}


def test_everybody_hears_of_every_change_of_state() -> None:
    """The customer hears of everything except offers between providers and their own answer."""
    quiet = {"decline", "offer_timeout", "give_information"}
    for line in TABLE:
        assert (Audience.CUSTOMER in line.told) is (line.name not in quiet)


def test_after_three_declines_support_is_alarmed() -> None:
    facts = ready(S.AWAITING_PROVIDER)
    alarms = []
    for actor, name in [(A.PROVIDER, "decline"), (A.TIMER, "offer_timeout")] * 2:
        move = moved(decide(name, facts, actor, NOW))
        facts = apply(move, facts)
        alarms.append((move.alarm, "support" in told(move)))
    assert alarms == [(False, False), (False, False), (True, True), (True, True)]
    assert facts.state is S.AWAITING_PROVIDER


@pytest.mark.parametrize(
    ("name", "state", "actor", "changes", "choice", "refund", "percent"),
    [
        ("refuse", S.AWAITING_REVIEW, A.RULES, {}, {}, "full", 100),
        ("no_provider", S.AWAITING_PROVIDER, A.SUPPORT, {}, {}, "full", 100),
        ("cancel_free", S.AWAITING_PROVIDER, A.CUSTOMER, {}, {}, "full", 100),
        ("cancel_late", S.IN_PROGRESS, A.CUSTOMER, {}, {}, "full", 100),
        ("accept_delivery", S.DELIVERED, A.CUSTOMER, {}, {}, None, None),
        ("propose_cancel", S.DELIVERED, A.CUSTOMER, {}, {"percent": 30}, None, 30),
        (
            "cancel_agreed",
            S.DELIVERED,
            A.PROVIDER,
            {"cancel_proposed_by": A.CUSTOMER, "cancel_percent": 30},
            {"percent": 99},
            "split",
            30,
        ),
        (
            "cancel_agreed",
            S.DELIVERED,
            A.PROVIDER,
            {"cancel_proposed_by": A.CUSTOMER, "cancel_percent": 100},
            {},
            "full",
            100,
        ),
        (
            "cancel_agreed",
            S.DELIVERED,
            A.PROVIDER,
            {"cancel_proposed_by": A.CUSTOMER, "cancel_percent": 0},
            {},
            None,
            0,
        ),
        ("rule", S.DELIVERED, A.LEAD, {}, {"target": S.CANCELLED}, "full", 100),
        ("rule", S.DELIVERED, A.LEAD, {}, {"target": S.CANCELLED, "percent": 60}, "split", 60),
        ("rule", S.DELIVERED, A.LEAD, {}, {"target": S.COMPLETED}, None, None),
        ("rule", S.DELIVERED, A.LEAD, {}, {"target": S.COMPLETED, "percent": 20}, "split", 20),
        ("rule", S.DELIVERED, A.LEAD, {}, {"target": S.IN_REVISION}, None, None),
    ],
)
def test_what_goes_back(
    name: str,
    state: State,
    actor: Actor,
    changes: dict[str, object],
    choice: dict[str, object],
    refund: str | None,
    percent: int | None,
) -> None:
    facts = ready(state, **changes)
    move = moved(decide(name, facts, actor, NOW, reason="x", **choice))  # type: ignore[arg-type]
    assert (move.refund, move.percent) == (refund, percent)


def test_a_question_stops_the_clock() -> None:
    facts = ready(S.IN_PROGRESS, due_at=NOW + DAY, next_report_at=NOW + 2 * HOUR)
    waiting = apply(moved(decide("ask_information", facts, A.PROVIDER, NOW)), facts)
    assert waiting.asked_at == NOW
    later = NOW + 30 * HOUR
    back = apply(moved(decide("give_information", waiting, A.CUSTOMER, later)), waiting)
    assert (back.due_at, back.next_report_at) == (later + DAY, later + 2 * HOUR)
    assert back.asked_at is None


@pytest.mark.parametrize(
    ("asked", "held", "answered", "lifted", "stopped"),
    [
        (0, 1, 2, 3, 3),  # asked, held, answered, lifted: it stood still from the first to the last
        (0, 1, 3, 2, 3),  # the hold lies within the question
        (1, 0, 2, 3, 3),  # the question lies within the hold
        (1, 0, 3, 2, 3),  # asked while it was held, answered afterwards
        (0, 2, 1, 3, 2),  # one after the other
    ],
)
def test_a_question_and_a_hold_stop_the_clock_once(
    asked: int, held: int, answered: int, lifted: int, stopped: int
) -> None:
    facts = ready(S.IN_PROGRESS, due_at=NOW + 10 * DAY, next_report_at=NOW + 5 * DAY)
    happens = {asked: "ask", held: "hold", answered: "answer", lifted: "lift"}
    for day in range(4):
        now = NOW + day * DAY
        match happens[day]:
            case "ask":
                facts = apply(moved(decide("ask_information", facts, A.PROVIDER, now)), facts)
            case "answer":
                facts = apply(moved(decide("give_information", facts, A.CUSTOMER, now)), facts)
            case "hold":
                facts = replace(facts, on_hold=True, held_since=now)
            case "lift":
                assert facts.held_since is not None
                start, facts = facts.held_since, replace(facts, on_hold=False, held_since=None)
                facts = after_hold(facts, start, now)
    assert facts.due_at == NOW + (10 + stopped) * DAY
    assert facts.next_report_at == NOW + (5 + stopped) * DAY


def test_a_revision_needs_something_new() -> None:
    facts = ready(S.DELIVERED)
    revised = apply(moved(decide("revise", facts, A.CUSTOMER, NOW)), facts)
    assert revised.revisions_used == 1
    assert revised.due_at == NOW + 3 * DAY
    assert decide("deliver", revised, A.PROVIDER, NOW) == refuse("delivery_empty")
    agreed = moved(decide("revise", facts, A.CUSTOMER, NOW, due_at=NOW + DAY))
    assert apply(agreed, facts).due_at == NOW + DAY


def test_reviving_leaves_the_order_expired() -> None:
    facts = ready(S.EXPIRED)
    move = moved(decide("revive", facts, A.CUSTOMER, NOW))
    assert move.new_draft
    after = apply(move, facts)
    assert (after.state, after.revived) == (S.EXPIRED, True)


def test_dates_travel_with_the_move() -> None:
    facts = ready(S.AWAITING_PROVIDER)
    due, report = NOW + 7 * DAY, NOW + 2 * DAY
    move = moved(decide("accept", facts, A.PROVIDER, NOW, due_at=due, next_report_at=report))
    after = apply(move, facts)
    assert (after.due_at, after.next_report_at, after.has_provider) == (due, report, True)
    assert ("late", due) in move.set_timers
    assert ("report_due", report) in move.set_timers


def test_a_proposal_ends_with_the_order_or_its_refusal() -> None:
    facts = ready(S.DELIVERED)
    proposed = apply(moved(decide("propose_cancel", facts, A.PROVIDER, NOW, percent=50)), facts)
    assert (proposed.cancel_proposed_by, proposed.cancel_percent) == (A.PROVIDER, 50)
    for name, actor in [("decline_cancel", A.CUSTOMER), ("accept_delivery", A.CUSTOMER)]:
        after = apply(moved(decide(name, proposed, actor, NOW)), proposed)
        assert (after.cancel_proposed_by, after.cancel_percent) == (None, None)


def test_possible() -> None:
    assert set(possible(ready(S.DELIVERED), A.CUSTOMER)) == {
        "accept_delivery",
        "extend_acceptance",
        "revise",
        "propose_cancel",
        "decline_cancel",
        "cancel_agreed",
    }
    assert possible(ready(S.CANCELLED), A.LEAD) == ("rule",)
