"""A lead decides about an order without a dispute: it ends, counts as done, or goes back to work."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.working import delivered, hand_in, job

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
WHY = {"en": "The shop has closed for good", "zh": "店铺已经停业"}
TOLD = "Our team has decided about order <b>%(number)s</b>."


@both
async def test_an_order_that_nobody_works_on_ends_with_everything_back(
    stage: Stage, language: str
) -> None:
    anna = await stage.customer(language)
    mei, sue, why = stage.admin.at(stage.staff), stage.support.at(stage.staff), WHY[language]
    number = await anna.orders()
    await mei.say("/rule K7M-3QXA why")
    await mei.sees("There is no order with this number.")
    await mei.say(f"/rule {number}")
    await mei.sees("Please write why: /rule NUMBER")
    await sue.say(f"/rule {number} {why}")
    await sue.sees("This needs one of these roles")
    # Not paid yet: its invoice goes with it.
    await mei.say(f"/rule {number} {why}")
    asked = await mei.sees("Decide about", number, why, button="✖️ End it, everything back")
    assert asked.labels == ["✖️ End it, everything back", "‹ Leave it as it is"]
    assert (await sue.tap("✖️ End it, everything back", message=asked)).alert
    await mei.tap("‹ Leave it as it is", message=asked)
    assert await stage.state(number) == "awaiting_payment"
    await mei.say(f"/rule {number} {why}")
    asked = await mei.sees("Decide about", number, why, button="✖️ End it, everything back")
    await mei.tap("✖️ End it, everything back", message=asked)
    await anna.hears(TOLD, number, why, anna.t("The order has ended. Nothing more is to be paid."))
    await mei.sees(number, "was decided by Mei", "End it", why, ever=True)
    assert await stage.state(number) == "cancelled"
    assert await stage.of_order("invoices", number, "state") == [("voided",)]
    assert not [seen for seen in await anna.messages() if seen.invoice]

    # Paid, and offered to specialists.
    number = await anna.paid()
    await mei.say(f"/rule {number} {why}")
    asked = await mei.sees("Decide about", number, why, button="✖️ End it, everything back")
    assert "11,600" in asked.text
    await mei.tap("✖️ End it, everything back", message=asked)
    await anna.hears(TOLD, number, why, "11,600")
    await anna.hears("It is on your Stars balance again.")
    assert await stage.of_order("refunds", number, "state", "amount", "reason") == [
        ("succeeded", 11_600, "ruling")
    ]
    await mei.say(f"/rule {number} {why}")
    await mei.sees("The order has moved on meanwhile")


@both
async def test_work_is_divided(stage: Stage, language: str) -> None:
    work = await job(stage, language)
    anna, maker, number = work.customer, work.maker, work.number
    mei, why = stage.admin.at(stage.staff), WHY[language]
    await mei.say(f"/rule {number} {why}")
    asked = await mei.sees("Decide about", number, why, "5,800", button="✖️ End it, 50 % back")
    assert not [label for label in asked.labels if "Back to work" in label]
    await mei.tap("✖️ End it, 50 % back", message=asked)
    await anna.hears(TOLD, number, why, "5,800")
    await maker.hears(
        TOLD,
        number,
        why,
        maker.t("The order has ended. Your part is booked, and finance pays it out."),
    )
    assert await stage.state(number) == "cancelled"
    assert (await stage.order(number))["cancel_reason"] == "ruling"
    assert await stage.of_order("payouts", number, "price", "state") == [(5_800, "releasable")]
    trail = await stage.rows(
        "select a.detail from audit a join orders o on a.subject = 'order:' || o.id "
        "where o.number = :number and a.action = 'order.rule'",
        number=number,
    )
    assert len(trail) == 1
    await work.end()


@both
async def test_a_delivery_goes_back_to_work_and_then_counts_as_done(
    stage: Stage, language: str
) -> None:
    work = await delivered(stage, language)
    anna, maker, number = work.customer, work.maker, work.number
    mei, why = stage.admin.at(stage.staff), WHY[language]
    await mei.say(f"/rule {number} {why}")
    asked = await mei.sees("Decide about", number, why, button="🛠 Back to work, 3 days")
    await mei.tap("🛠 Back to work, 3 days", message=asked)
    for who in (anna, maker):
        await who.hears(TOLD, number, why, who.t("The work goes on; it is due by <b>%(when)s</b>."))
    assert await stage.state(number) == "in_revision"
    await hand_in(work, link="https://example.com/again", photo=False)
    await anna.hears("%(number)s: the revised work is here", number)
    # What was shown is no longer what would be carried out: a part has gone back meanwhile.
    await mei.say(f"/rule {number} {why}")
    shown = await mei.sees(
        "Decide about", number, where=lambda seen: seen.message_id > asked.message_id
    )
    await stage.support.at(stage.staff).say(f"/refund {number} 600 goodwill")
    approve = await mei.sees(number, button="Approve", ever=True)
    await mei.tap("Approve", message=approve)
    await stage.playground.quiet()
    assert (await mei.tap("✅ The work counts as done", message=shown)).alert
    assert await stage.state(number) == "delivered"
    await mei.say(f"/rule {number} {why}")
    asked = await mei.sees(
        "Decide about",
        number,
        why,
        button="✅ The work counts as done",
        where=lambda seen: seen.message_id > asked.message_id,
    )
    await mei.tap("✅ The work counts as done", message=asked)
    await anna.hears(TOLD, number, anna.t("The work counts as done, and the order is complete."))
    await maker.hears(
        TOLD,
        number,
        maker.t(
            "The work counts as done: what you have earned is booked, and finance pays it out."
        ),
    )
    assert await stage.state(number) == "completed"
    assert await stage.of_order("payouts", number, "price", "state") == [(11_000, "releasable")]
    await work.end()


async def test_a_divided_order_that_is_opened_again_counts_as_paid(stage: Stage) -> None:
    work = await delivered(stage, "en")
    anna, number, mei = work.customer, work.number, stage.admin.at(stage.staff)
    await mei.say(f"/rule {number} {WHY['en']}")
    asked = await mei.sees("Decide about", number, button="✖️ End it, 25 % back")
    await mei.tap("✖️ End it, 25 % back", message=asked)
    await anna.hears(TOLD, number, "2,900")
    assert await stage.state(number) == "completed"
    await mei.say(f"/reopen {number} The subtitles are missing")
    await mei.tap("5 days", message=await mei.sees("Open", number, button="5 days"))
    await anna.hears("<b>%(number)s</b> is open again.", number)
    assert await stage.breaches() == []
    await hand_in(work, link="https://example.com/again", photo=False)
    await work.end()
