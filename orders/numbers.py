"""Numbers that people read, type and say: orders, invoices, credit notes.

An order number such as `K7M-3QXA` has six random characters and a check character from an alphabet
of 29 without look-alikes. 29 is prime and each position has its own weight, so every single wrong
character and every swap of two characters is noticed. There are 595 million numbers in no order:
they cannot be counted up.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

#: No 0 O, 1 I L, U (V), S (5).
ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"

#: Characters of an order number without its dash.
LENGTH = 7

#: Bytes of randomness one number needs; so many more than 29**6 that no number is likelier than
#: another.
RANDOM_BYTES = 8

INVOICE = "INV"
CREDIT_NOTE = "CN"

_BASE = len(ALPHABET)
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_MISREAD = str.maketrans({"S": "5", "U": "V"})
_IGNORED = re.compile(r"[\s#\-‐‑‒–—―−_.·]+")
_SERIES = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")


def order_number(random: bytes) -> str:
    """An order number from at least RANDOM_BYTES random bytes, e.g. `secrets.token_bytes(8)`.

    The caller draws again when the number is taken. Raises ValueError when there are too few bytes.
    """
    if len(random) < RANDOM_BYTES:
        raise ValueError(f"{len(random)} random bytes are too few: pass {RANDOM_BYTES}")
    rest = int.from_bytes(random, "big")
    body = ""
    for _ in range(LENGTH - 1):
        rest, value = divmod(rest, _BASE)
        body += ALPHABET[value]
    return _dashed(body + _check_character(body))


def normalise(text: str) -> str | None:
    """The order number somebody typed (lower case, full-width, spaces, no dash, a leading #), or
    None.

    None means that no order can have this number: the check character does not match.
    """
    plain = _IGNORED.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_MISREAD)
    if len(plain) != LENGTH or any(character not in _VALUE for character in plain):
        return None
    return _dashed(plain) if _check_character(plain[:-1]) == plain[-1] else None


def series(kind: str, on: date) -> str:
    """The yearly series a document belongs to, e.g.

    `INV-2026`; each series is counted without gaps.
    """
    return f"{kind}-{on.year:04d}"


def document_number(series: str, counter: int) -> str:
    """`INV-2026` and 123 make `INV-2026-000123`.

    Raises ValueError for a malformed series or counter < 1.
    """
    if not _SERIES.fullmatch(series):
        raise ValueError(
            f"series {series!r}: use capital letters, digits and dashes, e.g. INV-2026"
        )
    if counter < 1:
        raise ValueError(f"counter is {counter}: documents are counted from 1")
    return f"{series}-{counter:06d}"


def _check_character(body: str) -> str:
    weighted = sum(weight * _VALUE[character] for weight, character in enumerate(body, start=2))
    return ALPHABET[-weighted % _BASE]


def _dashed(plain: str) -> str:
    return f"{plain[:3]}-{plain[3:]}"
