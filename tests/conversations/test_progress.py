"""Work on an order: messages, questions, reports, lateness; from "in progress" on, by the virtual clock."""

from __future__ import annotations

import pytest

from orders.contacts import COVER
from playground.people import Seen, picture
from tests.conversations.conftest import Stage
from tests.conversations.steps import GOALS, Guest
from tests.conversations.test_changes import CHANGE, begin
from tests.conversations.working import Job, job

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])

SPECIALIST = "Your specialist · %(number)s"
CUSTOMER = "Customer · %(number)s"


async def relayed(to: Job, text: str, *, customer: bool) -> Seen:
    """The message as it arrives at the customer, or at the specialist, under its label."""
    reader, label = (to.customer, SPECIALIST) if customer else (to.maker, CUSTOMER)
    return await reader.sees(reader.t(label, number=to.number), text, ever=True)


async def was(reader: Guest, message: str, *more: str) -> Seen:
    """A message with the sentence of this msgid, whenever it came."""
    return await reader.sees(reader.t(message), *more, ever=True)


async def report(work: Job, text: str, *, percent: int, step: str = "") -> None:
    """A report by "📈 Report": text, percentage, next step (with the first day offered) or none."""
    maker = work.maker
    await maker.tap(
        maker.t("📈 Report"),
        message=await maker.sees(work.number, button=maker.t("📈 Report"), ever=True),
    )
    await maker.hears("Send your report on <b>%(number)s</b>: a few words, best with a photo.")
    await maker.say(text)
    share = maker.t("{percent} %", percent=percent)
    await maker.tap(share, message=await maker.sees(button=share))
    asked = await maker.hears("What comes next? Write it in a few words, or skip.")
    if step:
        await maker.say(step)
        await maker.tap((0, 0), message=await maker.hears("By what day?"))
    else:
        await maker.tap(maker.t("Skip"), message=asked)
    await maker.hears("%(number)s: report %(n)s is with the customer")


# -- messages -------------------------------------------------------------------------------------------------


@both
async def test_messages_replies_and_edits_go_both_ways(stage: Stage, language: str) -> None:
    work = await job(stage, language)
    anna, maker = work.customer, work.maker
    await maker.taps("✉️ Message the customer")
    await maker.hears(
        "Write your message to the customer of <b>%(number)s</b>: text, photos, files or voice. What you send next goes to them."
    )
    first = await maker.say("Which <b>colour</b>?")
    asked = await relayed(work, "Which <b>colour</b>?", customer=True)
    assert maker.name not in asked.text
    # The order is what was spoken of last: no button is needed.
    answer = await anna.say("Warm ones", reply_to=asked.message_id)
    heard = await relayed(work, "Warm ones", customer=False)
    assert heard.reply_to == first
    assert anna.name not in heard.text
    await anna.edit(answer, "Cold ones")
    changed = await relayed(work, "Cold ones", customer=False)
    assert changed.message_id == heard.message_id
    await work.end()


@both
async def test_files_voice_and_albums_are_passed_on(stage: Stage, language: str) -> None:
    work = await job(stage, language)
    anna = work.customer
    await anna.send_document(b"%PDF", "brief.pdf", caption="the logo")
    document = await relayed(work, "the logo", customer=False)
    assert document.document is not None
    await anna.send_voice()
    await stage.playground.quiet()
    assert (await work.maker.last()).raw["voice"]
    await anna.send_album(picture(), picture(), picture(), caption="three shots")
    await stage.playground.advance(seconds=2)
    album = await relayed(work, "three shots", customer=False)
    await stage.playground.quiet()
    sent = [one for one in await work.maker.messages() if one.message_id >= album.message_id]
    assert [bool(one.photo) for one in sent[:3]] == [True] * 3
    assert [one.text for one in sent[1:3]] == ["", ""]
    albums = await stage.playground.calls(method="sendMediaGroup")
    assert (
        len([call for call in albums if str(call["params"]["chat_id"]) == str(work.maker.id)]) == 1
    )
    await work.end()


