"""Commands and what stands beside the order: orders, help, languages, terms, edited messages, blocking."""

from __future__ import annotations

import pytest

from dialogs.words import LANGUAGES
from tests.conversations.conftest import Stage
from tests.conversations.steps import GOAL, GOALS, Guest

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
zh = pytest.mark.parametrize("language", ["zh"])
en = pytest.mark.parametrize("language", ["en"])
SUMMARY = "Please check your order"


@both
async def test_no_orders_yet(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.say("/orders")
    await anna.hears(
        "You have no orders yet. Find a service and the first one is here in a minute.",
        button="🔎 Find a service",
    )
    await anna.taps("🔎 Find a service")
    await anna.sees("Orderclerk", button=anna.title("short_video"))


@en
async def test_orders_in_pages_and_their_cards(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    numbers = [
        await anna.orders("copywriting", "basic", f"{GOALS[language]} {n}") for n in range(7)
    ]
    await anna.say("/orders")
    first = await anna.hears("Your orders", numbers[-1], button="More ›")
    assert numbers[0] not in first.text
    await anna.tap(anna.t("More ›"), message=first)
    second = await anna.sees(numbers[0], button=anna.t("‹ Previous"))
    await anna.tap(numbers[0], message=second)
    await anna.hears("Waiting for payment", numbers[0], button="💳 Show the invoice")


@zh
async def test_the_card_of_a_number(stage: Stage, language: str) -> None:
    anna, ben = await stage.customer(language), await stage.customer(language)
    number = await anna.orders()
    written = number.replace("-", " ").lower()
    await anna.say(f"/order {written}")
    await anna.hears("Waiting for payment", number)
    for given in (number, "ABC-1234", "'; drop table orders; --", "<b>", "%s{0}"):
        await ben.say(f"/order {given}")
        await ben.hears(
            "I find no order of yours with the number <b>%(given)s</b>. /orders lists all of them.",
            given,
        )


@pytest.mark.parametrize(
    ("language", "command"),
    [
        ("zh", "help"),
        ("en", "terms"),
        ("zh", "terms"),
        ("en", "privacy"),
        ("zh", "support"),
        ("en", "paysupport"),
        ("zh", "nonsense"),
    ],
)
async def test_pages_leave_the_order_as_it_is(stage: Stage, language: str, command: str) -> None:
    anna = await stage.customer(language)
    await anna.to_deadline()
    await anna.say(f"/{command}")
    back = "🤖 Go on with the bot" if command == "support" else "▶️ Continue where we were"
    page = await anna.sees(button=anna.t(back), ever=True)
    assert page.text
    await anna.taps(back, on=page)
    await anna.sees(button=anna.t("📅 Calendar"))
    await anna.say({"zh": "40天后", "en": "in 40 days"}[language])
    await anna.hears(SUMMARY, GOALS[language])


async def test_support_calls_the_staff(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.orders()
    await anna.say("/paysupport")
    await anna.hears(
        "Your order's card (/orders) shows what arrived. A person looks after this too:", ever=True
    )
    await anna.hears("A person looks after this", ever=True)
    await stage.support.at(stage.staff).sees(anna.name, number, ever=True)


@both
async def test_language_switched_in_the_middle(stage: Stage, language: str) -> None:
    """Everything that stands open is said again in the other language: dialog, card, invoice."""
    anna = await stage.customer(language)
    number = await anna.orders()
    await anna.card(number)
    await anna.to_summary("copywriting", "basic")
    other = LANGUAGES[1 - LANGUAGES.index(language)]
    await anna.say("/language")
    await anna.picks({"zh": "中文", "en": "English"}[other])
    now = Guest(anna.playground, anna.id, anna.name, since=anna.since, language=other)
    await now.hears(SUMMARY, GOALS[language], now.title("copywriting"))
    await now.sees(now.title("short_video"), number, now.t("Waiting for payment"), ever=True)
    await now.sees(button=now.t("Pay {price}", price="⭐ 11,600"), ever=True)
    await now.say("/help")
    await now.hears("How it works")
    await now.start()
    await now.sees(button=now.t("🌐 中文"))


@en
async def test_language_button_on_the_first_screen(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.start()
    await anna.taps("🌐 中文")
    other = Guest(
        anna.playground, anna.id, anna.name, language=LANGUAGES[1 - LANGUAGES.index(language)]
    )
    await other.sees("Orderclerk", button=other.t("🗂 All services"), ever=True)
    await other.to_goal()


async def test_an_edited_message_changes_nothing(stage: Stage) -> None:
    anna = await stage.customer()
    await anna.to_goal()
    typed = await anna.say("Launch our new tea")
    await anna.sees(button=anna.t("📅 Calendar"))
    async with anna.silence():
        await anna.edit(typed, "Launch our new coffee")
    await anna.say("in 40 days")
    await anna.hears(SUMMARY, "Launch our new tea")


async def test_an_edit_that_adds_a_card_number_is_deleted(stage: Stage) -> None:
    anna = await stage.customer()
    await anna.to_goal()
    typed = await anna.say("Launch our new tea")
    await anna.sees(button=anna.t("📅 Calendar"))
    await anna.edit(typed, "Launch, paid by 4111111111111111")
    await anna.sees("🔒")
    await stage.playground.quiet()
    assert typed not in [one.message_id for one in await anna.messages()]


@zh
async def test_blocked_and_unblocked(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders()
    await anna.block()
    await stage.playground.advance(hours=1.2)
    await stage.playground.quiet()
    await anna.unblock()
    await anna.start()
    await anna.sees("Orderclerk", button=anna.title("short_video"))
    await anna.say(f"/order {number}")
    await anna.hears("Waiting for payment", number, button="💳 Show the invoice")
    await anna.taps("💳 Show the invoice")
    await anna.sees(number, invoice=True)
    await anna.pays(number)


async def test_blocked_while_money_is_on_its_way(stage: Stage) -> None:
    """The order is paid all the same; what was not said then stands on the card."""
    anna = await stage.customer()
    number = await anna.orders()
    await anna.pay("late", delay=120)
    await anna.block()
    await stage.playground.advance(minutes=3)
    assert await stage.state(number) == "awaiting_provider"
    await anna.unblock()
    await anna.card(number)
    await anna.hears("Finding your specialist", number)


async def test_html_and_odd_characters_are_shown_as_typed(stage: Stage) -> None:
    anna = await stage.customer()
    odd = "<script>alert('x')</script> & {{ 7*7 }} %(n)s {0} \u202eabc 👩‍👩‍👧 *md*"
    await anna.to_goal()
    await anna.say(odd)
    await anna.say("in 40 days")
    seen = await anna.hears(SUMMARY)
    assert "<script>alert('x')</script> & {{ 7*7 }} %(n)s {0}" in seen.text
    number = await anna.confirms()
    await anna.pays(number)
    await stage.support.at(stage.staff).sees(number, "{{ 7*7 }}", ever=True)


async def test_everything_at_once_in_one_breath(stage: Stage) -> None:
    """Messages that come faster than the answers: none is lost, each is taken at its step."""
    anna = await stage.customer()
    await anna.say("/start short_video-standard")
    await anna.say(GOALS["en"])
    await anna.say("in 40 days")
    await anna.say("yes")
    await anna.hears("Order %(number)s is confirmed.", GOALS["en"], ever=True)


async def test_twice_not_understood_offers_a_person(stage: Stage) -> None:
    anna = await stage.customer("zh")
    await anna.to_deadline()
    await anna.say("嗯哼啊")
    await anna.hears("I did not understand that. What you can do now:")
    await anna.say("哦哦哦")
    await anna.hears(
        "Sorry, I still do not understand. A person will have a look; until then please use the buttons, "
        "or write /support and say it to them."
    )


async def test_the_command_of_another_bot_is_not_ours(stage: Stage) -> None:
    anna = await stage.customer()
    await anna.to_goal()
    await anna.say("/help@stage_bot")
    await anna.hears("How it works")
    await anna.taps("▶️ Continue where we were")
    await anna.hears(GOAL)
