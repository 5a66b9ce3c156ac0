"""Paying in the chat: every way it can go ends in a named state, and no money is lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from playground.people import PlaygroundError, Seen
from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
zh = pytest.mark.parametrize("language", ["zh"])
en = pytest.mark.parametrize("language", ["en"])

STARS = ("short_video", "standard")
CARD = ("onsite_shooting", "basic")


async def money(stage: Stage, number: str) -> list[tuple[str, int]]:
    """Outcome and amount of every payment of an order."""
    await stage.playground.quiet()
    return await stage.of_order("payments", number, "outcome", "amount")


async def refunds(stage: Stage, number: str) -> list[tuple[str, str, int]]:
    return await stage.of_order("refunds", number, "way", "state", "amount")


async def cases(stage: Stage, number: str) -> list[tuple[str, str]]:
    return await stage.of_order("cases", number, "kind", "state")


async def staff_sees(stage: Stage, number: str, button: str) -> Seen:
    return await stage.finance.at(stage.staff).sees(number, button=button, ever=True)


@both
async def test_stars(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders(*STARS)
    receipt = await anna.pays(number)
    assert "⭐ 11,600" in receipt.text
    card = await anna.hears("Finding your specialist", number)
    assert card.labels == [
        anna.t("✖️ Cancel order"),
        anna.t("🔄 Change the order"),
        anna.t("🙋 Ask a person"),
    ]
    assert await money(stage, number) == [("credited", 11600)]
    assert await stage.of_order("invoices", number, "state") == [("settled",)]
    announced = await stage.provider.at(stage.providers).sees(number, ever=True)
    assert anna.name not in announced.text
    told = await stage.admin.at(stage.staff).sees(number, anna.name, ever=True)
    assert "paid" in told.text


@both
async def test_card_or_wallet(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders(*CARD)
    receipt = await anna.pays(number)
    assert {"zh": "¥1,800", "en": "$260"}[language] in receipt.text
    assert await money(stage, number) == [("credited", {"zh": 180000, "en": 26000}[language])]


async def test_every_pre_checkout_is_answered_in_time(stage: Stage) -> None:
    anna = await stage.customer()
    before = (await stage.playground.calls())[-1]["n"]
    number = await anna.orders(*STARS)
    await anna.pays(number)
    answers = await stage.playground.calls(before, "answerPreCheckoutQuery")
    assert [call["ok"] for call in answers] == [True]


# -- refused before any money moves -------------------------------------------------------------


async def test_somebody_else_cannot_pay(stage: Stage) -> None:
    """A copy of the invoice that lost its link can still be paid in another's app."""
    anna, ben = await stage.customer(), await stage.customer()
    number = await anna.orders(*STARS)
    await ben.start()
    invoice = await stage.rows(
        "select token from invoices i join orders o on o.id = i.order_id where o.number = :n",
        n=number,
    )
    before = (await stage.playground.calls())[-1]["n"]
    await stage.playground.inject(
        {
            "pre_checkout_query": {
                "id": "900001",
                "from": {"id": ben.id, "is_bot": False, "first_name": ben.name},
                "currency": "XTR",
                "total_amount": 11600,
                "invoice_payload": invoice[0]["token"],
            }
        }
    )
    await stage.playground.quiet()
    (answer,) = await stage.playground.calls(before, "answerPreCheckoutQuery")
    assert str(answer["params"]["ok"]).lower() != "true"
    assert (
        answer["params"]["error_message"]
        == "This invoice belongs to somebody else. Nothing was charged."
    )
    assert await money(stage, number) == []


