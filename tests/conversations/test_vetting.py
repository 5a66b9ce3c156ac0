"""Briefs that ask for what is not sold, and briefs that a person looks at first."""

from __future__ import annotations

import re

import pytest

from storage.database import Connection
from storage.vetting import Figures, figures
from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])

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


@both
async def test_refused_with_a_reason_and_everything_back(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await waiting(anna)
    support = stage.support.at(stage.staff)
    announced = await support.sees(number, "engagement_trade", button="Refuse, with refund")
    await support.tap("Refuse, with refund", message=announced)
    await support.tap("‹ Back", message=await support.sees(number, button="Needs a licence"))
    await support.tap(
        "Refuse, with refund", message=await support.sees(number, button="Refuse, with refund")
    )
    reasons = await support.sees(number, button="Needs a licence")
    await support.tap("Needs a licence", message=reasons)
    await anna.hears(
        "We cannot take on order <b>%(number)s</b>.",
        number,
        anna.t("What the brief advertises needs a licence that we could not check."),
    )
    await anna.hears("It is on your Stars balance again.")
    assert await stage.state(number) == "cancelled"
    assert await stage.of_order("refunds", number, "way", "state") == [("stars", "succeeded")]
    assert await stage.of_order("vettings", number, "tier", "decision", "why") == [
        ("review", "refused", "licence")
    ]
    for message in await stage.provider.at(stage.providers).messages():
        assert number not in message.text


async def waiting(anna: Guest, goal: str | None = None) -> str:
    """A paid order whose brief waits for a person."""
    number = await anna.orders(goal=goal or DOUBTFUL[anna.language])
    await anna.pay()
    await anna.hears(
        "A person looks at your brief before it goes to a specialist, within 24 hours. You hear from us here.",
        number,
    )
    return number


@both
async def test_staff_ask_and_the_answer_becomes_part_of_the_brief(
    stage: Stage, language: str
) -> None:
    await stage.until(10)
    anna = await stage.customer(language)
    number = await waiting(anna)
    support = stage.support.at(stage.staff)
    announced = await support.sees(number, button="Ask the customer")
    await support.tap("Ask the customer", message=announced)
    await support.tap("Is it real work?", message=await support.sees(button="Is it real work?"))
    await anna.hears(
        "A question about %(number)s, before a specialist gets it",
        number,
        anna.t(
            "Do we understand you rightly that you want real work for real customers? Likes, followers, plays and reviews that are bought are not something we offer."
        ),
    )
    await support.sees(number, "the time to decide stands still")
    # A day without an answer: asked once more, and the time to decide stands still.
    await stage.playground.advance(hours=25)
    asked = await anna.hears("We still need your answer about %(number)s", number)
    await support.does_not_see(number, "Overdue")
    await anna.tap(anna.t("💬 Answer"), message=asked)
    await anna.hears("Your next message is the answer for %(number)s: text, photos or files.")
    answer = {"zh": "是的，真实客户，拍茶园的故事", "en": "Yes, real customers, our garden's story"}
    await anna.say(answer[language])
    await anna.hears(
        "Thank you, your answer is part of the brief of <b>%(number)s</b> now. Next: %(next)s.",
        number,
    )
    back = await support.sees(number, answer[language], button="Clear it")
    # Asked again, in staff's own words, by a reply; the answer is a file with a telling name.
    await support.tap("Ask the customer", message=back)
    await support.tap("In my own words", message=await support.sees(button="In my own words"))
    prompt = await support.sees("Reply to this message with your question", number)
    await support.say("May we see <b>last year's</b> film?", reply_to=prompt.message_id)
    question = await anna.sees("May we see <b>last year's</b> film?", number)
    await anna.say("https://example.org/film", reply_to=question.message_id)
    await support.sees(number, "https://example.org/film", button="Clear it")
    (row,) = await stage.of_order("vettings", number, "decision", "answered_at")
    assert row[0] == ""
    assert row[1] is not None
    briefs = await stage.rows(
        "select b.version from briefs b join orders o on o.id = b.order_id "
        "where o.number = :number order by b.version",
        number=number,
    )
    assert [brief["version"] for brief in briefs] == [1, 2, 3]
    await stage.support.at(stage.staff).tap(
        "Clear it", message=await support.sees(number, "film", button="Clear it")
    )
    assert await stage.state(number) == "awaiting_provider"
    gone = await anna.hears(
        "A question about %(number)s, before a specialist gets it", "last year's", ever=True
    )
    assert gone.labels == []
    announced = await stage.provider.at(stage.providers).sees(number, "example.org/film", ever=True)


async def test_the_queue_is_honest_and_can_be_hurried_once(stage: Stage) -> None:
    await stage.until(10)
    first, second = await stage.customer("en"), await stage.customer("zh")
    one, two = await waiting(first), await waiting(second)
    places = [await place(first, one), await place(second, two)]
    assert places[1] == places[0] + 1
    card = await first.sees(one, button="⏩ Please hurry", ever=True)
    toast = await first.tap("⏩ Please hurry", message=card)
    assert toast.alert
    support = stage.support.at(stage.staff)
    announced = await support.sees(one, "asks to hurry", button="Clear it")
    assert first.t("⏩ Please hurry") not in (await first.card(one)).labels
    # Whoever leaves the queue moves the others up.
    await support.tap("Clear it", message=announced)
    await stage.playground.quiet()
    assert await place(second, two) == places[0]
    # Not decided in time: staff are warned, then the customer is told the truth.
    await stage.playground.advance(hours=20.1)
    await support.sees(two, "Please decide by", button="Clear it")
    await stage.playground.advance(hours=4)
    await support.sees(two, "Overdue: the customer was promised", button="Clear it")
    await second.hears(
        "We promised to look at your brief for <b>%(number)s</b> by %(when)s and have not managed to. We are sorry.",
        two,
        ever=True,
    )
    late = await second.sees(two, button=second.t("✖️ Cancel order"))
    assert second.t("⏩ Please hurry") in late.labels
    await stage.playground.advance(hours=12.1)
    await support.sees(two, "Overdue: the customer was promised", button="Clear it")
    await second.tap(second.t("✖️ Cancel order"), message=late)
    await second.taps("Yes, cancel it")
    assert await stage.state(two) == "cancelled"
    assert await stage.of_order("vettings", two, "decision") == [("gone",)]


async def place(anna: Guest, number: str) -> int:
    """Which number in the queue the card tells."""
    card = await anna.card(number)
    found = re.search(r"number (\d+) of \d+|排第 (\d+)，共", card.text)
    assert found is not None, card.text
    return int(found[1] or found[2])


async def test_figures_say_how_each_rule_has_done(stage: Stage) -> None:
    """Whatever the other stories of this module did, every count adds up."""

    def read(connection: Connection) -> tuple[int, int, list[Figures]]:
        return figures(connection, stage.bot)

    anna = await stage.customer()
    number = await waiting(anna)
    total, passed, found = await stage.database.read(read)
    trade = next(row for row in found if row.rule == "engagement_trade")
    ends = trade.stopped + trade.waiting + trade.cleared + trade.refused + trade.gone
    assert trade.applied == ends + trade.refused_by_rules
    assert trade.waiting >= 1
    assert total >= passed + trade.applied
    support = stage.support.at(stage.staff)
    await support.tap("Clear it", message=await support.sees(number, button="Clear it"))
    await stage.playground.quiet()
    after = next(r for r in (await stage.database.read(read))[2] if r.rule == "engagement_trade")
    assert (after.waiting, after.cleared) == (trade.waiting - 1, trade.cleared + 1)


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
