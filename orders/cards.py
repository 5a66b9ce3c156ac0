"""Card numbers in chat: found, so that the message can be deleted, and masked, so that nothing is
kept.

A run of 13 to 19 digits with a valid Luhn sum (ISO/IEC 7812) is taken for a card number, written
together or in groups as printed on cards. Inside links, where long digits are mostly article
numbers, and in unusual groupings the number must also have the prefix and length of a card scheme.
Within a checksum (32 hexadecimal digits or more) there is none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_SEPARATORS = frozenset(" \u00a0\u2009\u202f-‐‑‒–—.·_/")
#: Of any script, as `str.isdecimal` has them.
_DIGIT = re.compile(r"\d")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
#: Checksums and tokens as the bot itself writes them: one in some hundred holds what would pass for a card number.
_HEX = re.compile(r"(?<![0-9A-Za-z])(?=[0-9a-f]*[a-f])[0-9a-f]{32,}(?![0-9A-Za-z])")
_USUAL_GROUPS = re.compile(r"4,4,4,(?:[1-4]|4,[1-3])|4,6,[45]|6,(?:[7-9]|1[0-3])")
#: Prefix and length of the schemes: Visa, Mastercard, American Express, UnionPay, Discover, JCB,
#: Diners, Mir, Maestro.
_SCHEMES = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01]|720)\d{12,13}|3[47]\d{13}"
    r"|(?:62|81)\d{14,17}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|220[0-4]\d{12}|(?:50|5[6-8]|6[37])\d{14}"
)


@dataclass(frozen=True, slots=True)
class CardNumber:
    """Where a card number stands in the text (code points, end exclusive) and what may be shown of
    it.
    """

    start: int
    end: int
    mask: str


@dataclass(frozen=True, slots=True)
class _Group:
    start: int
    end: int
    digits: str


def luhn(digits: str) -> bool:
    """Whether the decimal digits have a valid Luhn check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + index % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def find_card_numbers(text: str) -> tuple[CardNumber, ...]:
    """The card numbers in a text, from left to right, without the numbers themselves."""
    if len(text) < 13 or len(_DIGIT.findall(text)) < 13:
        return ()
    links = [match.span() for match in _LINK.finditer(text)]
    checksums = [match.span() for match in _HEX.finditer(text)]
    found: list[CardNumber] = []
    for run in _runs(text):
        index = 0
        while index < len(run):
            start = run[index].start
            if _inside(start, checksums):
                index += 1
                continue
            strict = _inside(start, links) or text[start - 1 : start] == "+"  # a telephone number
            last = _card_from(run, index, strict=strict)
            if last is None:
                index += 1
                continue
            digits = "".join(group.digits for group in run[index : last + 1])
            found.append(CardNumber(run[index].start, run[last].end, f"**** {digits[-4:]}"))
            index = last + 1
    return tuple(found)


def mask_cards(text: str) -> str:
    """The text with every card number replaced by `**** 1234`, fit for a log."""
    for card in reversed(find_card_numbers(text)):
        text = text[: card.start] + card.mask + text[card.end :]
    return text


def mask_file_name(name: str) -> str:
    """The same for a file's name, where long numbers are mostly dates: only numbers of a card scheme count."""
    # Within a link the finder insists on a scheme.
    link = "www."
    for card in reversed(find_card_numbers(link + "_".join(name.split(" ")))):
        start, end = card.start - len(link), card.end - len(link)
        name = name[:start] + card.mask.replace("* ", "*") + name[end:]
    return name


def _card_from(run: list[_Group], first: int, *, strict: bool) -> int | None:
    """Index of the last group of the longest card number that starts at `first`."""
    best: int | None = None
    digits, sizes = "", []
    for index in range(first, len(run)):
        digits += run[index].digits
        if len(digits) > 19:
            break
        sizes.append(str(len(run[index].digits)))
        if len(digits) < 13 or not luhn(digits) or len(set(digits)) == 1:
            continue
        usual = len(sizes) == 1 or _USUAL_GROUPS.fullmatch(",".join(sizes))
        if _SCHEMES.fullmatch(digits) or (usual and not strict):
            best = index
    return best


def _inside(position: int, links: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in links)


def _runs(text: str) -> list[list[_Group]]:
    """Groups of digits, in runs whose groups are at most three separators apart."""
    runs: list[list[_Group]] = []
    position = 0
    while position < len(text):
        group = _group_at(text, position)
        if group is None:
            position += 1
            continue
        separator = text[runs[-1][-1].end : group.start] if runs else None
        if separator is not None and _is_separator(separator):
            runs[-1].append(group)
        else:
            runs.append([group])
        position = group.end
    return runs


def _is_separator(text: str) -> bool:
    visible = [character for character in text if character not in _INVISIBLE]
    return len(visible) <= 3 and all(character in _SEPARATORS for character in visible)


def _group_at(text: str, start: int) -> _Group | None:
    """The digits from `start` on, of any script; invisible characters between them do not count."""
    digits, end = "", start
    for position in range(start, len(text)):
        value = unicodedata.decimal(text[position], None)
        if value is not None:
            digits += str(int(value))
            end = position + 1
        elif not digits or text[position] not in _INVISIBLE:
            break
    return _Group(start, end, digits) if digits else None
