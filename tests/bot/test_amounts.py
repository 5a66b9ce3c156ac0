from __future__ import annotations

import pytest

from bot.amounts import Amounts
from bot.business import business_of
from bot.settings import Settings
from orders.approvals import Limits


@pytest.mark.parametrize(
    ("text", "pairs", "again"),
    [
        ("CNY 500, XTR 3500", {"CNY": 50_000, "XTR": 3_500}, "CNY 500, XTR 3500"),
        ("cny  99.50，usd 0", {"CNY": 9_950, "USD": 0}, "CNY 99.50, USD 0"),
        ("off", {}, "off"),
    ],
)
def test_as_an_operator_writes_them(text: str, pairs: dict[str, int], again: str) -> None:
    found = Amounts.parse(text)
    assert found.by_currency == pairs
    assert str(found) == again
    assert Amounts.parse(str(found)) == found


@pytest.mark.parametrize(
    "text", ["", "500", "CNY", "CNY -1", "XTR 1.5", "ABC 5", "CNY 1, CNY 2", "CNY 1,000", "CNY 5 x"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Amounts.parse(text)


def test_they_reach_the_handlers() -> None:
    given = {"refund_limits": "XTR 100", "transfer_limits": "off"}
    made = business_of(Settings.model_validate(given), "shop_bot").limits
    assert made == Limits(support={"XTR": 100}, transfer={})
