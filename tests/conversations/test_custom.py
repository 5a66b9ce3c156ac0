"""Custom plans: asked for by the customer, quoted by staff, accepted, paid."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import GOALS, Guest, number_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
zh = pytest.mark.parametrize("language", ["zh"])
USAGE = "Please write it as /quote"


async def asks(anna: Guest, service: str = "short_video") -> str:
    """Asks for a quote; the number of the request."""
    await anna.to_summary(service, "custom")
    await anna.taps("✅ Ask for a quote")
    return number_in(await anna.hears("Request %(number)s is with us."))


@both
async def test_asked_quoted_accepted_paid(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await asks(anna)
    support = stage.support.at(stage.staff)
    await support.sees(number, GOALS[language], "/quote", ever=True)
    await support.say(f"/quote {number} 5,000 XTR 14")
    await support.sees(number, "⭐ 5,000")
    offer = await anna.sees(anna.t("Our offer for %(number)s", number=number), "⭐ 5,000")
    assert "/terms" in offer.text
    await anna.taps("✅ Accept and get the invoice", on=offer)
    await anna.hears("Order %(number)s is confirmed.", number)
    await anna.pays(number)
    order = await stage.order(number)
    assert (order["price"], order["currency"], order["period_days"]) == (5000, "XTR", 14)
    # Whatever is made to measure is looked at by a person before it goes out.
    assert await stage.state(number) == "awaiting_review"
    consents = await stage.rows("select 1 from consents where order_id = :id", id=order["id"])
    assert len(consents) == 1


@zh
async def test_an_offer_that_is_declined(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await asks(anna)
    await stage.support.at(stage.staff).say(f"/quote {number} 5000 XTR 14")
    offer = await anna.sees(anna.t("Our offer for %(number)s", number=number))
    await anna.taps("✖️ Decline", on=offer)
    await anna.hears("Order <b>%(number)s</b> is cancelled, at no cost.", number)
    assert await stage.state(number) == "cancelled"
    await stage.support.at(stage.staff).say(f"/quote {number} 4000 XTR 14")
    await stage.support.at(stage.staff).sees(USAGE)


async def test_offers_that_staff_get_wrong(stage: Stage) -> None:
    anna = await stage.customer()
    number = await asks(anna)
    support = stage.support.at(stage.staff)
    for text in (
        "/quote",
        f"/quote {number}",
        f"/quote {number} lots XTR 3",
        "/quote ABC-2345 5 XTR 3",
    ):
        await support.say(text)
        await support.sees(USAGE)
    await support.say(f"/quote {number} 500 USD 14")
    await support.sees("cannot be paid at $500")
    await support.say(f"/quote {number} 500 ABC 14")
    await support.sees("ABC")
    await support.say(f"/quote {number} 30000 XTR 14")
    await support.sees("cannot be paid at ⭐ 30,000")
    for days in ("0", "1000", "-3"):
        await support.say(f"/quote {number} 500 XTR {days}")
        await support.sees(USAGE)
    await anna.does_not_see("Our offer")
    await anna.say(f"/quote {number} 1 XTR 1")
    await anna.does_not_see("Our offer")
    await support.say(f"/quote {number} 500 XTR 14")
    await anna.sees("Our offer", "⭐ 500")


async def test_a_better_offer_takes_the_place_of_the_first(stage: Stage) -> None:
    anna = await stage.customer()
    number = await asks(anna)
    support = stage.support.at(stage.staff)
    await support.say(f"/quote {number} 5000 XTR 14")
    first = await anna.sees("Our offer", "⭐ 5,000")
    rows = await stage.rows(
        "select id, revision from surfaces where chat_id = :chat and subject like 'quote:%'",
        chat=anna.id,
    )
    await support.say(f"/quote {number} 4000 XTR 10")
    await anna.sees("Our offer", "⭐ 4,000")
    toast = await anna.forge(f"{rows[0]['id']}.{rows[0]['revision']}.0", message=first)
    assert toast.answered
    await anna.taps("✅ Accept and get the invoice")
    await anna.pays(number)
    assert await stage.of_order("payments", number, "amount") == [(4000,)]


async def test_a_custom_order_on_site_is_quoted_in_money(stage: Stage) -> None:
    anna = await stage.customer("zh")
    number = await asks(anna, "onsite_shooting")
    await stage.support.at(stage.staff).say(f"/quote {number} 8800 CNY 20")
    await anna.sees(anna.t("Our offer for %(number)s", number=number), "¥8,800")
    way = anna.t("💳 Card or wallet, in this chat")
    await anna.tap(anna.t("✅ Accept · {way}", way=way))
    await anna.pays(number)


async def test_the_card_of_a_request_shows_no_price_yet(stage: Stage) -> None:
    anna = await stage.customer()
    number = await asks(anna)
    card = await anna.card(number)
    assert anna.t("to be quoted") in card.text
    assert "⭐ 0" not in card.text


async def test_a_request_that_asks_for_fakes_never_reaches_staff(stage: Stage) -> None:
    anna = await stage.customer()
    await anna.to_summary("short_video", "custom", "Buy 10k followers for our page")
    await anna.taps("✅ Ask for a quote")
    await anna.sees("bought likes, followers")
    assert (
        await stage.rows(
            "select 1 from orders o join people p on p.id = o.customer_id where p.user_id = :id",
            id=anna.id,
        )
        == []
    )
