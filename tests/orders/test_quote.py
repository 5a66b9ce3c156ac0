from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pytest

from orders.deadlines import Deadline
from orders.errors import CurrencyMismatch
from orders.money import Money
from orders.quote import Quote, QuoteLine, quote_plan
from orders.refusal import refuse

TODAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Plan:
    key: str = "standard"
    period_days: int | None = 7
    prices: Mapping[str, int] = field(default_factory=lambda: {"CNY": 99_00, "XTR": 900})


def test_a_plan() -> None:
    line = QuoteLine("plan", {"service": "video", "plan": "standard"}, Money(9900, "CNY"))
    assert quote_plan("video", Plan(), "CNY", TODAY) == Quote(
        (line,), Money(9900, "CNY"), 7, date(2026, 11, 28)
    )


def test_the_plan_decides_the_delivery_not_a_late_deadline() -> None:
    quote = quote_plan("video", Plan(), "XTR", TODAY, deadline=Deadline(date(2027, 1, 1)))
    assert isinstance(quote, Quote)
    assert quote.delivery_on == date(2026, 11, 28)


def test_lines_sum_to_the_total() -> None:
    discount = QuoteLine("discount", {"reason": "returning"}, Money(-1000, "CNY"))
    quote = quote_plan("video", Plan(), "CNY", TODAY, extra=[discount])
    assert isinstance(quote, Quote)
    assert quote.total == Money(8900, "CNY")
    assert quote.lines[-1] == discount


def test_a_custom_plan_needs_a_price_and_a_deadline() -> None:
    custom = Plan("custom", None, {})
    assert quote_plan("video", custom, "CNY", TODAY) == refuse(
        "quote_no_price", plan="custom", currency="CNY"
    )
    price = Money(50_000, "CNY")
    assert quote_plan("video", custom, "CNY", TODAY, price=price) == refuse(
        "quote_no_deadline", plan="custom"
    )
    quote = quote_plan(
        "video", custom, "CNY", TODAY, price=price, deadline=Deadline(date(2026, 12, 1))
    )
    assert isinstance(quote, Quote)
    assert (quote.total, quote.period_days, quote.delivery_on) == (price, 10, date(2026, 12, 1))


def test_no_price_in_that_currency() -> None:
    assert quote_plan("video", Plan(), "USD", TODAY) == refuse(
        "quote_no_price", plan="standard", currency="USD"
    )


def test_a_quote_that_does_not_add_up_cannot_be_made() -> None:
    line = QuoteLine("plan", {"service": "video", "plan": "basic"}, Money(100, "CNY"))
    with pytest.raises(ValueError, match="do not sum"):
        Quote((line,), Money(99, "CNY"), 1, TODAY)
    free = QuoteLine("discount", {"reason": "x"}, Money(-101, "CNY"))
    with pytest.raises(ValueError, match="exceed the price"):
        Quote((line, free), Money(-1, "CNY"), 1, TODAY)
    with pytest.raises(CurrencyMismatch):
        Quote((line,), Money(100, "USD"), 1, TODAY)


@pytest.mark.parametrize(("code", "params"), [("gift", {}), ("plan", {"service": "video"})])
def test_unknown_lines_cannot_be_made(code: str, params: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="LINE_CODES"):
        QuoteLine(code, params, Money(1, "CNY"))
