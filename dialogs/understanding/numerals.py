"""Numbers as people write them: 12, 1.5, 十二, 两千五, 1万2, twenty-one, a couple of, half a."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

#: A whole number up to 9999, in digits or Chinese; used for days, months, hours and counts.
CHINESE: Final = r"(?:\d{1,4}(?:\.\d)?|[零一二两三四五六七八九十百廿卅]{1,5})"

_DIGITS: Final = MappingProxyType(
    {char: value for value, char in enumerate("零一二三四五六七八九")}
    | {"两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}
)
_UNITS: Final = MappingProxyType({"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000})
_TENS: Final = MappingProxyType({"廿": 20, "卅": 30})
_MYRIAD: Final = 10_000

_ONES: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TIES: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS: Final = MappingProxyType(
    {word: value for value, word in enumerate(_ONES)}
    | {word: 20 + 10 * place for place, word in enumerate(_TIES)}
    | {"a": 1, "an": 1, "couple": 2, "dozen": 12, "fortnight": 14}
)
_SCALES: Final = MappingProxyType(
    {"hundred": 100, "thousand": 1000, "k": 1000, "million": 1_000_000}
)

_ONE_WORD: Final = "|".join(sorted({*_ONES, *_TIES}, key=len, reverse=True))
#: A count in English: digits, "twenty-one", "a", "a couple of", "half a".
ENGLISH: Final = (
    r"(?:\d{1,4}(?:\.\d)?"
    r"|half an?|an? couple of|an? couple|couple of|an? dozen"
    rf"|(?:{'|'.join(_TIES)})[ -](?:{'|'.join(_ONES[1:10])})|(?:{_ONE_WORD})|an?)"
)

_ORDINALS: Final = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
#: "first" … "twentieth", "thirtieth" and what is between, with their value.
ORDINALS: Final = MappingProxyType(
    {word: value for value, word in enumerate(_ORDINALS, 1)}
    | {f"twenty-{word}": 20 + value for value, word in enumerate(_ORDINALS[:9], 1)}
    | {f"twenty {word}": 20 + value for value, word in enumerate(_ORDINALS[:9], 1)}
    | {"thirtieth": 30, "thirty-first": 31, "thirty first": 31}
)


def number(text: str) -> Decimal | None:
    """The value of a plain text (see text.plain) that is one number in digits, Chinese or English."""
    text = text.strip()
    if not text:
        return None
    if text[0].isascii() and text[0].isdigit():
        value = _digits(text.replace(",", ""))
        if value is not None:
            return value
    if any(char in _DIGITS or char in _UNITS or char in _TENS for char in text) or "万" in text:
        return _chinese(text)
    return _english(text)


def whole(text: str) -> int | None:
    """Like number, but whole numbers only."""
    value = number(text)
    return int(value) if value is not None and value == int(value) else None


def _digits(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _chinese(text: str) -> Decimal | None:
    """两千五 is 2500, 一万二 12000, 1万2 12000, 二零二六 2026; None when it is no number."""
    if len(text) > 1 and all(char in _DIGITS for char in text):
        return Decimal("".join(str(_DIGITS[char]) for char in text))
    total, section, scale, gap = Decimal(0), Decimal(0), 1, False
    pending: Decimal | None = None
    place = 0
    while place < len(text):
        char = text[place]
        if char.isascii():
            run = place
            while run < len(text) and (
                text[run].isascii() and (text[run].isdigit() or text[run] == ".")
            ):
                run += 1
            pending = _digits(text[place:run]) if run > place else None
            if pending is None:
                return None
            place = run
            continue
        if char in _DIGITS:
            gap = gap or char == "零"
            pending = Decimal(_DIGITS[char])
        elif char in _TENS:
            section += _TENS[char]
            pending = None
        elif char in _UNITS:
            scale = _UNITS[char]
            section += (Decimal(1) if pending is None else pending) * scale
            pending, gap = None, False
        elif char == "万":
            scale = _MYRIAD
            total = (total + section + (pending or 0)) * scale
            section, pending, gap = Decimal(0), None, False
        else:
            return None
        place += 1
    if pending is not None:
        short = scale >= 100 and not gap and pending < 10
        section += pending * (scale // 10 if short else 1)
    return total + section


def _english(text: str) -> Decimal | None:
    words = text.replace("-", " ").split()
    if words[:1] == ["half"] and len(words) <= 2:
        return Decimal("0.5")
    total, value, found = Decimal(0), Decimal(0), False
    for word in words:
        if word in ("and", "of"):
            continue
        if word in _WORDS:
            # "a couple", "a dozen": the article counts nothing by itself.
            value = (
                value if word not in ("couple", "dozen", "fortnight") else Decimal(0)
            ) + _WORDS[word]
        elif word in _SCALES:
            scale = _SCALES[word]
            value = (value or Decimal(1)) * scale
            if scale >= 1000:
                total, value = total + value, Decimal(0)
        else:
            numeral = _digits(word)
            if numeral is None:
                return None
            value += numeral
        found = True
    return total + value if found else None
