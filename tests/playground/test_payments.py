"""Invoices and every way a payment can end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.people import Payment, Person, Playground, PlaygroundError
from tests.playground.conftest import STARS, BareBot, cashier, polling

FIAT: dict[str, Any] = {
    **STARS,
    "currency": "CNY",
    "provider_token": "shop:TEST",
    "prices": [{"label": "Tea", "amount": 9900}, {"label": "Discount", "amount": -900}],
}


@pytest.fixture
async def anna(playground: Playground) -> Person:
    anna = await playground.person("Anna")
    await anna.start()
    return anna


async def pay(anna: Person, bot: BareBot, outcome: Any = "approve", **how: Any) -> Payment:
    async with polling(bot, cashier):
        return await anna.pay(outcome, **how)


async def paid(bot: BareBot) -> list[dict[str, Any]]:
    """successful_payment of every update that waits."""
    told = [update.get("message", {}) for update in await bot.updates()]
    return [one["successful_payment"] for one in told if "successful_payment" in one]


async def test_a_payment_goes_through(anna: Person, bot: BareBot, playground: Playground) -> None:
    await bot.ok("sendInvoice", chat_id=anna.id, **FIAT)
    seen = await anna.sees("Tea", invoice=True)
    assert seen.labels == ["Pay CNY 90.00"]
    payment = await pay(anna, bot)
    assert payment.result == "paid"
    done = await anna.sees(service="successful_payment")
    assert done.raw["service"]["successful_payment"] == {
        "currency": "CNY",
        "total_amount": 9000,
        "invoice_payload": "order-1",
        "telegram_payment_charge_id": payment.charge_id,
        "provider_payment_charge_id": "7000001_1",
    }
    [row] = await playground.calls(method="answerPreCheckoutQuery")
    assert row["ok"]
    with pytest.raises(PlaygroundError, match="again"):
        await anna.pay()
    again = await pay(anna, bot, "again")
    assert again.charge_id not in (None, payment.charge_id)


@pytest.mark.parametrize(
    ("outcome", "result", "amounts"),
    [
        ("decline", "declined", []),
        ("abandon", "abandoned", []),
        ("duplicate", "paid", [50, 50]),
        ("other_amount", "paid", [51]),
    ],
)
async def test_outcomes(
    anna: Person, bot: BareBot, outcome: Any, result: str, amounts: list[int]
) -> None:
    await bot.ok("sendInvoice", chat_id=anna.id, **STARS)
    seen: list[int] = []

    async def handle(bot: BareBot, update: dict[str, Any]) -> None:
        await cashier(bot, update)
        if "successful_payment" in update.get("message", {}):
            seen.append(update["message"]["successful_payment"]["total_amount"])

    async with polling(bot, handle):
        assert (await anna.pay(outcome)).result == result
        await anna.playground.quiet()
    assert seen == amounts


async def test_the_bot_may_refuse(anna: Person, bot: BareBot) -> None:
    await bot.ok("sendInvoice", chat_id=anna.id, **STARS)

    async def refuse(bot: BareBot, update: dict[str, Any]) -> None:
        if "pre_checkout_query" in update:
            query = update["pre_checkout_query"]["id"]
            here = {"pre_checkout_query_id": query, "ok": False}
            assert await bot.error("answerPreCheckoutQuery", **here) == (
                'Bad Request: parameter "error_message" is required'
            )
            await bot.ok("answerPreCheckoutQuery", **here, error_message="Sold out")

    async with polling(bot, refuse):
        payment = await anna.pay()
    assert payment == Payment("refused", error="Sold out")


async def test_no_answer_within_ten_seconds_cancels(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    await bot.ok("sendInvoice", chat_id=anna.id, **STARS)
    paying = asyncio.create_task(anna.pay())
    [start] = await bot.updates(timeout=5)
    updates = await bot.updates(offset=start["update_id"] + 1, timeout=5)
    await playground.advance(seconds=11)
    assert (await paying).result == "timeout"
    query = updates[0]["pre_checkout_query"]["id"]
    assert await bot.error("answerPreCheckoutQuery", pre_checkout_query_id=query, ok=True) == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


async def test_a_late_success_comes_when_its_time_has_come(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    await bot.ok("sendInvoice", chat_id=anna.id, **STARS)
    payment = await pay(anna, bot, "late", delay=7200)
    assert payment.result == "late"
    assert await paid(bot) == []
    await playground.advance(hours=1)
    assert await paid(bot) == []
    await playground.advance(hours=1.1)
    await anna.sees(service="successful_payment")
    [one] = await paid(bot)
    assert one["telegram_payment_charge_id"] == payment.charge_id


async def test_somebody_else_pays_a_forwarded_invoice(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    bob = await playground.person("Bob")
    sent = await bot.ok("sendInvoice", chat_id=anna.id, **STARS)
    how: dict[str, Any] = {"forwarded_by": anna, "message": sent["message_id"]}
    assert (await pay(bob, bot, **how)).result == "paid"
    await bob.sees(service="successful_payment")
    linked = await bot.ok("sendInvoice", chat_id=anna.id, **STARS, start_parameter="order-1")
    payment = await bob.pay(forwarded_by=anna, message=linked["message_id"])
    assert payment == Payment("link", start="order-1")


async def test_stars_are_given_back_whole_and_once(anna: Person, bot: BareBot) -> None:
    await bot.ok("sendInvoice", chat_id=anna.id, **STARS)
    payment = await pay(anna, bot)
    assert await bot.ok("getMyStarBalance") == {"amount": 50}
    what = {"user_id": anna.id, "telegram_payment_charge_id": payment.charge_id}
    await bot.ok("refundStarPayment", **what)
    assert await bot.error("refundStarPayment", **what) == "Bad Request: CHARGE_ALREADY_REFUNDED"
    await anna.sees(service="refunded_payment")
    assert await bot.ok("getMyStarBalance") == {"amount": 0}
    rows = (await bot.ok("getStarTransactions"))["transactions"]
    assert ["source" in row for row in rows] == [True, False]


async def test_flexible_prices_ask_for_shipping(anna: Person, bot: BareBot) -> None:
    await bot.ok("sendInvoice", chat_id=anna.id, **FIAT, is_flexible=True, need_name=True)
    totals: list[int] = []

    async def handle(bot: BareBot, update: dict[str, Any]) -> None:
        if "shipping_query" in update:
            option = {"id": "post", "title": "Post", "prices": [{"label": "Post", "amount": 500}]}
            query = update["shipping_query"]["id"]
            await bot.ok(
                "answerShippingQuery", shipping_query_id=query, ok=True, shipping_options=[option]
            )
        if "pre_checkout_query" in update:
            totals.append(update["pre_checkout_query"]["total_amount"])
            assert update["pre_checkout_query"]["order_info"]["name"] == "Anna"
        await cashier(bot, update)

    async with polling(bot, handle):
        assert (await anna.pay()).result == "paid"
    assert totals == [9500]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"title": ""}, 'parameter "title" is required'),
        ({"prices": []}, "there must be at least one price"),
        ({"currency": "XYZ"}, "CURRENCY_INVALID"),
        ({"provider_token": ""}, "PAYMENT_PROVIDER_INVALID"),
        ({"provider_token": "INVALID"}, "PAYMENT_PROVIDER_INVALID"),
        ({"prices": [{"label": "x", "amount": 10}]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"prices": [{"label": "x", "amount": 10**10}]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"currency": "XTR"}, "STARS_INVOICE_INVALID"),
        (
            {"currency": "XTR", "provider_token": "", "prices": [{"label": "x", "amount": 25_001}]},
            "CURRENCY_TOTAL_AMOUNT_INVALID",
        ),
    ],
)
async def test_refused_invoices(
    anna: Person, bot: BareBot, change: dict[str, Any], error: str
) -> None:
    given = {"chat_id": anna.id, **FIAT, **change}
    assert await bot.error("sendInvoice", **given) == f"Bad Request: {error}"


async def test_invoice_links(anna: Person, bot: BareBot, playground: Playground) -> None:
    link = await bot.ok("createInvoiceLink", **STARS)
    async with polling(bot, cashier):
        told = await playground.post(f"/people/{anna.id}/pay", link=link)
    assert told["result"] == "paid"
