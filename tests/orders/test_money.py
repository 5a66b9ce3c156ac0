from __future__ import annotations

from decimal import Decimal
from operator import add, ge, gt, le, lt, sub

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.errors import CurrencyMismatch
from orders.money import (
    EXPONENTS,
    MAX_AMOUNT,
    Money,
    exponent,
    from_major,
    major,
    split,
    total,
)
from orders.refusal import Refusal

currencies = st.sampled_from(sorted(EXPONENTS))


def test_arithmetic() -> None:
    assert Money(150, "CNY") + Money(50, "CNY") == Money(200, "CNY")
    assert Money(150, "CNY") - Money(200, "CNY") == Money(-50, "CNY")
    assert -Money(5, "XTR") == Money(-5, "XTR")
    assert Money(1, "USD") < Money(2, "USD") <= Money(2, "USD")
    assert Money(3, "USD") > Money(2, "USD") >= Money(2, "USD")
    assert not Money.zero("USD")
    assert Money(-1, "USD")
    assert total([Money(1, "JPY"), Money(2, "JPY")], "JPY") == Money(3, "JPY")
    assert total([], "JPY") == Money(0, "JPY")


@pytest.mark.parametrize("operation", [add, sub, lt, le, gt, ge])
def test_currencies_are_never_combined(operation: object) -> None:
    assert callable(operation)
    with pytest.raises(CurrencyMismatch, match="5 CNY and 5 USD cannot be combined"):
        operation(Money(5, "CNY"), Money(5, "USD"))


def test_amounts_of_two_currencies_are_unequal() -> None:
    assert Money(0, "CNY") != Money(0, "USD")


@pytest.mark.parametrize("amount", [1.0, "1", True, None, Decimal(1)])
def test_only_whole_minor_units(amount: object) -> None:
    with pytest.raises(TypeError, match="whole minor units"):
        Money(amount, "CNY")  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["", "cny", "RMB¥", "¥", "US", "ＣＮＹ"])
def test_only_iso_codes(currency: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, currency)


@pytest.mark.parametrize(
    ("currency", "gateway", "decimals"),
    [
        ("CNY", None, 2),
        ("USD", None, 2),
        ("EUR", None, 2),
        ("JPY", None, 0),
        ("XTR", None, 0),
        ("KWD", None, 3),
        ("HUF", None, 2),
        ("TWD", None, 2),
        ("HUF", "paypal", 0),
        ("TWD", "paypal", 0),
        ("JPY", "paypal", 0),
        ("USD", "paypal", 2),
        ("HUF", "stripe", 2),
    ],
)
def test_exponents(currency: str, gateway: str | None, decimals: int) -> None:
    assert exponent(currency, gateway) == decimals


def test_major() -> None:
    assert str(major(Money(129950, "CNY"))) == "1299.50"
    assert str(major(Money(-5, "CNY"))) == "-0.05"
    assert str(major(Money(500, "XTR"))) == "500"
    assert str(major(Money(1200, "TWD"), "paypal")) == "12"
    with pytest.raises(ValueError, match="more decimals than paypal takes"):
        major(Money(1250, "TWD"), "paypal")


@pytest.mark.parametrize(
    ("given_", "currency", "amount"),
    [
        ("1,299.50", "CNY", 129950),
        ("1299.5", "CNY", 129950),
        (" 12 ", "CNY", 1200),
        ("１２９９", "XTR", 1299),
        (".5", "USD", 50),
        ("5.", "USD", 500),
        ("0", "USD", 0),
        ("1.50", "JPY", "money_decimals"),
        ("1.0", "JPY", 1),
        ("0.001", "CNY", "money_decimals"),
        ("0.001", "KWD", 1),
        ("-1", "CNY", "money_negative"),
        ("", "CNY", "money_not_a_number"),
        ("12,34", "CNY", "money_not_a_number"),
        ("1e5", "CNY", "money_not_a_number"),
        ("ten", "CNY", "money_not_a_number"),
        ("NaN", "CNY", "money_not_a_number"),
        ("١٢", "CNY", "money_not_a_number"),
        ("9" * 41, "CNY", "money_not_a_number"),
        ("9" * 40, "CNY", "money_too_large"),
        ("9999999999.99", "CNY", MAX_AMOUNT),
        ("10000000000", "CNY", "money_too_large"),
        ("1", "XXX", "money_currency_unknown"),
        (Decimal("9.90"), "USD", 990),
        (Decimal("1E+999999"), "USD", "money_too_large"),
        (Decimal("1E-999999"), "USD", "money_decimals"),
        (Decimal("Infinity"), "USD", "money_not_a_number"),
        (Decimal("NaN"), "USD", "money_not_a_number"),
    ],
)
def test_from_major(given_: Decimal | str, currency: str, amount: int | str) -> None:
    result = from_major(given_, currency)
    if isinstance(amount, str):
        assert isinstance(result, Refusal)
        assert result.code == amount
    else:
        assert result == Money(amount, currency)


@pytest.mark.parametrize(
    ("given_", "currency", "params"),
    [
        ("1", "XXX", {"currency": "XXX"}),
        ("ten", "CNY", {"given": "ten"}),
        ("x" * 50, "CNY", {"given": "x" * 40}),
        ("-" + "0" * 38 + "1", "CNY", {"given": "-" + "0" * 38 + "1"}),
        (Decimal("-1." + "0" * 50), "CNY", {"given": "-1." + "0" * 37}),
        ("10000000000", "CNY", {"maximum": Money(MAX_AMOUNT, "CNY")}),
        ("1.50", "JPY", {"currency": "JPY", "decimals": 0}),
    ],
)
def test_what_a_refused_amount_is_told(
    given_: Decimal | str, currency: str, params: dict[str, object]
) -> None:
    result = from_major(given_, currency)
    assert isinstance(result, Refusal)
    assert dict(result.params) == params


@given(st.integers(0, MAX_AMOUNT), currencies)
def test_major_and_back(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    assert from_major(major(money), currency) == money
    assert from_major(str(major(money)), currency) == money
    assert from_major(f"{major(money):,f}", currency) == money


@given(st.text(max_size=20), currencies)
def test_any_text_gives_money_or_a_reason(text: str, currency: str) -> None:
    result = from_major(text, currency)
    assert isinstance(result, Refusal) or result.amount >= 0


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, (1, 1, 1), (34, 33, 33)),
        (2, (1, 1, 1), (1, 1, 0)),
        (0, (), ()),
        (0, (0, 0), (0, 0)),
        (5, (0, 1), (0, 5)),
        (1000, (333, 333, 334), (333, 333, 334)),
        (10, (1, 2, 4), (1, 3, 6)),
    ],
)
def test_split(amount: int, weights: tuple[int, ...], parts: tuple[int, ...]) -> None:
    assert split(amount, weights) == parts


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1).filter(any))
def test_split_is_exact_fair_and_bounded(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)
    assert sum(parts) == amount
    assert len(parts) == len(weights)
    for part, weight in zip(parts, weights, strict=True):
        share, rest = divmod(amount * weight, sum(weights))
        assert share <= part <= share + (1 if rest else 0)
        if amount <= sum(weights):
            assert part <= weight


@pytest.mark.parametrize(("amount", "weights"), [(-1, (1,)), (1, (1, -1)), (1, ()), (1, (0, 0))])
def test_split_refuses_nonsense(amount: int, weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="cannot split"):
        split(amount, weights)
