"""Briefs that ask for what is not sold, and briefs that a person looks at first."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
zh = pytest.mark.parametrize("language", ["zh"])

NOT_SOLD = "This reads like bought likes, followers, plays or reviews. We do not sell those: they harm your shop and break the platforms' rules. Please describe real work, or write /support if we misread you."
FAKES = {"zh": "帮我们店铺刷单，刷一千个好评", "en": "Buy 10k real followers for our page"}
DOUBTFUL = {"zh": "包涨粉，推广我们的茶", "en": "Guaranteed followers for our tea page"}


@both
async def test_fake_engagement_is_refused_kindly_and_can_be_corrected(
    stage: Stage, language: str
) -> None:
    anna = await stage.customer(language)
    await anna.to_summary(goal=FAKES[language])
    await anna.taps("✅ Confirm and get the invoice")
    await anna.hears(NOT_SOLD)
    await anna.taps("✏️ Goal")
    await anna.say(
        {"zh": "拍四条讲茶园故事的短视频", "en": "Four videos that tell our tea garden's story"}[
            language
        ]
    )
    await anna.hears("Please check your order")
    await anna.pays(await anna.confirms())


@both
async def test_a_doubtful_brief_waits_for_a_person_who_clears_it(
    stage: Stage, language: str
) -> None:
    anna = await stage.customer(language)
    number = await anna.orders(goal=DOUBTFUL[language])
    await anna.pay()
    await anna.hears(
        "A person looks at your brief before it goes to a specialist, within 24 hours. You hear from us here.",
        number,
    )
    assert await stage.state(number) == "awaiting_review"
    announced = await stage.support.at(stage.staff).sees(number, button="Clear it", ever=True)
    await stage.support.at(stage.staff).tap("Clear it", message=announced)
    await anna.hears(
        "We have looked at your brief for <b>%(number)s</b>: all good. We are finding your specialist now and write to you here.",
        number,
    )
    assert await stage.state(number) == "awaiting_provider"
    await stage.provider.at(stage.providers).sees(number, ever=True)


@zh
async def test_a_doubtful_brief_that_is_refused_is_paid_back(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders(goal=DOUBTFUL[language])
    await anna.pay()
    await anna.sees(number)
    announced = await stage.support.at(stage.staff).sees(
        number, button="Refuse, with refund", ever=True
    )
    await stage.support.at(stage.staff).tap("Refuse, with refund", message=announced)
    await anna.hears(
        "We cannot take on order <b>%(number)s</b>: what the brief asks for is not something we offer (for example bought likes, followers, plays or reviews).",
        number,
    )
    await anna.hears("It is on your Stars balance again.")
    assert await stage.state(number) == "cancelled"
    assert await stage.of_order("refunds", number, "way", "state") == [("stars", "succeeded")]
    for message in await stage.provider.at(stage.providers).messages():
        assert number not in message.text


async def test_nobody_clears_their_own_order(stage: Stage) -> None:
    sue = Guest(stage.playground, stage.support.id, stage.support.name, language="en")
    number = await sue.orders(goal=DOUBTFUL["en"])
    await sue.pay()
    announced = await sue.at(stage.staff).sees(number, button="Clear it", ever=True)
    toast = await sue.at(stage.staff).tap("Clear it", message=announced)
    assert toast.alert
    assert await stage.state(number) == "awaiting_review"
    await stage.admin.at(stage.staff).tap("Clear it", message=announced)
    assert await stage.state(number) == "awaiting_provider"
