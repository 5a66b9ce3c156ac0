"""The quote: what an order costs, line by line, and when it is delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from orders.deadlines import Deadline, earliest_delivery
from orders.money import Money, total
from orders.refusal import Refusal, refuse

#: Codes of quote lines; `dialogs` has their words.
LINE_CODES: Mapping[str, tuple[str, ...]] = {
    "plan": ("service", "plan"),
    "change": ("number",),
    "discount": ("reason",),
    # store credit that pays a part of an invoice; never in the quote of an order
    "credit": (),
}


class PricedPlan(Protocol):
    """What a quote needs to know of a plan; orders.catalogue.Plan is one."""

    @property
    def key(self) -> str: ...

    @property
    def period_days(self) -> int | None: ...

    @property
    def prices(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line: a code of LINE_CODES, its parameters (keys, never words), an amount; negative: a
    discount.
    """

    code: str
    params: Mapping[str, object] = field(hash=False)
    amount: Money

    def __post_init__(self) -> None:
        names = LINE_CODES.get(self.code)
        if names is None or set(names) != set(self.params):
            raise ValueError(f"line {self.code!r} with {sorted(self.params)}: see LINE_CODES")


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines that sum to the total, in one currency.

    Raises ValueError when they do not, or it is negative.
    """

    lines: tuple[QuoteLine, ...]
    total: Money
    #: calendar days from today to delivery
    period_days: int
    delivery_on: date

    def __post_init__(self) -> None:
        if total([line.amount for line in self.lines], self.total.currency) != self.total:
            raise ValueError("the lines of the quote do not sum to its total")
        if self.total.amount < 0:
            raise ValueError(f"the quote comes to {self.total}: discounts exceed the price")


def quote_plan(
    service_key: str,
    plan: PricedPlan,
    currency: str,
    today: date,
    *,
    deadline: Deadline | None = None,
    price: Money | None = None,
    extra: Sequence[QuoteLine] = (),
) -> Quote | Refusal:
    """Quote a plan in one currency, ordered today (in the customer's zone).

    A custom plan has neither price nor period: staff name the `price`, the deadline is the
    delivery. Otherwise the plan's period decides the delivery, however late the deadline. `extra`
    lines, e.g. a discount, come after the plan's. Raises CurrencyMismatch.
    """
    amount = plan.prices.get(currency)
    if price is None and amount is None:
        return refuse("quote_no_price", plan=plan.key, currency=currency)
    if plan.period_days is None and deadline is None:
        return refuse("quote_no_deadline", plan=plan.key)
    delivery = earliest_delivery(today, plan.period_days)
    if plan.period_days is None and deadline is not None:
        delivery = deadline.day
    agreed = price if price is not None else Money(plan.prices[currency], currency)
    lines = (QuoteLine("plan", {"service": service_key, "plan": plan.key}, agreed), *extra)
    return Quote(
        lines, total([line.amount for line in lines], currency), (delivery - today).days, delivery
    )
