"""Amounts of money."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding.amounts import Bound, read_amount, read_amounts

AMOUNTS = """
预算3000 | 3000
预算：3000 | 3000
预算大概在3000左右 | 3000
预算三千 | 3000
预算3k左右 | 3000
预算1百万 | 1000000
100万预算 | 1000000
3000预算 | 3000
3000 | 3000
3,000 | 3000
3k | 3000
1.5w | 15000
1.2万 | 12000
一万二 | 12000
1万2 | 12000
3万5 | 35000
两千块 | 2000 CNY
三千元 | 3000 CNY
3块5 | 3.5 CNY
两块五 | 2.5 CNY
50块钱 | 50 CNY
99.9元 | 99.9 CNY
¥5,000.50 | 5000.50 CNY
￥99 | 99 CNY
100 RMB | 100 CNY
人民币 500 | 500 CNY
５０００元 | 5000 CNY
$300 | 300 USD
US$300 | 300 USD
USD 300 | 300 USD
rmb500 | 500 CNY
¥1000000 | 1000000 CNY
300 usd | 300 USD
around 500 dollars | 500 USD
三百美金 | 300 USD
2000刀 | 2000 USD
budget 5k usd | 5000 USD
my budget is $300 | 300 USD
$3000 is my budget | 3000 USD
our budget would be about $500 | 500 USD
€300 | 300 EUR
£50 | 50 GBP
HK$500 | 500 HKD
港币500 | 500 HKD
5000日元 | 5000 JPY
500 stars | 500 XTR
500星 | 500 XTR
⭐500 | 500 XTR
五百stars | 500 XTR
三千到五千 | 3000-5000
三到五千 | 3000-5000
3-5k | 3000-5000
3~5万 | 30000-50000
两三千 | 2000-3000
两三千块 | 2000-3000 CNY
预算3000-5000元 | 3000-5000 CNY
budget: 3,000–5,000 USD | 3000-5000 USD
$1,000 to $2,000 | 1000-2000 USD
$3k-5k | 3000-5000 USD
between 500 and 800 dollars | 500-800 USD
标准版,推广新品,预算3000,下周五前 | 3000
standard plan for shop setup, launch by Dec 20, budget 3000 | 3000
我要2个logo,预算500元 | 500 CNY
"""
ROWS = [[part.strip() for part in line.split("|")] for line in AMOUNTS.strip().splitlines()]


@pytest.mark.parametrize(("text", "wanted"), ROWS)
def test_amounts_are_read(text: str, wanted: str) -> None:
    found = read_amount(text)
    assert found is not None
    span, _, currency = wanted.partition(" ")
    low, _, high = span.partition("-")
    assert (found.low, found.high) == (Decimal(low), Decimal(high or low))
    assert found.currency == (currency or None)
    assert found.is_range == bool(high)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3 logos please",
        "我要2个logo和5张海报",
        "call me at 13800138000",
        "1万粉丝",
        "3k followers",
        "5000字",
        "预算12月前定",
        "budget by 3 days",
        "预算不限",
        "预算几千",
        "几千块",
        "一块做",
        "两块牌子",
        "五星好评",
        "3星酒店",
        "5元素",
        "元旦",
        "12/15",
        "2026-12-24",
        "0元",
        "€1.200",
        "-500",
        "1e5",
        "12345678901234567890",
        "十分满意",
    ],
)
def test_other_numbers_are_no_amounts(text: str) -> None:
    assert read_amount(text) is None


def test_several_amounts_are_not_chosen_from() -> None:
    assert read_amount("$300 or $500") is None
    assert [found.high for found in read_amounts("$300 or $500")] == [300, 500]
    assert read_amount("$500 or 500 dollars") is not None


def test_the_one_called_a_budget_wins() -> None:
    found = read_amount("ads cost about $900 a month, budget $300")
    assert found is not None
    assert found.high == 300


def test_minor_units() -> None:
    yuan, yen, stars, bare = (
        read_amount(text) for text in ("¥12.5", "500日元", "50 stars", "12.345")
    )
    assert yuan is not None
    assert yuan.minor == 1250
    assert yen is not None
    assert yen.minor == 500
    assert stars is not None
    assert stars.minor == 50
    assert bare is None
    plain = read_amount("3000")
    assert plain is not None
    assert plain.minor == 300_000
    assert plain.in_minor("JPY") == 3000
    assert plain.in_minor("KWD") == 3_000_000


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("3000元", Bound.EXACT),
        ("3000元左右", Bound.ABOUT),
        ("around $500", Bound.ABOUT),
        ("预算不超过五千", Bound.MOST),
        ("五千以内", Bound.MOST),
        ("up to $500", Bound.MOST),
        ("at least $500", Bound.LEAST),
        ("500元以上", Bound.LEAST),
    ],
)
def test_what_is_said_of_the_amount(text: str, bound: Bound) -> None:
    found = read_amount(text)
    assert found is not None
    assert found.bound is bound


def test_the_span_is_that_of_the_amount() -> None:
    for text, part in [
        ("标准版，预算大概３０００元左右，谢谢", "预算大概３０００元左右"),
        ("a logo for about $300 please", "about $300"),
        ("ok 500 stars", "500 stars"),
    ]:
        found = read_amount(text)
        assert found is not None
        assert text[slice(*found.span)] == part


@given(
    st.integers(1, 10**9 - 1),
    st.sampled_from(["{}", "预算{}", "budget {}", "¥{}", "{}元", "${}", "{} dollars", "{} stars"]),
)
def test_whole_amounts_are_read_back(amount: int, written: str) -> None:
    for said in (f"{amount}", f"{amount:,}"):
        found = read_amount(written.format(said))
        assert found is not None
        assert found.low == found.high == amount


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for found in read_amounts(text):
        assert 0 < found.low <= found.high
        assert 0 <= found.span[0] < found.span[1] <= len(text)
        assert found.minor > 0 or found.high < Decimal("0.005")
