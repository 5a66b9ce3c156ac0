"""The summary: every line can be changed from it, back to it; and what confirming it does."""

from __future__ import annotations

import asyncio

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import GOAL, GOALS, WHEN, plan_of
from tests.surfaces import SURFACES

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
zh = pytest.mark.parametrize("language", ["zh"])
en = pytest.mark.parametrize("language", ["en"])
SUMMARY = "Please check your order"


@both
async def test_summary_says_what_is_ordered_for_how_much_and_on_what_terms(
    stage: Stage, language: str
) -> None:
    anna = await stage.customer(language)
    seen = await anna.to_summary()
    for thing in plan_of("short_video", "standard").deliverables[language]:
        assert thing in seen.text
    assert GOALS[language] in seen.text
    assert "⭐ 11,600" in seen.text
    assert "/terms" in seen.text
    await anna.taps("📄 Terms")
    await anna.sees({"zh": "服务条款", "en": "Terms of service"}[language], "72")
    await anna.taps("▶️ Continue where we were")
    await anna.hears(SUMMARY, GOALS[language])


@zh
async def test_goal_and_deadline_are_changed_one_by_one(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.to_summary()
    await anna.taps("✏️ Goal")
    await anna.hears(GOAL, GOALS[language])
    await anna.say(GOALS[language] + " 2")
    await anna.hears(SUMMARY, GOALS[language] + " 2")
    await anna.taps("✏️ Deadline")
    await anna.hears("Now: <b>%(when)s</b>")
    await anna.taps("‹ Back")
    await anna.hears(SUMMARY, GOALS[language] + " 2")


@en
async def test_another_plan_asks_again_only_for_what_no_longer_fits(
    stage: Stage, language: str
) -> None:
    anna = await stage.customer(language)
    await anna.to_deadline("short_video", "basic")
    await anna.say({"zh": "6天后", "en": "in 6 days"}[language])
    await anna.hears(SUMMARY, "⭐ 3,300")
    await anna.taps("✏️ Plan")
    await anna.sees(anna.title("short_video"), photo=True)
    await anna.picks(anna.plan("short_video", "premium"))
    await anna.hears(WHEN)
    await anna.say({"zh": "40天后", "en": "in 40 days"}[language])
    await anna.hears(SUMMARY, "⭐ 21,600", GOALS[language])
    await anna.taps("✏️ Plan")
    await anna.picks(anna.plan("short_video", "standard"))
    await anna.hears(SUMMARY, "⭐ 11,600", GOALS[language])


@zh
async def test_another_service_keeps_the_brief(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.to_summary()
    await anna.taps("✏️ Service")
    await anna.sees("Orderclerk", button=anna.title("brand_identity"))
    await anna.tap(anna.title("brand_identity"))
    await anna.hears(SUMMARY, anna.title("brand_identity"), GOALS[language], "⭐ 12,700")


@en
async def test_going_back_half_way_through_a_change_leaves_no_summary_with_holes(
    stage: Stage, language: str
) -> None:
    """The new plan cannot keep the deadline; instead of naming another, the customer goes back."""
    anna = await stage.customer(language)
    await anna.to_deadline("short_video", "basic")
    await anna.say({"zh": "6天后", "en": "in 6 days"}[language])
    await anna.hears(SUMMARY, "⭐ 3,300")
    await anna.taps("✏️ Plan")
    await anna.picks(anna.plan("short_video", "premium"))
    await anna.hears(WHEN)
    await anna.taps("‹ Back")
    await anna.picks(anna.plan("short_video", "basic"))
    await anna.hears(WHEN)
    await anna.taps("‹ Back")
    await anna.taps("‹ Back")
    seen = await anna.sees(where=lambda one: bool(one.labels))
    assert anna.t(SUMMARY) not in seen.text or GOALS[language] in seen.text
    await anna.start()
    await anna.taps("▶️ Continue my order")
    await anna.hears(WHEN)
    await anna.say({"zh": "6天后", "en": "in 6 days"}[language])
    await anna.hears(SUMMARY, "⭐ 3,300", GOALS[language])


@both
async def test_way_to_pay(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    price = {"zh": "¥1,800", "en": "$260"}[language]
    seen = await anna.to_summary("onsite_shooting", "basic")
    assert anna.t("💳 Card or wallet, in this chat") in seen.text
    await anna.taps("💳 Way to pay")
    await anna.hears("💳 How would you like to pay?")
    await anna.taps("🏦 Bank transfer")
    await anna.hears(SUMMARY, f"{price} · {anna.t('🏦 Bank transfer')}")
    number = await anna.confirms()
    assert (await stage.order(number))["method"] == "transfer"


async def test_a_digital_service_can_only_be_paid_with_stars(stage: Stage) -> None:
    anna = await stage.customer()
    seen = await anna.to_summary()
    assert anna.t("💳 Way to pay") not in seen.labels


async def test_consent_is_recorded_once(stage: Stage) -> None:
    anna = await stage.customer()
    first = await anna.orders()
    await anna.orders("copywriting", "basic")
    consents = await stage.rows(
        "select c.*, o.number from consents c join people p on p.id = c.person_id "
        "join orders o on o.id = c.order_id where p.user_id = :id",
        id=anna.id,
    )
    assert [(row["number"], row["terms_version"]) for row in consents] == [(first, "2026-11")]


# -- confirming ----------------------------------------------------------------------------------


@both
async def test_confirming_is_the_invoice(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders()
    confirmed = await anna.hears("Order %(number)s is confirmed.", ever=True)
    assert confirmed.labels == []
    invoice = await anna.sees(number, invoice=True, ever=True)
    assert invoice.invoice is not None
    assert invoice.invoice["currency"] == "XTR"
    assert invoice.invoice["total"] == 11600
    assert anna.t("Pay {price}", price="⭐ 11,600") in invoice.labels
    assert await stage.of_order("invoices", number, "state", "amount") == [("invoiced", 11600)]


@zh
async def test_two_quick_taps_on_confirm_make_one_order(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.to_summary()
    confirm = (await button_data(stage, anna.id))[0]
    await asyncio.gather(anna.forge(confirm), anna.forge(confirm))
    await anna.sees(invoice=True, ever=True)
    await stage.playground.quiet()
    found = await stage.rows(
        "select o.number from orders o join people p on p.id = o.customer_id where p.user_id = :id",
        id=anna.id,
    )
    assert len(found) == 1


async def test_two_different_quick_taps_run_one_step(stage: Stage) -> None:
    """Confirm and, at once, another button of the same screen: one of the two is too late."""
    anna = await stage.customer()
    await anna.to_summary()
    confirm, goal, *_ = await button_data(stage, anna.id)
    await asyncio.gather(anna.forge(confirm), anna.forge(goal))
    await stage.playground.quiet()
    found = await stage.rows(
        "select o.state from orders o join people p on p.id = o.customer_id where p.user_id = :id",
        id=anna.id,
    )
    assert [row["state"] for row in found] in (["awaiting_payment"], [])


@en
async def test_a_tap_on_an_old_message_shows_where_we_are(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.start()
    home = await anna.sees("Orderclerk", button=anna.title("short_video"))
    data = await button_data(stage, anna.id)
    await anna.to_goal()
    toast = await anna.forge(data[0], message=home)
    assert toast.answered
    assert toast.text == anna.t("That was an earlier screen. Here is where we are now.")
    await anna.hears(GOAL)


@pytest.mark.parametrize("data", ["1.1.1", "999999.1.0", "confirm", "٣.١.٠", "-1.-1.-1"])
async def test_forged_data_does_nothing(stage: Stage, data: str) -> None:
    anna = await stage.customer()
    await anna.to_summary()
    toast = await anna.forge(data or "0", message=await anna.last())
    assert toast.answered
    await stage.playground.quiet()
    found = await stage.rows(
        "select o.state from orders o join people p on p.id = o.customer_id where p.user_id = :id",
        id=anna.id,
    )
    assert found == []


async def test_the_button_of_another_person_does_nothing(stage: Stage) -> None:
    anna, ben = await stage.customer(), await stage.customer()
    await anna.to_summary()
    theirs = await button_data(stage, anna.id)
    await ben.start()
    await ben.sees(button=ben.title("short_video"))
    toast = await ben.forge(theirs[0])
    assert toast.text == ben.t("This button is no longer in use.")
    assert (
        await stage.rows(
            "select 1 from orders o join people p on p.id = o.customer_id where p.user_id = :id",
            id=anna.id,
        )
        == []
    )


async def button_data(stage: Stage, chat: int) -> list[str]:
    """Callback data of the dialog's buttons, as the chat app has them."""
    rows = await stage.rows(
        f"select id, revision from {SURFACES} where chat_id = :chat and subject = 'main'", chat=chat
    )
    return [f"{rows[0]['id']}.{rows[0]['revision']}.{n}" for n in range(3)]


async def test_yes_confirms_and_the_word_is_not_taken_for_a_goal(stage: Stage) -> None:
    anna, li = await stage.customer("en"), await stage.customer("zh")
    await anna.to_summary()
    await anna.say("yes")
    await anna.hears("Order %(number)s is confirmed.")
    await li.to_summary()
    await li.say("确认")
    await li.hears("Order %(number)s is confirmed.")
