"""The plain alphabet, clauses, and numbers that are no dates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding.text import (
    BLANK,
    blank,
    clause_around,
    clauses,
    is_chinese,
    plain,
    without_numbers_of_other_things,
)


@given(st.text())
def test_the_plain_text_keeps_its_length_and_stays_plain(text: str) -> None:
    assert len(plain(text)) == len(text)
    assert plain(plain(text)) == plain(text)
    assert len(without_numbers_of_other_things(plain(text))) == len(text)


def test_one_alphabet() -> None:
    assert plain("ＡＢＣ１２３，：！") == "abc123,:!"
    assert plain("By Dec 3RD") == "by dec 3rd"
    assert plain("下週五點內後個兩禮鐘") == "下周五点内后个两礼钟"
    assert plain("3–5 ’s 〇 ￥") == "3-5 's 零 ¥"


def test_clauses() -> None:
    text = plain("我要标准版，推广新品。by Dec. 3, ok!")
    assert [text[start:end].strip() for start, end in clauses(text)] == [
        "我要标准版",
        "推广新品",
        "by dec",
        "3",
        "ok",
    ]
    place = text.index("推广")
    assert text[slice(*clause_around(text, (place, place + 2)))] == "推广新品"
    assert clauses("") == clauses(" , ") == []


def test_blank_keeps_the_length() -> None:
    assert blank("abcdef", (2, 4)) == f"ab{BLANK * 2}ef"


def test_chinese_is_told_by_its_characters() -> None:
    assert is_chinese("by 周五")
    assert not is_chinese("by Friday！")


@pytest.mark.parametrize(
    "number",
    [
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "(555) 123-4567",
        "010-12345678",
        "https://example.com/2026/12/24",
        "me12.24@example.com",
        "v2.11",
        "ios 17.5",
        "192.168.1.1",
        "1920x1080",
        "20261224",
    ],
)
def test_numbers_of_other_things_are_blanked(number: str) -> None:
    assert without_numbers_of_other_things(number).strip(BLANK) == ""


@pytest.mark.parametrize(
    "text", ["2026-12-24", "2026 12 24", "24-12-2026", "3000-5000", "12/24", "1,234,567"]
)
def test_dates_and_amounts_stay(text: str) -> None:
    assert without_numbers_of_other_things(text) == text
