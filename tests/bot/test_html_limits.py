from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.html_limits import shorten, visible_length


@pytest.mark.parametrize(
    ("html", "length"),
    [
        ("", 0),
        ("plain", 5),
        ("<b>bold</b>", 4),
        ('<a href="https://example.org/?a=1&amp;b=2">link</a>', 4),
        ("a &lt; b &amp; c", 9),
        ("&#9731;", 1),
        ("😀", 2),
        ("视频", 2),
        ("1 < 2", 5),
    ],
)
def test_visible_length(html: str, length: int) -> None:
    assert visible_length(html) == length


@pytest.mark.parametrize(
    ("html", "limit", "short"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("eleven chars", 11, "eleven cha…"),
        ("<b>bold <i>and italic</i></b> more", 8, "<b>bold <i>an…</i></b>"),
        ("a &amp; b &amp; c", 5, "a &amp; …"),
        ("<b>one</b><i>two</i>", 4, "<b>one</b><i>…</i>"),
        # A surrogate pair is not torn apart.
        ("ab😀cd", 4, "ab…"),
    ],
)
def test_shorten(html: str, limit: int, short: str) -> None:
    assert shorten(html, limit) == short


_texts = st.lists(
    st.one_of(
        st.text(alphabet="ab 视😀&<>;", max_size=6),
        st.sampled_from(["<b>", "</b>", "<i>", "</i>", "&amp;", "&lt;"]),
    )
).map("".join)


@given(_texts, st.integers(2, 30))
def test_what_is_shortened_fits_and_starts_the_same(html: str, limit: int) -> None:
    short = shorten(html, limit)
    assert visible_length(short) <= max(limit, 0)
    if short != html:
        assert html.startswith(short.partition("…")[0])
