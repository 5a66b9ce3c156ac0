from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.cards import find_card_numbers, luhn, mask_cards


def with_check_digit(body: str) -> str:
    return next(body + digit for digit in "0123456789" if luhn(body + digit))


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111 – 1111 – 1111 – 1111",
        "my card is 4111.1111.1111.1111, exp 12/27, cvv 123",
        "卡号４１１１１１１１１１１１１１１１谢谢",
        "4111\u200b1111\u200b1111\u200b1111",
        "3782 822463 10005",
        "378282246310005",
        "6200000000000005",
        "6222 0200 0000 0000 000",
        "5555555555554444 123",
        "(4012888888881881)",
        "card:4012888888881881",
        "4222222222222",
        "https://pay.example/?card=4111111111111111",
        # Too short for a checksum, and one beside a checksum.
        "dead4111111111111111beef",
        "4111111111111111 " + "a1" * 32,
    ],
)
def test_found(text: str) -> None:
    assert len(find_card_numbers(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no digits",
        "4111111111111112",
        "+8613800138006",
        "+86 138 0013 8000",
        "13800138000",
        "2026-11-21 12:00",
        "1000 2000 3000 300",
        "0000000000000000",
        "411111111111",
        "41111111111111111111111111",
        "https://item.example.com/item.htm?id=7654321098764",
        "K7M-3QXF",
        "¥ 1,299.00 / 2,599.00 / 4,999.00",
        # Checksums and tokens: sixteen digits that would do, and as many as there are.
        "60f9519cf565f1cb" + "4111111111111111" + "dc181e901851191a" + "54dc38d6e9b62690",
        "join_c4111111111111111deaf00110022ab3",
    ],
)
def test_not_found(text: str) -> None:
    assert find_card_numbers(text) == ()


def test_a_telephone_number_with_a_valid_sum_is_none() -> None:
    number = with_check_digit("861380013800")
    assert find_card_numbers(f"+{number}") == ()
    assert len(find_card_numbers(number)) == 1


def test_several_are_found_where_they_stand() -> None:
    text = "a 4111 1111 1111 1111 b 378282246310005 c"
    first, second = find_card_numbers(text)
    assert text[first.start : first.end] == "4111 1111 1111 1111"
    assert text[second.start : second.end] == "378282246310005"
    assert mask_cards(text) == "a **** 1111 b **** 0005 c"


def test_the_find_does_not_carry_the_number() -> None:
    assert "411111111111" not in repr(find_card_numbers("4111111111111111"))


@given(
    st.text(alphabet="0123456789", min_size=12, max_size=18),
    st.sampled_from(["", " ", "-"]),
    st.text(alphabet="abc 中文，。\n", max_size=5),
    st.text(alphabet="xyz 中文，。\n", max_size=5),
)
def test_no_card_number_survives_masking(body: str, gap: str, before: str, after: str) -> None:
    number = with_check_digit(body)
    if len(set(number)) == 1:
        return
    written = gap.join(number[place : place + 4] for place in range(0, len(number), 4))
    masked = mask_cards(f"{before}{written}{after}")
    assert number not in "".join(character for character in masked if character.isdigit())
    assert written not in masked


@given(st.text(alphabet="0123456789 -.a４\u200b", max_size=60))
def test_masking_is_complete(text: str) -> None:
    places = find_card_numbers(text)
    for earlier, later in pairwise(places):
        assert earlier.end <= later.start
    for card in places:
        assert 13 <= sum(character.isdecimal() for character in text[card.start : card.end]) <= 19