@both
async def test_contact_details_are_covered_and_the_writer_knows(
    stage: Stage, language: str
) -> None:
    work = await job(stage, language)
    await work.customer.say("13812345678, @anna_tea: when?")
    heard = await relayed(work, "when?", customer=False)
    assert "138" not in heard.text
    assert "anna_tea" not in heard.text
    await work.customer.hears(
        "Contact details in your message were covered: everything about an order stays in this chat, where we can help if something goes wrong. The rest was passed on."
    )
    # A contact that is shared is one as well, and its number is kept nowhere.
    await work.customer.share_contact()
    await relayed(work, COVER, customer=False)
    # What was covered before looks alike.
    await stage.playground.quiet()
    rows = await stage.of_order("relays", work.number, "text")
    assert rows == [("13812345678, @anna_tea: when?",), ("",)]
    phones = await stage.rows("select id from outbox where cast(body as text) like '%phone%'")
    assert phones == []
    await work.end()


@both
async def test_a_message_in_the_middle_of_an_order_leaves_the_order_where_it_was(
    stage: Stage, language: str
) -> None:
    work = await job(stage, language)
    anna = work.customer
    await anna.to_deadline("copywriting", "basic")
    await anna.tap(
        anna.t("✉️ Message your specialist"),
        message=await anna.sees(button=anna.t("✉️ Message your specialist"), ever=True),
    )
    await anna.hears(
        "Write your message to your specialist for <b>%(number)s</b>: text, photos, files or voice. What you send next goes to them."
    )
    await anna.say("How is it going?")
    await relayed(work, "How is it going?", customer=False)
    # The dialog stands below again and goes on with what was answered.
    seen = await anna.sees(button=anna.t("📅 Calendar"))
    await anna.tap((0, 0), message=seen)
    await anna.hears("Please check your order", GOALS[language])
    await work.end()


@both
async def test_what_did_not_arrive_is_told_with_the_reason(stage: Stage, language: str) -> None:
    work = await job(stage, language)
    await work.maker.block()
    message = await work.customer.say("Are you there?")
    told = await work.customer.hears(
        "This did not reach your specialist (%(number)s).", work.number
    )
    assert told.reply_to == message
    assert (
        work.customer.t(
            "Reason: they have stopped this chat and cannot be written to at the moment. /support reaches us; we find another way."
        )
        in told.text
    )
    await work.maker.unblock()
    await work.end()


# -- information ----------------------------------------------------------------------------------------------


@both
async def test_asking_stops_the_clock_until_the_answer(stage: Stage, language: str) -> None:
    work = await job(stage, language)
    anna, maker = work.customer, work.maker
    due = (await stage.order(work.number))["due_at"]
    await maker.taps("❓ Ask, and stop the clock")
    await maker.say("Which of the two logos?")
    question = await anna.hears(
        "%(number)s: your specialist needs to know something",
        "Which of the two logos?",
        button="💬 Answer",
    )
    assert await stage.state(work.number) == "awaiting_customer"
    await stage.playground.advance(hours=25)
    await anna.hears("%(number)s is waiting for your answer", "Which of the two logos?")
    await stage.playground.advance(hours=24)
    await anna.hears("%(number)s: work has been standing still for two days")
    await stage.playground.advance(days=5)
    await stage.admin.at(stage.staff).sees(
        work.number, "has not answered for a week", "Which of the two logos?", ever=True
    )
    await anna.taps("💬 Answer")
    await anna.say("The round one")
    await relayed(work, "The round one", customer=False)
    await maker.hears("The customer has answered: the clock of <b>%(number)s</b> goes on.")
    await anna.hears("Passed on, thank you. Work on <b>%(number)s</b> goes on.")
    assert await stage.state(work.number) == "in_progress"
    moved = (await stage.order(work.number))["due_at"] - due
    assert 7 * 86400 < moved / 1000 < 8 * 86400
    assert question.message_id is not None
    await work.end()


