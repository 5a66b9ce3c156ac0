"""Store credit: what a customer has left of refunds, and how much of it an order uses by itself."""

from __future__ import annotations

from orders.money import Money


def usable(balance: Money, spoken_for: Money, price: Money, minimum: int = 0) -> Money:
    """How much store credit pays of `price`: as much as there is, less what other open invoices count on.

    What is left to pay is nothing, or at least `minimum` minor units (a gateway's smallest invoice). Raises
    CurrencyMismatch.
    """
    zero = Money.zero(price.currency)
    free = min(max(balance - spoken_for, zero), max(price, zero))
    rest = price - free
    if zero < rest < Money(minimum, price.currency):
        free = max(price - Money(minimum, price.currency), zero)
    return free
