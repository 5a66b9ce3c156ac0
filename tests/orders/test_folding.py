from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.folding import fold


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ＢＵＹ", "buy"),
        ("bυy fоllоwers", "buy followers"),
        ("b\u200bu\u200dy", "buy"),
        ("買讚", "买赞"),
        ("f0llowers", "followers"),
        ("10 plans", "10 plans"),
        ("f o l l o w", "follow"),
        ("b.u.y now", "buy now"),
        ("i am a fan", "i am a fan"),
        ("Füße café", "fusse cafe"),
        ("a \n b\t\tc", "abc"),
        ("①", "1"),
    ],
)
def test_plain(text: str, plain: str) -> None:
    assert fold(text).plain == plain


def test_tight_knows_where_it_came_from() -> None:
    folded = fold("刷 - 粉, ok!")
    assert folded.tight == "刷粉ok"
    assert [folded.plain[index] for index in folded.origin] == list(folded.tight)


@given(st.text(max_size=60))
def test_folding_is_consistent(text: str) -> None:
    folded = fold(text)
    assert len(folded.tight) == len(folded.origin)
    assert list(folded.origin) == sorted(set(folded.origin))
    assert all(folded.plain[at] == one for at, one in zip(folded.origin, folded.tight, strict=True))