@both
async def test_what_is_missing_is_asked_for_in_one_tap(stage: Stage, language: str) -> None:
    work = await job(stage, language, goal="New tea" if language == "en" else "新品上市")
    anna, maker = work.customer, work.maker
    card = await maker.sees(work.number, button=maker.t("📈 Report"), ever=True)
    one_tap = maker.t("❓ Ask for what is missing ({n})")[:6]
    if not any(label.startswith(one_tap) for label in card.labels):
        pytest.fail(f"nothing is missing on {card}")
    await maker.tap(next(label for label in card.labels if label.startswith(one_tap)), message=card)
    await anna.hears("What it is for, in a sentence or two", button="💬 Answer")
    assert await stage.state(work.number) == "awaiting_customer"
    await anna.say("Here: red and gold")
    assert await stage.state(work.number) == "in_progress"
    await maker.say("/work")
    await work.end()


# -- reports --------------------------------------------------------------------------------------------------


@both
async def test_a_photo_with_a_caption_is_a_report_in_three_taps(
    stage: Stage, language: str
) -> None:
    work = await job(stage, language)
    anna, maker = work.customer, work.maker
    await maker.send_photo(caption="All three are shot")
    await maker.taps("📈 As a report")
    share = maker.t("{percent} %", percent=40)
    await maker.tap(share, message=await maker.sees(button=share))
    await maker.hears("What comes next? Write it in a few words, or skip.")
    await maker.say("Cutting")
    await maker.hears("By what day?")
    await maker.say("tomorrow" if language == "en" else "明天")
    await maker.hears("%(number)s: report %(n)s is with the customer")
    card = await anna.sees(
        anna.t("%(number)s · progress report %(n)s", number=work.number, n=1),
        "All three are shot",
        share,
        anna.t("Next: %(step)s", step="Cutting"),
        photo=True,
    )
    assert card.labels == [anna.t("💬 Answer"), "👍"]
    await anna.tap("👍", message=card)
    await maker.hears("The customer likes report %(n)s on <b>%(number)s</b>.", work.number)
    await anna.tap(anna.t("💬 Answer"), message=card)
    await anna.say("Looking good")
    await relayed(work, "Looking good", customer=False)
    await anna.say("/orders")
    await anna.sees(work.number, share, anna.t("progress report on {when}"))
    await work.end()


@both
async def test_the_same_photo_can_be_a_message(stage: Stage, language: str) -> None:
    work = await job(stage, language)
    await work.maker.send_photo(caption="Is this the right door?")
    await work.maker.taps("✉️ As a message")
    seen = await relayed(work, "Is this the right door?", customer=True)
    assert seen.photo is not None
    assert await stage.of_order("reports", work.number, "n") == []
    await work.end()


@both
async def test_figures_become_a_chart_with_the_change(stage: Stage, language: str) -> None:
    work = await job(stage, language)
    anna = work.customer
    await report(work, "播放 1000\n点赞 50", percent=20)
    first = await anna.sees(work.number, "播放: 1,000", photo=True)
    await report(work, "Online\n播放 1500\n点赞 40", percent=60, step="Launch")
    second = await anna.sees(work.number, "Online", photo=True, ever=True)
    assert "播放: 1,500" in second.text
    assert "+50" in second.text
    assert "-20" in second.text
    assert second.message_id > first.message_id
    assert (await stage.order(work.number))["percent"] == 60
    assert await stage.of_order("reports", work.number, "n", "percent", "next_step") == [
        (1, 20, ""),
        (2, 60, "Launch"),
    ]
    history = await stage.of_order("order_history", work.number, "transition")
    assert history[-2:] == [("report",), ("report",)]
    await work.end()


@both
async def test_a_draft_can_be_discarded(stage: Stage, language: str) -> None:
    work = await job(stage, language)
    await work.maker.taps("📈 Report")
    await work.maker.say("nothing yet")
    toast_on = await work.maker.sees(button=work.maker.t("🗑 Discard"))
    toast = await work.maker.tap(work.maker.t("🗑 Discard"), message=toast_on)
    assert work.maker.t("Discarded. Nothing was sent.") in (toast.text or "")
    await work.customer.does_not_see("nothing yet", ever=True)
    assert await stage.of_order("reports", work.number, "n") == []
    await work.end()


