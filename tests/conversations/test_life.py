"""A whole life of an order, several weeks of it, through the real bot: from the offer to the second order."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import GOALS, number_in
from tests.conversations.working import hand_in, job

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIGURES = {
    "en": ("views 1000\nlikes 50", "views 4500\nlikes 40"),
    "zh": ("播放 1000\n点赞 50", "播放 4500\n点赞 40"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_life_of_several_weeks(stage: Stage, language: str) -> None:
    work = await job(stage, language)
    anna, maker = work.customer, work.maker
    began = await stage.playground.now()

    # Asked for a report when it is due; figures become a chart, and a second one.
    await stage.playground.advance(days=4, minutes=1)
    await maker.hears("%(number)s: a progress report is due", work.number)
    for at, figures in enumerate(FIGURES[language]):
        await maker.tap(
            maker.t("📈 Report"),
            message=await maker.sees(work.number, button=maker.t("📈 Report"), ever=True),
        )
        await maker.say(figures)
        share = maker.t("{percent} %", percent=40 + 40 * at)
        await maker.tap(share, message=await maker.sees(button=share))
        await maker.taps("Skip")
        await anna.sees(work.number, share, photo=True)
        await stage.playground.advance(days=4)

    # The day goes by: late, said to both, and what the customer may do.
    await stage.playground.advance(days=2)
    await anna.hears("late", work.number, ever=True)
    card = await anna.card(work.number)
    assert anna.t("late") in card.text
    await anna.say("/orders")
    await anna.sees(work.number, anna.t("late"))

    # Delivered late, sent back once, delivered again, and nobody says a word.
    await hand_in(work)
    await anna.hears("%(number)s: your delivery is here", work.number)
    assert (await stage.of_order("deliveries", work.number, "late")) == [(1,)]
    await anna.taps("🔁 Ask for changes")
    await anna.say(GOALS[language])
    await anna.tap((1, 0), message=await anna.hears("%(number)s: by when do you need it?"))
    await maker.hears("The customer asks for changes on <b>%(number)s</b>:", GOALS[language])
    await hand_in(work, link="https://example.com/again", photo=False)
    await anna.hears("%(number)s: the revised work is here")
    await anna.does_not_see(
        anna.t("<b>%(number)s</b> is complete. Thank you for working with us!"), ever=True
    )
    await stage.playground.advance(hours=49)
    await anna.hears("%(number)s: your delivery waits for you")
    await stage.playground.advance(hours=40)
    assert await stage.state(work.number) == "completed"
    await anna.hears("%(number)s: what came of it", "4,500", ever=True)

    # Asked how it was, once; rated, and answered.
    await stage.playground.advance(hours=40)
    await anna.hears("%(number)s: how was it?", work.number, ever=True)
    await anna.tap("4 ⭐", message=await anna.sees(button="4 ⭐", ever=True))
    for n in ("5", "4", "2"):
        await anna.tap(n, message=await anna.hears("1 is poor, 5 is excellent."))
    await anna.hears("A few words?")
    await anna.send_photo(caption="Late, but well made")
    await anna.hears("Thank you for rating <b>%(number)s</b>!")
    await maker.sees(work.number, "Late, but well made", photo=True)
    await maker.taps("💬 Answer it")
    await maker.say("Sorry for the delay")
    await anna.hears("Your specialist answers your review of %(number)s:", "Sorry for the delay")
    (row,) = await stage.rows(
        "select r.* from reviews r join orders o on o.id = r.order_id where o.number = :number",
        number=work.number,
    )
    assert (row["stars"], row["state"], row["answer"]) == (4, "published", "Sorry for the delay")

    # Two weeks later finance pays, and the customer orders again.
    await stage.playground.advance(days=14)
    staff = stage.finance.at(stage.staff)
    await staff.tap("Paid out", message=await staff.sees(work.number, "payout", ever=True))
    await maker.hears("Paid out for <b>%(number)s</b>: %(amount)s.")
    await stage.until(10)
    await anna.taps("🔁 Order again")
    await anna.tap(
        anna.t("✅ Confirm and get the invoice"),
        message=await anna.hears("Please check your order", GOALS[language]),
    )
    again = number_in(await anna.hears("Order %(number)s is confirmed."))
    await anna.sees(invoice=True)
    await anna.pays(again)
    assert (await stage.playground.now() - began).days >= 28
    await work.end()
