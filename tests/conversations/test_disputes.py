"""Disputes, from the order's card to an end that the machine carries out. Both sides, both languages."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.disputing import (
    ANSWER,
    STORY,
    WHY,
    answers,
    card,
    dispute,
    hears,
    offers_split,
    opens,
    press,
    quarrel,
    steps,
    writes,
)
from tests.conversations.working import accept, delivered, job

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])


@both
async def test_a_split_is_agreed_on_and_carried_out(stage: Stage, language: str) -> None:
    work = await job(stage, language)
    anna, maker, number = work.customer, work.maker, work.number
    await quarrel(stage, work, words=STORY[language])
    await hears(maker, "The other side has opened a dispute about this order.", STORY[language])
    case = await stage.support.at(stage.staff).sees("Dispute 1 about", number, STORY[language])
    assert "Waiting for the answer" in case.text
    await answers(maker, number, ANSWER[language])
    await hears(anna, "The other side has answered.", ANSWER[language])
    await offers_split(maker, number, "-10", "-10")
    offered = await anna.sees(number, "30", button=anna.t("✅ Accept the offer"))
    assert "⭐ 3,480" in offered.text
    assert "⭐ 8,120" in offered.text
    await press(anna, number, "↩️ Make a counter-offer")
    await anna.tap(
        anna.t("✖️ Not now"), message=await hears(anna, "What do you offer the other side?", number)
    )
    await offers_split(anna, number, "-10", by="↩️ Make a counter-offer")
    await press(maker, number, "✅ Accept the offer")
    await maker.taps("✅ Yes, that settles it")
    done = await hears(anna, "You have agreed. The dispute is settled.", number, "40")
    assert anna.t("🤝 Make an offer") not in done.labels
    await hears(maker, "You have agreed. The dispute is settled.", number, "⭐ 6,960")
    order = await stage.order(number)
    assert (order["state"], order["on_hold"]) == ("cancelled", 0)
    assert await stage.of_order("refunds", number, "amount") == [(4640,)]
    case_now = await dispute(stage, number)
    assert (case_now["state"], case_now["returned"]) == ("settled", 4640)
    assert await steps(stage, number) == ["open", "respond", "offer", "offer", "accept_offer"]
    await press(maker, number, "📜 Everything so far")
    await hears(maker, "accepted the offer", number)
    await card(anna, number)
    await work.end()


@both
async def test_silence_mediation_no_agreement_and_a_ruling_by_somebody_else(
    stage: Stage, language: str
) -> None:
    """The customer stops the bot, the specialist is silent; part of the money had gone back before."""
    work = await job(stage, language)
    anna, maker, number = work.customer, work.maker, work.number
    sue, mei = stage.support.at(stage.staff), stage.admin.at(stage.staff)
    await mei.say(f"/refund {number} 1600 goodwill")
    await sue.tap("Approve", message=await sue.sees(number, button="Approve"))
    credit = anna.t("🎁 As store credit")
    await anna.tap(credit, message=await anna.sees(number, button=credit))
    await quarrel(
        stage, work, wish="Split the money", then=anna.t("✅ {percent} % it is", percent=50)
    )
    await anna.block()
    # The reminder would come at night; it waits for the morning.
    await stage.playground.advance(hours=47)
    await hears(maker, "A reminder: the time for this step is almost over.", number)
    await stage.playground.advance(hours=3)
    await hears(maker, "The time is over. Nobody wins or loses by that", number)
    assert (await dispute(stage, number))["state"] == "mediation"
    case = await sue.sees("Dispute 1 about", number, button="✋ I mediate")
    assert "has stopped the bot" in case.text
    await stage.playground.advance(hours=25)
    await sue.sees("The dispute about", number, "Nobody mediates it yet.")
    # Finance has no say in it.
    case = await sue.sees("Dispute 1 about", number, button="✋ I mediate", ever=True)
    refused = await stage.finance.at(stage.staff).tap("✋ I mediate", message=case)
    assert refused.alert
    await sue.tap("✋ I mediate", message=case)
    await hears(maker, "A mediator has taken the case.", "Sue")
    await writes(sue, number, "Split the money", pick="25 %")
    proposed = await hears(maker, "The mediator has looked at everything", number, WHY[language])
    assert maker.t("A part of the work can be used.") in proposed.text
    assert "⭐ 2,500" in proposed.text
    await press(maker, number, "✅ I agree")
    await stage.playground.advance(hours=50)
    await hears(maker, "The time to agree is over.", number)
    assert (await dispute(stage, number))["state"] == "arbitration"
    decide = await sue.sees("Dispute 1 about", number, button="✋ I decide")
    # Who mediated does not rule, whatever their role.
    assert (await sue.tap("✋ I decide", message=decide)).alert
    await mei.tap("✋ I decide", message=decide)
    await writes(mei, number, "Split the money", pick="75 %", final=True)
    ruled = await hears(maker, "The dispute is decided.", number, WHY[language])
    assert "⭐ 7,500" in ruled.text
    order = await stage.order(number)
    assert (order["state"], order["on_hold"]) == ("cancelled", 0)
    refunds = await stage.of_order("refunds", number, "amount")
    assert refunds == [(1600,), (7500,)]
    history = await stage.rows(
        "select actor, target from order_history where order_id = :id order by n desc",
        id=order["id"],
    )
    assert (history[0]["actor"], history[0]["target"]) == ("lead", "cancelled")
    await anna.unblock()
    await anna.say("/orders")
    await work.end()


@both
async def test_the_provider_opens_and_both_agree_to_the_proposal(
    stage: Stage, language: str
) -> None:
    work = await job(stage, language)
    anna, maker, number = work.customer, work.maker, work.number
    sue = stage.support.at(stage.staff)
    await anna.say(STORY[language])
    await maker.sees(STORY[language])
    await opens(
        maker,
        number,
        reason="More is wanted than was agreed",
        wish="More time",
        days=3,
    )
    await hears(anna, "The other side has opened a dispute about this order.", number)
    # One tap makes what was written before evidence; so does sending it.
    replied = await maker.sees(STORY[language], ever=True)
    await maker.say("ok", reply_to=replied.message_id)
    tap = maker.t("📎 The message I answered is evidence")
    await maker.tap(tap, message=await maker.sees(number, button=tap))
    await anna.sees(anna.t("Brought by the other side"), STORY[language])
    await press(anna, number, "📎 Add evidence")
    await hears(anna, "Send what shows your side of")
    await anna.send_photo(caption=ANSWER[language])
    await hears(anna, "Evidence %(n)s is kept.")
    await maker.sees(maker.t("Brought by the other side"), ANSWER[language], photo=True)
    await answers(anna, number, ANSWER[language])
    await press(anna, number, "🙋 Ask for a mediator")
    await hears(maker, "A mediator was asked for.", number)
    case = await sue.sees("Dispute 1 about", number, button="✋ I mediate")
    await sue.tap("🗂", message=case)
    await sue.sees("as it stood on", number, STORY[language])
    await sue.tap("📎", message=case)
    await sue.sees("Evidence 2", ANSWER[language], photo=True)
    await sue.tap("✋ I mediate", message=case)
    await writes(sue, number, "Do it once more", pick="5 days")
    await hears(anna, "The mediator has looked at everything", number)
    await press(anna, number, "✅ I agree")
    await hears(maker, "One side has agreed to the proposal.", number)
    await press(maker, number, "✅ I agree")
    await hears(anna, "You have agreed. The dispute is settled.", number)
    order = await stage.order(number)
    assert (order["state"], order["on_hold"]) == ("in_revision", 0)
    assert await stage.of_order("refunds", number, "amount") == []
    # It goes on, and can come to a new dispute, which is taken back.
    await opens(anna, number, reason="Something else", wish="Do it once more", days=3)
    await press(anna, number, "🕊 Withdraw the dispute")
    await hears(maker, "The dispute was withdrawn.", number)
    assert await stage.state(number) == "in_revision"
    slots = await stage.rows(
        "select slot from timers where kind = 'order' and subject = :subject",
        subject=f"order:{order['id']}",
    )
    assert {"slot": "late"} in slots
    await work.end()


@pytest.mark.parametrize("language", ["zh"])
async def test_after_completion_a_split_takes_from_what_was_earned(
    stage: Stage, language: str
) -> None:
    """The payout is frozen, booked anew from the rest, and can be paid at once: nothing is left to argue about."""
    work = await delivered(stage, language)
    anna, maker, number = work.customer, work.maker, work.number
    bo = stage.finance.at(stage.staff)
    await accept(work)
    assert await stage.state(number) == "completed"
    await quarrel(stage, work, reason="The quality is not good enough")
    # The customer cannot end it past the dispute, and a second one cannot be opened.
    await stage.playground.advance(days=1)
    await offers_split(maker, number, "-10", "-10")
    await press(anna, number, "✅ Accept the offer")
    await anna.taps("✅ Yes, that settles it")
    await hears(maker, "You have agreed. The dispute is settled.", number)
    order = await stage.order(number)
    assert (order["state"], order["on_hold"]) == ("completed", 0)
    payouts = await stage.of_order("payouts", number, "price", "state")
    assert payouts == [(11600, "reversed"), (8120, "releasable")]
    task = await bo.sees(number, button="Paid out", ever=True)
    await bo.tap("Paid out", message=task)
    await stage.playground.quiet()
    assert (await stage.of_order("payouts", number, "state"))[-1] == ("paid",)
    await work.end()