@en
async def test_an_invoice_of_an_order_being_changed_is_refused(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders(*STARS)
    invoice = await anna.sees(invoice=True, ever=True)
    payment, _ = await asyncio.gather(
        pay_after_tap(anna, invoice), anna.tap(anna.t("✏️ Change it"), message=invoice, wait=False)
    )
    assert payment in ("refused", "paid", "gone")
    if payment == "refused":
        assert await money(stage, number) == []
    elif payment == "paid":
        assert len(await money(stage, number)) == 1


async def pay_after_tap(anna: Guest, invoice: Seen) -> str:
    await asyncio.sleep(0)
    try:
        return (await anna.pay(message=invoice)).result
    except PlaygroundError:
        return "gone"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("voided", "This invoice was replaced. Please use the newest one of order {order}."),
        ("cancelled", "Order {order} was cancelled. Nothing was charged."),
        (
            "expired",
            "The invoice of order {order} has expired. Bring it back with one tap on its card.",
        ),
        ("amount", "The invoice is over {wanted}. Nothing was charged."),
        ("currency", "The invoice is in {wanted}. Nothing was charged."),
        ("unknown", "This invoice is not known here. Nothing was charged."),
        ("paid", "Order {order} is paid already. Nothing was charged."),
    ],
)
async def test_pre_checkout_is_refused_with_a_reason(stage: Stage, sql: str, message: str) -> None:
    """The sheet was open while something changed: a query that comes then is refused."""
    anna = await stage.customer()
    number = await anna.orders(*STARS)
    token = (
        await stage.rows(
            "select token from invoices i join orders o on o.id = i.order_id where o.number = :n",
            n=number,
        )
    )[0]["token"]
    invoice = await anna.sees(invoice=True, ever=True)
    match sql:
        case "voided":
            await anna.tap(anna.t("✏️ Change it"), message=invoice)
        case "cancelled":
            await anna.tap(anna.t("✖️ Cancel order"), message=invoice)
            await anna.taps("Yes, cancel it")
        case "expired":
            await stage.playground.advance(hours=24.1)
        case "paid":
            await anna.pays(number)
    before = (await stage.playground.calls())[-1]["n"]
    await stage.playground.inject(
        {
            "pre_checkout_query": {
                "id": f"91{anna.id}",
                "from": {"id": anna.id, "is_bot": False, "first_name": anna.name},
                "currency": "USD" if sql == "currency" else "XTR",
                "total_amount": 11599 if sql == "amount" else 11600,
                "invoice_payload": "somebody-elses" if sql == "unknown" else token,
            }
        }
    )
    await stage.playground.quiet()
    (answer,) = await stage.playground.calls(before, "answerPreCheckoutQuery")
    assert anna.t(message) in answer["params"]["error_message"]


