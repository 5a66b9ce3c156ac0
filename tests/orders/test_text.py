from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.text import clean_line, clean_text, has_words


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        ("  推广新品  ", "推广新品"),
        ("a\u200bb\u200cc\u2060d\ufeff", "abcd"),
        ("\u202egnirts\u202c \u2066x\u2069", "gnirts x"),
        ("a\x00b\x07c", "abc"),
        ("a\t b\u00a0\u3000c", "a b c"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("one \n\n\n\n  two", "one\n\ntwo"),
        ("\u3164\u2800\u115f", ""),
        ("e\u0301", "é"),
        ("soft\u00adhyphen", "softhyphen"),
        ("👨\u200d👩\u200d👧 ok", "👨\u200d👩\u200d👧 ok"),
        ("👩🏽\u200d💻", "👩🏽\u200d💻"),
        ("❤️\u200d🔥", "❤️\u200d🔥"),
        ("ab\u200dcd", "abcd"),
        ("\u200d👩", "👩"),
        ("\ud800x\ue000", "x"),
        ("ＡＢ（全角）", "ＡＢ（全角）"),
    ],
)
def test_clean_text(given_: str, wanted: str) -> None:
    assert clean_text(given_) == wanted


@given(st.text())
def test_clean_text_is_stable_and_hides_nothing(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    for character in cleaned:
        category = unicodedata.category(character)
        assert category not in {"Cs", "Co"}
        assert category != "Cc" or character == "\n"
        assert category != "Cf" or character == "\u200d"


def test_clean_line() -> None:
    assert clean_line("one\n\n two\tthree ") == "one two three"


@pytest.mark.parametrize("text", ["推广", "ads", "🎉 é", "привет", "3D"])
def test_words(text: str) -> None:
    assert has_words(text)


@pytest.mark.parametrize("text", ["", "🎉🎉🎉", "12345", "?!…", "👍🏽", " \n"])
def test_no_words(text: str) -> None:
    assert not has_words(text)
