from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orders.dispute_stages import LIMITS, OPEN, TABLE, DisputeState, allowed_steps
from orders.dispute_terms import (
    FINAL,
    OFFERS,
    RULINGS,
    Outcome,
    Side,
    Terms,
    check_terms,
    divided,
    possible,
    target,
)
from orders.disputes import GUARDS, DisputeFacts, DisputeMove, check_open, decide_dispute
from orders.money import Money
from orders.refusal import Refusal
from orders.states import Actor, State

S, A = DisputeState, Actor
CUSTOMER, PROVIDER, MEDIATOR, ARBITER, OTHER = 1, 2, 3, 4, 5
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PEOPLE = {
    A.CUSTOMER: (CUSTOMER,),
    A.PROVIDER: (PROVIDER,),
    A.SUPPORT: (MEDIATOR, OTHER, CUSTOMER),
    A.LEAD: (MEDIATOR, ARBITER, OTHER, PROVIDER),
}

#: transition, source, who may (actor:person), everything else must not.
WANTED = """
respond        awaiting_response  provider:2
offer          *                  customer:1 provider:2
accept_offer   *                  customer:1
call_mediator  negotiation        customer:1 provider:2
silence        awaiting_response  timer:
silence        negotiation        timer:
claim          mediation          support:3 lead:3 lead:4 lead:5
propose        mediation          support:3 lead:3
agree          proposal           customer:1
agreed         proposal
reject         proposal           customer:1 provider:2
no_agreement   proposal           timer:
arbitrate      arbitration        lead:4 lead:5
rule           arbitration        lead:4
withdraw       *                  customer:1
open           opened             customer:1 provider:2 support:3 support:5 support:1 lead:3 lead:4 lead:5 lead:2
"""


