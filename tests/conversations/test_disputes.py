"""Disputes, from the order's card to an end that the machine carries out. Both sides, both languages."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.disputing import (
    ANSWER,
    STORY,
    answers,
    card,
    dispute,
    hears,
    offers_split,
    press,
    quarrel,
    steps,
)
from tests.conversations.working import job

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