async def test_a_second_payment_is_refused_while_one_is_under_way(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.orders(*STARS)
    assert (await anna.pay("late", delay=60)).result == "late"
    second = await anna.pay()
    assert second.result == "refused"
    assert anna.t(
        "A payment for this invoice is under way. If nothing happens, try again after {until}."
    ) in (second.error or "")
    await stage.playground.advance(minutes=2)
    assert await money(stage, number) == [("credited", 11600)]


async def answer_given_up(stage: Stage, number: str) -> None:
    """Waits until the bot no longer knows whether its yes has arrived."""
    for _ in range(200):
        rows = await stage.of_order("outbox", number, "label", "state", "reason")
        if ("answerPreCheckoutQuery", "dead", "unknown_outcome") in rows:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(rows)


@both
async def test_a_yes_that_never_arrived_blocks_the_payment_no_longer_than_telegram_waits(
    stage: Stage, language: str
) -> None:
    anna = await stage.customer(language)
    number = await anna.orders(*STARS)
    await stage.playground.fault("drop", method="answerPreCheckoutQuery")
    first = asyncio.create_task(anna.pay())
    await answer_given_up(stage, number)
    await stage.playground.advance(seconds=16)
    assert (await first).result == "timeout"
    await anna.pays(number)
    assert await money(stage, number) == [("credited", 11600)]


async def test_a_yes_that_arrived_unheard_is_paid_and_a_second_payment_goes_back(
    stage: Stage,
) -> None:
    """Nobody can know whether it arrived: what is charged all the same is booked, once, and the rest returned."""
    anna = await stage.customer()
    number = await anna.orders(*STARS)
    await stage.playground.fault("lost_answer", method="answerPreCheckoutQuery")
    assert (await anna.pay("late", delay=300)).result == "late"
    await answer_given_up(stage, number)
    await stage.playground.advance(seconds=16)
    await anna.pays(number)
    await stage.playground.advance(minutes=5)
    await anna.hears("It is on your Stars balance again.", ever=True)
    assert await money(stage, number) == [("credited", 11600), ("paid_again", 11600)]
    assert await refunds(stage, number) == [("stars", "succeeded", 11600)]
    assert await cases(stage, number) == [("paid_again", "returned")]
    assert await stage.state(number) == "awaiting_provider"


# -- money that arrives otherwise ----------------------------------------------------------------


async def test_the_same_success_twice_counts_once(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.orders(*STARS)
    await anna.pay("duplicate")
    await anna.hears("Payment received, thank you!", number)
    assert await money(stage, number) == [("credited", 11600)]
    receipts = [one for one in await anna.messages() if "Payment received" in one.text]
    assert len(receipts) == 1


async def test_paying_again_is_refused(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.paid(*STARS)
    again = await anna.pay("again")
    assert again.result == "refused"
    assert again.error == anna.t(
        "Order {order} is paid already. Nothing was charged.", order=number
    )
    assert await money(stage, number) == [("credited", 11600)]


@zh
async def test_money_that_comes_twice_all_the_same_goes_back(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.paid(*STARS)
    await success(stage, anna, number, f"stx-again-{anna.id}")
    await anna.hears(
        "Order <b>%(number)s</b> was paid already; this was a second payment of <b>%(amount)s</b>.",
        number,
        anna.t("We are sending it back and tell you here when it is done. Nothing is lost."),
        ever=True,
    )
    assert await money(stage, number) == [("credited", 11600), ("paid_again", 11600)]
    assert await cases(stage, number) == [("paid_again", "open")]
    # The playground knows no such charge.
    assert await refunds(stage, number) == [("stars", "failed", 11600)]
    assert await stage.state(number) == "awaiting_provider"


async def success(
    stage: Stage,
    who: Guest,
    number: str,
    charge: str,
    *,
    amount: int | None = None,
    currency: str | None = None,
) -> None:
    """Telegram reports a payment of the order's invoice that no playground app made."""
    invoice = (
        await stage.rows(
            "select i.* from invoices i join orders o on o.id = i.order_id where o.number = :n "
            "order by i.id desc",
            n=number,
        )
    )[0]
    person = {"id": who.id, "is_bot": False, "first_name": who.name}
    await stage.playground.inject(
        {
            "message": {
                "message_id": 10_000_000 + who.id % 1_000_000,
                "date": int((await stage.playground.now()).timestamp()),
                "chat": {"id": who.id, "type": "private", "first_name": who.name},
                "from": person,
                "successful_payment": {
                    "currency": currency or invoice["currency"],
                    "total_amount": amount or invoice["amount"],
                    "invoice_payload": invoice["token"],
                    "telegram_payment_charge_id": charge,
                    "provider_payment_charge_id": "p" + charge,
                },
            }
        }
    )
    await stage.playground.quiet()


@en
async def test_another_amount_is_held_and_returned_by_finance(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders(*STARS)
    await anna.pay("other_amount", amount=11000)
    await anna.hears("Your payment of <b>%(amount)s</b> does not match an open invoice.", "11,000")
    assert await stage.state(number) == "awaiting_payment"
    assert await money(stage, number) == [("wrong_amount", 11000)]
    assert await cases(stage, number) == [("wrong_amount", "open")]
    case = await staff_sees(stage, number, "Return the money")
    toast = await stage.provider_in_staff(case, "Return the money")
    assert toast.alert
    await stage.finance.at(stage.staff).tap("Return the money", message=case)
    await anna.hears("It is on your Stars balance again.")
    assert await refunds(stage, number) == [("stars", "succeeded", 11000)]
    assert await cases(stage, number) == [("wrong_amount", "returned")]
    await anna.card(number)
    await anna.taps("💳 Show the invoice")
    await anna.sees(number, invoice=True)
    await stage.playground.advance(minutes=15)
    await anna.pays(number)


async def test_paid_by_somebody_else_is_held(stage: Stage) -> None:
    anna, ben = await stage.customer(), await stage.customer()
    number = await anna.orders(*STARS)
    await ben.start()
    await success(stage, ben, number, "stx-foreign-" + str(ben.id))
    await ben.hears(
        "Your payment of <b>%(amount)s</b> is for an order of somebody else.", ever=True
    )
    assert await stage.state(number) == "awaiting_payment"
    assert await cases(stage, number) == [("wrong_payer", "open")]
    await anna.does_not_see("11,600", "somebody else")


async def test_money_for_no_invoice_at_all_is_held(stage: Stage) -> None:
    anna = await stage.customer()
    await anna.start()
    charge = f"stx-unknown-{anna.id}"
    await stage.playground.inject(
        {
            "message": {
                "message_id": 9_000_000,
                "date": int((await stage.playground.now()).timestamp()),
                "chat": {"id": anna.id, "type": "private", "first_name": anna.name},
                "from": {"id": anna.id, "is_bot": False, "first_name": anna.name},
                "successful_payment": {
                    "currency": "XTR",
                    "total_amount": 5,
                    "invoice_payload": "nothing of ours",
                    "telegram_payment_charge_id": charge,
                    "provider_payment_charge_id": "",
                },
            }
        }
    )
    await anna.hears("Your payment of <b>%(amount)s</b> does not match an open invoice.", "⭐ 5")
    held = await stage.rows(
        "select c.kind, c.state from cases c join payments p on p.id = c.payment_id "
        "where p.charge_id = :charge",
        charge=charge,
    )
    assert held == [{"kind": "unknown_invoice", "state": "open"}]


@both
async def test_paid_after_cancelling_goes_back(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders(*STARS)
    invoice = await anna.sees(invoice=True, ever=True)
    await anna.pay("late", message=invoice, delay=timedelta(minutes=5).total_seconds())
    await anna.tap(anna.t("✖️ Cancel order"), message=invoice)
    await anna.taps("Yes, cancel it")
    await anna.hears("Order <b>%(number)s</b> is cancelled, at no cost.", number)
    await stage.playground.advance(minutes=6)
    await anna.hears("Your payment of <b>%(amount)s</b> arrived after the order was closed.")
    await anna.hears("It is on your Stars balance again.")
    assert await stage.state(number) == "cancelled"
    assert await money(stage, number) == [("paid_late", 11600)]
    assert await refunds(stage, number) == [("stars", "succeeded", 11600)]
    assert await cases(stage, number) == [("paid_late", "returned")]


async def test_card_money_after_cancelling_becomes_a_task_for_finance(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.orders(*CARD)
    invoice = await anna.sees(invoice=True, ever=True)
    await anna.pay("late", message=invoice, delay=300)
    await anna.tap(anna.t("✖️ Cancel order"), message=invoice)
    await anna.taps("Yes, cancel it")
    await stage.playground.advance(minutes=6)
    task = await staff_sees(stage, number, "Returned")
    assert await refunds(stage, number) == [("task", "approved", 26000)]
    toast = await stage.provider_in_staff(task, "Returned")
    assert toast.alert
    assert await refunds(stage, number) == [("task", "approved", 26000)]
    await stage.finance.at(stage.staff).tap("Returned", message=task)
    await anna.hears(
        "<b>%(amount)s</b> for order <b>%(number)s</b> went back to you.", "$260", number
    )
    assert await refunds(stage, number) == [("task", "succeeded", 26000)]
    assert await cases(stage, number) == [("paid_late", "returned")]
    done = await stage.finance.at(stage.staff).sees(number, "Returned")
    assert done.labels == []


@pytest.mark.parametrize("outcome", ["decline", "abandon"])
async def test_not_paid_after_all_can_be_paid_later(stage: Stage, outcome: str) -> None:
    anna = await stage.customer()
    number = await anna.orders(*STARS)
    await anna.pay(outcome)  # type: ignore[arg-type]
    assert await money(stage, number) == []
    await stage.playground.advance(minutes=11)
    await anna.pays(number)


@zh
async def test_a_success_that_comes_late_counts(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.orders(*STARS)
    await anna.pay("late", delay=1800)
    await stage.playground.advance(minutes=31)
    await anna.hears("Payment received, thank you!", number)
    assert await money(stage, number) == [("credited", 11600)]


# -- Stars go back by the API --------------------------------------------------------------------


async def test_a_refund_that_fails_is_tried_again_and_then_given_to_finance(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.paid(*STARS)
    await stage.playground.fault(
        400, method="refundStarPayment", description="CHARGE_ID_INVALID", times=60
    )
    await anna.taps("✖️ Cancel order")
    await anna.taps("Yes, cancel it")
    await anna.hears("Order <b>%(number)s</b> is cancelled, at no cost.", number)
    await stage.playground.quiet()
    assert await refunds(stage, number) == [("stars", "failed", 11600)]
    await stage.playground.advance(hours=16)
    task = await staff_sees(stage, number, "Returned")
    assert await refunds(stage, number) == [("task", "approved", 11600)]
    await stage.finance.at(stage.staff).tap("Returned", message=task)
    await anna.hears("<b>%(amount)s</b> for order <b>%(number)s</b> went back to you.", number)
    assert await refunds(stage, number) == [("task", "succeeded", 11600)]


async def test_a_refund_whose_answer_was_lost_is_done_once(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.paid(*STARS)
    await stage.playground.fault("lost_answer", method="refundStarPayment")
    await anna.taps("✖️ Cancel order")
    await anna.taps("Yes, cancel it")
    await anna.hears("It is on your Stars balance again.", ever=True)
    assert await refunds(stage, number) == [("stars", "succeeded", 11600)]


# -- the price -----------------------------------------------------------------------------------


async def test_a_price_that_changed_meanwhile_holds_late_money(stage: Stage) -> None:
    """The invoice keeps its price while it is open; once it has expired, the new price counts."""
    anna, ben = await stage.customer(), await stage.customer()
    number, other = (
        await anna.orders("copywriting", "basic"),
        await ben.orders("copywriting", "basic"),
    )
    await stage.new_prices({"XTR: 1100}": "XTR: 1200}"})
    try:
        await anna.pays(number)
        assert await money(stage, number) == [("credited", 1100)]
        await stage.playground.advance(hours=22)
        await ben.pay("late", delay=timedelta(hours=4).total_seconds())
        await stage.playground.advance(hours=5)
        await ben.hears("It is on your Stars balance again.")
        assert await stage.state(other) == "expired"
        assert await money(stage, other) == [("paid_late", 1100)]
        again = await ben.card(other)
        await ben.tap(ben.t("🔁 Bring it back"), message=again)
        await ben.hears("Please check your order", "⭐ 1,200")
    finally:
        await stage.new_prices({})


async def test_a_refund_that_telegram_made_by_itself_is_booked_once(stage: Stage) -> None:
    anna = await stage.customer("en")
    number = await anna.orders(*STARS)
    paid = await anna.pay()
    await anna.hears("Payment received, thank you!")
    message = {
        "message_id": 900_001,
        "date": int((await stage.playground.now()).timestamp()),
        "chat": {"id": anna.id, "type": "private", "first_name": anna.name},
        "from": {"id": anna.id, "is_bot": False, "first_name": anna.name},
        "refunded_payment": {
            "currency": "XTR",
            "total_amount": 11_600,
            "invoice_payload": "whatever",
            "telegram_payment_charge_id": paid.charge_id,
        },
    }
    await stage.playground.inject({"message": message})
    await anna.sees("went back to you", number)
    await stage.playground.inject({"message": {**message, "message_id": 900_002}})
    await stage.playground.quiet()
    assert await refunds(stage, number) == [("task", "succeeded", 11600)]
