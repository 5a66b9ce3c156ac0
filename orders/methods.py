"""Ways to pay, and which of them a service may use in which currency."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from orders.money import MAX_AMOUNT, XTR, Money
from orders.refusal import Refusal, refuse


class Method(StrEnum):
    """How a customer pays."""

    #: Telegram Stars, invoice in the chat
    STARS = "stars"
    #: a payment provider connected to the bot by BotFather, invoice in the chat
    PROVIDER = "provider"
    #: bank transfer with reference and a proof that finance confirms
    TRANSFER = "transfer"


#: Stars of one invoice (Telegram Bot API: payments).
STARS_MIN, STARS_MAX = 1, 25_000

#: What one provider invoice may come to, minor units: about 1 to 10,000 US dollars
#: (Telegram Bot API: payments). Currencies not named here have only the absolute limit.
PROVIDER_RANGE: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"USD": (100, 1_000_000), "EUR": (100, 1_000_000), "CNY": (700, 7_000_000)}
)

#: The currency that speakers of a language expect first.
CURRENCY_OF_LANGUAGE: Mapping[str, str] = MappingProxyType({"zh": "CNY"})
DEFAULT_CURRENCY = "USD"

#: What a service is by nature, and how it may be paid. Source: Telegram Bot API: payments ("digital
#: goods and services: Telegram Stars only"; "physical goods and real-world services: a provider of
#: your choice").
RULES: Mapping[str, tuple[Method, ...]] = MappingProxyType(
    {"digital": (Method.STARS,), "real_world": (Method.PROVIDER, Method.TRANSFER)}
)


@dataclass(frozen=True, slots=True)
class MethodPolicy:
    """Nature of a service ("digital", "real_world") to the methods it may use, in the order
    offered.
    """

    table: Mapping[str, tuple[Method, ...]]

    def departures(self) -> tuple[tuple[str, Method], ...]:
        """What the operator allows beyond Telegram's own rules: the doctor and the log of each start point it out."""
        return tuple(
            (nature, method)
            for nature, methods in self.table.items()
            for method in methods
            if method not in RULES[nature]
        )


DEFAULT_POLICY = MethodPolicy(RULES)


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to pay a price."""

    method: Method
    price: Money

    @property
    def currency(self) -> str:
        return self.price.currency


def methods_for(
    nature: str,
    prices: Mapping[str, int],
    policy: MethodPolicy = DEFAULT_POLICY,
    enabled: Collection[Method] = tuple(Method),
    language: str = "en",
) -> tuple[Offer, ...] | Refusal:
    """The ways to pay a plan with these `prices` (currency to minor units), the preferred one
    first.

    `enabled` are the methods this bot is set up for. Chinese speakers are asked in CNY, others in
    USD, and in what there is when a plan has no such price. Refused when no way is left. Raises
    KeyError for an unknown nature.
    """
    allowed = [method for method in policy.table[nature] if method in enabled]
    if not allowed:
        return refuse("methods_none_enabled", nature=nature, allowed=policy.table[nature])
    offers = [_offer(method, prices, language) for method in allowed]
    possible = tuple(offer for offer in offers if offer is not None)
    return possible or refuse("methods_no_price", nature=nature, allowed=tuple(allowed))


def currency_for(language: str, currencies: Collection[str]) -> str | None:
    """The currency to ask in, of those a plan is priced in; Stars are none of them."""
    wanted = CURRENCY_OF_LANGUAGE.get(language.partition("-")[0].lower(), DEFAULT_CURRENCY)
    money = [currency for currency in currencies if currency != XTR]
    for currency in (wanted, DEFAULT_CURRENCY):
        if currency in money:
            return currency
    return min(money, default=None)


def can_invoice(method: Method, price: Money) -> bool:
    """Whether an invoice of this price is possible; a transfer has only the absolute limit."""
    if (method is Method.STARS) != (price.currency == XTR):
        return False
    low, high = invoice_range(method, price.currency)
    return low <= price <= high


def invoice_range(method: Method, currency: str) -> tuple[Money, Money]:
    """The least and the most that one invoice by that method may come to."""
    low, high = 1, MAX_AMOUNT
    if method is Method.STARS:
        low, high = STARS_MIN, STARS_MAX
    elif method is Method.PROVIDER:
        low, high = PROVIDER_RANGE.get(currency, (low, high))
    return Money(low, currency), Money(high, currency)


def _offer(method: Method, prices: Mapping[str, int], language: str) -> Offer | None:
    if method is Method.STARS:
        payable = [XTR] if XTR in prices else []
    else:
        payable = [
            currency
            for currency, amount in prices.items()
            if currency != XTR and can_invoice(method, Money(amount, currency))
        ]
    currency = XTR if payable == [XTR] else currency_for(language, payable)
    if currency is None:
        return None
    offer = Offer(method, Money(prices[currency], currency))
    return offer if can_invoice(method, offer.price) else None