def facts(state: DisputeState, **changes: object) -> DisputeFacts:
    made = DisputeFacts(
        state=state,
        version=3,
        customer=CUSTOMER,
        provider=PROVIDER,
        opener=CUSTOMER,
        side=Side.CUSTOMER,
        mediator=MEDIATOR,
        arbiter=ARBITER,
        offer_by=PROVIDER,
        agreed=frozenset({PROVIDER}),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_every_step_by_everybody_in_every_stage() -> None:
    wanted = set()
    for row in WANTED.strip().splitlines():
        name, source, *who = row.split()
        sources = OPEN if source == "*" else (S(source),)
        wanted |= {(name, str(one), actor) for one in sources for actor in who}
    found = set()
    for line in TABLE:
        for state in S:
            for actor in Actor:
                for by in PEOPLE.get(actor, (None,)):
                    made = decide_dispute(line.name, facts(state), actor, by=by)
                    if isinstance(made, DisputeMove):
                        assert (made.name, str(made.source), str(made.target)) in allowed_steps()
                        found.add((line.name, str(state), f"{actor}:{by or ''}"))
    assert found == wanted


@pytest.mark.parametrize("state", OPEN)
def test_a_party_of_whatever_role_is_a_party_only_as_itself(state: DisputeState) -> None:
    for name in ("respond", "offer", "accept_offer", "withdraw", "agree", "reject"):
        made = decide_dispute(name, facts(state), A.PROVIDER, by=CUSTOMER)
        assert isinstance(made, Refusal)


def test_silence_leads_to_people_and_never_to_an_end() -> None:
    for line in TABLE:
        if A.TIMER in line.actors:
            assert line.target in (S.MEDIATION, S.ARBITRATION)
    assert {limit.fires for limit in LIMITS if limit.fires} == {"silence", "no_agreement"}


@pytest.mark.parametrize(
    ("state", "hours"), [(S.AWAITING_RESPONSE, 48), (S.NEGOTIATION, 72), (S.PROPOSAL, 48)]
)
def test_how_long_a_stage_lasts(state: DisputeState, hours: int) -> None:
    (end,) = (one.after for one in LIMITS if one.state is state and one.fires)
    assert end == timedelta(hours=hours)
    warnings = [one.after for one in LIMITS if one.state is state and one.slot.endswith("_warn")]
    assert [end - one for one in warnings] == [timedelta(hours=12)]
    # These last until a person of staff acts.
    assert not {S.MEDIATION, S.ARBITRATION} & {one.state for one in LIMITS if one.fires}


def test_the_ruling_is_another_persons_with_reasons() -> None:
    assert decide_dispute(
        "rule", facts(S.ARBITRATION), A.LEAD, by=ARBITER, is_reasoned=False
    ) == Refusal("reason_needed")
    same = facts(S.ARBITRATION, arbiter=MEDIATOR)
    assert decide_dispute("rule", same, A.LEAD, by=MEDIATOR) == Refusal("dispute_mediated")
    before = facts(S.ARBITRATION, mediator=OTHER, mediated=frozenset({OTHER, ARBITER}))
    assert decide_dispute("rule", before, A.LEAD, by=ARBITER) == Refusal("dispute_mediated")
    party = facts(S.ARBITRATION, arbiter=PROVIDER)
    assert decide_dispute("rule", party, A.LEAD, by=PROVIDER) == Refusal("dispute_party")
    both = facts(S.PROPOSAL, agreed=frozenset({CUSTOMER, PROVIDER}))
    assert isinstance(decide_dispute("agreed", both, A.RULES), DisputeMove)


def test_who_takes_a_mediation_from_whom() -> None:
    assert decide_dispute("claim", facts(S.MEDIATION), A.SUPPORT, by=OTHER) == Refusal(
        "dispute_claimed"
    )
    assert isinstance(decide_dispute("claim", facts(S.MEDIATION), A.LEAD, by=OTHER), DisputeMove)
    left = facts(S.MEDIATION, mediator_left=True)
    assert isinstance(decide_dispute("claim", left, A.SUPPORT, by=OTHER), DisputeMove)


def test_what_is_decided_on_an_older_state_is_refused() -> None:
    made = decide_dispute("reject", facts(S.PROPOSAL), A.CUSTOMER, by=CUSTOMER, version=2)
    assert made == Refusal("dispute_moved_on")


def test_guards_are_all_used() -> None:
    assert set(GUARDS) == {guard for line in TABLE for guard in line.guards}


def opens(state: State, actor: Actor = A.CUSTOMER, **changes: object) -> str | None:
    given: dict[str, object] = {
        "completed_at": None,
        "has_provider": True,
        "paid": True,
        "is_open": False,
        "decided": False,
    }
    refusal = check_open(state, actor, NOW, **{**given, **changes})  # type: ignore[arg-type]
    return refusal.code if refusal else None


def test_when_a_dispute_can_be_opened() -> None:
    may = {S for S in State if opens(S) is None}
    assert may == {
        State.IN_PROGRESS,
        State.AWAITING_CUSTOMER,
        State.IN_REVISION,
        State.DELIVERED,
    }
    day = timedelta(days=1)
    assert opens(State.COMPLETED, completed_at=NOW - 14 * day) is None
    assert opens(State.COMPLETED, completed_at=NOW - 15 * day) == "dispute_too_late"
    assert opens(State.COMPLETED, A.SUPPORT, completed_at=NOW - 15 * day) is None
    assert opens(State.IN_PROGRESS, is_open=True) == "dispute_is_open"
    assert opens(State.IN_PROGRESS, A.LEAD, paid=False) == "dispute_nothing_to_settle"
    assert opens(State.COMPLETED, completed_at=NOW, decided=True) == "dispute_decided"
    assert opens(State.COMPLETED, A.SUPPORT, completed_at=NOW, decided=True) is None


@pytest.mark.parametrize("percent", [1, 33, 50, 99])
def test_a_split_is_exact(percent: int) -> None:
    whole = Money(9_999, "CNY")
    back, kept = divided(Terms(Outcome.SPLIT, percent=percent), whole)
    assert back + kept == whole
    assert abs(back.amount * 100 - whole.amount * percent) <= 100
    assert divided(Terms(Outcome.REFUND), whole) == (whole, Money(0, "CNY"))
    assert divided(Terms(Outcome.REDO, days=3), whole) == (Money(0, "CNY"), whole)


@pytest.mark.parametrize(
    ("terms", "ruling", "state", "code"),
    [
        (Terms(Outcome.SPLIT), False, State.DELIVERED, "percent_out_of_range"),
        (Terms(Outcome.SPLIT, percent=100), True, State.DELIVERED, "percent_out_of_range"),
        (Terms(Outcome.SPLIT, percent=40), True, State.COMPLETED, None),
        (Terms(Outcome.REDO), False, State.DELIVERED, "dispute_days"),
        (Terms(Outcome.REDO, days=61), False, State.DELIVERED, "dispute_days"),
        (Terms(Outcome.EXTEND, days=3), False, State.DELIVERED, "dispute_no_work_left"),
        (Terms(Outcome.EXTEND, days=3), False, State.IN_PROGRESS, None),
        (Terms(Outcome.EXTEND, days=3), True, State.IN_PROGRESS, "dispute_terms"),
        (Terms(Outcome.RELEASE), False, State.DELIVERED, "dispute_terms"),
        (Terms(Outcome.RELEASE), True, State.DELIVERED, None),
    ],
)
def test_which_terms_fit(terms: Terms, ruling: bool, state: State, code: str | None) -> None:
    refusal = check_terms(terms, state, ruling=ruling)
    assert (refusal.code if refusal else None) == code


def test_where_an_order_goes() -> None:
    assert target(Terms(Outcome.SPLIT, percent=40), delivered=True) is State.COMPLETED
    assert target(Terms(Outcome.SPLIT, percent=40), delivered=False) is State.CANCELLED
    assert target(Terms(Outcome.REFUND), delivered=True) is State.CANCELLED
    assert target(Terms(Outcome.RELEASE), delivered=False) is State.COMPLETED
    assert target(Terms(Outcome.REDO, days=2), delivered=True) is State.IN_REVISION
    assert target(Terms(Outcome.EXTEND, days=2), delivered=False) is None
    assert possible(State.DELIVERED, ruling=False) == (Outcome.REDO, Outcome.SPLIT, Outcome.REFUND)
    assert possible(State.IN_PROGRESS, ruling=True) == RULINGS
    assert set(FINAL) <= set(RULINGS)
    assert Outcome.EXTEND in OFFERS
