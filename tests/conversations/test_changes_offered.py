"""A change of an order that nobody has taken yet: paid by bank transfer, and offered anew as it is now."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import plan_of
from tests.conversations.test_changes import CHANGE, begin, changes
from tests.conversations.test_transfers import RECEIVED
from tests.conversations.working import specialist

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_bigger_plan_paid_by_transfer_is_offered_anew(stage: Stage, language: str) -> None:
    bo = stage.finance.at(stage.staff)
    await stage.until(10)
    maker = await specialist(stage, language)
    anna = await stage.customer(language)
    number = await anna.by_transfer(plan="basic")
    await anna.send_photo()
    await anna.hears(RECEIVED, number)
    await bo.tap("Money is there", message=await bo.sees(number, button="Money is there"))
    offer = await maker.sees(
        number, maker.plan("onsite_shooting", "basic"), button=maker.t("✅ Accept")
    )
    (before,) = await stage.of_order("offers", number, "state", "expires_at")
    money = {"zh": "CNY", "en": "USD"}[language]
    basic, bigger = (plan_of("onsite_shooting", one).prices[money] for one in ("basic", "standard"))

    await begin(anna, number, "Another plan")
    asked = await anna.hears("Which plan is order %(number)s to have?", number)
    await anna.tap(anna.plan("onsite_shooting", "standard"), message=asked)
    await anna.taps("✅ Ask for it")
    quoted = await anna.hears(CHANGE, number, button="✅ Accept and get the invoice")
    await anna.taps("✅ Accept and get the invoice", on=quoted)
    details = await anna.hears("Reference: <code>%(reference)s</code>", number)
    (reference, amount) = (await stage.of_order("invoices", number, "number", "amount"))[-1]
    assert reference in details.text
    assert amount == bigger - basic
    # The transfer takes a while; whoever has the offer loses nothing by waiting, nobody else is asked.
    await stage.playground.advance(hours=5)
    assert await stage.of_order("offers", number, "n", "state") == [(1, "open")]
    await anna.send_photo()
    await anna.hears(RECEIVED, number)
    proof = await bo.sees(number, reference, button="Money is there")
    await bo.tap("Money is there", message=proof)
    await anna.hears("It is part of the order now, and the clock goes on.", number)
    assert await changes(stage, number, "state", "delta") == [("applied", bigger - basic)]
    assert await stage.of_order("payments", number, "gateway", "amount") == [
        ("transfer", basic),
        ("transfer", bigger - basic),
    ]
    anew = await maker.sees(
        number, maker.plan("onsite_shooting", "standard"), button=maker.t("✅ Accept"), ever=True
    )
    assert anew.message_id > offer.message_id
    ((state, expires_at),) = await stage.of_order("offers", number, "state", "expires_at")
    assert state == "open"
    assert expires_at > before[1]
    await maker.taps("✅ Accept", on=anew)
    await anna.hears("A specialist has taken order <b>%(number)s</b> and begins now.")
    order = await stage.order(number)
    assert (order["plan"], order["price"], order["state"]) == ("standard", bigger, "in_progress")
    await maker.say("/pause")
    await maker.hears(
        "Paused: no new offers. Work in hand goes on. /pause again brings the offers back."
    )
