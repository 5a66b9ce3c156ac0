"""The steps of a change request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.changes import (
    CHANGEABLE,
    OPEN,
    TABLE,
    ChangeFacts,
    ChangeState,
    check_quote,
    check_request,
    decide,
    step,
)
from orders.errors import UnknownTransition
from orders.methods import Method
from orders.money import Money
from orders.refusal import Refusal, refuse
from orders.states import Actor, State

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NAMES = [line.name for line in TABLE]


def facts(state: ChangeState, **more: object) -> ChangeFacts:
    made: dict[str, object] = {
        "version": 3,
        "asked_by": Actor.CUSTOMER,
        "delta": Money(500, "XTR"),
        "expires_at": NOW + timedelta(hours=1),
    }
    return ChangeFacts(state=state, **(made | more))  # type: ignore[arg-type]


@given(
    st.sampled_from(NAMES),
    st.sampled_from(list(ChangeState)),
    st.sampled_from(list(Actor)),
    st.booleans(),
)
def test_only_the_table_allows(name: str, state: ChangeState, actor: Actor, paying: bool) -> None:
    made = decide(name, facts(state, paying=paying), actor, NOW)
    line = step(name)
    if isinstance(made, Refusal):
        return
    assert actor in line.actors
    assert state in line.sources
    assert made is line.target
    assert state in OPEN


def test_what_is_over_stays_over() -> None:
    for line in TABLE:
        assert set(line.sources) <= OPEN


@pytest.mark.parametrize(
    ("name", "state", "actor", "refusal"),
    [
        ("quote", ChangeState.REQUESTED, Actor.CUSTOMER, "change_not_yours"),
        ("accept", ChangeState.REQUESTED, Actor.CUSTOMER, "change_wrong_state"),
        ("accept", ChangeState.QUOTED, Actor.PROVIDER, "change_not_yours"),
        ("decline", ChangeState.REQUESTED, Actor.CUSTOMER, "change_not_yours"),
        ("decline", ChangeState.QUOTED, Actor.PROVIDER, "change_not_yours"),
        ("withdraw", ChangeState.QUOTED, Actor.PROVIDER, "change_not_yours"),
        ("withdraw", ChangeState.ACCEPTED, Actor.PROVIDER, "change_not_yours"),
        ("apply", ChangeState.QUOTED, Actor.PAYMENT, "change_wrong_state"),
        ("expire", ChangeState.QUOTED, Actor.TIMER, "timer_not_due"),
    ],
)
def test_refused(name: str, state: ChangeState, actor: Actor, refusal: str) -> None:
    made = decide(name, facts(state), actor, NOW)
    assert isinstance(made, Refusal)
    assert made.code == refusal


def test_a_quote_ends() -> None:
    over = facts(ChangeState.QUOTED, expires_at=NOW)
    assert decide("accept", over, Actor.CUSTOMER, NOW) == refuse("change_quote_over")
    assert decide("expire", over, Actor.TIMER, NOW) is ChangeState.EXPIRED


def test_money_under_way_keeps_it_open() -> None:
    paying = facts(ChangeState.ACCEPTED, paying=True, expires_at=NOW)
    assert decide("withdraw", paying, Actor.CUSTOMER, NOW) == refuse("change_being_paid")
    assert decide("expire", paying, Actor.TIMER, NOW) == refuse("change_being_paid")
    # An order that ends does not wait: what arrives then is held and returned.
    assert decide("withdraw", paying, Actor.RULES, NOW) is ChangeState.WITHDRAWN


def test_nobody_quotes_their_own() -> None:
    made = decide("quote", facts(ChangeState.REQUESTED), Actor.SUPPORT, NOW, own=True)
    assert made == refuse("approval_own")


def test_an_old_button_is_refused() -> None:
    made = decide("accept", facts(ChangeState.QUOTED), Actor.CUSTOMER, NOW, version=2)
    assert made == refuse("change_moved_on")


@pytest.mark.parametrize("state", list(State))
def test_what_can_be_changed(state: State) -> None:
    made = check_request(state, on_hold=False, change_pending=False)
    assert (made is None) == (state in CHANGEABLE)
    if state in CHANGEABLE:
        assert check_request(state, on_hold=True, change_pending=True) == refuse("change_pending")
        assert check_request(state, on_hold=True, change_pending=False) == refuse("order_on_hold")


@given(st.integers(1, 10_000), st.integers(-20_000, 20_000), st.integers(-400, 400))
def test_a_change_never_makes_an_order_free(price: int, delta: int, days: int) -> None:
    made = check_quote(Money(price, "XTR"), Money(delta, "XTR"), days)
    if made is None:
        assert price + delta >= 1
        assert abs(days) <= 365
    else:
        assert price + delta <= 0 or abs(days) > 365


@pytest.mark.parametrize(
    ("method", "currency", "most", "least"),
    [
        (Method.STARS, "XTR", 25_000, 1),
        (Method.PROVIDER, "CNY", 7_000_000, 700),
        (Method.PROVIDER, "USD", 1_000_000, 100),
        (Method.TRANSFER, "CNY", None, 1),
        (None, "XTR", None, 1),
    ],
)
def test_what_is_added_has_to_be_payable(
    method: Method | None, currency: str, most: int | None, least: int
) -> None:
    """Limits of the supplementary invoice; what is taken off has none, as it goes back with what was paid."""
    price = Money(20_000, currency)

    def quoted(delta: int) -> Refusal | None:
        return check_quote(price, Money(delta, currency), 0, method)

    refusal = refuse(
        "change_unpayable",
        minimum=Money(least, currency),
        maximum=Money(most or 0, currency),
    )
    assert quoted(least) is quoted(0) is quoted(-1) is quoted(-19_999) is None
    if least > 1:
        assert quoted(least - 1) == refusal
    if most is None:
        assert quoted(8_000_000) is None
    else:
        assert quoted(most) is None
        assert quoted(most + 1) == refusal


def test_unknown_steps() -> None:
    with pytest.raises(UnknownTransition):
        step("merge")
