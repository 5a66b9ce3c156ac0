"""Whole orders in one message."""

from __future__ import annotations

import json
import time as clock
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.understanding.deadlines import Deadline
from dialogs.understanding.message import Names, Understood, explain, understand
from tests.dialogs.understanding.support import NOW, ZONE

NAMES = Names(
    services={
        "shop": ("网店搭建", "Shop setup", "online store"),
        "logo": ("Logo设计", "Logo design", "logo", "标志设计"),
        "promo": ("推广方案", "Promotion plan", "marketing"),
        "web": ("网站建设", "Website", "网站"),
    },
    plans={
        "basic": ("基础版", "Basic"),
        "standard": ("标准版", "Standard"),
        "pro": ("专业版", "Professional", "Pro"),
    },
)


def said(text: str, names: Names = NAMES) -> Understood:
    return understand(text, names=names, now=NOW, zone=ZONE)


def test_a_chinese_order_in_one_message() -> None:
    found = said("我要标准版,推广新品,下周五前")
    assert (found.plan, found.goal) == ("standard", "推广新品")
    assert found.deadline.sure == Deadline(date(2026, 11, 27))
    assert found.fields == ("plan", "goal", "deadline")
    assert found.rest == ""
    assert found.candidates == {}


def test_an_english_order_in_one_message() -> None:
    found = said("standard plan for shop setup, launch by Dec 20, budget 3000")
    assert (found.service, found.plan, found.goal) == ("shop", "standard", "launch")
    assert found.deadline.sure == Deadline(date(2026, 12, 20))
    assert found.budget is not None
    assert found.budget.high == 3000
    assert found.budget_text == "budget 3000"
    assert found.fields == ("service", "plan", "goal", "deadline", "budget")


ORDERS = [
    ("我想要一个网站，下周五前交付，预算3000", "web", None, None, "2026-11-27", 3000),
    ("标准版，推广新品，下周五前", None, "standard", "推广新品", "2026-11-27", None),
    ("網店搭建，標準版，月底前", "shop", "standard", None, "2026-11-30", None),
    ("网店,专业版,12月1日到5日,预算三千到五千", "shop", "pro", None, "2026-12-05", 5000),
    ("基础版 给我的奶茶店做推广 月底前", None, "basic", "奶茶店做推广", "2026-11-30", None),
    ("目标：春节促销，标准版", None, "standard", "春节促销", None, None),
    ("请给我做一个logo，用于新品包装，预算500，不急", "logo", None, "新品包装", None, 500),
    (
        "标准版,推广新品,突出环保,下周五前",
        None,
        "standard",
        "推广新品，突出环保",
        "2026-11-27",
        None,
    ),
    ("专业版 网站 卖手工皂 12月20日前 5000元", "web", "pro", "卖手工皂", "2026-12-20", 5000),
    (
        "logo design to promote our new tea brand, no rush",
        "logo",
        None,
        "promote our new tea brand",
        None,
        None,
    ),
    (
        "website standard dec 20 3000 usd sell handmade soap",
        "web",
        "standard",
        "sell handmade soap",
        "2026-12-20",
        3000,
    ),
    (
        "I need a logo for my coffee shop by next Friday, budget $300",
        "logo",
        None,
        "coffee shop",
        "2026-11-27",
        300,
    ),
    (
        "pro website, our goal is to sell handmade soap, by Dec 20",
        "web",
        "pro",
        "sell handmade soap",
        "2026-12-20",
        None,
    ),
    ("Standard.", None, "standard", None, None, None),
    ("3 logos please", "logo", None, None, None, None),
    ("call me at 13800138000", None, None, None, None, None),
    ("推广新品", None, None, None, None, None),
    ("hello", None, None, None, None, None),
    ("", None, None, None, None, None),
]


@pytest.mark.parametrize(("text", "service", "plan", "goal", "deadline", "budget"), ORDERS)
def test_orders(
    text: str,
    service: str | None,
    plan: str | None,
    goal: str | None,
    deadline: str | None,
    budget: int | None,
) -> None:
    found = explain(said(text))
    assert (found["service"], found["plan"], found["goal"]) == (service, plan, goal)
    assert (found["deadline"], found["budget"]) == (deadline, budget)
    assert found["candidates"] == {}


def test_a_near_miss_is_told() -> None:
    found = said("standart plan for shop setupp, need it by friday")
    assert (found.service, found.plan) == ("shop", "standard")
    assert found.near == ("service", "plan")
    assert said("我要做网店").near == ("service",)


