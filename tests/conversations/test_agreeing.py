"""Cancelling by agreement: why, what it costs, a split, and the other side's answer."""

from __future__ import annotations

import pytest

from playground.people import Seen
from tests.conversations.conftest import Stage
from tests.conversations.test_changes import new_work
from tests.conversations.working import Job, delivered, job

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
en = pytest.mark.parametrize("language", ["en"])
PRICE = 11_600
PROPOSAL = "Cancel order %(number)s by agreement"


async def to_cost(stage: Stage, work: Job, reason: str) -> Seen:
    """From the card to what cancelling costs now."""
    anna = work.customer
    await anna.taps("✖️ Cancel order", on=await anna.card(work.number))
    asked = await anna.hears("Cancel order %(number)s?", work.number)
    await anna.tap(anna.t(reason), message=asked)
    return await anna.hears("What cancelling %(number)s costs now", work.number)


async def proposals(stage: Stage, number: str) -> list[tuple[object, ...]]:
    return await stage.of_order("cancel_proposals", number, "state", "by", "percent", "reason")


async def balance(stage: Stage, account: str) -> int:
    rows = await stage.rows(
        "select coalesce(sum(amount), 0) as has from ledger_postings where account = :account",
        account=account,
    )
    return int(rows[0]["has"])


@both
async def test_agreed_with_a_split_a_part_as_credit(stage: Stage, language: str) -> None:
    """The cost is said first; half goes back as store credit, half is earned; the ledger closes."""
    work = await job(stage, language)
    anna, maker, number = work.customer, work.maker, work.number
    cost = await to_cost(stage, work, "It takes too long")
    assert "75" in cost.text
    assert "⭐ 8,700" in cost.text
    half = anna.t("{percent} % · you get {amount}", percent=50, amount="⭐ 5,800")
    assert half in cost.labels
    await anna.tap(half, message=cost)
    sure = await anna.hears("Propose to cancel %(number)s", number, "⭐ 5,800")
    assert anna.t("✅ Propose it, finance returns my part") in sure.labels
    assert await proposals(stage, number) == []
    await anna.taps("✅ Propose it, my part as store credit", on=sure)
    await anna.hears("You proposed:", number, button="↩️ Take it back")
    offer = await maker.hears("The customer proposes:", number, maker.t("It takes too long"))
    assert await stage.state(number) == "in_progress"
    await maker.taps("✅ Agree", on=offer)
    await anna.hears("Order <b>%(number)s</b> is cancelled, as you agreed.", number)
    await anna.hears("<b>%(amount)s</b> of order <b>%(number)s</b> is now store credit.", number)
    await maker.hears("Order <b>%(number)s</b> is cancelled, as you agreed.", number)
    assert await stage.state(number) == "cancelled"
    assert await proposals(stage, number) == [("agreed", "customer", 50, "too_slow")]
    assert await stage.of_order("refunds", number, "way", "state", "amount", "chosen") == [
        ("credit", "succeeded", 5_800, 1)
    ]
    order = await stage.order(number)
    assert order["cancel_reason"] == "agreed:too_slow"
    assert await balance(stage, f"order:{number}") == 0
    assert await balance(stage, f"credit:{order['customer_id']}") == 5_800
    assert await stage.of_order("payouts", number, "price", "state") == [(5_800, "releasable")]
    await work.end()


@both
async def test_countered_by_the_specialist_and_returned_by_finance(
    stage: Stage, language: str
) -> None:
    """Another share in words; the customer agrees and chooses finance at that moment."""
    work = await job(stage, language)
    anna, maker, number = work.customer, work.maker, work.number
    await anna.taps("✖️ Cancel order", on=await anna.card(number))
    asked = await anna.hears("Cancel order %(number)s?", number)
    await anna.tap(anna.t("Something else"), message=asked)
    note = "项目取消了" if language == "zh" else "Our project was called off"
    await anna.say(note)
    cost = await anna.hears("What cancelling %(number)s costs now", number)
    await anna.taps("✏️ Another share", on=cost)
    await anna.say("80 %")
    sure = await anna.hears("Propose to cancel %(number)s", number, "⭐ 9,280")
    await anna.taps("✅ Propose it, my part as store credit", on=sure)
    offer = await maker.hears("The customer proposes:", number, note)
    await maker.taps("🔁 Propose another share", on=offer)
    cost = await maker.hears("What cancelling %(number)s costs now", number)
    quarter = maker.t(
        "{percent} % back · you keep {amount} less the fee", percent=25, amount="⭐ 8,700"
    )
    await maker.tap(quarter, message=cost)
    await maker.taps("✅ Propose it")
    counter = await anna.hears("Your specialist proposes:", number, "⭐ 2,900")
    await anna.taps("✅ Agree, finance returns my part", on=counter)
    await anna.hears("Order <b>%(number)s</b> is cancelled, as you agreed.", number)
    task = await stage.finance.at(stage.staff).sees(number, button="Returned")
    assert "part of a Stars payment" in task.text
    await stage.finance.at(stage.staff).tap("Returned", message=task)
    await anna.hears("Our finance sent it as agreed with you.")
    assert [row[0] for row in await proposals(stage, number)] == ["replaced", "agreed"]
    assert await stage.of_order("refunds", number, "way", "state", "amount") == [
        ("task", "succeeded", 2_900)
    ]
    await work.end()


