"""The first screen, and links that lead past it."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import GOALS

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
zh = pytest.mark.parametrize("language", ["zh"])
en = pytest.mark.parametrize("language", ["en"])


@both
async def test_start_greets_in_the_language_of_the_app(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.start()
    home = await anna.sees("Orderclerk", button=anna.title("short_video"))
    assert anna.t("🗂 All services") in home.labels
    assert anna.t("📋 My orders") in home.labels
    assert anna.t("❓ Help") in home.labels
    assert len([label for label in home.labels if label == anna.t("🌐 中文")]) == 1


async def test_an_app_in_another_language_gets_the_default_one(stage: Stage) -> None:
    somebody = await stage.customer("fr")
    await somebody.start()
    await somebody.sees("Hello, this is Orderclerk")


@both
async def test_link_to_a_service_shows_its_card(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.start("short_video")
    card = await anna.sees(anna.title("short_video"), photo=True)
    for plan in ("basic", "standard", "premium", "custom"):
        assert any(anna.plan("short_video", plan) in label for label in card.labels)


@zh
async def test_link_to_a_plan_asks_for_the_goal_at_once(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.start("short_video-premium")
    await anna.hears(
        "🎯 What is it for? One or two sentences are enough.",
        f"{anna.title('short_video')} · {anna.plan('short_video', 'premium')}",
    )


@both
@pytest.mark.parametrize("payload", ["teleport", "short-video", "-"])
async def test_broken_link_says_so_and_offers_what_there_is(
    stage: Stage, language: str, payload: str
) -> None:
    anna = await stage.customer(language)
    await anna.start(payload)
    home = await anna.hears("This link leads to nothing we offer now. Here is what we do:")
    assert any(anna.title("short_video") in label for label in home.labels)


@en
async def test_link_to_a_plan_that_is_gone_shows_todays_plans(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.start("short_video-gold")
    card = await anna.hears("The plan in this link is no longer on offer. These are today's plans:")
    assert any(anna.plan("short_video", "basic") in label for label in card.labels)


@both
async def test_start_in_the_middle_keeps_everything_typed(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.to_deadline()
    await anna.start()
    await anna.taps("▶️ Continue my order")
    seen = await anna.sees(button=anna.t("📅 Calendar"))
    await anna.tap((0, 0), message=seen)
    await anna.hears("Please check your order", GOALS[language])


@zh
async def test_a_link_in_the_middle_leaves_the_open_order_to_come_back_to(
    stage: Stage, language: str
) -> None:
    """Somebody half way through an order follows a link, looks around, and wants to go on."""
    anna = await stage.customer(language)
    await anna.to_summary()
    await anna.start("copywriting")
    await anna.sees(anna.title("copywriting"), photo=True)
    await anna.start()
    await anna.taps("▶️ Continue my order")
    await anna.hears("Please check your order", GOALS[language])


@en
async def test_after_an_order_by_link_the_one_below_goes_on(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.to_summary(goal=GOALS[language] + " 1")
    await anna.orders("copywriting", "basic", goal=GOALS[language] + " 2")
    await anna.start()
    await anna.taps("▶️ Continue my order")
    await anna.hears("Please check your order", GOALS[language] + " 1")


@zh
async def test_own_invoice_link_shows_the_invoice_again(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders()
    payment = await (await stage.customer(language)).pay(forwarded_by=anna)
    assert payment.result == "link"
    assert payment.start is not None
    await anna.start(payment.start)
    await anna.sees(number, invoice=True)


@en
async def test_own_invoice_link_shows_the_card_when_paid(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders()
    payment = await (await stage.customer(language)).pay(forwarded_by=anna)
    await anna.pay()
    await anna.hears("Payment received, thank you!")
    await anna.start(payment.start or "")
    await anna.sees(number, anna.t("Finding your specialist"))


@zh
async def test_forwarded_invoice_offers_a_stranger_an_order_of_their_own(
    stage: Stage, language: str
) -> None:
    anna, ben = await stage.customer(language), await stage.customer(language)
    number = await anna.orders()
    payment = await ben.pay(forwarded_by=anna)
    await ben.start(payment.start or "")
    home = await ben.hears(
        "That invoice belongs to somebody else. You can place an order of your own here:"
    )
    assert any(ben.title("short_video") in label for label in home.labels)
    await ben.does_not_see(number)


@en
async def test_an_invented_invoice_link_shows_nothing(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.start("pay_0123456789abcdef")
    await anna.sees(button=anna.title("short_video"))
