"""Amounts by currency, as an operator writes them: `CNY 500, XTR 3500`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orders.money import EXPONENTS, Money, from_major


@dataclass(frozen=True, slots=True)
class Amounts:
    """Pairs of a currency and an amount in its minor units."""

    pairs: tuple[tuple[str, int], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Amounts:
        """From `CNY 500, XTR 3500`, or `off` for none. Raises ValueError."""
        if text.strip().lower() == "off":
            return cls()
        found: dict[str, int] = {}
        for part in text.replace("，", ",").split(","):
            words = part.split()
            if len(words) != 2:
                raise ValueError("not a currency and an amount")
            money = from_major(words[1], words[0].upper())
            if not isinstance(money, Money):
                raise ValueError(money.code)
            if money.currency in found:
                raise ValueError("twice")
            found[money.currency] = money.amount
        return cls(tuple(found.items()))

    @classmethod
    def of(cls, amounts: Mapping[str, int]) -> Amounts:
        return cls(tuple(amounts.items()))

    @property
    def by_currency(self) -> Mapping[str, int]:
        return dict(self.pairs)

    def __str__(self) -> str:
        return ", ".join(_written(*pair) for pair in self.pairs) or "off"


def _written(currency: str, amount: int) -> str:
    decimals = EXPONENTS[currency]
    whole, rest = divmod(amount, 10**decimals)
    return f"{currency} {whole}" + (f".{rest:0{decimals}d}" if rest else "")
