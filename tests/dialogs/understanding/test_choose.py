"""Which of the things on the screen is meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding.choose import (
    Ambiguous,
    Sure,
    Unmatched,
    find_mentions,
    likeness,
    match_choice,
    squeezed,
)

PLANS = [
    ("标准版", "Standard", "¥3,000"),
    ("高级版", "Pro", "¥5,000"),
    ("旗舰版", "Pro Plus", "¥9,000"),
]
SERVICES = [
    ("网店搭建", "Shop setup", "online store"),
    ("Logo设计", "Logo design"),
    ("海报设计", "Poster design"),
]


@pytest.mark.parametrize(
    ("text", "index", "via"),
    [
        ("标准版", 0, "name"),
        ("標準版", 0, "name"),
        ("标准板", 0, "name"),
        ("我要标准版，谢谢", 0, "name"),
        ("STANDARD", 0, "name"),
        ("the standard plan please", 0, "name"),
        ("pro", 1, "name"),
        ("pro plus", 2, "name"),
        ("Pro-Plus", 2, "name"),
        ("¥5000", 1, "name"),
        ("5k", 1, "price"),
        ("the 9000 one", 2, "name"),
        ("最便宜的", 0, "price"),
        ("the most expensive one", 2, "price"),
        ("标准", 0, "part"),
        ("旗舰", 2, "part"),
        ("standart", 0, "near"),
        ("the second one", 1, "place"),
        ("第二个", 1, "place"),
        ("2", 1, "place"),
        ("last one", 2, "place"),
        ("最后一个", 2, "place"),
        ("不要标准版，要旗舰版", 2, "name"),
    ],
)
def test_one_plan_is_meant(text: str, index: int, via: str) -> None:
    assert match_choice(text, PLANS) == Sure(index, via)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!!",
        "不要标准版",
        "not the standard one",
        "anything but pro",
        "flagship",
        "pr",
        "版",
        "4",
        "第四个",
        "what is in the standard plan?",
        "标准版多少钱",
        "标准版和高级版有什么区别",
        "standing desk",
        "prose",
        "我想推广新品",
    ],
)
def test_nothing_is_chosen(text: str) -> None:
    assert match_choice(text, PLANS) == Unmatched()


def test_either_is_asked() -> None:
    assert match_choice("标准版还是高级版", PLANS) == Ambiguous((0, 1), "name")
    assert match_choice("设计", SERVICES) == Ambiguous((1, 2), "part")
    assert match_choice("design", [("Design A",), ("Design B",)]) == Ambiguous((0, 1), "part")
    assert match_choice("designn", [("designs",), ("designm",)]) == Ambiguous((0, 1), "near")


def test_a_place_that_is_also_a_price_is_asked() -> None:
    assert match_choice("2", [("5 stars",), ("3 stars",), ("2 stars",)]) == Ambiguous(
        (1, 2), "place"
    )


def test_one_name_is_written_on_two_labels() -> None:
    assert match_choice("标准版", [("标准版",), ("标准版",)]) == Ambiguous((0, 1), "name")


def test_words_on_buttons_with_emoji() -> None:
    labels = [("✅ 确认",), ("✏️ 修改",), ("⬅️ 返回",)]
    assert match_choice("确认", labels) == Sure(0, "name")
    assert match_choice("返回", labels) == Sure(2, "name")
    assert match_choice("不确认", labels) == Unmatched()
    assert match_choice("👍", labels) == Unmatched()


def test_small_numbers_on_buttons_are_not_found_inside_sentences() -> None:
    labels = [("7",), ("14",)]
    assert match_choice("7", labels) == Sure(0, "name")
    assert match_choice("I have 14 shops", labels) == Unmatched()


def test_mentions_are_whole_words_and_the_longest() -> None:
    text = "pro plus, not the standard, and logos for an online  store"
    labels = [*PLANS, *SERVICES, ("logo",)]
    assert [(found.index, found.name) for found in find_mentions(text, labels)] == [
        (2, "Pro Plus"),
        (6, "logo"),
        (3, "online store"),
    ]


def test_likeness() -> None:
    assert likeness("standard", "standard") == 100
    assert likeness("", "") == 0
    assert likeness("standart", "standard") == pytest.approx(87.5)


@given(st.text(max_size=80), st.lists(st.lists(st.text(max_size=12), max_size=3), max_size=5))
def test_any_text_and_labels_can_be_matched(text: str, labels: list[list[str]]) -> None:
    found = match_choice(text, labels)
    if isinstance(found, Sure):
        assert 0 <= found.index < len(labels)
    elif isinstance(found, Ambiguous):
        assert len(found.indices) > 1
        assert list(found.indices) == sorted(set(found.indices))
        assert found.indices[-1] < len(labels)


@given(st.sampled_from([*PLANS, *SERVICES]))
def test_every_name_finds_its_label(names: tuple[str, ...]) -> None:
    labels = [*PLANS, *SERVICES]
    for name in names:
        assert match_choice(name, labels) == Sure(labels.index(names), "name")
        assert squeezed(name)