@both
async def test_the_amounts_are_those_of_now(stage: Stage, language: str) -> None:
    """What went back before is not promised to the specialist, and a new price shows in a proposal that waits."""
    work = await job(stage, language)
    anna, maker, number = work.customer, work.maker, work.number
    sue, lead = stage.support.at(stage.staff), stage.admin.at(stage.staff)
    await sue.say(f"/refund {number} 3000 goodwill")
    await lead.tap("Approve", message=await lead.sees(number, button="Approve"))
    await anna.taps("🎁 As store credit")
    await anna.hears("<b>%(amount)s</b> of order <b>%(number)s</b> is now store credit.", number)
    await stage.playground.quiet()
    half = anna.t("{percent} % · you get {amount}", percent=50, amount="⭐ 5,800")
    await anna.tap(half, message=await to_cost(stage, work, "It takes too long"))
    sure = await anna.hears("Propose to cancel %(number)s", number)
    keeps = "Your specialist keeps <b>%(kept)s</b> for the work done, less the usual fee."
    assert anna.t(f"You get %(percent)s %%: <b>%(back)s</b>. {keeps}", **split(5_800, 2_800)) in (
        sure.text
    )
    await anna.taps("✅ Propose it, my part as store credit", on=sure)
    keep = "You keep <b>%(kept)s</b> for the work done, less the usual fee."
    told = f"The customer gets %(percent)s %%: <b>%(back)s</b>. {keep}"
    offer = await maker.hears("The customer proposes:", number)
    assert maker.t(told, **split(5_800, 2_800)) in offer.text
    # Her store credit pays it at once.
    await anna.taps("✅ Accept and get the invoice", on=await new_work(work, 500))
    repriced = (
        "The price of the order has changed to %(price)s: the share is what was proposed, the amounts are those of "
        "now. Either of you may still take it back, decline it or name another share."
    )
    offer = await maker.sees(maker.t(repriced, price="⭐ 12,100"), button=maker.t("✅ Agree"))
    assert maker.t(told, **split(6_050, 3_050)) in offer.text
    await anna.sees(anna.t(repriced, price="⭐ 12,100"), "⭐ 6,050", "⭐ 3,050")
    await maker.taps("✅ Agree", on=offer)
    await anna.hears("Order <b>%(number)s</b> is cancelled, as you agreed.", number)
    assert await stage.of_order("payouts", number, "price", "state") == [(3_050, "releasable")]
    agreed = await maker.sees(maker.t("Agreed. The order is cancelled."), ever=True)
    assert maker.t(told, **split(6_050, 3_050)) in agreed.text
    await work.end()


def split(back: int, kept: int) -> dict[str, object]:
    return {"percent": 50, "back": f"⭐ {back:,}", "kept": f"⭐ {kept:,}"}


@both
async def test_declined_then_all_of_it_goes_back_by_telegram(stage: Stage, language: str) -> None:
    """A no leaves the work as it was; a whole payment goes back as Stars, without a choice."""
    work = await job(stage, language)
    anna, maker, number = work.customer, work.maker, work.number
    card = await maker.sees(number, button=maker.t("✖️ Cancel by agreement"), ever=True)
    await maker.taps("✖️ Cancel by agreement", on=card)
    await maker.taps("I cannot do it in time")
    cost = await maker.hears("What cancelling %(number)s costs now", number)
    half = maker.t(
        "{percent} % back · you keep {amount} less the fee", percent=50, amount="⭐ 5,800"
    )
    await maker.tap(half, message=cost)
    await maker.taps("✅ Propose it")
    offer = await anna.hears("Your specialist proposes:", anna.t("I cannot do it in time"))
    await anna.taps("✖️ No, go on with the work", on=offer)
    await maker.hears("Declined. The work goes on.", number)
    assert await stage.state(number) == "in_progress"
    await anna.taps("✖️ Cancel order", on=await anna.card(number))
    await anna.taps("I no longer need it")
    cost = await anna.hears("What cancelling %(number)s costs now", number)
    await anna.tap(
        anna.t("{percent} % · you get {amount}", percent=100, amount="⭐ 11,600"), message=cost
    )
    sure = await anna.hears("Propose to cancel %(number)s", number)
    await anna.taps("✅ Propose it", on=sure)
    offer = await maker.hears("The customer proposes:", number)
    await maker.taps("✅ Agree", on=offer)
    await anna.hears("It is on your Stars balance again.")
    assert await stage.of_order("refunds", number, "way", "state", "amount") == [
        ("stars", "succeeded", PRICE)
    ]
    await work.end()


@en
async def test_silence_calls_our_staff(stage: Stage, language: str) -> None:
    work = await delivered(stage, language)
    anna, number = work.customer, work.number
    cost = await to_cost(stage, work, "I am not happy with the work")
    assert "25" in cost.text
    await anna.tap(
        anna.t("{percent} % · you get {amount}", percent=75, amount="⭐ 8,700"), message=cost
    )
    await anna.taps("✅ Propose it, my part as store credit")
    await work.maker.hears("The customer proposes:", number)
    await stage.playground.advance(hours=48, minutes=5)
    await anna.hears(
        "Nobody has answered for two days. Our staff look into it and write to you both."
    )
    await stage.admin.at(stage.staff).sees(number, "nobody answers a proposal", ever=True)
    await anna.taps("↩️ Take it back")
    await work.maker.hears("Taken back. The work goes on.", number)
    await work.end()
