"""Refunds over several payments, store credit, and what cancelling costs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.balances import Totals
from orders.cancel_policy import (
    POLICY,
    CancelPolicy,
    Stage,
    policy_from,
    stage_of,
)
from orders.credit import usable
from orders.money import Money, total
from orders.refund_plan import CREDIT, Part, Source, leaves_a_choice, plan_refund
from orders.refunds import RefundWay
from orders.refusal import Refusal, refuse
from orders.states import State


def stars(amount: int) -> Money:
    return Money(amount, "XTR")


def source(number: int, gateway: str, captured: int, gone: int = 0) -> Source:
    return Source(number, gateway, Totals(stars(captured), stars(0), stars(gone)))


payments = st.tuples(
    st.sampled_from(["stars", "provider", "transfer", CREDIT]),
    st.integers(1, 5_000),
    st.integers(0, 5_000),
).map(lambda made: (made[0], made[1], min(made[2], made[1])))
sources = st.lists(payments, max_size=5).map(
    lambda made: [source(n, *one) for n, one in enumerate(made)]
)
ways = st.sampled_from([RefundWay.STORE_CREDIT, RefundWay.FINANCE])


@given(st.integers(-5, 20_000), sources, ways)
def test_parts_sum_up_and_exceed_nothing(amount: int, given: list[Source], way: RefundWay) -> None:
    cap = total([one.totals.refundable for one in given], "XTR")
    parts = plan_refund(stars(amount), given, way)
    if amount <= 0:
        assert parts == refuse("refund_nothing")
        return
    if amount > cap.amount:
        assert parts == refuse("refund_above_cap", maximum=cap)
        return
    assert isinstance(parts, tuple)
    assert total([part.amount for part in parts], "XTR") == stars(amount)
    known = {one.payment: one for one in given}
    assert len({part.payment for part in parts}) == len(parts)
    for part in parts:
        one = known[part.payment]
        assert stars(0) < part.amount <= one.totals.refundable
        if part.way is RefundWay.STARS_API:
            assert one.gateway == "stars"
            assert part.amount == one.totals.captured
            assert not one.totals.refunded
        elif one.gateway == "stars":
            assert part.way is way
        else:
            assert (part.way is RefundWay.STORE_CREDIT) == (one.gateway == CREDIT)


@given(st.lists(st.integers(1, 4_000), max_size=8), st.integers(1, 10_000))
def test_repeated_refunds_never_exceed_a_payment(wishes: list[int], captured: int) -> None:
    gone = 0
    for wish in wishes:
        parts = plan_refund(stars(wish), [source(1, "stars", captured, gone)])
        assert isinstance(parts, Refusal) == (wish > captured - gone)
        if not isinstance(parts, Refusal):
            gone += sum(part.amount.amount for part in parts)
    assert gone <= captured


def test_whole_stars_payments_go_first_the_newest_before_the_older() -> None:
    given = [source(1, "stars", 1000), source(2, "stars", 300), source(3, CREDIT, 100)]
    parts = plan_refund(stars(410), given)
    assert parts == (
        Part(1, stars(100), RefundWay.STORE_CREDIT),
        Part(2, stars(300), RefundWay.STARS_API),
        Part(3, stars(10), RefundWay.STORE_CREDIT),
    )
    assert leaves_a_choice(parts, given)


def test_what_was_paid_by_credit_comes_back_as_credit_without_a_choice() -> None:
    given = [source(1, "stars", 900), source(2, CREDIT, 100)]
    parts = plan_refund(stars(1000), given)
    assert isinstance(parts, tuple)
    assert [part.way for part in parts] == [RefundWay.STARS_API, RefundWay.STORE_CREDIT]
    assert not leaves_a_choice(parts, given)


def test_a_stars_payment_of_which_something_went_back_is_no_longer_whole() -> None:
    parts = plan_refund(stars(600), [source(1, "stars", 900, 300)], RefundWay.FINANCE)
    assert parts == (Part(1, stars(600), RefundWay.FINANCE),)


def test_a_part_never_goes_by_the_api() -> None:
    with pytest.raises(ValueError, match="choose credit or finance"):
        plan_refund(stars(1), [], RefundWay.STARS_API)


@given(st.integers(0, 5_000), st.integers(0, 5_000), st.integers(1, 5_000), st.integers(1, 200))
def test_credit_pays_what_is_free_and_leaves_enough(
    balance: int, spoken: int, price: int, minimum: int
) -> None:
    used = usable(stars(balance), stars(spoken), stars(price), minimum)
    assert stars(0) <= used <= stars(max(0, balance - spoken))
    assert used <= stars(price)
    rest = price - used.amount
    assert rest == 0 or rest >= min(minimum, price)


# -- what cancelling costs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "percent", "delivered", "stage"),
    [
        (State.DRAFT, 0, False, Stage.UNPAID),
        (State.AWAITING_PAYMENT, 0, False, Stage.UNPAID),
        (State.AWAITING_REVIEW, 0, False, Stage.BEFORE_WORK),
        (State.AWAITING_PROVIDER, 0, False, Stage.BEFORE_WORK),
        (State.IN_PROGRESS, 0, False, Stage.BEGUN),
        (State.AWAITING_CUSTOMER, 30, False, Stage.WORKING),
        (State.IN_PROGRESS, 30, True, Stage.DELIVERED),
        (State.IN_REVISION, 0, True, Stage.DELIVERED),
        (State.COMPLETED, 100, True, Stage.OVER),
        (State.CANCELLED, 0, False, Stage.OVER),
        (State.EXPIRED, 0, False, Stage.OVER),
    ],
)
def test_stages(state: State, percent: int, delivered: bool, stage: Stage) -> None:
    assert stage_of(state, percent, delivered=delivered) is stage


def test_every_state_has_a_stage() -> None:
    assert {stage_of(state, 0, delivered=False) for state in State} == {
        stage for stage in Stage if stage is not Stage.WORKING
    }


def test_the_default_is_free_before_work() -> None:
    price = stars(999)
    assert POLICY.back(Stage.BEFORE_WORK, price) == price
    assert POLICY.back(Stage.UNPAID, price) == stars(0)
    shares = [POLICY.usual(stage) for stage in (Stage.BEGUN, Stage.WORKING, Stage.DELIVERED)]
    assert shares == sorted(shares, reverse=True)


def test_an_operators_table() -> None:
    made = policy_from({"before_work": {"cost": 5}, "offers": {"back": [10, 90]}})
    assert made == CancelPolicy(before_work=5, offers=(90, 10))
    assert isinstance(made, CancelPolicy)
    assert made.back(Stage.BEFORE_WORK, stars(1000)) == stars(950)


@pytest.mark.parametrize(
    "entries",
    [
        {"before_work": {"cost": 101}},
        {"before_work": {"back": 5}},
        {"begun": 5},
        {"begun": {"back": True}},
        {"working": {"back": 5, "more": 1}},
        {"offers": {"back": []}},
        {"offers": {"back": [5, 5]}},
        {"offers": {"back": [1, 2, 3, 4, 5, 6, 7]}},
        {"finished": {"back": 5}},
    ],
)
def test_mistakes_in_an_operators_table(entries: dict[str, object]) -> None:
    made = policy_from(entries)
    assert isinstance(made, tuple)
    assert [one.code for one in made] in (["policy_malformed"], ["policy_unknown"])
