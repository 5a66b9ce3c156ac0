"""Orders that nobody takes: staff ask again, give them to somebody, or give the money back; else the clock does."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest
from tests.conversations.working import specialist

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])


async def declines(maker: Guest, number: str) -> None:
    offer = await maker.sees(number, button=maker.t("✖️ Decline this order"))
    await maker.tap(maker.t("✖️ Decline this order"), message=offer)
    await maker.tap(maker.t("No time"), message=await maker.sees(number, button=maker.t("No time")))


async def leaves(maker: Guest) -> None:
    await maker.say("/pause")
    await maker.hears(
        "Paused: no new offers. Work in hand goes on. /pause again brings the offers back."
    )


@both
async def test_after_everybody_declined_staff_ask_again_and_give_it(
    stage: Stage, language: str
) -> None:
    await stage.until(10)
    maker = await specialist(stage, language)
    anna = await stage.customer(language)
    number = await anna.paid()
    await declines(maker, number)
    admin = stage.admin.at(stage.staff)
    alarm = await admin.sees(number, "Nobody is left to ask", button=f"Ask {maker.name} again")
    # Finance may not.
    toast = await stage.finance.at(stage.staff).tap(f"Ask {maker.name} again", message=alarm)
    assert toast.alert
    await stage.support.at(stage.staff).tap(f"Ask {maker.name} again", message=alarm)
    await declines(maker, number)
    assert await stage.of_order("offers", number, "n", "state") == [
        (1, "declined"),
        (2, "declined"),
    ]
    await stage.playground.quiet()
    alarm = await admin.sees(number, "Nobody is left to ask", button="Give it to somebody")
    await admin.tap("Give it to somebody", message=alarm)
    choice = await admin.sees("Who gets it?", button=f"{maker.name} · 0/3")
    await admin.tap("‹ Back", message=choice)
    await admin.say(f"/assign {number}")
    choice = await admin.sees("Who gets it?", button=f"{maker.name} · 0/3")
    await admin.tap(f"{maker.name} · 0/3", message=choice)
    await maker.hears(
        "Order <b>%(number)s</b> is yours. The brief is on the card below.",
        number,
        maker.t(
            "Our staff have given it to you. If you cannot do it, please tell us at once: /support."
        ),
        ever=True,
    )
    await maker.sees(number, button=maker.t("📈 Report"), ever=True)
    await anna.hears("A specialist has taken order <b>%(number)s</b> and begins now.")
    assert await stage.state(number) == "in_progress"
    assert (await admin.sees(number, "needs a provider", maker.name, ever=True)).labels == []
    await admin.say(f"/assign {number}")
    await admin.sees("Please write it as /assign NUMBER")
    trail = await stage.rows(
        "select a.action from audit a join orders o on a.subject = 'order:' || o.id "
        "where o.number = :number and a.action like 'assign.%' order by a.id",
        number=number,
    )
    assert [row["action"] for row in trail] == ["assign.offer_again", "assign.give"]
    await leaves(maker)


async def test_staff_cancel_what_nobody_takes(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.paid()
    admin = stage.admin.at(stage.staff)
    await admin.say(f"/assign {number}")
    notice = await admin.sees("Nobody has joined who could take it", number, button="‹ Back")
    await admin.tap("‹ Back", message=notice)
    await admin.tap(
        "Cancel, with refund", message=await admin.sees(number, button="Cancel, with refund")
    )
    sure = await admin.sees("Cancel it? The customer gets", button="Yes, cancel and return")
    await admin.tap("Yes, cancel and return", message=sure)
    await anna.hears(
        "We could not find a specialist for <b>%(number)s</b> in time, so we have cancelled it. We are sorry."
    )
    await anna.hears("It is on your Stars balance again.")
    assert await stage.state(number) == "cancelled"


@both
async def test_after_72_hours_the_money_goes_back_by_itself(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.paid()
    await stage.playground.advance(hours=71)
    assert await stage.state(number) == "awaiting_provider"
    await stage.playground.advance(hours=1.1)
    await anna.hears(
        "We could not find a specialist for <b>%(number)s</b> in time, so we have cancelled it. We are sorry."
    )
    await anna.hears("It is on your Stars balance again.")
    assert await stage.state(number) == "cancelled"


async def test_nobody_gives_an_order_of_their_own(stage: Stage) -> None:
    mei = Guest(stage.playground, stage.admin.id, stage.admin.name, language="en")
    number = await mei.paid()
    admin = mei.at(stage.staff)
    await admin.say(f"/assign {number}")
    notice = await admin.sees(number, button="‹ Back")
    toast = await admin.tap("‹ Back", message=notice)
    assert toast.alert
    await mei.tap("✖️ Cancel order", message=await mei.sees(number, button="✖️ Cancel order"))
    await mei.taps("Yes, cancel it")
    assert await stage.state(number) == "cancelled"
