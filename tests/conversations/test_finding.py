"""Finding a service: popular ones, categories, search, cards, plans side by side, and back."""

from __future__ import annotations

import pytest

from dialogs.words import LANGUAGES
from orders.catalogue import in_language
from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest, demo, service_of

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
zh = pytest.mark.parametrize("language", ["zh"])
en = pytest.mark.parametrize("language", ["en"])


async def at_home(stage: Stage, language: str) -> Guest:
    anna = await stage.customer(language)
    await anna.start()
    await anna.sees(button=anna.title("short_video"))
    return anna


@zh
async def test_popular_services_stand_on_the_first_screen(stage: Stage, language: str) -> None:
    anna = await at_home(stage, language)
    home = await anna.last()
    for service in demo().popular(6):
        assert any(in_language(service.title, language) in label for label in home.labels)


@both
async def test_category_to_card_to_comparison_and_back_the_same_way(
    stage: Stage, language: str
) -> None:
    anna = await at_home(stage, language)
    await anna.taps("🗂 All services")
    categories = await anna.hears("Choose a category, or type what you are looking for.")
    video = in_language(demo().categories[0].title, language)
    for category in demo().categories:
        assert any(in_language(category.title, language) in label for label in categories.labels)
    await anna.tap(video)
    listed = await anna.hears(
        "Tap a service to see what you get, how long it takes and what it costs."
    )
    for service in demo().in_category("video"):
        assert any(in_language(service.title, language) in label for label in listed.labels)
    await anna.tap(anna.title("expo_photo"))
    card = await anna.sees(anna.title("expo_photo"), photo=True)
    assert in_language(service_of("expo_photo").audience, language) in card.text
    await anna.taps("⚖️ Compare plans")
    compared = await anna.hears("%(title)s: the plans side by side")
    for plan in service_of("expo_photo").plans[:3]:
        for thing in plan.deliverables[language]:
            assert thing in compared.text
    await anna.taps("‹ Back")
    await anna.sees(anna.title("expo_photo"), photo=True)
    await anna.taps("‹ Back")
    await anna.sees(video, button=anna.title("expo_photo"))
    await anna.taps("‹ Back")
    await anna.hears("Choose a category, or type what you are looking for.")
    await anna.taps("‹ Back")
    await anna.sees("Orderclerk", button=anna.t("🗂 All services"))


@en
async def test_a_plan_chosen_in_the_comparison_goes_on(stage: Stage, language: str) -> None:
    anna = await at_home(stage, language)
    await anna.tap(anna.title("short_video"))
    await anna.taps("⚖️ Compare plans")
    compared = await anna.hears("%(title)s: the plans side by side")
    await anna.tap(anna.plan("short_video", "premium"), message=compared)
    await anna.hears(
        "🎯 What is it for? One or two sentences are enough.",
        anna.plan("short_video", "premium"),
    )


@both
async def test_words_back_and_names_work_where_buttons_do(stage: Stage, language: str) -> None:
    anna = await at_home(stage, language)
    await anna.say(anna.t("🗂 All services").split(" ", 1)[1])
    await anna.hears("Choose a category, or type what you are looking for.")
    await anna.say({"zh": "返回", "en": "back"}[language])
    await anna.sees("Orderclerk", button=anna.t("🗂 All services"))
    await anna.say(anna.title("short_video"))
    await anna.sees(anna.title("short_video"), photo=True)
    await anna.say({"zh": "第二个", "en": "the second one"}[language])
    await anna.hears(
        "🎯 What is it for? One or two sentences are enough.",
        anna.plan("short_video", "standard"),
    )


@pytest.mark.parametrize(
    ("language", "typed", "service"),
    [
        ("zh", "包装", "packaging"),
        ("zh", "抖音", "short_video"),
        ("zh", "攝影", "onsite_shooting"),
        ("zh", "直播带货", "live_operation"),
        ("en", "packging", "packaging"),
        ("en", "LIVESTREAM", "live_operation"),
        ("en", "photografer", "onsite_shooting"),
        ("en", "包装", "packaging"),
    ],
)
async def test_search_hits_short_chinese_and_forgives_slips(
    stage: Stage, language: str, typed: str, service: str
) -> None:
    anna = await at_home(stage, language)
    await anna.say(typed)
    found = await anna.sees(
        where=lambda seen: anna.title(service) in seen.text + " ".join(seen.labels)
    )
    if found.photo is None:
        await anna.tap(anna.title(service), message=found)
        await anna.sees(anna.title(service), photo=True)


@both
async def test_nothing_found_says_so_and_shows_the_way_on(stage: Stage, language: str) -> None:
    anna = await at_home(stage, language)
    words = {"zh": "修水管", "en": "plumbing repairs"}[language]
    await anna.say(words)
    await anna.sees(
        anna.t(
            "Nothing fits “{words}” yet. Try another word, or look through all services.",
            words=words,
        ),
        button=anna.t("🗂 All services"),
    )
    await anna.say({"zh": "通下水道", "en": "unblock my drain"}[language])
    await anna.sees("/support", button=anna.t("🗂 All services"))
    await anna.taps("🗂 All services")
    await anna.hears("Choose a category, or type what you are looking for.")


@zh
async def test_search_works_in_the_middle_of_looking_around(stage: Stage, language: str) -> None:
    anna = await at_home(stage, language)
    await anna.taps("🗂 All services")
    await anna.sees(button=in_language(demo().categories[0].title, language))
    await anna.tap(in_language(demo().categories[0].title, language))
    await anna.sees(button=anna.title("expo_photo"))
    await anna.say({"zh": "包装", "en": "packaging"}[language])
    await anna.sees(where=lambda seen: anna.title("packaging") in seen.text + " ".join(seen.labels))


async def test_a_service_without_a_way_to_pay_is_not_shown_as_a_dead_end(stage: Stage) -> None:
    """Every plan that the demo shows can be ordered, in both languages."""
    for language in LANGUAGES:
        anna = await stage.customer(language)
        for service in demo().services[:3]:
            await anna.start(service.key)
            card = await anna.sees(in_language(service.title, language), photo=True)
            assert len([label for label in card.labels if "·" in label]) == 3


@pytest.mark.parametrize(
    ("language", "typed", "plan"),
    [
        ("zh", "短视频基础版，推广新品，一个月后", "basic"),
        ("en", "standard plan for short video, launch our tea in six weeks", "standard"),
    ],
)
async def test_one_message_orders(stage: Stage, language: str, typed: str, plan: str) -> None:
    anna = await at_home(stage, language)
    await anna.say(typed)
    await anna.hears(
        "Please check your order",
        f"{anna.title('short_video')} · {anna.plan('short_video', plan)}",
        anna.t("Noted: %(answers)s"),
    )
    await anna.confirms()
