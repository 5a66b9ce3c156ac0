"""Changing one's mind: edit, cancel, keep, order again."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import GOALS, Guest

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
zh = pytest.mark.parametrize("language", ["zh"])
en = pytest.mark.parametrize("language", ["en"])
SUMMARY = "Please check your order"
CANCELLED = "Order <b>%(number)s</b> is cancelled, at no cost."


async def sheets(anna: Guest) -> int:
    return sum(one.invoice is not None for one in await anna.messages())


@both
async def test_cancelled_before_it_is_paid(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders()
    await anna.taps("✖️ Cancel order")
    await anna.hears("It costs nothing: nothing has been paid.", number)
    await anna.taps("Yes, cancel it")
    await anna.hears(CANCELLED, number)
    card = await anna.hears("Cancelled", number, button="🔁 Order again")
    assert card.labels == [anna.t("🔁 Order again"), anna.t("🙋 Ask a person")]
    assert await stage.state(number) == "cancelled"
    assert await sheets(anna) == 0
    assert await stage.of_order("invoices", number, "state") == [("voided",)]
    assert await stage.of_order("refunds", number, "state") == []


@en
async def test_no_keep_it(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders()
    await anna.taps("✖️ Cancel order")
    asked = await anna.hears("Cancel order %(number)s?", number)
    toast = await anna.tap(anna.t("No, keep it"), message=asked)
    assert toast.text == anna.t("Kept. Nothing has changed.")
    assert await stage.state(number) == "awaiting_payment"
    assert asked.message_id not in [one.message_id for one in await anna.messages()]
    await anna.pays(number)


@both
async def test_cancelled_after_payment_everything_goes_back(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.paid()
    await anna.taps("✖️ Cancel order")
    await anna.hears(
        "It costs nothing: work has not begun, and you get %(price)s back.", number, "⭐ 11,600"
    )
    before = (await stage.playground.calls())[-1]["n"]
    await anna.taps("Yes, cancel it")
    await anna.hears(CANCELLED, number)
    await anna.hears("It is on your Stars balance again.", "⭐ 11,600")
    await stage.playground.quiet()
    calls = await stage.playground.calls(before, "refundStarPayment")
    assert [call["ok"] for call in calls] == [True]
    charge = (await stage.of_order("payments", number, "charge_id"))[0][0]
    assert calls[0]["params"]["telegram_payment_charge_id"] == charge
    assert await stage.of_order("refunds", number, "way", "state", "amount") == [
        ("stars", "succeeded", 11600)
    ]
    announced = await stage.provider.at(stage.providers).sees(number, ever=True)
    assert "Cancelled" in announced.text


async def test_card_payment_cancelled_is_a_task_for_finance(stage: Stage) -> None:
    anna = await stage.customer("zh")
    number = await anna.paid("onsite_shooting", "basic")
    await anna.taps("✖️ Cancel order")
    await anna.taps("Yes, cancel it")
    await anna.hears(CANCELLED, number)
    task = await stage.finance.at(stage.staff).sees(number, button="Returned")
    assert "CN¥1,800" in task.text
    await stage.finance.at(stage.staff).tap("Returned", message=task)
    await anna.hears(
        "<b>%(amount)s</b> for order <b>%(number)s</b> went back to you.", "¥1,800", number
    )
    assert await stage.of_order("refunds", number, "way", "state") == [("task", "succeeded")]


async def test_yes_twice_gives_the_money_back_once(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.paid()
    await anna.taps("✖️ Cancel order")
    asked = await anna.hears("Cancel order %(number)s?", number)
    rows = await stage.rows(
        "select id, revision from surfaces where chat_id = :chat and subject like 'cancel:%'",
        chat=anna.id,
    )
    data = f"{rows[0]['id']}.{rows[0]['revision']}.0"
    await anna.tap(anna.t("Yes, cancel it"), message=asked)
    await anna.hears(CANCELLED, number)
    await anna.forge(data)
    await stage.playground.quiet()
    assert len(await stage.of_order("refunds", number, "id")) == 1
    assert await stage.state(number) == "cancelled"


@zh
async def test_changed_before_it_is_paid(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders()
    first = await anna.sees(invoice=True, ever=True)
    await anna.taps("✏️ Change it")
    await anna.hears(SUMMARY, GOALS[language])
    await stage.playground.quiet()
    assert first.message_id not in [one.message_id for one in await anna.messages()]
    await anna.taps("✏️ Goal")
    await anna.say(GOALS[language] + " 2")
    await anna.hears(SUMMARY, GOALS[language] + " 2")
    assert await anna.confirms() == number
    await anna.pays(number)
    assert await stage.of_order("invoices", number, "state") == [("voided",), ("settled",)]
    order = await stage.order(number)
    versions = await stage.rows("select version from briefs where order_id = :id", id=order["id"])
    assert len(versions) == 2


async def test_a_change_left_and_taken_up_from_the_card_is_still_one_order(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.orders()
    await anna.taps("✏️ Change it")
    await anna.hears(SUMMARY)
    card = await anna.card(number)
    assert anna.t("Draft") in card.text
    await anna.taps("✏️ Continue", on=card)
    await anna.hears(SUMMARY)
    assert await anna.confirms() == number
    await anna.pays(number)
    await anna.start()
    home = await anna.sees("Orderclerk", button=anna.title("short_video"))
    assert anna.t("▶️ Continue my order") not in home.labels


async def test_a_draft_cancelled_while_it_is_open_is_not_confirmed_later(stage: Stage) -> None:
    """The summary of an order that is being changed does not outlive the order."""
    anna = await stage.customer()
    number = await anna.orders()
    await anna.taps("✏️ Change it")
    await anna.hears(SUMMARY)
    card = await anna.card(number)
    await anna.taps("✖️ Cancel order", on=card)
    await anna.taps("Yes, cancel it")
    await anna.hears(CANCELLED, number)
    await anna.start()
    home = await anna.sees("Orderclerk", button=anna.title("short_video"))
    assert anna.t("▶️ Continue my order") not in home.labels


@en
async def test_order_again_has_all_the_answers(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders()
    await anna.taps("✖️ Cancel order")
    await anna.taps("Yes, cancel it")
    await anna.taps("🔁 Order again")
    await anna.hears(SUMMARY, GOALS[language])
    again = await anna.confirms()
    assert again != number
    await anna.pays(again)


async def test_after_payment_the_invoice_changes_nothing_any_more(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.orders()
    rows = await stage.rows(
        "select id, revision from surfaces where chat_id = :chat and kind = 'invoice'", chat=anna.id
    )
    invoice = await anna.sees(invoice=True, ever=True)
    await anna.pays(number)
    toast = await anna.forge(f"{rows[0]['id']}.{rows[0]['revision']}.0", message=invoice)
    assert toast.answered
    assert await stage.state(number) == "awaiting_provider"