@both
async def test_a_report_that_is_due_is_asked_for_twice_then_staff_know(
    stage: Stage, language: str
) -> None:
    work = await job(stage, language)
    maker = work.maker
    await stage.playground.advance(days=4, minutes=1)
    asked = await maker.hears("%(number)s: a progress report is due", work.number)
    await stage.playground.advance(hours=12)
    again = await maker.hears("%(number)s: the report is still missing", work.number)
    assert asked.message_id is not None
    await stage.playground.advance(hours=12)
    await stage.admin.at(stage.staff).sees(work.number, "no progress report", ever=True)
    # A photo in reply needs no question: it is the report.
    await maker.send(
        photo={"name": "a.png", "data": _encoded(picture())},
        caption="Here it is",
        reply_to=again.message_id,
    )
    share = maker.t("{percent} %", percent=50)
    await maker.tap(share, message=await maker.sees(button=share))
    await maker.taps("Skip")
    await work.customer.sees(work.number, "Here it is", share, photo=True)
    await stage.playground.advance(days=3)
    await maker.does_not_see(maker.t("%(number)s: a progress report is due", number=work.number))
    await stage.playground.advance(days=1, minutes=1)
    await maker.hears("%(number)s: a progress report is due", work.number)
    await work.end()


def _encoded(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode()


# -- lateness -------------------------------------------------------------------------------------------------


@both
async def test_late_orders_show_it_and_can_be_cancelled_with_everything_returned(
    stage: Stage, language: str
) -> None:
    work = await job(stage, language)
    anna, maker = work.customer, work.maker
    await stage.playground.advance(days=13)
    await anna.hears("Order <b>%(number)s</b> is late. We are sorry.", work.number)
    await was(maker, "Order <b>%(number)s</b> is late.", work.number)
    await stage.admin.at(stage.staff).sees(work.number, "is late", ever=True)
    await anna.card(work.number)
    card = await anna.sees(work.number, anna.t("late"))
    if anna.t("✖️ Cancel, full refund") not in card.labels:
        await stage.playground.advance(days=1, hours=1)
    await was(anna, "%(number)s is more than a day late", work.number)
    await stage.admin.at(stage.staff).sees(work.number, "more than a day late", ever=True)
    # While a change of it is open the clocks stand still, and nobody counts hours against anybody.
    await begin(anna, work.number, "What is to be done")
    await anna.hears("What is to be different in order %(number)s?", work.number)
    await anna.say("One more scene")
    await anna.taps("✅ Ask for it")
    wish = await anna.hears(CHANGE, work.number, button="✖️ Take it back")
    very_late = await anna.sees(button=anna.t("✖️ Cancel, full refund"), ever=True)
    stands_still = await anna.tap(anna.t("✖️ Cancel, full refund"), message=very_late)
    assert stands_still.alert
    assert stands_still.text == anna.t("The order is on hold while a question is settled.")
    assert anna.t("✖️ Cancel, full refund") not in (await anna.card(work.number)).labels
    await anna.taps("✖️ Take it back", on=wish)
    await anna.hears("Taken back. The order stays as it is, and the clock goes on.", work.number)
    await stage.playground.quiet()
    await anna.taps("✖️ Cancel, full refund")
    asked = await anna.hears(
        "It costs you nothing, as the work is late: you get %(price)s back in full.", "11,600"
    )
    assert await stage.state(work.number) == "in_progress"
    await anna.tap(anna.t("Yes, cancel it"), message=asked)
    await was(
        anna,
        "Order <b>%(number)s</b> is cancelled, at no cost. We are sorry that it did not arrive in time.",
    )
    await was(
        maker,
        "The customer has cancelled <b>%(number)s</b>, as it was more than a day late. Please stop work on it; the money goes back.",
    )
    assert await stage.state(work.number) == "cancelled"
    assert await stage.of_order("refunds", work.number, "state", "amount") == [("succeeded", 11600)]
    await work.end()
