"""Refunds that staff ask for: approved by somebody else, in parts, repeated, by two people of finance."""

from __future__ import annotations

import re

import pytest

from playground.people import Person, picture
from tests.conversations.conftest import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])


def at_staff(stage: Stage, person: Person) -> Person:
    return person.at(stage.staff)


async def ask(stage: Stage, number: str, amount: str) -> None:
    """Sue of support asks for a refund."""
    sue = at_staff(stage, stage.support)
    await sue.say(f"/refund {number} {amount} the sound was too quiet")


@both
async def test_support_asks_and_a_lead_approves_above_the_limit(
    stage: Stage, language: str
) -> None:
    """Not oneself; support up to 3,500 Stars in all of an order; the customer chooses the way of a part."""
    await stage.until(10)
    anna = await stage.customer(language)
    number = await anna.paid()
    await ask(stage, number, "3000")
    sue = at_staff(stage, stage.support)
    request = await sue.sees(number, button="Approve")
    own = await sue.tap("Approve", message=request)
    assert "colleague" in (own.text or "")
    assert await stage.of_order("refunds", number, "state") == [("requested",)]
    lead = at_staff(stage, stage.admin)
    await lead.tap("Approve", message=await lead.sees(number, button="Approve"))
    choice = await anna.hears("%(amount)s of order %(number)s go back to you.", number)
    assert anna.t("🏦 Returned by our finance") in choice.labels
    await anna.taps("🎁 As store credit", on=choice)
    await anna.hears(
        "<b>%(amount)s</b> of order <b>%(number)s</b> is now store credit.", "⭐ 3,000"
    )
    # Again, and more than is left is refused.
    await ask(stage, number, "9000")
    await sue.sees("At most", "8,600")
    await ask(stage, number, "10%")
    second = await lead.sees(number, "860", button="Approve")
    await lead.tap("Reject", message=second)
    await sue.sees(number, "Rejected, nothing goes back.")
    # What is left goes back when the order is cancelled: no longer whole, so not by Telegram.
    await anna.taps("✖️ Cancel order", on=await anna.card(number))
    await anna.taps("Yes, cancel it")
    await anna.hears("%(amount)s of order %(number)s go back to you.", number)
    await stage.playground.advance(hours=73)
    await anna.hears(
        "<b>%(amount)s</b> of order <b>%(number)s</b> is now store credit.", "⭐ 8,600"
    )
    assert await stage.of_order("refunds", number, "way", "state", "amount") == [
        ("credit", "succeeded", 3_000),
        ("credit", "rejected", 860),
        ("credit", "succeeded", 8_600),
    ]
    notes = await stage.of_order("refunds", number, "number")
    assert [bool(re.fullmatch(r"CN-\d{4}-\d{6}", row[0])) for row in notes] == [True, False, True]


async def test_support_may_approve_only_up_to_the_limit(stage: Stage) -> None:
    """Bo of finance asks; Sue of support may approve 3,000 Stars, but not 1,000 more."""
    anna = await stage.customer("en")
    number = await anna.paid()
    bo, sue = at_staff(stage, stage.finance), at_staff(stage, stage.support)
    await bo.say(f"/refund {number} 3000 late")
    await sue.tap("Approve", message=await sue.sees(number, button="Approve"))
    await anna.hears("%(amount)s of order %(number)s go back to you.", number)
    await bo.say(f"/refund {number} 1000 later")
    second = await sue.sees(number, "⭐ 1,000", button="Approve")
    refused = await sue.tap("Approve", message=second)
    assert "lead" in (refused.text or "")
    lead = at_staff(stage, stage.admin)
    await lead.tap("Approve", message=second)
    await lead.sees(number, "Approved by")
    states = [row[0] for row in await stage.of_order("refunds", number, "state")]
    assert states == ["approved", "approved"]
    await anna.taps("🏦 Returned by our finance")
    await bo.sees(number, button="Returned")


async def test_a_big_transfer_needs_two_people_both_ways(stage: Stage) -> None:
    """Above the limit one person of finance is not enough: to find the money, and to send it back."""
    anna = await stage.customer("zh")
    number = await anna.by_transfer("onsite_shooting", "premium")
    await anna.send_photo(picture())
    bo, mei = at_staff(stage, stage.finance), at_staff(stage, stage.admin)
    proof = await bo.sees(number, button="Money is there")
    first = await bo.tap("Money is there", message=proof)
    assert "second person" in (first.text or "")
    assert await stage.state(number) == "awaiting_payment"
    again = await bo.tap("Money is there", message=await bo.sees(number, "Found by"))
    assert "second person" in (again.text or "")
    await mei.tap("Money is there", message=await mei.sees(number, button="Money is there"))
    assert await stage.state(number) in ("awaiting_review", "awaiting_provider")
    await anna.taps("✖️ Cancel order", on=await anna.card(number))
    await anna.taps("Yes, cancel it")
    task = await bo.sees(number, button="Returned")
    assert "second person" in ((await bo.tap("Returned", message=task)).text or "")
    assert await stage.of_order("refunds", number, "state") == [("approved",)]
    await mei.tap("Returned", message=await mei.sees(number, button="Returned"))
    assert await stage.of_order("refunds", number, "way", "state") == [("task", "succeeded")]
    await anna.hears("<b>%(amount)s</b> for order <b>%(number)s</b> went back to you.", number)
