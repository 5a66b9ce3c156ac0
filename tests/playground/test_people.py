"""Playing people: what they do reaches the bot, what they see is what stands."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.people import NotSeen, Person, Playground, PlaygroundError, picture
from tests.playground.conftest import BareBot, cashier, polling


@pytest.fixture
async def anna(playground: Playground) -> Person:
    anna = await playground.person("Anna", "zh", username="anna", phone="+4930123")
    await anna.start("tea-basic")
    return anna


def inline(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": one, "callback_data": one}] for one in labels]}


async def test_a_message_as_the_bot_is_told(anna: Person, bot: BareBot) -> None:
    [update] = await bot.updates()
    message = update["message"]
    assert message["text"] == "/start tea-basic"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["from"] == {
        "id": anna.id, "is_bot": False, "first_name": "Anna", "username": "anna",
        "language_code": "zh",
    }  # fmt: skip
    assert message["chat"] == {
        "id": anna.id, "type": "private", "first_name": "Anna", "username": "anna",
    }  # fmt: skip


async def test_sees_waits_and_looks_only_at_what_is_new(anna: Person, bot: BareBot) -> None:
    sent = await bot.ok("sendMessage", chat_id=anna.id, text="Hello")
    await anna.sees("Hello")
    await anna.say("again")
    with pytest.raises(NotSeen, match="Hello"):
        await anna.sees("Hello", timeout=0.1)
    assert (await anna.sees("Hello", ever=True)).message_id == sent["message_id"]
    waiting = asyncio.create_task(anna.sees("Bye"))
    await asyncio.sleep(0.05)
    here = {"chat_id": anna.id, "message_id": sent["message_id"]}
    await bot.ok("editMessageText", **here, text="Bye")
    assert (await waiting).edited


async def test_a_tap_brings_the_answer(anna: Person, bot: BareBot) -> None:
    await bot.ok(
        "sendMessage", chat_id=anna.id, text="Choose", reply_markup=inline("Tea", "Teapot")
    )
    taps: list[dict[str, Any]] = []

    async def handle(bot: BareBot, update: dict[str, Any]) -> None:
        if "callback_query" in update:
            taps.append(update["callback_query"])
            query = taps[-1]["id"]
            await bot.ok("answerCallbackQuery", callback_query_id=query, text="done")

    async with polling(bot, handle):
        assert (await anna.tap("Tea")).text == "done"
        assert (await anna.tap("pot")).answered
        await anna.tap((0, 0))
        await anna.forge("evil")
        first, second = await asyncio.gather(anna.tap("Tea"), anna.tap("Tea"))
        assert first.answered
        assert second.answered
    assert [tap["data"] for tap in taps] == ["Tea", "Teapot", "Tea", "evil", "Tea", "Tea"]
    with pytest.raises(PlaygroundError, match="not unique"):
        await anna.tap("ea")
    with pytest.raises(PlaygroundError, match="'Tea', 'Teapot'"):
        await anna.tap("Coffee")


async def test_late_answers_are_too_old(anna: Person, bot: BareBot, playground: Playground) -> None:
    await bot.ok("sendMessage", chat_id=anna.id, text="Choose", reply_markup=inline("Tea"))
    await anna.tap("Tea", wait=False)
    query = (await bot.updates())[-1]["callback_query"]["id"]
    await playground.advance(seconds=200)
    assert await bot.error("answerCallbackQuery", callback_query_id=query) == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


async def test_reply_keyboards(anna: Person, bot: BareBot) -> None:
    keyboard = [[{"text": "Share", "request_contact": True}, "Later"]]
    await bot.ok(
        "sendMessage",
        chat_id=anna.id,
        text="Your number?",
        reply_markup={"keyboard": keyboard, "one_time_keyboard": True},
    )
    assert await anna.keyboard() == [["Share", "Later"]]
    await anna.tap("Share")
    assert await anna.keyboard() == []
    contact = (await bot.updates())[-1]["message"]["contact"]
    assert contact == {"phone_number": "+4930123", "first_name": "Anna", "user_id": anna.id}
    await bot.ok("sendMessage", chat_id=anna.id, text="?", reply_markup={"keyboard": keyboard})
    await anna.tap("Later")
    assert (await bot.updates())[-1]["message"]["text"] == "Later"
    assert await anna.keyboard() == [["Share", "Later"]]
    await bot.ok("sendMessage", chat_id=anna.id, text="!", reply_markup={"remove_keyboard": True})
    assert await anna.keyboard() == []


async def test_files_and_albums(anna: Person, bot: BareBot) -> None:
    await anna.send_photo(caption="look")
    await anna.send_document(b"%PDF", "brief.pdf")
    await anna.send_voice()
    await anna.send_album(picture(), picture(20, 20), caption="two")
    await anna.send_sticker("🐢")
    told = [update["message"] for update in await bot.updates()][1:]
    assert told[0]["caption"] == "look"
    assert told[1]["document"]["file_name"] == "brief.pdf"
    assert told[2]["voice"]["duration"] == 3
    assert told[3]["media_group_id"] == told[4]["media_group_id"]
    assert (told[5]["sticker"]["emoji"], told[5]["sticker"]["type"]) == ("🐢", "regular")
    shown = await anna.messages()
    assert shown[-1].raw["sticker"]["emoji"] == "🐢"
    assert shown[1].photo is not None
    response = await bot.http.get(shown[1].photo["url"])
    assert response.content[:2] == b"\xff\xd8"
    assert response.headers["content-type"] == "image/jpeg"
    assert shown[2].document is not None
    assert shown[2].document["name"] == "brief.pdf"


async def test_edits_and_long_texts(anna: Person, bot: BareBot) -> None:
    said = await anna.say("tee")
    await anna.edit(said, "tea")
    await anna.say("x" * 5000)
    updates = (await bot.updates())[1:]
    assert updates[1]["edited_message"]["text"] == "tea"
    assert [len(update["message"]["text"]) for update in updates[2:]] == [4096, 904]


async def test_groups_privacy_and_topics(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    bob = await playground.person("Bob")
    forum = await playground.group("Support", [bob, anna], forum=True)
    topic = await bot.ok("createForumTopic", chat_id=forum.id, name="Order 1")
    thread = topic["message_thread_id"]
    assert await playground.topics(forum) == {thread: "Order 1"}
    await bot.ok("sendMessage", chat_id=forum.id, message_thread_id=thread, text="A new order")
    here = bob.at(forum, thread)
    seen = await here.sees("A new order")
    assert seen.thread == thread
    await here.say("I take it")
    told = (await bot.updates())[-1]["message"]
    assert told["message_thread_id"] == thread
    assert told["is_topic_message"]
    await playground.delete_topic(forum, thread)
    assert await bot.error("sendMessage", chat_id=forum.id, message_thread_id=thread, text="x") == (
        "Bad Request: message thread not found"
    )
    plain = await playground.group("Plain", [bob], bot_is_admin=False)
    before = len(await bot.updates())
    await bob.at(plain).say("not for bots")
    await bob.at(plain).say("/help")
    assert len(await bot.updates()) == before + 1
    assert await bot.error("createForumTopic", chat_id=plain.id, name="x") == (
        "Bad Request: the chat is not a forum"
    )


async def test_unknown_names_and_wrong_types_are_refused(playground: Playground) -> None:
    with pytest.raises(PlaygroundError, match="sparkle"):
        await playground.post("/people", name="Anna", sparkle=True)
    with pytest.raises(PlaygroundError, match="name"):
        await playground.post("/people", name=5)
    with pytest.raises(PlaygroundError, match="no person 4711"):
        await playground.post("/people/4711/send", text="x")


async def test_quiet_waits_for_silence(anna: Person, bot: BareBot, playground: Playground) -> None:
    with pytest.raises(NotSeen, match="1 updates pending"):
        await playground.quiet(timeout=0.1)

    async def slow(bot: BareBot, update: dict[str, Any]) -> None:
        await asyncio.sleep(0.2)
        await bot.ok("sendMessage", chat_id=anna.id, text="at last")

    async with polling(bot, slow):
        await playground.quiet()
    await anna.sees("at last", timeout=0)
    async with polling(bot, cashier):
        await anna.does_not_see("never")
