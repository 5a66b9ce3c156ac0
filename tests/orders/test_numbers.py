from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orders.numbers import (
    ALPHABET,
    CREDIT_NOTE,
    INVOICE,
    RANDOM_BYTES,
    document_number,
    normalise,
    order_number,
    series,
)

randomness = st.binary(min_size=RANDOM_BYTES, max_size=16)


def test_the_alphabet_has_no_lookalikes_and_a_prime_length() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 29
    assert not set(ALPHABET) & set("01OILSU")


def test_same_randomness_same_number() -> None:
    assert order_number(bytes(8)) == order_number(bytes(8)) == "222-2222"
    assert order_number(bytes(7) + b"\x01") != "222-2222"


def test_too_little_randomness_is_refused() -> None:
    with pytest.raises(ValueError, match="too few: pass 8"):
        order_number(bytes(7))


@given(randomness)
def test_numbers_look_as_promised(random: bytes) -> None:
    assert re.fullmatch(rf"[{ALPHABET}]{{3}}-[{ALPHABET}]{{4}}", order_number(random))


@given(randomness)
def test_however_it_is_typed(random: bytes) -> None:
    number = order_number(random)
    wide = "".join(chr(ord(character) + 0xFEE0) for character in number)
    spellings = [
        number.lower(),
        number.replace("-", ""),
        number.replace("-", " "),
        number.replace("-", " — "),
        " ".join(number),
        f"#{number}",
        f"  {number}\n",
        wide,
        wide.lower(),
        number.replace("5", "S").replace("V", "u"),
    ]
    for spelling in spellings:
        assert normalise(spelling) == number, spelling


@given(randomness, st.integers(0, 6), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(random: bytes, place: int, other: str) -> None:
    plain = order_number(random).replace("-", "")
    assume(plain[place] != other)
    assert normalise(plain[:place] + other + plain[place + 1 :]) is None


@given(randomness, st.integers(0, 6), st.integers(0, 6))
def test_two_swapped_characters_are_noticed(random: bytes, one: int, two: int) -> None:
    plain = list(order_number(random).replace("-", ""))
    assume(plain[one] != plain[two])
    plain[one], plain[two] = plain[two], plain[one]
    assert normalise("".join(plain)) is None


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_none(text: str) -> None:
    number = normalise(text)
    assert number is None or normalise(number) == number


@pytest.mark.parametrize("text", ["", "K7M", "hello wo", "222-222", "222-22222", "OIL-0000", "二"])
def test_what_is_no_number(text: str) -> None:
    assert normalise(text) is None


def test_document_numbers() -> None:
    assert series(INVOICE, date(2026, 12, 31)) == "INV-2026"
    assert document_number(series(INVOICE, date(2026, 1, 1)), 123) == "INV-2026-000123"
    assert document_number(series(CREDIT_NOTE, date(2027, 1, 1)), 1) == "CN-2027-000001"
    assert document_number("INV-2026", 1_234_567) == "INV-2026-1234567"


@pytest.mark.parametrize(("name", "counter"), [("inv", 1), ("", 1), ("INV-", 1), ("INV", 0)])
def test_malformed_documents_are_refused(name: str, counter: int) -> None:
    with pytest.raises(ValueError, match=r"series|counted from 1"):
        document_number(name, counter)
