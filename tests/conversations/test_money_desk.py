"""Money that needs a person: reminded of, escalated, decided; and what the chat shows of it meanwhile."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import number_in
from tests.conversations.test_paying import STARS, cases, money
from tests.conversations.working import job

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])


@both
async def test_a_paid_invoice_has_nothing_left_to_tap(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders(*STARS)
    invoice = await anna.sees(invoice=True, ever=True)
    assert anna.t("✏️ Change it") in invoice.labels
    await anna.pays(number)
    (paid,) = [one for one in await anna.messages() if one.invoice is not None]
    assert paid.message_id == invoice.message_id
    assert len(paid.labels) == 1
    assert paid.invoice is not None
    assert paid.invoice["paid"]


async def test_a_declined_card_can_be_tried_again_after_a_minute(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.orders(*STARS)
    assert (await anna.pay("decline")).result == "declined"
    assert (await anna.pay()).result == "refused"
    await stage.playground.advance(seconds=61)
    await anna.pays(number)
    # Had the first one been charged after all, it would have come twice: that goes back.
    assert await money(stage, number) == [("credited", 11600)]


@both
async def test_a_wrong_amount_is_offered_again_and_finance_is_kept_to_its_time(
    stage: Stage, language: str
) -> None:
    await stage.until(10)
    anna = await stage.customer(language)
    number = await anna.orders(*STARS)
    first = await anna.sees(invoice=True, ever=True)
    await anna.pay("other_amount", amount=11000)
    held = await anna.hears("Your payment of <b>%(amount)s</b> does not match an open invoice.")
    assert "11,000" in held.text
    await stage.playground.quiet()
    (again,) = [one for one in await anna.messages() if one.invoice is not None]
    assert again.message_id != first.message_id
    assert again.invoice is not None
    assert not again.invoice["paid"]
    await anna.pays(number)
    finance = stage.finance.at(stage.staff)
    mei = stage.admin
    await mei.start()
    await stage.playground.advance(hours=20.1)
    await finance.sees("Please settle this soon", number, button="Return the money")
    await stage.playground.advance(hours=4)
    await finance.sees("Overdue: this money", number, button="Return the money")
    await mei.sees("Overdue: this money", number)
    await stage.playground.advance(hours=12)
    late = await finance.sees("Overdue: this money", number, button="Return the money")
    await finance.tap("Return the money", message=late)
    await anna.hears("It is on your Stars balance again.")
    assert await cases(stage, number) == [("wrong_amount", "returned")]
    await stage.playground.advance(hours=13)
    await finance.does_not_see(number, "Overdue: this money")
    told = await stage.rows(
        "select distinct x.label from outbox x join orders o on o.id = x.order_id "
        "where o.number = :number",
        number=number,
    )
    assert {"told/money_held", "staff/case"} <= {row["label"] for row in told}


@both
async def test_a_payment_returned_by_telegram_stops_the_work_until_finance_decides(
    stage: Stage, language: str
) -> None:
    task = await job(stage, language)
    anna, maker, number = task.customer, task.maker, task.number
    before = (await stage.order(number))["due_at"]
    await returned(stage, anna.id, number)
    await anna.hears(
        "Telegram has returned your payment for <b>%(number)s</b>, so work on it stands still for now."
    )
    await maker.hears(
        "Please pause work on <b>%(number)s</b>: its payment was returned. Our staff decide whether it goes on; your deadline waits until then."
    )
    finance = stage.finance.at(stage.staff)
    asked = await finance.sees(number, "Telegram returned the payment", button="End the order")
    await stage.playground.advance(hours=30)
    assert (await stage.support.at(stage.staff).tap("End the order", message=asked)).alert
    if language == "zh":
        await finance.tap("Go on, at our cost", message=asked)
        await maker.hears("Work on <b>%(number)s</b> goes on.", number)
        await anna.hears("Work on <b>%(number)s</b> goes on.", number)
        assert await stage.state(number) == "in_progress"
        assert (await stage.order(number))["due_at"] > before
    else:
        await finance.tap("End the order", message=asked)
        ended = "Order <b>%(number)s</b> has ended, as its payment was returned. Nothing more is to be done or paid."
        await maker.hears(ended, number)
        await anna.hears(ended, number)
        assert await stage.state(number) == "cancelled"
        assert [r[0] for r in await stage.of_order("refunds", number, "reason")] == ["outside"]
    assert (await finance.sees(number, "Telegram returned the payment", ever=True)).labels == []
    await task.end()


async def returned(stage: Stage, person: int, number: str) -> None:
    """Telegram reports that it gave the order's payment back."""
    (paid,) = await stage.rows(
        "select p.charge_id, p.amount, i.token from payments p join orders o on o.id = p.order_id "
        "join invoices i on i.id = p.invoice_id where o.number = :n",
        n=number,
    )
    await stage.playground.inject(
        {
            "message": {
                "message_id": 20_000_000 + person % 1_000_000,
                "date": int((await stage.playground.now()).timestamp()),
                "chat": {"id": person, "type": "private", "first_name": "x"},
                "from": {"id": person, "is_bot": False, "first_name": "x"},
                "refunded_payment": {
                    "currency": "XTR",
                    "total_amount": paid["amount"],
                    "invoice_payload": paid["token"],
                    "telegram_payment_charge_id": paid["charge_id"],
                },
            }
        }
    )
    await stage.playground.quiet()


@both
async def test_a_custom_order_is_paid_in_the_way_the_customer_chooses(
    stage: Stage, language: str
) -> None:
    anna = await stage.customer(language)
    await anna.to_summary("onsite_shooting", "custom")
    await anna.taps("✅ Ask for a quote")
    number = number_in(await anna.hears("Request %(number)s is with us."))
    support = stage.support.at(stage.staff)
    await support.say(f"/quote {number} 500 XTR 14")
    told = await support.sees(number, "cannot be paid", f"/quote {number} 800 CNY 14")
    assert "Stars" not in told.text
    await anna.does_not_see("500")
    await support.say(f"/quote {number} 8800 CNY 20")
    offer = await anna.sees(anna.t("Our offer for %(number)s", number=number), "8,800")
    transfer = anna.t("✅ Accept · {way}", way=anna.t("🏦 Bank transfer"))
    assert offer.labels[:2] == [
        anna.t("✅ Accept · {way}", way=anna.t("💳 Card or wallet, in this chat")),
        transfer,
    ]
    await anna.tap(transfer, message=offer)
    await anna.hears("Reference: <code>%(reference)s</code>", number)
    assert await stage.of_order("invoices", number, "method") == [("transfer",)]
    assert (await stage.order(number))["method"] == "transfer"


async def test_a_digital_quote_above_what_stars_can_be_is_explained(stage: Stage) -> None:
    anna = await stage.customer()
    await anna.to_summary("short_video", "custom")
    await anna.taps("✅ Ask for a quote")
    number = number_in(await anna.hears("Request %(number)s is with us."))
    support = stage.support.at(stage.staff)
    for price in ("30000 XTR", "500 USD"):
        await support.say(f"/quote {number} {price} 14")
        await support.sees(number, "from ⭐ 1 to ⭐ 25,000", "nothing but Stars")
    await anna.does_not_see("Our offer")
