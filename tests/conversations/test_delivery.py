"""Delivery and what follows: accepted or sent back, by hand or by the clock; completed, paid out, ordered again."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from playground.people import picture
from storage.types import moment
from tests.conversations.conftest import Stage
from tests.conversations.disputing import opens, press
from tests.conversations.steps import number_in
from tests.conversations.test_changes import CHANGE, begin, utc_of
from tests.conversations.working import Job, accept, delivered, hand_in, job

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])


async def history(stage: Stage, work: Job) -> list[str]:
    rows = await stage.rows(
        "select h.transition from order_history h join orders o on o.id = h.order_id "
        "where o.number = :number order by h.n",
        number=work.number,
    )
    return [row["transition"] for row in rows]


@both
async def test_a_delivery_is_checked_looked_at_sent_and_accepted(
    stage: Stage, language: str
) -> None:
    work = await job(stage, language)
    anna, maker = work.customer, work.maker
    await maker.taps("📦 Deliver")
    asked = await maker.hears("Checklist")
    assert not any(maker.t("👀 Preview") in label for label in asked.labels)
    await maker.send_album(picture(), picture(), picture())
    await maker.send_document(b"%PDF", "script.pdf", caption="The script is inside")
    ready = await maker.sees("script.pdf", "The script is inside", button="⬜ 1")
    count = len([label for label in ready.labels if label.startswith("⬜")])
    for n in range(1, count + 1):
        await maker.tap(f"⬜ {n}", message=await maker.sees(button=f"⬜ {n}", ever=True))
        await maker.sees(button=f"✅ {n}")
    await maker.taps("👀 Preview")
    preview = await maker.hears("%(number)s: this is what the customer gets, with the files above")
    await anna.does_not_see("script.pdf", ever=True)
    await maker.tap(maker.t("✏️ Change something"), message=preview)
    await maker.taps("👀 Preview")
    await maker.taps("✅ Send to the customer")
    await maker.hears("<b>%(number)s</b> is with the customer.")
    card = await anna.hears(
        "%(number)s: your delivery is here", "script.pdf", "The script is inside"
    )
    assert maker.name not in card.text
    await stage.playground.quiet()
    sent = await anna.messages()
    assert sum(1 for one in sent if one.photo) >= 3
    assert any(one.document for one in sent)
    assert (await stage.order(work.number))["percent"] == 100
    assert await stage.of_order("deliveries", work.number, "state", "late") == [("sent", 0)]
    await anna.say("/orders")
    await anna.sees(work.number, anna.t("your check, by {when}"))
    await accept(work)
    await maker.hears("<b>%(number)s</b> is accepted. Well done!", work.number)
    await anna.hears("Accepted on %(when)s", ever=True)
    assert await stage.state(work.number) == "completed"
    await work.end()


@both
async def test_what_is_handed_in_while_the_clock_stands_still_is_not_late(
    stage: Stage, language: str
) -> None:
    """The day passes while a change is open: the due date on the calendar is not the one on the order's clock."""
    work = await job(stage, language)
    anna, maker, number = work.customer, work.maker, work.number
    due = utc_of((await stage.order(number))["due_at"])
    left = (due - await stage.playground.now()).total_seconds()
    await stage.playground.advance(seconds=left - 7_200)
    await begin(anna, number, "What is to be done")
    await anna.hears("What is to be different in order %(number)s?", number)
    await anna.say("+1")
    await anna.taps("✅ Ask for it")
    await maker.hears(CHANGE, number, button="💬 Name price and days")
    await stage.playground.advance(hours=30)
    await maker.say("/work")
    board = await maker.hears("Your work", number)
    assert f"⚠️ {maker.t('late')}" not in board.text
    await maker.tap(board.labels[0], message=board)
    card = await maker.sees(number, button=maker.t("📦 Deliver"))
    assert f"⚠️ {maker.t('late')}" not in card.text
    await hand_in(work)
    assert await stage.of_order("deliveries", number, "state", "late") == [("sent", 0)]
    await work.end()


