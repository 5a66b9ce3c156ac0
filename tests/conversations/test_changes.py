"""Changing an order: another plan, another day, new work; priced, paid or returned, and applied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from playground.people import Seen
from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest, plan_of
from tests.conversations.working import Job, job

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
en = pytest.mark.parametrize("language", ["en"])
zh = pytest.mark.parametrize("language", ["zh"])
CHANGE = "Change %(n)s of order %(number)s"
ASKED = (
    "Your specialist has the wish for <b>%(number)s</b> and names price and day here, within two days. "
    "Otherwise our staff step in."
)
BY_THE_NEW_BRIEF = "It is part of the order now: please work by the new brief. The clock goes on."
CREDIT_AGAIN = "<b>%(amount)s</b> of store credit from order <b>%(number)s</b> is yours again."
NEW_WORK = "Your specialist regards this as new work. Nothing of it is done, and nothing costs more, unless you accept."
PRICE = (
    "How much more or less for <b>%(number)s</b> (now %(price)s), and how many more days? For example "
    "<code>500 2</code> for 500 more and two days, <code>-300</code> for 300 less, <code>0 1</code> for one day at "
    "no cost. A note may follow on the next line."
)


def stars(plan: str) -> int:
    return int(plan_of("short_video", plan).prices["XTR"])


async def changes(stage: Stage, number: str, *columns: str) -> list[tuple[object, ...]]:
    return await stage.of_order("change_requests", number, *columns)


async def timers_of(stage: Stage, number: str) -> list[str]:
    """The slots of an order that are running."""
    order = await stage.order(number)
    rows = await stage.rows(
        "select slot from timers where subject = :subject order by slot",
        subject=f"order:{order['id']}",
    )
    return [str(row["slot"]) for row in rows]


def utc_of(value: int) -> datetime:
    return datetime.fromtimestamp(value / 1_000, UTC)


async def begin(customer: Guest, number: str, about: str) -> None:
    """From the card to the question what is to change."""
    await customer.playground.quiet()
    card = await customer.card(number)
    await customer.taps("🔄 Change the order", on=card)
    asked = await customer.hears("What about order %(number)s is to change?", number)
    emoji = {"What is to be done": "✏️", "Another plan": "📦", "Another day": "📅"}[about]
    await customer.tap(f"{emoji} {customer.t(about)}", message=asked)


async def new_work(task: Job, amount: int) -> Seen:
    """The specialist offers more work for so many Stars: the offer the customer sees."""
    maker = task.maker
    await task.customer.say(f"+{amount}?")
    asked = await maker.sees(f"+{amount}?")
    await maker.say("/change", reply_to=asked.message_id)
    await maker.hears(PRICE)
    await maker.say(str(amount))
    preview = await maker.hears("Your offer for %(number)s", task.number)
    await maker.taps("✅ Send it to the customer", on=preview)
    return await task.customer.hears(NEW_WORK, task.number)


@both
async def test_upgrade_before_work_by_the_price_list(stage: Stage, language: str) -> None:
    """A bigger plan: quoted at once, paid by a supplementary invoice, then part of the order."""
    anna = await stage.customer(language)
    number = await anna.paid(plan="basic")
    before = await stage.order(number)
    more = stars("standard") - stars("basic")
    await begin(anna, number, "Another plan")
    asked = await anna.hears("Which plan is order %(number)s to have?", number)
    await anna.tap(anna.plan("short_video", "standard"), message=asked)
    summed = await anna.hears("Change of order %(number)s", number)
    await anna.taps("✅ Ask for it", on=summed)
    quoted = await anna.hears(CHANGE, number, button="✅ Accept and get the invoice")
    assert f"+ ⭐ {more:,}" in quoted.text
    card = await anna.card(number)
    assert anna.t("a change waits for the customer's answer") in card.text
    assert (await stage.order(number))["change_pending"]
    await anna.taps("✅ Accept and get the invoice", on=quoted)
    sheet = await anna.sees(invoice=True)
    assert sheet.invoice is not None
    assert sheet.invoice["price"] == f"⭐ {more:,}"
    await anna.pay()
    await anna.hears("It is part of the order now, and the clock goes on.", number)
    await stage.playground.quiet()
    after = await stage.order(number)
    assert (after["plan"], after["price"]) == ("standard", stars("standard"))
    assert (after["change_pending"], after["brief_version"]) == (0, 2)
    assert after["period_days"] - before["period_days"] == (
        (plan_of("short_video", "standard").period_days or 0)
        - (plan_of("short_video", "basic").period_days or 0)
    )
    assert await changes(stage, number, "state", "delta", "brief_version") == [("applied", more, 2)]
    invoices = await stage.of_order("invoices", number, "state", "amount")
    assert invoices == [("settled", stars("basic")), ("settled", more)]


@both
async def test_new_work_quoted_by_the_specialist(stage: Stage, language: str) -> None:
    """Asked while the work goes on: the clock stands still, the due day moves, both are told."""
    made = await job(stage, language)
    customer, maker, number = made.customer, made.maker, made.number
    due = utc_of((await stage.order(number))["due_at"])
    await begin(customer, number, "What is to be done")
    await customer.hears("What is to be different in order %(number)s?", number)
    await customer.say(
        "两个版本：横屏和竖屏" if language == "zh" else "Two versions: wide and tall"
    )
    await customer.taps("✅ Ask for it")
    await customer.hears(ASKED, number)
    asked = await maker.hears(CHANGE, number, button="💬 Name price and days")
    assert await timers_of(stage, number) == []
    await stage.playground.advance(hours=5)
    await maker.taps("💬 Name price and days", on=asked)
    await maker.say("500 2\n" + ("含字幕" if language == "zh" else "with subtitles"))
    preview = await maker.hears("Your offer for %(number)s", number)
    assert "+ ⭐ 500" in preview.text
    await maker.taps("✅ Send it to the customer", on=preview)
    quoted = await customer.hears(CHANGE, number, button="✅ Accept and get the invoice")
    assert "⭐ 12,100" in quoted.text
    await customer.taps("✅ Accept and get the invoice", on=quoted)
    await customer.sees(invoice=True)
    await customer.pay()
    await customer.hears("It is part of the order now, and the clock goes on.", number)
    await maker.hears(BY_THE_NEW_BRIEF, number)
    await stage.playground.quiet()
    after = await stage.order(number)
    moved = utc_of(after["due_at"]) - due
    assert timedelta(days=2, hours=5) <= moved < timedelta(days=2, hours=6)
    assert after["price"] == 12_100
    assert "late" in await timers_of(stage, number)
    await made.end()


@both
async def test_downgrade_gives_a_part_as_credit_which_the_next_order_uses(
    stage: Stage, language: str
) -> None:
    """A smaller plan: Stars are not returned in part, so the customer chooses credit; the next order is cheaper."""
    anna = await stage.customer(language)
    number = await anna.paid(plan="standard")
    less = stars("standard") - stars("basic")
    await begin(anna, number, "Another plan")
    asked = await anna.hears("Which plan is order %(number)s to have?", number)
    await anna.tap(anna.plan("short_video", "basic"), message=asked)
    await anna.taps("✅ Ask for it")
    quoted = await anna.hears(CHANGE, number, button="✅ Accept, the rest as store credit")
    assert f"− ⭐ {less:,}" in quoted.text
    assert anna.t("✅ Accept, finance returns the rest") in quoted.labels
    await anna.taps("✅ Accept, the rest as store credit", on=quoted)
    await anna.hears("<b>%(amount)s</b> of order <b>%(number)s</b> is now store credit.", number)
    assert await stage.of_order("refunds", number, "way", "state", "amount", "chosen") == [
        ("credit", "succeeded", less, 1)
    ]
    assert (await stage.order(number))["price"] == stars("basic")
    # The next order shows the credit before it is confirmed, and its invoice asks for the rest.
    summary = await anna.to_summary(plan="basic")
    left = stars("basic") - less
    if left > 0:
        assert f"⭐ {less:,}" in summary.text
        assert f"⭐ {left:,}" in summary.text
    second = await anna.confirms()
    if left > 0:
        sheet = await anna.sees(invoice=True)
        assert sheet.invoice is not None
        assert sheet.invoice["price"] == f"⭐ {left:,}"
        await anna.pay()
        await anna.hears("Payment received, thank you!", second)
    paid = await stage.of_order("payments", second, "gateway", "amount")
    assert ("credit", min(less, stars("basic"))) in paid
    assert await stage.state(second) == "awaiting_provider"
    # Cancelled, the credit comes back as credit and the Stars as Stars.
    await anna.taps("✖️ Cancel order", on=await anna.card(second))
    await anna.taps("Yes, cancel it")
    await anna.hears(CREDIT_AGAIN, second)
    await stage.playground.quiet()
    ways = {row[0] for row in await stage.of_order("refunds", second, "way")}
    assert ways == ({"credit", "stars"} if left > 0 else {"credit"})


@en
async def test_credit_pays_all_of_a_small_order(stage: Stage, language: str) -> None:
    """Nothing is left to pay: no invoice sheet, the order goes on at once."""
    anna = await stage.customer(language)
    number = await anna.paid(plan="premium")
    await begin(anna, number, "Another plan")
    await anna.tap(
        anna.plan("short_video", "basic"),
        message=await anna.hears("Which plan is order %(number)s to have?", number),
    )
    await anna.taps("✅ Ask for it")
    await anna.taps("✅ Accept, the rest as store credit")
    await anna.hears("<b>%(amount)s</b> of order <b>%(number)s</b> is now store credit.", number)
    await anna.to_summary(plan="basic")
    second = await anna.confirms()
    await anna.hears("Payment received, thank you!", second)
    assert await stage.of_order("invoices", second, "state", "amount", "credit") == [
        ("settled", 0, stars("basic"))
    ]
    assert await stage.state(second) == "awaiting_provider"


@en
async def test_money_for_a_change_that_was_taken_back(stage: Stage, language: str) -> None:
    """The invoice was voided between the two steps of paying: the money is held and goes back whole."""
    anna = await stage.customer(language)
    number = await anna.paid(plan="basic")
    await begin(anna, number, "Another plan")
    await anna.tap(
        anna.plan("short_video", "standard"),
        message=await anna.hears("Which plan is order %(number)s to have?", number),
    )
    await anna.taps("✅ Ask for it")
    await anna.taps("✅ Accept and get the invoice")
    sheet = await anna.sees(invoice=True)
    # The payment is approved, but the money takes two hours.
    await anna.pay("late", delay=7200)
    toast = await anna.tap(anna.t("✖️ Leave the order as it is"), message=sheet)
    assert toast.text == anna.t("It is being paid right now; please wait a moment.")
    await stage.playground.advance(minutes=70)
    await anna.taps("✖️ Leave the order as it is", on=sheet)
    await anna.hears("Taken back. The order stays as it is, and the clock goes on.", number)
    assert await changes(stage, number, "state") == [("withdrawn",)]
    await stage.playground.advance(minutes=60)
    await anna.hears("We are sending it back and tell you here when it is done. Nothing is lost.")
    await anna.hears("It is on your Stars balance again.")
    await stage.playground.quiet()
    assert (await stage.order(number))["price"] == stars("basic")
    assert await stage.of_order("refunds", number, "state", "amount") == [
        ("succeeded", stars("standard") - stars("basic"))
    ]


@en
async def test_a_change_nobody_answers_ends(stage: Stage, language: str) -> None:
    """Reminder, staff, end; restarts in the middle change nothing."""
    made = await job(stage, language)
    customer, maker, number = made.customer, made.maker, made.number
    await begin(customer, number, "What is to be done")
    await customer.hears("What is to be different in order %(number)s?", number)
    await customer.say("One more scene at the end")
    await customer.taps("✅ Ask for it")
    await maker.hears(CHANGE, number, button="💬 Name price and days")
    await stage.playground.advance(hours=25)
    await maker.hears("Still waiting:", number)
    await stage.playground.advance(hours=25)
    asked = await stage.support.at(stage.staff).sees(number, button="Not possible")
    assert "One more scene" in asked.text
    await stage.playground.advance(days=6)
    await customer.hears(
        "Nobody answered in time. The order stays as it is, and the clock goes on.", number
    )
    assert await changes(stage, number, "state") == [("expired",)]
    assert not (await stage.order(number))["change_pending"]
    await made.end()


@both
async def test_the_specialist_marks_a_message_as_new_work(stage: Stage, language: str) -> None:
    made = await job(stage, language)
    customer, maker, number = made.customer, made.maker, made.number
    wish = "顺便再做一张海报？" if language == "zh" else "Could you make a poster as well?"
    await customer.say(wish)
    relayed = await maker.sees(wish)
    await maker.say("/change", reply_to=relayed.message_id)
    await maker.hears(PRICE)
    # Telegram has no invoice for so many Stars, and nobody is to find that out by paying.
    await maker.say("25001")
    limits = {"minimum": "⭐ 1", "maximum": "⭐ 25,000"}
    await maker.sees(
        maker.t(
            "What is added is a payment of its own, and one payment is {minimum} to {maximum}: name that, or 0.",
            **limits,
        )
    )
    await maker.say("300")
    preview = await maker.hears("Your offer for %(number)s", number)
    assert wish in preview.text
    await maker.taps("✅ Send it to the customer", on=preview)
    offer = await customer.hears(NEW_WORK, wish)
    await customer.taps("✖️ Leave the order as it is", on=offer)
    await maker.hears("Declined. The order stays as it is, and the clock goes on.", number)
    assert await changes(stage, number, "state", "asked_by", "delta") == [
        ("declined", "provider", 300)
    ]
    await made.end()
