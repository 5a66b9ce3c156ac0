from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.approvals import Limits, check_refund_approval, confirm_transfer
from orders.money import Money
from orders.refunds import (
    PENDING,
    REFUND,
    RefundState,
    share,
    split_over_lines,
)
from orders.refusal import Refusal, refuse
from orders.states import Actor

LIMITS = Limits(support={"CNY": 50_000}, transfer={"CNY": 100_000})


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


def stars(amount: int) -> Money:
    return Money(amount, "XTR")


@given(
    st.lists(st.integers(-1000, 10_000), min_size=1, max_size=8).filter(
        lambda lines: any(line > 0 for line in lines)
    ),
    st.data(),
)
def test_lines_add_up_and_none_gives_more_than_it_has(
    lines: list[int], data: st.DataObject
) -> None:
    amount = data.draw(st.integers(0, sum(line for line in lines if line > 0)))
    parts = split_over_lines(cny(amount), [cny(line) for line in lines])
    assert sum(part.amount for part in parts) == amount
    for part, line in zip(parts, lines, strict=True):
        assert 0 <= part.amount <= max(0, line)


def test_three_refunds_over_the_same_lines() -> None:
    left = [cny(333), cny(333), cny(334)]
    for amount in (500, 250, 250):
        parts = split_over_lines(cny(amount), left)
        left = [money - part for money, part in zip(left, parts, strict=True)]
    assert left == [cny(0), cny(0), cny(0)]


@pytest.mark.parametrize("lines", [[], [cny(5)], [Money(50, "USD")]])
def test_nothing_comes_from_nothing(lines: list[Money]) -> None:
    with pytest.raises(ValueError, match="cannot come from"):
        split_over_lines(cny(10), lines)


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_shares_are_exact(amount: int, percent: int) -> None:
    back, kept = share(cny(amount), percent)
    assert back + kept == cny(amount)
    assert abs(back.amount - amount * percent / 100) <= 0.5
    assert share(cny(1), 50) == (cny(1), cny(0))


@pytest.mark.parametrize("percent", [-1, 101])
def test_shares_outside_the_whole(percent: int) -> None:
    with pytest.raises(ValueError, match="0 to 100"):
        share(cny(1), percent)


def test_what_is_set_aside_may_still_go_somewhere() -> None:
    """Only what is back, or is not to be, has left the sum that counts against the cap."""
    assert set(RefundState) == REFUND.ends | PENDING
    assert REFUND.ends == {RefundState.SUCCEEDED, RefundState.REJECTED}


@pytest.mark.parametrize(
    ("amount", "role", "approver", "result"),
    [
        (cny(50_000), Actor.SUPPORT, 3, None),
        (cny(50_001), Actor.SUPPORT, 3, refuse("approval_above_limit", limit=cny(50_000))),
        (cny(50_001), Actor.LEAD, 3, None),
        (stars(1), Actor.SUPPORT, 3, refuse("approval_above_limit", limit=stars(0))),
        (cny(1), Actor.FINANCE, 3, refuse("approval_role", role=Actor.FINANCE)),
        (cny(1), Actor.PROVIDER, 3, refuse("approval_role", role=Actor.PROVIDER)),
        (cny(1), Actor.LEAD, 1, refuse("approval_own")),
        (cny(1), Actor.LEAD, 2, refuse("approval_own")),
    ],
)
def test_who_approves_a_refund(
    amount: Money, role: Actor, approver: int, result: Refusal | None
) -> None:
    assert check_refund_approval(amount, role, approver, 1, 2, LIMITS) == result


@pytest.mark.parametrize(
    ("amount", "role", "person", "before", "result"),
    [
        (cny(100_000), Actor.FINANCE, 3, (), True),
        (cny(100_001), Actor.FINANCE, 3, (), False),
        (cny(100_001), Actor.FINANCE, 3, (4,), True),
        (cny(100_001), Actor.FINANCE, 3, (3,), refuse("approval_same_person")),
        (Money(1, "USD"), Actor.FINANCE, 3, (), False),
        (cny(1), Actor.FINANCE, 2, (), refuse("approval_own")),
        (cny(1), Actor.LEAD, 3, (), refuse("approval_role", role=Actor.LEAD)),
    ],
)
def test_who_confirms_a_transfer(
    amount: Money, role: Actor, person: int, before: tuple[int, ...], result: bool | Refusal
) -> None:
    assert confirm_transfer(amount, role, person, before, 2, LIMITS) == result
