"""The brief: goal, deadline, requirements, notes, attachments, and everything that is wrong with them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import inspect

from playground.people import Seen, picture
from tests.conversations.conftest import Stage
from tests.conversations.steps import GOALS, WHEN, Guest

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
zh = pytest.mark.parametrize("language", ["zh"])
en = pytest.mark.parametrize("language", ["en"])

CARD = "4111 1111 1111 1111"


async def today(stage: Stage) -> date:
    return (await stage.playground.now()).astimezone(stage.app.settings.timezone).date()


# -- the goal ------------------------------------------------------------------------------------


@both
async def test_goals_that_say_too_little_or_too_much(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.to_goal()
    await anna.say("ab")
    await anna.hears(
        "That is very short ({length} characters). Please write at least {minimum}, one sentence is enough."
    )
    await anna.say("🚀🚀🚀🚀🚀")
    await anna.hears(
        "Please say it in words: what should come out of this? One sentence is enough."
    )
    await anna.say("茶" * 501)
    await anna.hears(
        "That is {length} characters; the goal has room for {maximum}. Please put the essence here, details go under “Requirements”.",
        "501",
    )
    await anna.say("<b>" + GOALS[language] + " & </b>")
    seen = await anna.hears(WHEN)
    await anna.tap((0, 0), message=seen)
    await anna.hears("Please check your order", "<b>" + GOALS[language] + " & </b>")


@zh
async def test_a_card_number_is_deleted_and_kept_nowhere(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.to_goal()
    typed = await anna.say(f"Pay with {CARD} please")
    await anna.hears(
        "That looked like a card number, so I deleted it and kept nothing of it. You never need to send one here: payment happens in the invoice."
    )
    await stage.playground.quiet()
    assert typed not in [message.message_id for message in await anna.messages()]
    assert await kept(stage, CARD) == []
    await anna.say(GOALS[language])
    await anna.hears(WHEN)


@pytest.mark.parametrize("text", [f"/order {CARD}", "/4111111111111111", f"/start {CARD}"])
async def test_a_card_number_in_a_command_is_kept_nowhere_either(stage: Stage, text: str) -> None:
    anna = await stage.customer()
    typed = await anna.say(text)
    await anna.hears(
        "That looked like a card number, so I deleted it and kept nothing of it. You never need to send one here: payment happens in the invoice."
    )
    await stage.playground.quiet()
    assert typed not in [message.message_id for message in await anna.messages()]
    assert await kept(stage, CARD) == []


async def test_a_card_number_below_a_picture_is_deleted_too(stage: Stage) -> None:
    anna = await stage.customer()
    await anna.to_summary()
    typed = await anna.send_photo(caption=f"my card {CARD}")
    await anna.hears(
        "That looked like a card number, so I deleted it and kept nothing of it. You never need to send one here: payment happens in the invoice."
    )
    await stage.playground.quiet()
    assert typed not in [message.message_id for message in await anna.messages()]
    assert await kept(stage, CARD) == []


async def kept(stage: Stage, secret: str) -> list[str]:
    """Tables and columns that hold the secret, with or without its spaces."""
    found = []
    for table in await stage.database.read(lambda c: inspect(c).get_table_names()):
        for row in await stage.rows(f"select * from {table}"):  # a test's database is small
            found += [
                f"{table}.{column}"
                for column, value in row.items()
                if isinstance(value, str) and (secret in value or secret.replace(" ", "") in value)
            ]
    return found


# -- the deadline --------------------------------------------------------------------------------


@both
async def test_deadlines_that_cannot_be(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.to_deadline()
    await anna.say({"zh": "昨天", "en": "yesterday"}[language])
    await anna.hears("That day is over. The earliest possible is {earliest}.")
    await anna.say({"zh": "不急", "en": "no rush"}[language])
    await anna.hears(
        "No hurry is fine. Please still choose a day to plan for; the earliest is {earliest}."
    )
    await anna.say({"zh": "明天", "en": "tomorrow"}[language])
    await anna.hears(
        "This plan takes {period_days} days, so {wanted} is too early. From {earliest} on it works; a smaller plan may be faster."
    )
    await anna.say((await today(stage) + timedelta(days=500)).isoformat())
    await anna.hears("{wanted} is more than a year away. Up to {latest} can be planned.")
    await anna.say({"zh": "看月亮的心情吧", "en": "when the moon is made of cheese"}[language])
    await anna.hears("I did not understand that. What you can do now:")
    await anna.tap((0, 0))
    await anna.hears("Please check your order")


@pytest.mark.parametrize(
    ("language", "typed", "days"),
    [
        ("zh", "30天后", 30),
        ("en", "in 30 days", 30),
        ("zh", "四周内", 28),
        ("en", "in four weeks", 28),
    ],
)
async def test_deadline_in_words(stage: Stage, language: str, typed: str, days: int) -> None:
    anna = await stage.customer(language)
    await anna.to_deadline()
    await anna.say(typed)
    seen = await anna.hears("Please check your order")
    day = await today(stage) + timedelta(days=days)
    shown = f"{day.month}月{day.day}日" if language == "zh" else f"{day:%b} {day.day}"
    assert shown in seen.text


@en
async def test_an_ambiguous_deadline_is_asked_back_with_buttons(
    stage: Stage, language: str
) -> None:
    anna = await stage.customer(language)
    await anna.to_deadline()
    day = await today(stage) + timedelta(days=60)
    month = (day.replace(day=1) + timedelta(days=31)).month
    other = 3 if month != 3 else 5
    await anna.say(f"{other}/{month}")
    seen = await anna.sees(where=lambda one: bool(one.labels))
    if anna.t("📅 I can read that in more than one way. Which day do you mean?") in seen.text:
        assert len([label for label in seen.labels if any(c.isdigit() for c in label)]) >= 2
        await anna.tap((0, 0), message=seen)
        seen = await anna.sees(where=lambda one: one.message_id >= seen.message_id)
    assert language == "zh" or "⚠️" in seen.text or "check your order" in seen.text


@zh
async def test_a_day_from_the_calendar(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.to_deadline()
    await anna.taps("📅 Calendar")
    first = await anna.sees(button="›")
    await anna.tap("›", message=first)
    second = await anna.sees(button="‹")
    free = [label for label in second.labels if label.isdigit()]
    assert len(free) >= 28
    await anna.tap("‹", message=second)
    again = await anna.sees(where=lambda one: one.labels == first.labels)
    await anna.tap("›", message=again)
    third = await anna.sees(where=lambda one: one.labels == second.labels)
    await anna.tap("15", message=third)
    await anna.hears("Please check your order", "15")


async def test_a_day_off_the_calendar_does_nothing(stage: Stage) -> None:
    anna = await stage.customer()
    await anna.to_deadline()
    await anna.taps("📅 Calendar")
    seen = await anna.sees(button="›")
    row = next(
        (r, c)
        for r, line in enumerate(seen.buttons)
        for c, button in enumerate(line)
        if button.text == "·"
    )
    await anna.tap(row, message=seen)
    await stage.playground.quiet()
    assert (await anna.last()).labels == seen.labels


# -- what else is in the brief -------------------------------------------------------------------


@both
async def test_requirements_and_notes_from_the_summary(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.to_summary()
    await anna.taps("✏️ Requirements")
    await anna.hears("📋 Is there anything the work must have or must avoid?")
    await anna.say("x" * 1501)
    await anna.sees("1501", "1500")
    await anna.say("9:16, warm colours")
    await anna.hears("Please check your order", "9:16, warm colours")
    await anna.taps("✏️ Notes")
    await anna.say("y" * 801)
    await anna.sees("801", "800")
    await anna.say("Call me after 6 pm")
    seen = await anna.hears("Please check your order", "Call me after 6 pm")
    assert "9:16, warm colours" in seen.text
    await anna.taps("✏️ Notes")
    await anna.hears("Now: <b>%(text)s</b>", "Call me after 6 pm")
    await anna.taps("Keep it ›")
    await anna.hears("Please check your order", "Call me after 6 pm")


@en
async def test_a_service_that_asks_for_requirements_lets_them_be_skipped(
    stage: Stage, language: str
) -> None:
    anna = await stage.customer(language)
    seen = await anna.to_deadline("onsite_shooting", "basic")
    await anna.tap((0, 0), message=seen)
    await anna.hears("📋 Is there anything the work must have or must avoid?")
    await anna.say({"zh": "跳过", "en": "skip"}[language])
    summary = await anna.hears("Please check your order")
    assert anna.t("Requirements: %(text)s", text="")[:3] not in summary.text


async def attaching(anna: Guest) -> Seen:
    await anna.to_summary()
    await anna.taps("📎 Attachments")
    return await anna.sees(button=anna.t("Nothing to attach"))


@both
async def test_photo_document_voice_and_an_album(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await attaching(anna)
    await anna.send_photo(picture(64, 40))
    await anna.hears("%(n)s file so far:", button="✅ Done")
    await anna.send_document(b"%PDF-1.4 brand guide", "brand <guide>.pdf")
    await anna.sees("2", "brand <guide>.pdf")
    await anna.send_voice()
    await anna.sees("3", anna.t("voice message"))
    await anna.send_album(picture(65, 40), picture(66, 40), picture(67, 40))
    await anna.sees("6", anna.t("✅ Done") and anna.t("voice message"))
    await stage.playground.quiet()
    await anna.taps("🗑 Remove the last one")
    await anna.sees("5", button=anna.t("✅ Done"))
    await anna.taps("✅ Done")
    await anna.hears("Please check your order", "📎 5")
    number = await anna.confirms()
    order = await stage.order(number)
    body = (await stage.rows("select body from briefs where order_id = :id", id=order["id"]))[0]
    assert body["body"].count('"file_id"') == 5


@zh
async def test_the_eleventh_file_one_too_big_and_one_sent_twice(
    stage: Stage, language: str
) -> None:
    anna = await stage.customer(language)
    await attaching(anna)
    for n in range(10):
        await anna.send_document(b"page %d" % n, f"page {n}.txt")
    await anna.sees("page 9.txt", "10")
    await anna.send_document(b"one more", "page 10.txt")
    await anna.hears(
        "{maximum} files are the most an order can have. Put several into one archive, or remove one."
    )
    await anna.taps("🗑 Remove the last one")
    await anna.sees("page 8.txt", "9")
    await anna.send_document(b"\0" * (20 * 1024 * 1024 + 1), "film.mov")
    await anna.sees("film.mov", "20 MB")
    await anna.taps("✅ Done")
    await anna.hears("Please check your order", "📎 9")


@en
async def test_what_cannot_be_attached(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await attaching(anna)
    await anna.send_location(31.2, 121.5)
    await anna.hears(
        "I cannot read this kind of message. Text, photos, documents, voice messages and videos work."
    )
    await anna.send(contact={"phone_number": "+8613800000000", "first_name": "Li"})
    await anna.hears("I did not understand that. What you can do now:")
    await anna.taps("Nothing to attach")
    await anna.hears("Please check your order")


@zh
async def test_a_file_at_the_summary_is_attached(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.to_summary()
    await anna.send_photo()
    await anna.hears("%(n)s file so far:", button="✅ Done")
    await anna.taps("✅ Done")
    await anna.hears("Please check your order", "📎 1")


@en
async def test_a_file_before_there_is_an_order_is_explained(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await anna.send_photo()
    await anna.hears(
        "Thank you. I can attach files once your order has a goal: choose a service first (/start), then send them again."
    )


@zh
async def test_what_is_written_below_a_file_is_not_lost(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    await attaching(anna)
    words = {"zh": "这种风格就很好", "en": "This style is just right"}[language]
    await anna.send_photo(caption=words)
    await anna.hears("%(n)s file so far:")
    await anna.taps("✅ Done")
    await anna.hears("Please check your order", words)
