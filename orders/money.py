"""Money: whole minor units with their currency, and the arithmetic that never loses a cent.

Exponents follow ISO 4217; Telegram Stars are the currency XTR without decimals (Telegram Bot API:
payments). Gateways that count otherwise have their own table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from orders.errors import CurrencyMismatch
from orders.refusal import Refusal, refuse

#: Telegram Stars.
XTR = "XTR"

#: The largest amount of one invoice in minor units (Telegram Bot API: payments).
MAX_AMOUNT = 999_999_999_999

_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF XTR"
_TWO_DECIMALS = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR "
    "LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD "
    "PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
    "SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW"
)
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"

#: Decimals of each currency we can count in.
EXPONENTS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(_NO_DECIMALS.split(), 0)
    | dict.fromkeys(_TWO_DECIMALS.split(), 2)
    | dict.fromkeys(_THREE_DECIMALS.split(), 3)
)

#: Gateways that count a currency otherwise than ISO 4217 (PayPal: "does not support decimals").
GATEWAY_EXPONENTS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {"paypal": MappingProxyType({"HUF": 0, "TWD": 0, "JPY": 0})}
)

_CURRENCY = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|-?\.\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, fen, whole Stars) of one currency; may be negative in a
    ledger.

    Adding or comparing amounts of two currencies raises CurrencyMismatch.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"amount is {self.amount!r}: pass whole minor units as int")
        if not _CURRENCY.fullmatch(self.currency):
            raise ValueError(f"currency is {self.currency!r}: pass an ISO 4217 code such as 'CNY'")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in that currency."""
        return cls(0, currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(
                f"{self.amount} {self.currency} and {other.amount} {other.currency} "
                "cannot be combined: keep currencies apart or convert first"
            )
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0


def total(amounts: Sequence[Money], currency: str) -> Money:
    """The sum; the currency is named so that nothing sums to a known zero.

    Raises CurrencyMismatch.
    """
    result = Money.zero(currency)
    for money in amounts:
        result = result + money
    return result


def exponent(currency: str, gateway: str | None = None) -> int:
    """Decimals of a currency, as that gateway counts it.

    Raises KeyError for a currency we cannot count in.
    """
    special = GATEWAY_EXPONENTS.get(gateway or "", {})
    return special[currency] if currency in special else EXPONENTS[currency]


def split(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide `total` minor units in proportion to `weights` by largest remainder.

    The parts sum to the total exactly, none is negative, equal remainders favour the earlier part,
    and no part exceeds its weight while the total does not exceed their sum. Raises ValueError for
    negative input or when there is nothing to divide by.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError(f"cannot split {total} by {list(weights)}: nothing may be negative")
    whole = sum(weights)
    if whole == 0:
        if total == 0:
            return (0,) * len(weights)
        raise ValueError(f"cannot split {total}: the weights {list(weights)} sum to zero")
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


def major(money: Money, gateway: str | None = None) -> Decimal:
    """The amount in major units (yuan, dollars, Stars), exact, with the currency's decimals.

    With a gateway, the number of decimals that gateway takes; raises ValueError when the amount
    does not fit into them, because a gateway that rounds would charge something else than the
    invoice says.
    """
    decimals = EXPONENTS[money.currency]
    value = Decimal(money.amount).scaleb(-decimals)
    wanted = exponent(money.currency, gateway)
    if wanted == decimals:
        return value
    rounded = value.quantize(Decimal(1).scaleb(-wanted))
    if rounded != value:
        raise ValueError(
            f"{value} {money.currency} has more decimals than {gateway} takes ({wanted})"
        )
    return rounded


def from_major(value: Decimal | str, currency: str) -> Money | Refusal:
    """Major units as a person or a file gives them, as Money: `"1,299.50"`, `"１２９９"`,
    `Decimal("9.9")`.

    Never rounds: more decimals than the currency has are refused, as are negative, non-numeric and
    absurdly large amounts and unknown currencies.
    """
    decimals = EXPONENTS.get(currency)
    if decimals is None:
        return refuse("money_currency_unknown", currency=currency)
    number = _parse(value) if isinstance(value, str) else value
    if number is None or not number.is_finite():
        return refuse("money_not_a_number", given=str(value)[:40])
    if number < 0:
        return refuse("money_negative", given=str(value)[:40])
    if number.adjusted() > 12 or number.scaleb(decimals) > MAX_AMOUNT:
        return refuse("money_too_large", maximum=Money(MAX_AMOUNT, currency))
    minor = number.scaleb(decimals)
    if minor != minor.to_integral_value():
        return refuse("money_decimals", currency=currency, decimals=decimals)
    return Money(int(minor), currency)


def _parse(text: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > 40 or not _NUMBER.fullmatch(plain):
        return None
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return None
