"""Currencies as Telegram's payments know them: minor units and what an invoice may come to."""

from __future__ import annotations

STARS = "XTR"
STARS_MOST = 25_000
#: No amount is ever larger, in minor units.
ABSOLUTE_MOST = 999_999_999_999

#: Currency → digits after the point, about how many make one USD.
CURRENCIES: dict[str, tuple[int, float]] = {
    "AED": (2, 3.67), "AUD": (2, 1.5), "BRL": (2, 5.4), "CAD": (2, 1.37), "CHF": (2, 0.88),
    "CNY": (2, 7.2), "CZK": (2, 22.5), "DKK": (2, 6.9), "EUR": (2, 0.92), "GBP": (2, 0.78),
    "HKD": (2, 7.8), "HUF": (2, 360.0), "IDR": (2, 15800.0), "ILS": (2, 3.7), "INR": (2, 84.0),
    "JPY": (0, 150.0), "KRW": (0, 1370.0), "KZT": (2, 480.0), "MXN": (2, 19.0), "MYR": (2, 4.5),
    "NOK": (2, 10.8), "NZD": (2, 1.65), "PHP": (2, 57.0), "PLN": (2, 4.0), "RUB": (2, 90.0),
    "SAR": (2, 3.75), "SEK": (2, 10.4), "SGD": (2, 1.34), "THB": (2, 34.5), "TRY": (2, 33.0),
    "TWD": (2, 32.0), "UAH": (2, 41.0), "USD": (2, 1.0), "VND": (0, 25000.0), "ZAR": (2, 18.0),
}  # fmt: skip


def bounds(currency: str) -> tuple[int, int]:
    """Smallest and largest total of an invoice, in minor units: about 1 to 10,000 USD."""
    if currency == STARS:
        return 1, STARS_MOST
    digits, rate = CURRENCIES[currency]
    # Telegram's own rates change daily; a tenth of leeway keeps the edge cases out of dispute.
    return int(rate * 10**digits * 0.9), min(int(rate * 10**digits * 11_000), ABSOLUTE_MOST)


def show(currency: str, amount: int) -> str:
    """An amount for a button: `⭐ 500`, `CNY 99.00`."""
    if currency == STARS:
        return f"⭐ {amount:,}"
    digits = CURRENCIES.get(currency, (2, 1.0))[0]
    return f"{currency} {amount / 10**digits:,.{digits}f}"
