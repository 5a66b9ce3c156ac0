"""Money that needs a person: reminded of, escalated, decided; and what the chat shows of it meanwhile."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest, number_in, plan_of
from tests.conversations.test_changes import new_work
from tests.conversations.test_paying import STARS, cases, money
from tests.conversations.working import job

pytestmark = pytest.mark.asyncio(loop_scope="session")
ENDED = "Order <b>%(number)s</b> has ended, as its payment was returned. Nothing more is to be done or paid."
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
        # Ended by a lead after that: what the house has put in is its own, and nobody's to earn.
        lead = stage.admin.at(stage.staff)
        await lead.say(f"/rule {number}\n店铺已经停业")
        end = await lead.sees("Decide about", number, button="✖️ End it, everything back")
        await lead.tap("✖️ End it, everything back", message=end)
        await maker.hears("The order has ended. Nothing more is to be done.")
        assert await stage.state(number) == "cancelled"
        assert await stage.of_order("payouts", number, "state") == []
        assert await stage.breaches() == []
    else:
        await finance.tap("End the order", message=asked)
        await maker.hears(ENDED, number)
        await anna.hears(ENDED, number)
        assert await stage.state(number) == "cancelled"
        assert [r[0] for r in await stage.of_order("refunds", number, "reason")] == ["outside"]
    assert (await finance.sees(number, "Telegram returned the payment", ever=True)).labels == []
    await task.end()


@both
async def test_the_rest_of_an_order_goes_back_when_telegram_returns_one_of_its_payments(
    stage: Stage, language: str
) -> None:
    """Paid by store credit and Stars, and only the Stars were returned: nothing stays with an order that is over."""
    anna = await stage.customer(language)
    first = await anna.paid(plan="standard")
    less = await smaller(anna, first)
    number = await anna.paid(plan="standard")
    assert await stage.of_order("payments", number, "gateway", "amount") == [
        ("stars", 11_600 - less),
        ("credit", less),
    ]
    await returned(stage, anna.id, number)
    again = "<b>%(amount)s</b> of store credit from order <b>%(number)s</b> is yours again."
    await anna.hears(again, number, f"⭐ {less:,}")
    assert await stage.state(number) == "cancelled"
    assert await stage.of_order("refunds", number, "reason", "way", "state", "amount") == [
        ("outside", "task", "succeeded", 11_600 - less),
        ("ended", "credit", "succeeded", less),
    ]
    assert await stage.breaches() == []


@both
async def test_a_supplement_goes_back_when_finance_ends_an_order_whose_payment_was_returned(
    stage: Stage, language: str
) -> None:
    """In Chinese it went on at first: what the house had put in for the customer is the house's again."""
    task = await job(stage, language)
    anna, maker, number = task.customer, task.maker, task.number
    more = 500
    asked = await new_work(task, more)
    await anna.taps("✅ Accept and get the invoice", on=asked)
    await anna.sees(invoice=True)
    await anna.pay()
    await anna.hears("It is part of the order now, and the clock goes on.", number)
    finance = stage.finance.at(stage.staff)
    await returned(stage, anna.id, number, 11_600)
    if language == "zh":
        notice = await finance.sees(number, "⭐ 500", button="Go on, at our cost")
        await finance.tap("Go on, at our cost", message=notice)
        await anna.hears("Work on <b>%(number)s</b> goes on.", number)
        await returned(stage, anna.id, number, more)
    notice = await finance.sees(number, "stand still", button="End the order")
    await finance.tap("End the order", message=notice)
    ended = await anna.hears(ENDED)
    rest = anna.t(
        "What else you paid, %(rest)s, goes back to you as well; we tell you here as soon as it is done.",
        rest="⭐ 500",
    )
    back = [("outside", "task", "succeeded", 11_600)]
    if language == "zh":
        assert rest not in ended.text
        back.append(("outside", "task", "succeeded", more))
    else:
        assert rest in ended.text
        told = await maker.hears(ENDED)
        assert "500" not in told.text
        await finance.sees(number, "What was left, ⭐ 500, goes back to the customer.")
        await anna.hears("It is on your Stars balance again.", "⭐ 500")
        back.append(("ended", "stars", "succeeded", more))
    assert await stage.state(number) == "cancelled"
    columns = ("reason", "way", "state", "amount")
    assert await stage.of_order("refunds", number, *columns) == back
    assert await stage.breaches() == []
    await task.end()


async def smaller(anna: Guest, number: str) -> int:
    """The order is changed to the smallest plan; what that is less becomes store credit."""
    await anna.playground.quiet()
    await anna.taps("🔄 Change the order", on=await anna.card(number))
    about = await anna.hears("What about order %(number)s is to change?", number)
    await anna.tap(f"📦 {anna.t('Another plan')}", message=about)
    which = await anna.hears("Which plan is order %(number)s to have?", number)
    await anna.tap(anna.plan("short_video", "basic"), message=which)
    await anna.taps("✅ Ask for it")
    await anna.taps("✅ Accept, the rest as store credit")
    await anna.hears("<b>%(amount)s</b> of order <b>%(number)s</b> is now store credit.", number)
    prices = [plan_of("short_video", plan).prices["XTR"] for plan in ("standard", "basic")]
    return int(prices[0] - prices[1])


async def returned(stage: Stage, person: int, number: str, amount: int = 0) -> None:
    """Telegram reports that it gave a payment of the order back: the only one in Stars, or the one of that amount."""
    (paid,) = await stage.rows(
        "select p.id, p.charge_id, p.amount, i.token from payments p join orders o on o.id = p.order_id "
        "join invoices i on i.id = p.invoice_id where o.number = :n and p.gateway = 'stars' "
        "and cast(:amount as bigint) in (0, p.amount)",
        n=number,
        amount=amount,
    )
    await stage.playground.inject(
        {
            "message": {
                "message_id": 20_000_000 + paid["id"] * 1_000_000 + person % 1_000_000,
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
