"""An order from /start to its receipt, in both languages and by every way to pay."""

from __future__ import annotations

import re

import pytest

from playground.people import Person, Seen
from tests.conversations.conftest import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

NUMBER = re.compile(r"\b[2-9A-Z]{3}-[2-9A-Z]{4}\b")


def number_in(seen: Seen) -> str:
    match = NUMBER.search(seen.text)
    assert match is not None, seen.text
    return match[0]


async def to_summary(person: Person, service: str = "Short video", plan: str = "Standard") -> Seen:
    """From /start to the summary: tap, tap, type, tap."""
    await person.start()
    await person.sees(button=service)
    await person.tap(service)
    await person.sees(button=plan)
    await person.tap(plan)
    await person.sees("What is it for?")
    await person.say("Launch our new cold-brew tea")
    seen = await person.sees("By when")
    await person.tap((0, 0), message=seen)
    return await person.sees("Please check your order")


async def confirm(person: Person) -> str:
    await person.tap("Confirm")
    number = number_in(await person.sees("is confirmed"))
    await person.sees(invoice=True, ever=True)
    return number


async def test_six_actions_and_the_payment_sheet(stage: Stage) -> None:
    anna = await stage.customer()
    await to_summary(anna)
    number = await confirm(anna)
    await anna.pay()
    receipt = await anna.sees("Payment received", number)
    assert "⭐ 11,600" in receipt.text
    card = await anna.sees(number, "Finding your specialist", "Next:")
    assert [[button.text for button in row] for row in card.buttons] == [
        ["✖️ Cancel order"],
        ["🔄 Change the order"],
        ["🙋 Ask a person"],
    ]
    await stage.admin.at(stage.staff).sees(number, "paid", ever=True)
    announced = await stage.provider.at(stage.providers).sees(number, ever=True)
    assert anna.name not in announced.text