@both
async def test_changes_go_back_with_words_and_a_day(stage: Stage, language: str) -> None:
    work = await delivered(stage, language)
    anna, maker = work.customer, work.maker
    await anna.taps("🔁 Ask for changes")
    await anna.hears("%(number)s: what should change?")
    await anna.say("The logo larger, please")
    asked = await anna.hears("%(number)s: by when do you need it?", "The logo larger, please")
    await anna.tap((0, 1), message=asked)
    await anna.hears("Your specialist has your wish for <b>%(number)s</b>.", work.number)
    assert await stage.state(work.number) == "in_revision"
    await maker.hears("The customer asks for changes on <b>%(number)s</b>:", "The logo larger")
    await hand_in(work, link="https://example.com/second", photo=False)
    await anna.hears("%(number)s: the revised work is here", "The logo larger", "second")
    states = await stage.of_order("deliveries", work.number, "n", "state", "wanted")
    assert states == [(1, "returned", "The logo larger, please"), (2, "sent", "")]
    # The old card has nothing to tap any more.
    first = await anna.hears("Sent back on %(when)s", ever=True)
    assert first.labels == []
    await work.end()


@pytest.mark.parametrize("language", ["zh"])
async def test_beyond_the_quota_a_change_is_quoted(stage: Stage, language: str) -> None:
    work = await delivered(stage, language)
    anna = work.customer
    order = await stage.order(work.number)
    for n in range(2):
        await anna.taps("🔁 Ask for changes")
        await anna.say(f"Change {n}")
        await anna.say("in 5 days" if language == "en" else "5天后")
        await anna.hears("Your specialist has your wish for <b>%(number)s</b>.")
        await hand_in(work, link=f"https://example.com/{n}", photo=False)
        await anna.hears("%(number)s: the revised work is here", f"/{n}")
    assert (await stage.order(work.number))["revisions_used"] == 2
    maker, before = work.maker, await history(stage, work)
    await anna.taps("🔁 Ask for changes")
    await anna.hears("%(number)s: the included changes are used")
    await anna.taps("💬 Ask what a change costs")
    await anna.hears("The revisions included in order %(number)s are used up.", work.number)
    await anna.say("One more cut" if language == "en" else "再剪一版")
    await anna.taps("✅ Ask for it")
    asked = await maker.hears(
        "Change %(n)s of order %(number)s", work.number, button="💬 Name price and days"
    )
    await maker.taps("💬 Name price and days", on=asked)
    await maker.say("400 3")
    await maker.taps("✅ Send it to the customer")
    await anna.taps("✅ Accept and get the invoice")
    await anna.sees(invoice=True)
    await anna.pay()
    await anna.hears("It is part of the order now, and the clock goes on.", work.number)
    assert await stage.state(work.number) == "in_revision"
    after = await stage.order(work.number)
    assert (after["price"], after["revisions_used"]) == (order["price"] + 400, 3)
    assert await history(stage, work) == [*before, "revise"]
    await work.end()


@both
async def test_warned_twice_then_accepted_by_the_machine(stage: Stage, language: str) -> None:
    work = await delivered(stage, language)
    anna, maker = work.customer, work.maker
    await stage.playground.advance(hours=48, minutes=1)
    await anna.hears("%(number)s: your delivery waits for you", work.number)
    await stage.playground.advance(hours=22)
    await anna.hears(
        "%(number)s: the last hours to check your delivery", button="⏳ I need more time"
    )
    await stage.playground.advance(hours=2)
    await anna.hears(
        "<b>%(number)s</b> is complete: there was no objection in the time to check, so the delivery counts as accepted."
    )
    await maker.hears("<b>%(number)s</b> is complete: the customer did not object in time.")
    assert (await history(stage, work))[-2:] == ["deliver", "accept_delivery"]
    actors = await stage.rows(
        "select h.actor from order_history h join orders o on o.id = h.order_id "
        "where o.number = :number order by h.n desc limit 1",
        number=work.number,
    )
    assert actors[0]["actor"] == "timer"
    await work.end()


async def test_the_last_warning_waits_for_the_morning_and_the_deadline_with_it(
    stage: Stage,
) -> None:
    work = await job(stage, "en")
    # Delivered at 3 in the morning two days later: 70 hours on it is 1 in the night.
    await stage.until(3)
    await hand_in(work)
    await stage.playground.advance(hours=71)
    await work.customer.does_not_see("the last hours")
    await stage.playground.advance(hours=4)
    assert await stage.state(work.number) == "delivered"
    await stage.until(8, 1)
    await work.customer.sees("the last hours", "10:00")
    await stage.until(9, 50)
    assert await stage.state(work.number) == "delivered"
    await stage.until(10, 2)
    assert await stage.state(work.number) == "completed"
    await work.end()


