from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.catalogue import (
    FIXED_PLAN_KEYS,
    PLAN_KEYS,
    Catalogue,
    Category,
    Nature,
    Plan,
    Service,
    canonical,
    in_language,
    service_from_canonical,
)

LANGUAGES = ("zh", "en", "ja")
texts = st.text(max_size=12)
words = st.dictionaries(st.sampled_from(LANGUAGES), texts, max_size=3)
some_texts = st.lists(texts, max_size=3).map(tuple)

plans = st.builds(
    Plan,
    key=st.sampled_from(PLAN_KEYS),
    title=words,
    summary=words,
    deliverables=st.dictionaries(st.sampled_from(LANGUAGES), some_texts, max_size=2),
    period_days=st.none() | st.integers(1, 365),
    revisions=st.integers(0, 20),
    prices=st.dictionaries(st.sampled_from(["CNY", "USD", "XTR"]), st.integers(1, 10**12)),
    report_every_days=st.none() | st.integers(1, 30),
    risk=st.sampled_from(["low", "medium", "high"]),
)
services = st.builds(
    Service,
    key=st.from_regex(r"[a-z][a-z0-9_]{0,23}", fullmatch=True),
    category=texts,
    title=words,
    summary=words,
    audience=words,
    goal_guidance=words,
    goal_example=words,
    requirements_guidance=words,
    requirements_example=words,
    aliases=some_texts,
    picture=texts,
    nature=st.sampled_from(Nature),
    skills=some_texts,
    ask=some_texts,
    popular=st.integers(0, 100),
    plans=st.lists(plans, max_size=3).map(tuple),
)


def a_plan(key: str) -> Plan:
    return Plan(
        key=key,
        title={"en": key},
        summary={},
        deliverables={"en": ("One",)},
        period_days=None if key == "custom" else 3,
        revisions=1,
        prices={} if key == "custom" else {"XTR": 500},
    )


def a_service(key: str, *, category: str = "video", popular: int = 0) -> Service:
    nothing: Mapping[str, str] = {}
    return Service(
        key=key,
        category=category,
        title={"zh": "短视频", "en": "Clip"},
        summary=nothing,
        audience=nothing,
        goal_guidance=nothing,
        goal_example=nothing,
        requirements_guidance=nothing,
        requirements_example=nothing,
        aliases=(),
        picture="clip.png",
        nature=Nature.DIGITAL,
        skills=(),
        ask=(),
        popular=popular,
        plans=tuple(a_plan(key) for key in PLAN_KEYS),
    )


@settings(max_examples=40)
@given(services)
def test_a_service_comes_back_from_its_canonical_text(service: Service) -> None:
    text = canonical(service)
    back = service_from_canonical(text)
    assert back == service
    assert isinstance(back.nature, Nature)
    assert canonical(back) == text


@settings(max_examples=40)
@given(services)
def test_the_canonical_text_does_not_depend_on_the_order_of_words(service: Service) -> None:
    turned = service_from_canonical(canonical(service))
    title = dict(reversed(list(service.title.items())))
    object.__setattr__(turned, "title", title)
    assert canonical(turned) == canonical(service)


@settings(max_examples=40)
@given(services, services)
def test_different_services_have_different_canonical_texts(one: Service, two: Service) -> None:
    assert (canonical(one) == canonical(two)) == (one == two)


def test_the_canonical_text_is_readable_json() -> None:
    text = canonical(a_service("clip"))
    assert "短视频" in text
    assert json.loads(text)["plans"][0]["prices"] == {"XTR": 500}
    assert "\n" not in text


def test_a_service_stored_before_a_plan_had_reports_and_risk_is_read_with_their_defaults() -> None:
    stored = json.loads(canonical(a_service("clip")))
    for plan in stored["plans"]:
        del plan["report_every_days"], plan["risk"]
    plan = service_from_canonical(json.dumps(stored)).plans[0]
    assert (plan.report_every_days, plan.risk) == (None, "low")


@pytest.mark.parametrize("text", ["[]", "{}", "null", '{"plans": [1]}', '{"plans": []}'])
def test_what_is_no_stored_service_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a stored service"):
        service_from_canonical(text)


@pytest.mark.parametrize(
    ("words", "language", "text"),
    [
        ({"zh": "你好", "en": "Hello"}, "zh", "你好"),
        ({"zh": "你好", "en": "Hello"}, "en", "Hello"),
        ({"zh": "你好", "en": "Hello"}, "fr", "Hello"),
        ({"zh": "你好"}, "fr", "你好"),
        ({}, "zh", ""),
    ],
)
def test_words_fall_back_to_english_and_then_to_any(
    words: Mapping[str, str], language: str, text: str
) -> None:
    assert in_language(words, language) == text


def test_a_catalogue_finds_what_it_holds() -> None:
    one = a_service("one", popular=2)
    two = a_service("two", category="shop")
    three = a_service("three", popular=1)
    catalogue = Catalogue(
        categories=(Category(key="video", title={}, emoji="🎬"),), services=(one, two, three)
    )
    assert catalogue.service("two") is two
    assert catalogue.service("four") is None
    assert catalogue.in_category("video") == (one, three)
    assert catalogue.in_category("none") == ()
    assert catalogue.popular(5) == (three, one)
    assert catalogue.popular(1) == (three,)
    assert catalogue.category("video") is catalogue.categories[0]
    assert catalogue.category("shop") is None


def test_a_service_finds_its_plans() -> None:
    service = a_service("one")
    for key in PLAN_KEYS:
        plan = service.plan(key)
        assert plan is not None
        assert plan.key == key
        assert plan.is_custom is (key not in FIXED_PLAN_KEYS)
    assert service.plan("gold") is None


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        service_from_canonical("{")
