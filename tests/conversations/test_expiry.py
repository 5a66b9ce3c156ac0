"""Invoices that nobody pays: reminders, the end after 24 or 72 hours, and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import GOALS, Guest

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
zh = pytest.mark.parametrize("language", ["zh"])
en = pytest.mark.parametrize("language", ["en"])

REMIND = "Order <b>%(number)s</b> (%(price)s) is waiting for your payment until %(when)s. After that the invoice expires; your answers stay."
EXPIRED = "The invoice of order <b>%(number)s</b> has expired. Nothing was charged, and your answers are kept: one tap on the card below brings the order back."
SUMMARY = "Please check your order"


async def count(anna: Guest, message: str) -> int:
    """How many messages in the chat hold the sentence of this msgid."""
    return sum(anna.t(message) in one.text for one in await anna.messages())


async def sheets(anna: Guest) -> int:
    """How many invoices stand in the chat."""
    return sum(one.invoice is not None for one in await anna.messages())


@both
async def test_two_reminders_then_the_end_and_one_tap_back(stage: Stage, language: str) -> None:
    await stage.until(14)
    anna = await stage.customer(language)
    number = await anna.orders()
    await stage.playground.advance(minutes=50)
    await anna.does_not_see(anna.t(REMIND))
    await stage.playground.advance(minutes=20)
    await anna.hears(REMIND, number)
    await stage.playground.advance(hours=18.9)  # 10:10 in the morning, 20 h after
    await stage.playground.quiet()
    assert await count(anna, REMIND) == 2
    reminded = await anna.hears(REMIND, button="💳 Show the invoice")
    await anna.tap(anna.t("💳 Show the invoice"), message=reminded)
    await anna.sees(number, invoice=True)
    await stage.playground.advance(hours=4.1)
    await anna.hears(EXPIRED, number)
    card = await anna.hears("Expired", number, button="🔁 Bring it back")
    assert await sheets(anna) == 0
    assert await stage.state(number) == "expired"
    assert await stage.of_order("invoices", number, "state") == [("expired",)]
    await anna.tap(anna.t("🔁 Bring it back"), message=card)
    await anna.hears(SUMMARY, GOALS[language])
    again = await anna.confirms()
    assert again != number
    await anna.pays(again)


async def test_no_reminder_at_night(stage: Stage) -> None:
    await stage.until(21, 30)
    anna = await stage.customer()
    number = await anna.orders()
    await stage.playground.advance(hours=9)
    await anna.does_not_see(anna.t(REMIND))
    await stage.playground.advance(hours=2)  # 08:30
    await anna.hears(REMIND, number)
    await stage.playground.advance(hours=13.4)
    assert await stage.state(number) == "expired"
    assert await count(anna, REMIND) == 2


async def test_revived_once_only(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.orders()
    await stage.playground.advance(hours=24.2)
    card = await anna.hears("Expired", number, button="🔁 Bring it back")
    data = await card_button(stage, anna)
    await anna.tap(anna.t("🔁 Bring it back"), message=card)
    await anna.hears(SUMMARY)
    await anna.forge(data)
    await stage.playground.quiet()
    seen = await anna.card(number)
    assert seen.labels == [anna.t("🔁 Order again"), anna.t("🙋 Ask a person")]
    await anna.start()
    await anna.taps("▶️ Continue my order")
    await anna.hears(SUMMARY, GOALS["en"])


async def card_button(stage: Stage, anna: Guest) -> str:
    rows = await stage.rows(
        "select id, revision from surfaces where chat_id = :chat and kind = 'card'", chat=anna.id
    )
    return f"{rows[0]['id']}.{rows[0]['revision']}.0"


@en
async def test_money_for_an_expired_order_puts_it_back_at_the_same_price(
    stage: Stage, language: str
) -> None:
    """The payment sheet was open when the invoice expired; the money arrives a little later."""
    anna = await stage.customer(language)
    number = await anna.orders()
    await stage.playground.advance(hours=22)
    late = await anna.pay("late", delay=timedelta(hours=3).total_seconds())
    assert late.result == "late"
    await stage.playground.advance(hours=2.5)
    assert await stage.state(number) == "expired"
    await stage.playground.advance(hours=1)
    await anna.hears("Payment received, thank you!", number)
    assert await stage.state(number) == "awaiting_provider"
    assert await stage.of_order("payments", number, "outcome", "amount") == [("paid_late", 11600)]
    assert await stage.of_order("refunds", number, "state") == []
    await stage.admin.at(stage.staff).sees(number, ever=True)


@zh
async def test_money_for_an_order_that_was_revived_goes_back(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders()
    await stage.playground.advance(hours=22)
    await anna.pay("late", delay=timedelta(hours=4).total_seconds())
    await stage.playground.advance(hours=2.5)
    card = await anna.hears("Expired", number, button="🔁 Bring it back")
    await anna.tap(anna.t("🔁 Bring it back"), message=card)
    again = await anna.confirms()
    await stage.playground.advance(hours=2)
    await anna.hears(
        "Your payment of <b>%(amount)s</b> arrived after the order was closed.", "11,600"
    )
    await anna.hears("It is on your Stars balance again.")
    assert await stage.state(number) == "expired"
    assert await stage.state(again) == "awaiting_payment"
    assert await stage.of_order("payments", number, "outcome") == [("paid_late",)]
    assert await stage.of_order("cases", number, "kind", "state") == [("paid_late", "returned")]
    assert await stage.of_order("refunds", number, "way", "state") == [("stars", "succeeded")]
    await anna.pays(again)


async def test_an_approved_pre_checkout_holds_the_end_off_for_an_hour(stage: Stage) -> None:
    """The money may be on its way: the order waits for it, and then takes it as usual."""
    anna = await stage.customer()
    number = await anna.orders()
    await stage.playground.advance(hours=23.8)
    await anna.pay("late", delay=timedelta(minutes=40).total_seconds())
    await stage.playground.advance(minutes=30)
    assert await stage.state(number) == "awaiting_payment"
    await stage.playground.advance(minutes=15)
    await anna.hears("Payment received, thank you!", number)
    assert await stage.of_order("payments", number, "outcome") == [("credited",)]


async def test_a_payment_that_never_came_does_not_hold_it_for_ever(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.orders()
    await stage.playground.advance(hours=23.8)
    assert (await anna.pay("decline")).result == "declined"
    await stage.playground.advance(minutes=30)
    assert await stage.state(number) == "awaiting_payment"
    await stage.playground.advance(hours=1)
    assert await stage.state(number) == "expired"


async def test_a_transfer_has_three_days_and_its_reminders(stage: Stage) -> None:
    await stage.until(9)
    anna = await stage.customer("zh")
    number = await anna.by_transfer()
    await stage.playground.advance(hours=25)
    assert await stage.state(number) == "awaiting_payment"
    assert await count(anna, REMIND) == 2
    await stage.playground.advance(hours=46)
    assert await stage.state(number) == "awaiting_payment"
    await stage.playground.advance(hours=1.5)
    await anna.hears(EXPIRED, number)
    # More than two days old, the details of the account cannot be deleted any more; their buttons go.
    for message in await anna.messages():
        if anna.t("Reference: <code>%(reference)s</code>") in message.text:
            assert message.labels == []


async def test_a_waiting_proof_holds_the_end_off(stage: Stage) -> None:
    await stage.until(9)
    anna = await stage.customer()
    number = await anna.by_transfer()
    await stage.playground.advance(hours=71)
    await anna.send_photo()
    await anna.hears(
        "Thank you, we have your receipt for <b>%(number)s</b>. We check it within one business day and write to you here; the order does not expire meanwhile.",
        number,
    )
    await stage.playground.advance(hours=12)
    assert await stage.state(number) == "awaiting_payment"
    await stage.finance.at(stage.staff).sees(number, photo=True, ever=True)
    await stage.finance.at(stage.staff).tap("Money is there")
    await anna.hears("Payment received, thank you!", number)
    assert await stage.state(number) == "awaiting_provider"


@en
async def test_an_unfinished_order_is_asked_about_twice_and_then_left_alone(
    stage: Stage, language: str
) -> None:
    await stage.until(14)
    anna = await stage.customer(language)
    await anna.to_deadline()
    nudge = "Your order is still open, with everything you have answered."
    await stage.playground.advance(minutes=25)
    await anna.does_not_see(anna.t(nudge))
    await stage.playground.advance(minutes=10)
    await anna.hears(nudge, button="▶️ Continue my order")
    await stage.playground.advance(hours=24)
    await anna.hears(
        nudge, anna.t("I will not remind you again; it stays here until you continue.")
    )
    async with anna.silence():
        await stage.playground.advance(hours=26)
    await anna.taps("▶️ Continue my order")
    await anna.sees(button=anna.t("📅 Calendar"))


async def test_no_nudge_for_somebody_who_only_looked_around(stage: Stage) -> None:
    await stage.until(14)
    anna = await stage.customer()
    await anna.start("short_video")
    await anna.sees(anna.title("short_video"), photo=True)
    async with anna.silence():
        await stage.playground.advance(hours=2)
