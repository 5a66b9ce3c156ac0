"""Amounts of money in what people write: 预算3000, 3k, ¥5,000.50, 两千块, 1.2万, $300, 500 stars, 三千到五千.

A number is money when a currency or a word such as 预算 or "budget" stands beside it, or when it is all that was
written. Everything else ("3 logos", 12月, 1万粉丝) is not. Of a range both ends are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Final

from dialogs.understanding.numerals import number
from dialogs.understanding.text import Span, compiled, plain, without_numbers_of_other_things
from orders.money import exponent

# ¥ alone is the yuan here; the yen is written out.
_SIGNS: Final = MappingProxyType(
    {
        "¥": "CNY",
        "rmb": "CNY",
        "cny": "CNY",
        "us$": "USD",
        "usd": "USD",
        "hk$": "HKD",
        "hkd": "HKD",
        "$": "USD",
    }
    | {
        "€": "EUR",
        "eur": "EUR",
        "£": "GBP",
        "gbp": "GBP",
        "jpy": "JPY",
        "krw": "KRW",
        "sgd": "SGD",
        "s$": "SGD",
    }
    | {
        "₽": "RUB",
        "rub": "RUB",
        "⭐": "XTR",
        "xtr": "XTR",
        "nt$": "TWD",
        "twd": "TWD",
        "₩": "KRW",
        "a$": "AUD",
    }
    | {
        "aud": "AUD",
        "c$": "CAD",
        "cad": "CAD",
        "人民币": "CNY",
        "美元": "USD",
        "美金": "USD",
    }
    | {"港币": "HKD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY"}
)
_UNITS: Final = MappingProxyType(
    dict.fromkeys(
        (
            "元人民币",
            "块人民币",
            "人民币",
            "块钱",
            "元",
            "块",
            "圆",
            "¥",
            "rmb",
            "cny",
            "yuan",
            "kuai",
        ),
        "CNY",
    )
    | dict.fromkeys(
        ("美元", "美金", "美刀", "刀", "us dollars", "us dollar", "dollars", "dollar"), "USD"
    )
    | dict.fromkeys(("bucks", "buck", "usd", "$"), "USD")
    | dict.fromkeys(("欧元", "欧", "euros", "euro", "eur", "€"), "EUR")
    | dict.fromkeys(("英镑", "pounds", "pound", "gbp", "quid", "£"), "GBP")
    | dict.fromkeys(("港币", "港元", "港纸", "hkd", "hong kong dollars"), "HKD")
    | dict.fromkeys(("新台币", "台币", "twd"), "TWD")
    | dict.fromkeys(("日元", "日币", "yen", "jpy"), "JPY")
    | dict.fromkeys(("韩元", "韩币", "won", "krw"), "KRW")
    | dict.fromkeys(("卢布", "rubles", "roubles", "rub", "₽"), "RUB")
    | dict.fromkeys(("新币", "新加坡元", "sgd"), "SGD")
    | {
        "aud": "AUD",
        "cad": "CAD",
    }
    | dict.fromkeys(
        ("颗星星", "颗星", "个星星", "星星", "星币", "星", "telegram stars", "tg stars", "stars"),
        "XTR",
    )
    | dict.fromkeys(("⭐️", "⭐", "xtr"), "XTR")
)

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:\.\d{1,2})?)(?![\d]|\.\d|,\d{3})"
_CHINESE = "零一二两三四五六七八九"
_NUMBER = rf"{_DIGITS}(?: ?(?:k|w)(?![a-z])|[十百千万]+(?:\d(?![\d.])|[{_CHINESE}](?!个))?)?|(?<![几数好成{_CHINESE}十百千万])[{_CHINESE}十百千万]{{1,14}}"
_ABOUT = r"大概|大约|约|差不多|around|about|approximately|approx\.?|roughly|circa|~"
_MOST = (
    r"不超过|不能超过|不要超过|最多|顶多|至多|控制在|不到|低于|小于|up to|under|below|less than|no more than|not more than"
    r"|not over|at most|max(?:imum)?\.?|within|<=|<|≤"
)
_LEAST = r"至少|最少|不低于|起码|at least|min(?:imum)?\.?|no less than|more than|over|>=|>|≥"
_KEY = (
    r"预算|价格|价位|价钱|费用|花费|出价|总价|经费|资金|心理价位?|能出|可以出|愿意出|愿意付|出(?=\d)"
    r"|\b(?:budget|price(?: range)?|costs?|spend(?:ing)?|pay(?:ing)?|afford|invest)\b"
)
_FILL = (
    rf"(?:[ :=(]|{_ABOUT}|{_MOST}|{_LEAST}|是|为|在|有|给|的话|左右|范围|上限|区间|\b(?:is|are|of|for (?:this|it|the project)"
    r"|would be|will be|only|total|a total of|limit|range|cap|between|from|somewhere|max)\b){0,6}"
)
_KEY_AFTER = r" ?(?:的?预算|(?:is )?(?:my |our |the |total )?budget\b)"
_RANGE = r"(?:-|~|到|至|to|and)"
# A keyed number that counts something else after all: 预算12月前定, "budget by 3 days".
_COUNTS = (
    r"(?! ?(?:月|日|号|点|天|周|年|小时|分钟|个|张|份|页|字|人|次|件|条|款|套|种|%|[:/]\d|(?:days?|weeks?|months?|years?|hours?"
    r"|logos?|posts?|people|pcs|pieces|words|pages|followers|st|nd|rd|th|am|pm)\b))"
)
_SUFFIX = r" ?(?:左右|上下|以内|之内|以下|内(?!容)|以上|起|出头|多(?=$|[ ,。]))"
_MAX_DIGITS: Final = 9


class Bound(Enum):
    """What was said about the amount."""

    EXACT = "exactly"
    ABOUT = "about"
    MOST = "at most"
    LEAST = "at least"


@dataclass(frozen=True, slots=True)
class AmountReading:
    """An amount of money, or a range of it, in whole units of its currency."""

    low: Decimal
    high: Decimal
    #: ISO 4217, XTR for Telegram Stars; None when it was not said.
    currency: str | None
    span: Span
    bound: Bound = Bound.EXACT

    @property
    def minor(self) -> int:
        """The upper end in minor units of its currency; in hundredths while the currency is not known."""
        return self.in_minor(self.currency)

    @property
    def is_range(self) -> bool:
        return self.low != self.high

    def in_minor(self, currency: str | None) -> int:
        """The upper end in minor units of that currency, for a person who named none; halves rounded up.

        Raises KeyError for a currency we cannot count in.
        """
        places = 2 if currency is None else exponent(currency)
        return int(self.high.scaleb(places).to_integral_value(ROUND_HALF_UP))


class _Sign(Enum):
    """Why a number is money, the stronger reason first."""

    BUDGET = 0
    KEY = 1
    CURRENCY = 2
    ALONE = 3


@cache
def _pattern() -> re.Pattern[str]:
    signs = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
    units = "|".join(
        re.escape(unit) + _not_in_a_word(unit) for unit in sorted(_UNITS, key=len, reverse=True)
    )
    before = rf"(?P<key>(?:{_KEY}){_FILL})?(?P<lead>(?:(?:{_ABOUT}|{_MOST}|{_LEAST}) ?){{0,2}})"
    # A sign of a currency, or nothing that the number could be the end of: 12.5, 1,234, 12:30, a4.
    lead_in = rf"(?:(?P<c1>(?<![a-z])(?:{signs}) ?)|(?<![a-z\d./#@])(?<!\d[:,]))"
    first = lead_in + rf"(?P<n1>{_NUMBER})(?: ?(?P<c2>{units}))?"
    second = rf"(?: ?{_RANGE} ?(?P<c3>(?:{signs}) ?)?(?P<n2>{_NUMBER})(?: ?(?P<c4>{units}))?)?"
    after = rf"(?P<five>(?<=块)[一二三四五六七八九\d](?![\d.个]))?(?P<counts>{_COUNTS})?"
    return re.compile(
        before + first + second + after + rf"(?P<suffix>{_SUFFIX})?(?P<key2>{_KEY_AFTER})?"
    )


def _not_in_a_word(unit: str) -> str:
    """What may not follow a unit: 元旦, 块牌子, 星期 and "eurosport" are other words."""
    return {
        "元": "(?![旦素宵宇年月件])",
        "块": "(?![牌屏板区广展蛋布地砖显硬内儿])",
        "星": "(?![级期座空巴球辰好酒])",
        "欧": "(?![洲美式元])",
        "刀": "(?![具片模])",
        "圆": "(?![形角圈])",
    }.get(unit, "(?![a-z])" if unit[-1].isascii() and unit[-1].isalpha() else "")


def read_amount(text: str) -> AmountReading | None:
    """The amount a person writes; None when there is none, or several that are equally likely."""
    readings = read_amounts(text)
    return readings[0] if len(readings) == 1 else None


def read_amounts(text: str) -> tuple[AmountReading, ...]:
    """Every amount with the best reason to be one, in the order of the text, repeated values left out."""
    found = list(_amounts(without_numbers_of_other_things(plain(text), longest=_MAX_DIGITS)))
    best = min((sign.value for sign, _ in found), default=0)
    readings: dict[tuple[Decimal, Decimal, str | None], AmountReading] = {}
    for sign, reading in found:
        if sign.value == best:
            readings.setdefault((reading.low, reading.high, reading.currency), reading)
    return tuple(readings.values())


def money_spans(text: str) -> tuple[Span, ...]:
    """Where a plain text speaks of money by a currency or a word of prices: no dates there."""
    return tuple(reading.span for sign, reading in _amounts(text) if sign is not _Sign.ALONE)


def _amounts(text: str) -> Iterable[tuple[_Sign, AmountReading]]:
    for found in _pattern().finditer(text):
        reading = _reading(found)
        if reading is None:
            continue
        key = f"{found['key'] or ''}{found['key2'] or ''}"
        named = _Sign.BUDGET if "budget" in key or "预算" in key else _Sign.KEY
        if reading.currency:
            yield (named if key else _Sign.CURRENCY), reading
        elif key and found["counts"] is not None:
            yield named, reading
        elif _is_all(text, reading.span):
            yield _Sign.ALONE, reading


_ASIDE: Final = r"[ .。!~?]|吧|呢|就行|就好|即可|可以|please|pls|ok|我|给|付|出|it is|it's|let's say|say|maybe|就"


def _is_all(text: str, span: Span) -> bool:
    """Whether the number is the whole text but for small words, and short enough to be a price."""
    digits = sum(char.isdigit() for char in text[span[0] : span[1]])
    return digits <= _MAX_DIGITS and not compiled(_ASIDE).sub("", text[: span[0]] + text[span[1] :])


def _reading(found: re.Match[str]) -> AmountReading | None:
    currency = _currency(found)
    low, high = _values(found["n1"])
    if found["n2"]:
        second = _values(found["n2"])[1]
        low = _in_unit_of(low, found["n1"], found["n2"], second)
        if low is None or second is None or low > second:
            return None
        high = second
    if low is None or high is None or high <= 0:
        return None
    if found["five"]:
        # 两块五: two and a half.
        low = high = high + (number(found["five"]) or Decimal(0)) / 10
    if (
        found["n1"] in _CHINESE
        and found["c2"] in ("块", "星", "刀")
        and not (found["key"] or found["five"])
    ):
        return None
    start = (
        found.start()
        if found["key"] or found["lead"]
        else found.start("c1" if found["c1"] else "n1")
    )
    return AmountReading(low, high, currency, (start, found.end()), _bound(found))


def _currency(found: re.Match[str]) -> str | None:
    for name, table in (("c1", _SIGNS), ("c2", _UNITS), ("c3", _SIGNS), ("c4", _UNITS)):
        if found[name]:
            return table[found[name].strip()]
    return None


def _values(text: str) -> tuple[Decimal | None, Decimal | None]:
    """The value, or both of 两三千."""
    pair = re.fullmatch(rf"([{_CHINESE}])([{_CHINESE}])([十百千万]+)", text)
    if (
        pair
        and (low := number(pair[1] + pair[3]))
        and (high := number(pair[2] + pair[3]))
        and low < high
    ):
        return low, high
    value = _value(text)
    return value, value


def _value(text: str) -> Decimal | None:
    scale = {"k": 1000, "w": 10_000}.get(text[-1])
    if scale:
        value = number(text[:-1])
        return None if value is None else value * scale
    return number(text)


def _in_unit_of(
    low: Decimal | None, first: str, second: str, high: Decimal | None
) -> Decimal | None:
    """三到五千 and "3-5k" begin at 3000: the first takes the unit of the second."""
    unit = re.search(r"(?:k|w|[十百千万]+)$", second)
    if low is None or high is None or unit is None or re.search(r"[kw十百千万]", first):
        return low
    scaled = _value(f"{first}{unit.group()}")
    return scaled if scaled is not None and scaled <= high else low


def _bound(found: re.Match[str]) -> Bound:
    words = (found["key"] or "") + (found["lead"] or "")
    suffix = (found["suffix"] or "").strip()
    if suffix in ("以内", "之内", "以下", "内") or re.search(_MOST, words):
        return Bound.MOST
    if suffix in ("以上", "起") or re.search(_LEAST, words):
        return Bound.LEAST
    return Bound.ABOUT if suffix or re.search(_ABOUT, words) else Bound.EXACT
