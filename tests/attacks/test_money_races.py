"""Fifty at once where one is right: refunds, decisions, payments."""

from __future__ import annotations

import asyncio

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest
from tests.conversations.test_paying import CARD, STARS
from tests.conversations.test_vetting import DOUBTFUL

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def taps_at_once(person: Guest, label: str, times: int = 50) -> None:
    seen = await person.sees(button=label, ever=True)
    await asyncio.gather(
        *(person.tap(label, message=seen, wait=False) for _ in range(times)), return_exceptions=True
    )


async def test_fifty_cancellations_return_the_money_once(stage: Stage) -> None:
    eve = await stage.customer()
    number = await eve.paid(*STARS)
    card = await eve.sees(number, button="✖️ Cancel order")
    await eve.tap("✖️ Cancel order", message=card)
    await taps_at_once(eve, "Yes, cancel it")
    await eve.hears("It is on your Stars balance again.")
    await stage.playground.quiet(30)
    assert await stage.of_order("refunds", number, "state", "amount") == [("succeeded", 11600)]


async def test_fifty_refusals_of_one_brief_return_the_money_once(stage: Stage) -> None:
    eve = await stage.customer()
    number = await eve.orders(goal=DOUBTFUL["en"])
    await eve.pay()
    support = stage.support.at(stage.staff)
    announced = await support.sees(number, button="Refuse, with refund")
    await support.tap("Refuse, with refund", message=announced)
    reasons = await support.sees(number, button="Not our field")
    taps = [support.tap("Not our field", message=reasons, wait=False) for _ in range(25)]
    taps += [
        stage.admin.at(stage.staff).tap("Not our field", message=reasons, wait=False)
        for _ in range(25)
    ]
    await asyncio.gather(*taps, return_exceptions=True)
    await eve.hears("It is on your Stars balance again.")
    await stage.playground.quiet(30)
    assert await stage.of_order("refunds", number, "state", "amount") == [("succeeded", 11600)]
    assert await stage.of_order("vettings", number, "decision") == [("refused",)]


async def test_cancelling_and_clearing_at_once_has_one_outcome(stage: Stage) -> None:
    eve = await stage.customer()
    number = await eve.orders(goal=DOUBTFUL["en"])
    await eve.pay()
    support = stage.support.at(stage.staff)
    announced = await support.sees(number, button="Clear it")
    await eve.tap("✖️ Cancel order", message=await eve.sees(number, button="✖️ Cancel order"))
    sure = await eve.sees(button="Yes, cancel it")
    await asyncio.gather(
        *(support.tap("Clear it", message=announced, wait=False) for _ in range(10)),
        *(eve.tap("Yes, cancel it", message=sure, wait=False) for _ in range(10)),
        return_exceptions=True,
    )
    await stage.playground.quiet(30)
    # Either came first: cancelling is free before and after clearing.
    assert await stage.state(number) == "cancelled"
    assert len(await stage.of_order("refunds", number, "state")) == 1


async def test_finance_confirms_a_return_once(stage: Stage) -> None:
    eve = await stage.customer()
    number = await eve.paid(*CARD)
    await eve.tap("✖️ Cancel order", message=await eve.sees(number, button="✖️ Cancel order"))
    await eve.taps("Yes, cancel it")
    finance = stage.finance.at(stage.staff)
    task = await finance.sees(number, button="Returned", ever=True)
    taps = [finance.tap("Returned", message=task, wait=False) for _ in range(50)]
    await asyncio.gather(*taps, return_exceptions=True)
    await stage.playground.quiet(30)
    assert await stage.of_order("refunds", number, "state", "amount") == [("succeeded", 26000)]
    entries = await stage.of_order("ledger_entries", number, "kind")
    assert [kind for (kind,) in entries].count("refund_succeeded") == 1


async def test_fifty_payments_of_one_invoice_are_credited_once(stage: Stage) -> None:
    eve = await stage.customer()
    number = await eve.orders(*STARS)
    invoice = await eve.sees(invoice=True, ever=True)
    results = await asyncio.gather(
        *(eve.pay("again", message=invoice) for _ in range(50)), return_exceptions=True
    )
    await stage.playground.quiet(30)
    outcomes = [row[0] for row in await stage.of_order("payments", number, "outcome")]
    assert outcomes.count("credited") == 1
    paid = [one for one in results if getattr(one, "result", "") == "paid"]
    assert len(paid) == len(outcomes)
    refunds = await stage.of_order("refunds", number, "amount")
    assert len(refunds) == len(outcomes) - 1