@pytest.mark.parametrize("language", ["en"])
async def test_one_tap_gives_more_time(stage: Stage, language: str) -> None:
    work = await delivered(stage, language)
    anna = work.customer
    for _ in range(2):
        await stage.playground.advance(hours=60)
        await anna.taps("⏳ I need more time")
        await anna.hears("You have more time for <b>%(number)s</b>: until %(when)s.")
        await work.maker.hears(
            "The customer needs more time to look at <b>%(number)s</b>: until %(when)s."
        )
    await stage.playground.advance(hours=90)
    assert await stage.state(work.number) == "delivered"
    card = await anna.card(work.number)
    assert anna.t("⏳ I need more time") not in card.labels
    await stage.playground.advance(hours=7)
    assert await stage.state(work.number) == "completed"
    await work.end()


@both
async def test_a_problem_stops_the_machine_until_staff_have_looked(
    stage: Stage, language: str
) -> None:
    work = await delivered(stage, language)
    anna = work.customer
    await anna.taps("⚠️ Something is wrong")
    await anna.hears(
        "What is wrong with the delivery of <b>%(number)s</b>? Write it in your words, with pictures if they help. A person of our team reads it."
    )
    await anna.send_photo(caption="The second film is empty")
    await anna.hears(
        "Thank you. A person of our team looks into <b>%(number)s</b> and writes to you within one business day. Until then nothing is accepted by itself."
    )
    staff = stage.admin.at(stage.staff)
    notice = await staff.sees(work.number, "The second film is empty", button="Settled", ever=True)
    looked = anna.t("our team looks into what you reported; nothing is accepted meanwhile")
    assert looked in (await anna.card(work.number)).text
    await stage.playground.advance(days=6)
    assert await stage.state(work.number) == "delivered"
    await anna.does_not_see(anna.t("%(number)s: your delivery waits for you"))
    await staff.tap("Settled", message=notice)
    settled = await anna.hears(
        "Our team has settled what you reported on <b>%(number)s</b>. The delivery waits for your decision again, until <b>%(when)s</b>; we remind you before."
    )
    # The clock stood still: what was left of the three days is left, the card says the same moment, and a reminder
    # comes before.
    (row,) = await stage.rows(
        "select due_at from timers where slot = 'accept_72' and subject = :subject",
        subject=f"order:{(await stage.order(work.number))['id']}",
    )
    due = moment(int(str(row["due_at"])))
    assert due is not None
    until = f"{due.astimezone(ZoneInfo('Asia/Shanghai')):%H:%M}"
    assert until in settled.text
    assert until in (await anna.card(work.number)).text
    await stage.playground.advance(hours=69)
    assert await stage.state(work.number) == "delivered"
    await anna.hears("%(number)s: your delivery waits for you", ever=True)
    await stage.playground.advance(hours=5)
    assert await stage.state(work.number) == "completed"
    await work.end()


async def test_a_hold_within_a_reported_problem_counts_once(stage: Stage) -> None:
    """The clock stood still for both at the same time: what was left of the three days is left, and no more."""
    work = await delivered(stage, "en")
    anna, number = work.customer, work.number
    await anna.taps("⚠️ Something is wrong")
    await anna.say("The second film is empty")
    staff = stage.admin.at(stage.staff)
    notice = await staff.sees(number, "The second film is empty", button="Settled", ever=True)
    await stage.playground.advance(hours=2)
    await opens(anna, number)
    await stage.playground.advance(hours=40)
    await press(anna, number, "🕊 Withdraw the dispute")
    await stage.playground.advance(hours=2)
    await staff.tap("Settled", message=notice)
    await stage.playground.quiet()
    (row,) = await stage.rows(
        "select due_at from timers where slot = 'accept_72' and subject = :subject",
        subject=f"order:{(await stage.order(number))['id']}",
    )
    due = moment(int(str(row["due_at"])))
    assert due is not None
    left = due - await stage.playground.now()
    assert timedelta(hours=71) < left <= timedelta(hours=72)
    await work.end()


