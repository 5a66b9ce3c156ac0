"""Disputes as staff have them: opened for a customer, taken over, decided for the specialist; and their tickets."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.desk import desk, says
from tests.conversations.disputing import (
    WHY,
    answers,
    dispute,
    hears,
    opens,
    press,
    steps,
    writes,
)
from tests.conversations.working import delivered, job

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
OVER = "With the dispute this conversation is over too. The bot is with you again."


@both
async def test_staff_open_it_for_the_customer_and_the_specialist_is_right(
    stage: Stage, language: str
) -> None:
    """Mediation taken over by a lead, decided by another: the hold is lifted, the payout is free, tickets are over."""
    async with desk(stage) as here:
        work = await delivered(stage, language)
        anna, maker, number = work.customer, work.maker, work.number
        sue, mei, bo = (one.at(stage.staff) for one in (stage.support, stage.admin, stage.finance))
        said = "客户来电：样片不能用" if language == "zh" else "Called us: cannot use it"
        await sue.say(f"/dispute {number} {said}")
        asked = await sue.sees("Open a dispute about", number, said, button="For the customer")
        await sue.tap("For the customer", message=asked)
        asked = await sue.sees("What is it about?", number, button="The quality is not good enough")
        assert "More is wanted than was agreed" not in asked.labels
        await sue.tap("The quality is not good enough", message=asked)
        own = await hears(anna, "Our team has opened this dispute for you.", number, said)
        assert anna.t("🕊 Withdraw the dispute") in own.labels
        await hears(maker, "The other side has opened a dispute about this order.", number, said)
        row = await dispute(stage, number)
        assert (row["side"], row["state"]) == ("customer", "awaiting_response")
        await answers(maker, number, "It is what the brief asks for")
        await press(anna, number, "🙋 Ask for a mediator")

        # Both sides have a place at the desk; the mediator speaks with the customer there.
        case = await sue.sees("Dispute 1 about", number, button="✋ I mediate")
        await sue.tap("✋ I mediate", message=case)
        await hears(maker, "A mediator has taken the case.", "Sue")
        topic = await here.topic(anna)
        await topic.say("What exactly does not fit?")
        await anna.sees("Sue", "What exactly does not fit?")
        assert (await here.ticket(anna))["reason"] == "dispute"
        # Tom is an agent: he may not take it from a colleague. A lead may.
        case = await mei.sees("Dispute 1 about", number, button="✋ Take it over", ever=True)
        tom = here.tom.at(stage.staff)
        await stage.playground.set_member(stage.staff, here.tom, "member")
        assert (await tom.tap("✋ Take it over", message=case)).alert
        await mei.tap("✋ Take it over", message=case)
        await mei.sees("Mei has taken the dispute about", number, "from Sue")
        await hears(anna, "Somebody else of our team goes on as your mediator.", number, "Mei")
        case = await sue.sees(
            "Dispute 1 about", number, "Mediator: Mei", button="🧭 Propose a way out"
        )
        assert (await sue.tap("🧭 Propose a way out", message=case)).alert
        await writes(mei, number, "Do it once more", pick="5 days")
        await press(maker, number, "✖️ I do not agree")

        # Neither of those who mediated decides: another lead does, and takes it from a colleague.
        await mei.say(f"/role add lead {stage.support.id}")
        await mei.say(f"/role add lead {here.tom.id}")
        await mei.sees(here.tom.name, "is now", ever=True)
        case = await sue.sees("Dispute 1 about", number, button="✋ I decide", ever=True)
        assert (await sue.tap("✋ I decide", message=case)).alert
        await tom.tap("✋ I decide", message=case)
        await writes(tom, number, "The work counts as done", final=True)
        ruled = await hears(maker, "The dispute is decided.", number, WHY[language])
        assert maker.t("A part of the work can be used.") in ruled.text
        await hears(anna, "The dispute is decided.", number)
        order = await stage.order(number)
        assert (order["state"], order["on_hold"]) == ("completed", 0)
        assert await stage.of_order("payouts", number, "price", "state") == [(11600, "releasable")]
        assert await stage.of_order("refunds", number, "amount") == []
        await bo.tap("Paid out", message=await bo.sees(number, button="Paid out"))
        await maker.hears("Paid out for <b>%(number)s</b>: %(amount)s.", number, ever=True)
        assert await steps(stage, number) == [
            "open",
            "respond",
            "call_mediator",
            "claim",
            "claim",
            "propose",
            "reject",
            "arbitrate",
            "rule",
        ]

        # The tickets ended with it: told once to whoever had spoken, and in each topic.
        await anna.sees(anna.t(OVER), number, button="5 ⭐", ever=True)
        await maker.does_not_see(maker.t(OVER), ever=True)
        for guest in (anna, maker):
            assert await here.state(guest) == "resolved"
            assert await here.mode(guest) == "bot"
            place = await here.topic(guest)
            over = says(
                "The dispute about %(number)s is over: %(stage)s.", number=number, stage="Decided"
            )
            await place.sees(over, "so it is resolved.", ever=True)
            assert len([one for one in await place.messages() if over in one.text]) == 1
        assert len([one for one in await anna.messages() if anna.t(OVER) in one.text]) == 1
        await mei.say(f"/role remove lead {stage.support.id}")
        await work.end()


@both
async def test_a_ticket_of_its_own_outlives_the_dispute(stage: Stage, language: str) -> None:
    """The customer had asked for a person before: when the dispute is withdrawn, that ticket goes on."""
    async with desk(stage) as here:
        work = await job(stage, language)
        anna, maker, number = work.customer, work.maker, work.number
        await anna.card(number)
        await anna.taps("🙋 Ask a person")
        await anna.hears("A person looks after this", number)
        await opens(anna, number)
        await answers(maker, number, "On it")
        await press(anna, number, "🙋 Ask for a mediator")
        assert (await here.ticket(maker))["reason"] == "dispute"
        await press(anna, number, "🕊 Withdraw the dispute")
        await hears(maker, "The dispute was withdrawn.", number)
        assert await here.state(maker) == "resolved"
        assert await here.state(anna) == "queued"
        topic = await here.topic(anna)
        await topic.sees(number, "Withdrawn", "stays open.", ever=True)
        await topic.say("/resolve")
        await anna.hears("Settled, with %(name)s. The bot is with you again.", ever=True)
        await work.end()