def test_what_is_ambiguous_stays_open() -> None:
    found = said("标准版还是专业版，3/4，$300或$500")
    assert found.plan is None
    assert found.budget is None
    assert found.budget_text == ""
    assert found.deadline.sure == Deadline(date(2027, 3, 4))
    assert found.candidates == {"plan": ("standard", "pro"), "budget": ("$300", "$500")}
    found = said("Pro, 3/4")
    assert found.deadline.sure is None
    assert explain(found)["deadline"] is None
    assert explain(found)["candidates"] == {"deadline": ["2027-03-04", "2027-04-03"]}
    assert found.fields == ("plan",)


def test_negated_names_are_not_taken() -> None:
    found = said("不要标准版，要专业版")
    assert found.plan == "pro"
    assert said("not the standard, the pro please").plan == "pro"


def test_questions_and_greetings_are_no_goals() -> None:
    for text, rest in [
        ("标准版多少钱？", "多少钱"),
        ("how much is the standard plan?", "how much"),
    ]:
        found = said(text)
        assert found.asks
        assert found.goal is None
        assert found.rest == rest
    assert not said("我要标准版,推广新品").asks
    found = said("你好，我要标准版，推广新品，谢谢")
    assert found.goal == "推广新品"


def test_a_remark_alone_is_no_goal() -> None:
    found = said("I like your work")
    assert found.goal is None
    assert found.rest == "your work"
    assert found.fields == ()


BY_SERVICE = Names(
    services={"shop": ("网店搭建",), "logo": ("Logo设计",)},
    plans={"shop.standard": ("标准版",), "logo.standard": ("标准版",), "logo.pro": ("专业版",)},
    plans_of={"shop": ("shop.standard",), "logo": ("logo.standard", "logo.pro")},
)


def test_a_service_narrows_its_plans_and_the_reverse() -> None:
    found = said("网店搭建，标准版", BY_SERVICE)
    assert (found.service, found.plan) == ("shop", "shop.standard")
    found = said("专业版", BY_SERVICE)
    assert (found.service, found.plan) == ("logo", "logo.pro")
    found = said("标准版", BY_SERVICE)
    assert (found.service, found.plan) == (None, None)
    assert found.candidates["plan"] == ("shop.standard", "logo.standard")


def test_an_explanation_is_json_and_says_what_it_must() -> None:
    found = explain(said("标准版，预算三千到五千元，不急"))
    assert json.loads(json.dumps(found)) == {
        "service": None,
        "plan": "standard",
        "goal": None,
        "deadline": None,
        "no_deadline": True,
        "budget": 5000,
        "budget_from": 3000,
        "currency": "CNY",
        "candidates": {},
    }
    assert explain(said("昨天，加急"))["past"] is True
    assert explain(said("下周五前，加急"))["urgent"] is True
    assert explain(said("明天下午五点"))["deadline"] == "2026-11-22T17:00"
    assert explain(said("¥99.5"))["budget"] == 99.5


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="pass an aware datetime"):
        understand("tomorrow", names=NAMES, now=datetime(2026, 11, 21), zone=ZONE)


FRAGMENTS = [
    "标准版",
    "专业版",
    "网站",
    "logo",
    "推广新品",
    "下周五前",
    "by Dec 20",
    "预算3000",
    "$300",
    "，",
    " ",
    "3/4",
    "?",
    "不要",
]


@given(
    st.one_of(st.text(max_size=150), st.lists(st.sampled_from(FRAGMENTS), max_size=9).map("".join))
)
@settings(max_examples=200, deadline=None)
def test_any_message_can_be_understood(text: str) -> None:
    found = said(text)
    json.dumps(explain(found))
    assert found.service is None or found.service in NAMES.services
    assert found.plan is None or found.plan in NAMES.plans
    assert not (found.plan and "plan" in found.candidates)
    assert not (found.service and "service" in found.candidates)
    assert all(len(values) > 1 for values in found.candidates.values())
    for part in (found.goal or "").replace("，", ", ").split(", "):
        assert part in text.replace("，", ", ")


@given(
    st.permutations(["标准版", "推广新品", "下周五前", "预算3000", "网站"]),
    st.sampled_from([",", "，", "。", "\n", "；"]),
)
@settings(deadline=None)
def test_the_order_of_the_parts_does_not_matter(parts: list[str], separator: str) -> None:
    found = explain(said(separator.join(parts)))
    assert (found["service"], found["plan"], found["goal"]) == ("web", "standard", "推广新品")
    assert (found["deadline"], found["budget"]) == ("2026-11-27", 3000)


LONG = [
    "1" * 4096,
    "下" * 4096,
    "大约" * 2048,
    "12/15 " * 680,
    "a@" * 2000,
    "no " * 1365,
    "预算 " * 1365,
    "¥" * 4096,
    "一二" * 2048,
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: repr(text[:6]))
def test_no_text_takes_long(text: str) -> None:
    said("warm up 下周五")
    began = clock.process_time()
    said(text)
    assert clock.process_time() - began < 1.5
