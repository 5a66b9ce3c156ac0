from __future__ import annotations

import pytest

from orders.contacts import COVER, cover_contacts


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("call me at +86 138 1234 5678 today", f"call me at {COVER} today"),
        ("13812345678", COVER),
        ("138-1234-5678", COVER),
        ("1 3 8 1 2 3 4 5 6 7 8", COVER),
        ("138\u200b1234\u200b5678", COVER),
        ("１３８１２３４５６７８", COVER),
        ("(555) 123-4567", COVER),
        ("一三八一二三四五六七八", COVER),
        ("a.b+c@mail.example.com 给我", f"{COVER} 给我"),
        ("john (at) mail (dot) com", COVER),
        ("问 @john_doe 就行", f"问 {COVER} 就行"),
        ("see https://t.me/joe now", f"see {COVER} now"),
        ("wa.me/4915112345678", COVER),
        ("我的微信：abc_123", f"我的微信：{COVER}"),
        ("加vx zhang2024 吧", f"加vx {COVER} 吧"),
        ("QQ 1234567", f"QQ {COVER}"),
        ("telegram: johnny", f"telegram: {COVER}"),
    ],
)
def test_contact_details_are_covered(text: str, covered: str) -> None:
    found, count = cover_contacts(text)
    assert found == covered
    assert count == (covered != text)


@pytest.mark.parametrize(
    "text",
    [
        "price 12000, on 2026-11-21 by 18:00",
        "views 123456789",
        "K7M-3QXA",
        "1080x1920 3840 2160 30fps",
        "2026-11-21 to 2026-11-22",
        "微信小程序的封面",
        "wechat store 2024 redesign",
        "our wechat channel has 20000 fans",
        "视频 2024年11月21日 12:30-15:45",
        "https://example.com/a/123456789",
        "3.5 @ 60 %",
    ],
)
def test_dates_prices_and_figures_stay(text: str) -> None:
    assert cover_contacts(text) == (text, 0)


def test_all_of_several_are_covered() -> None:
    text, count = cover_contacts("13812345678 或 a@b.com")
    assert (text, count) == (f"{COVER} 或 {COVER}", 2)