@pytest.mark.parametrize("language", ["zh"])
async def test_files_are_a_report_a_message_or_the_delivery(stage: Stage, language: str) -> None:
    work = await job(stage, language)
    anna, maker = work.customer, work.maker
    await maker.send_document(b"%PDF", "result.pdf")
    asked = await maker.hears("What is this for <b>%(number)s</b>? Nothing has been sent yet.")
    assert asked.labels == [
        maker.t(label) for label in ("📈 As a report", "✉️ As a message", "📦 As the delivery")
    ]
    await maker.tap(maker.t("📦 As the delivery"), message=asked)
    await maker.hears("Checklist", "result.pdf")
    # What is sent next belongs to it too; an answer to the customer's words does not.
    await anna.say("How is it going?")
    heard = await maker.sees("How is it going?")
    await stage.playground.quiet()
    await maker.say("Nearly there", reply_to=heard.message_id)
    await anna.sees("Nearly there")
    await maker.taps("🗑 Discard")
    assert await stage.of_order("deliveries", work.number, "n") == []
    await anna.does_not_see("result.pdf", ever=True)
    await work.end()


async def test_nothing_half_done_can_be_sent(stage: Stage) -> None:
    work = await job(stage, "en")
    maker = work.maker
    await maker.taps("📦 Deliver")
    await maker.taps("☑️ Tick them all")
    await maker.say("Only words")
    draft = await maker.sees("Only words")
    assert "👀 Preview" not in draft.labels
    await maker.say("https://example.com/a")
    draft = await maker.sees("example.com/a", button="👀 Preview")
    await maker.tap("✅ 1", message=draft)
    await maker.sees(button="⬜ 1")
    assert "👀 Preview" not in (await maker.sees("example.com/a", ever=True)).labels
    assert await stage.state(work.number) == "in_progress"
    await work.end()


@pytest.mark.parametrize("language", ["zh"])
async def test_what_was_earned_waits_then_is_paid_out(stage: Stage, language: str) -> None:
    work = await delivered(stage, language)
    await accept(work)
    price = (await stage.order(work.number))["price"]
    fee = price * 20 // 100
    amount = f"⭐ {price - fee:,}"
    await work.maker.sees(work.number, amount, ever=True)
    held = await stage.of_order("payouts", work.number, "state", "price", "fee")
    assert held == [("held", price, fee)]
    staff = stage.finance.at(stage.staff)
    await stage.playground.advance(days=13)
    await staff.does_not_see(work.number, "payout", ever=True)
    await stage.playground.advance(days=1, minutes=5)
    task = await staff.sees(work.number, "payout", ever=True)
    toast = await stage.provider_in_staff(task, "Paid out")
    assert "Only finance" in (toast.text or "")
    await staff.tap("Paid out", message=task)
    await work.maker.hears("Paid out for <b>%(number)s</b>: %(amount)s.")
    assert await stage.of_order("payouts", work.number, "state") == [("paid",)]
    sums = await stage.rows(
        "select p.account, sum(p.amount) amount from ledger_postings p join ledger_entries e on e.id = p.entry_id "
        "join orders o on o.id = e.order_id where o.number = :number group by p.account",
        number=work.number,
    )
    balances = {row["account"].split(":")[0]: row["amount"] for row in sums}
    assert {name: balances[name] for name in ("order", "payable", "revenue")} == {
        "order": 0,
        "payable": 0,
        "revenue": fee,
    }
    await work.end()


@both
async def test_order_again_is_two_taps_and_the_sheet(stage: Stage, language: str) -> None:
    work = await delivered(stage, language)
    anna = work.customer
    await accept(work)
    await stage.playground.advance(days=20)
    await stage.until(10)
    await anna.taps("🔁 Order again")
    summary = await anna.hears("Please check your order")
    await anna.tap(anna.t("✅ Confirm and get the invoice"), message=summary)
    again = number_in(await anna.hears("Order %(number)s is confirmed."))
    await anna.sees(invoice=True)
    await anna.pays(again)
    assert again != work.number
    await work.end()
