"""Trouble on the way to the chat app: nothing is lost, and at most one message comes twice."""

from __future__ import annotations

import asyncio

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import GOAL, GOALS
from tests.surfaces import SURFACES

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_told_to_wait(stage: Stage) -> None:
    anna = await stage.customer()
    await stage.playground.fault(429, method="sendMessage", chat=anna.id, retry_after=1, times=2)
    await anna.to_goal()
    assert len([one for one in await anna.messages() if anna.t(GOAL) in one.text]) == 1


@pytest.mark.parametrize("method", ["sendMessage", "sendPhoto", "sendInvoice"])
async def test_an_answer_lost_on_the_way_repeats_at_most_once(stage: Stage, method: str) -> None:
    anna = await stage.customer()
    await stage.playground.fault("lost_answer", method=method, chat=anna.id)
    await anna.start("copywriting")
    await anna.picks(anna.plan("copywriting", "basic"))
    await anna.hears(GOAL)
    await anna.say(GOALS["en"] + ", in 40 days")
    await anna.hears("Please check your order")
    number = await anna.confirms()
    await anna.pays(number)
    messages = [(one.text, bool(one.invoice)) for one in await anna.messages() if not one.mine]
    assert len(messages) - len(set(messages)) <= 1


@pytest.mark.parametrize(
    "method", ["sendMessage", "editMessageText", "sendInvoice", "answerCallbackQuery"]
)
async def test_server_errors_and_dropped_connections(stage: Stage, method: str) -> None:
    anna = await stage.customer()
    chat = None if method == "answerCallbackQuery" else anna.id
    await stage.playground.fault(502, method=method, chat=chat)
    await stage.playground.fault("drop", method=method, chat=chat)
    number = await anna.orders()
    await stage.playground.no_faults()
    await anna.pays(number)


async def test_updates_come_again_when_polling_breaks(stage: Stage) -> None:
    anna = await stage.customer()
    await stage.playground.fault("drop", method="getUpdates", times=3)
    await stage.playground.fault("lost_answer", method="getUpdates", times=1)
    number = await anna.paid()
    assert len(await stage.of_order("payments", number, "id")) == 1


async def test_an_impatient_second_tap_does_not_overtake_the_confirmation(stage: Stage) -> None:
    anna = await stage.customer()
    summary = await anna.to_summary()
    label = anna.t("✅ Confirm and get the invoice")
    await asyncio.gather(*(anna.tap(label, message=summary, wait=False) for _ in range(4)))
    await anna.hears("Order %(number)s is confirmed.", ever=True)
    await anna.sees(invoice=True, ever=True)
    confirmed = await stage.rows(
        "select o.id from orders o join people p on p.id = o.customer_id where p.user_id = :user",
        user=anna.id,
    )
    assert len(confirmed) == 1


async def test_a_late_second_tap_opens_nothing(stage: Stage) -> None:
    """It was made before the confirmation was seen. What is typed later must still go to the specialist."""
    anna = await stage.customer()
    summary = await anna.to_summary()
    (shown,) = await stage.rows(
        f"select id, revision from {SURFACES} where chat_id = :chat and kind = 'dialog'",
        chat=anna.id,
    )
    number = await anna.confirms()
    invoice = await anna.sees(invoice=True, ever=True)
    await stage.playground.quiet()
    before = await anna.messages()
    toast = await anna.forge(f"{shown['id']}.{shown['revision']}.0", message=summary)
    await stage.playground.quiet()
    assert toast.answered
    assert await anna.messages() == before
    assert not await stage.rows(
        "select * from conversations where chat_id = :chat and flow is not null", chat=anna.id
    )
    # A button of a screen before that one leads to what there is to do.
    await anna.forge(f"{shown['id']}.{shown['revision'] - 1}.0", message=invoice)
    await anna.sees(button=anna.t("🗂 All services"))
    assert (await stage.order(number))["state"] == "awaiting_payment"
