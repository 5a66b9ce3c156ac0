from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.people import NotSeen, Playground
from tests.playground.conftest import BareBot


async def test_echo_and_tap(playground: Playground, bot: BareBot) -> None:
    anna = await playground.person("Anna")
    await anna.start("x-1")
    [update] = await bot.updates()
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    await bot.ok(
        "sendMessage",
        chat_id=anna.id,
        text="<b>Hi</b> & &lt;you&gt; 😀 <i>x</i>",
        parse_mode="HTML",
        reply_markup={
            "inline_keyboard": [[{"text": "Go", "callback_data": "g", "style": "primary"}]]
        },
    )
    seen = await anna.sees("Hi", button="Go")
    assert seen.html == "<b>Hi</b> &amp; &lt;you&gt; 😀 <i>x</i>"
    tapping = asyncio.create_task(anna.tap("Go"))
    [tap] = await bot.updates(offset=update["update_id"] + 1, timeout=5)
    await bot.ok("answerCallbackQuery", callback_query_id=tap["callback_query"]["id"], text="ok!")
    toast = await tapping
    assert toast.text == "ok!"
    with pytest.raises(NotSeen, match="Hi"):
        await anna.sees("Nothing", timeout=0.2)


async def test_payment(playground: Playground, bot: BareBot) -> None:
    anna = await playground.person("Anna")
    await anna.start()
    await bot.ok(
        "sendInvoice",
        chat_id=anna.id,
        title="T",
        description="D",
        payload="p",
        currency="XTR",
        prices=[{"label": "a", "amount": 5}],
    )
    await anna.sees(invoice=True)
    paying = asyncio.create_task(anna.pay())

    async def checkout() -> Any:
        offset = 0
        while True:
            for u in await bot.updates(offset=offset, timeout=2):
                offset = u["update_id"] + 1
                if "pre_checkout_query" in u:
                    await bot.ok(
                        "answerPreCheckoutQuery",
                        pre_checkout_query_id=u["pre_checkout_query"]["id"],
                        ok=True,
                    )
                if "message" in u and "successful_payment" in u["message"]:
                    return u

    u = await checkout()
    payment = await paying
    assert payment.result == "paid"
    assert u["message"]["successful_payment"]["telegram_payment_charge_id"] == payment.charge_id
    assert await bot.ok("getMyStarBalance") == {"amount": 5}
    await bot.ok("refundStarPayment", user_id=anna.id, telegram_payment_charge_id=payment.charge_id)
    assert "CHARGE_ALREADY_REFUNDED" in await bot.error(
        "refundStarPayment", user_id=anna.id, telegram_payment_charge_id=payment.charge_id
    )
    print(await bot.ok("getStarTransactions"))
    print(await anna.transcript())
