from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.methods import (
    DEFAULT_POLICY,
    RULES,
    STARS_MAX,
    Method,
    MethodPolicy,
    Offer,
    can_invoice,
    currency_for,
    methods_for,
)
from orders.money import Money
from orders.refusal import Refusal, refuse

PRICES = {"CNY": 99_00, "USD": 15_00, "XTR": 900}


def offer(method: str, amount: int, currency: str) -> Offer:
    return Offer(Method(method), Money(amount, currency))


@pytest.mark.parametrize(
    ("nature", "language", "wanted"),
    [
        ("digital", "zh", (offer("stars", 900, "XTR"),)),
        ("digital", "en", (offer("stars", 900, "XTR"),)),
        ("real_world", "zh", (offer("provider", 9900, "CNY"), offer("transfer", 9900, "CNY"))),
        ("real_world", "zh-hans", (offer("provider", 9900, "CNY"), offer("transfer", 9900, "CNY"))),
        ("real_world", "en", (offer("provider", 1500, "USD"), offer("transfer", 1500, "USD"))),
        ("real_world", "de", (offer("provider", 1500, "USD"), offer("transfer", 1500, "USD"))),
    ],
)
def test_by_nature_and_language(nature: str, language: str, wanted: tuple[Offer, ...]) -> None:
    assert methods_for(nature, PRICES, language=language) == wanted


@pytest.mark.parametrize(
    ("language", "currencies", "wanted"),
    [
        ("zh", {"CNY", "USD"}, "CNY"),
        ("zh", {"USD", "EUR"}, "USD"),
        ("zh", {"EUR", "JPY"}, "EUR"),
        ("en", {"CNY"}, "CNY"),
        ("ZH-TW", {"CNY", "USD"}, "CNY"),
        ("en", {"XTR"}, None),
        ("en", set(), None),
    ],
)
def test_currency(language: str, currencies: set[str], wanted: str | None) -> None:
    assert currency_for(language, currencies) == wanted


def test_only_what_the_bot_is_set_up_for() -> None:
    assert methods_for("real_world", PRICES, enabled=[Method.TRANSFER]) == (
        offer("transfer", 1500, "USD"),
    )
    assert methods_for("real_world", PRICES, enabled=[Method.STARS]) == refuse(
        "methods_none_enabled", nature="real_world", allowed=(Method.PROVIDER, Method.TRANSFER)
    )


@pytest.mark.parametrize(
    ("nature", "prices"),
    [
        ("digital", {"CNY": 100}),
        ("digital", {"XTR": STARS_MAX + 1}),
        ("digital", {"XTR": 0}),
        ("real_world", {"XTR": 100}),
        ("real_world", {}),
        ("real_world", {"USD": 0}),
    ],
)
def test_refused_when_nothing_is_possible(nature: str, prices: dict[str, int]) -> None:
    result = methods_for(nature, prices)
    assert isinstance(result, Refusal)
    assert result.code == "methods_no_price"


def test_too_much_for_a_provider_invoice_can_be_transferred() -> None:
    assert methods_for("real_world", {"USD": 20_000_00}) == (offer("transfer", 2_000_000, "USD"),)
    assert methods_for("real_world", {"CNY": 100_000_00, "USD": 9_000_00}, language="zh") == (
        offer("provider", 900_000, "USD"),
        offer("transfer", 10_000_000, "CNY"),
    )


def test_an_unknown_nature_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        methods_for("virtual", PRICES)


@given(
    st.sampled_from(sorted(RULES)),
    st.dictionaries(st.sampled_from(["CNY", "USD", "EUR", "JPY", "XTR"]), st.integers(0, 10**8)),
    st.sampled_from(["zh", "en", "de"]),
    st.sets(st.sampled_from(list(Method))),
)
def test_every_offer_can_be_paid(
    nature: str, prices: dict[str, int], language: str, enabled: set[Method]
) -> None:
    offers = methods_for(nature, prices, enabled=enabled, language=language)
    if isinstance(offers, Refusal):
        return
    for each in offers:
        assert each.method in enabled
        assert each.method in RULES[nature]
        assert prices[each.currency] == each.price.amount
        assert can_invoice(each.method, each.price)


def test_what_an_operator_allows_beyond_telegrams_rules() -> None:
    policy = MethodPolicy({**RULES, "digital": (Method.STARS, Method.TRANSFER)})
    assert policy.departures() == (("digital", Method.TRANSFER),)
    assert methods_for("digital", PRICES, policy, language="zh") == (
        offer("stars", 900, "XTR"),
        offer("transfer", 9900, "CNY"),
    )
    assert DEFAULT_POLICY.departures() == ()
    assert MethodPolicy({"digital": (Method.STARS,), "real_world": ()}).departures() == ()
