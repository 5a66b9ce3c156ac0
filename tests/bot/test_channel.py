"""What every channel must do, over real HTTP to the playground. One suite for all adapters."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.errors import Conflict, Unauthorized
from bot.channels.port import Blocked, Call, Channel, Gone, Refused, Unchanged, UnknownOutcome, Wait
from bot.channels.telegram_aiogram import AiogramChannel
from bot.channels.telegram_ptb import PtbChannel
from handlers.events import MessageEvent, UnknownEvent
from playground.people import Playground, picture
from tests.bot.desk import TOKEN

Maker = Callable[[str, str], Channel]


def _now() -> datetime:
    return datetime.now(UTC)


def _aiogram(token: str, url: str) -> Channel:
    return AiogramChannel(token, base_url=url, now=_now)


def _ptb(token: str, url: str) -> Channel:
    return PtbChannel(token, base_url=url, now=_now)


@pytest.fixture(params=[_aiogram, _ptb], ids=["aiogram", "ptb"])
def maker(request: pytest.FixtureRequest) -> Maker:
    made: Maker = request.param
    return made


@pytest.fixture
async def channel(maker: Maker, playground: Playground) -> AsyncIterator[Channel]:
    made = maker(TOKEN, playground.url)
    yield made
    await made.close()


async def say(channel: Channel, chat: int, text: str, **more: Any) -> int:
    done = await channel.perform(
        Call(method="sendMessage", params={"chat_id": chat, "text": text, **more})
    )
    (message_id,) = done.message_ids
    return message_id


async def test_who_we_are(channel: Channel) -> None:
    me = await channel.identity()
    assert (me.id, me.username) == (7000002, "orderclerk_bot")


async def test_updates_come_again_until_they_are_confirmed(
    channel: Channel, playground: Playground
) -> None:
    anna = await playground.person("Anna", "zh")
    await anna.start("video-basic")
    await anna.say("你好")
    first = await channel.get_updates(None, 0, 100)
    assert [number for number, _ in await channel.get_updates(None, 0, 100)] == [
        number for number, _ in first
    ]
    texts = [event.text for _, event in first if isinstance(event, MessageEvent)]
    assert texts == ["/start video-basic", "你好"]
    assert first[0][1].external_id == str(first[0][0])
    event = first[1][1]
    assert isinstance(event, MessageEvent)
    assert (event.sender.id, event.sender.language_code) == (anna.id, "zh")
    (left,) = await channel.get_updates(first[1][0], 0, 100)
    assert left == first[1] or left[0] == first[1][0]
    assert await channel.get_updates(first[1][0] + 1, 0, 100) == []


async def test_a_long_poll_ends_with_the_first_update(
    channel: Channel, playground: Playground
) -> None:
    anna = await playground.person("Anna")
    polling = asyncio.create_task(channel.get_updates(None, 20, 100))
    await asyncio.sleep(0.1)
    assert not polling.done()
    await anna.say("hello")
    async with asyncio.timeout(5):
        assert len(await polling) == 1


async def test_reactions_and_edits_are_asked_for(channel: Channel, playground: Playground) -> None:
    await channel.get_updates(None, 0, 100)
    anna = await playground.person("Anna")
    group = await playground.group("Team", [anna], bot_is_admin=True)
    number = await anna.at(group).say("look")
    await anna.at(group).edit(number, "look again")
    await playground.post(f"/people/{anna.id}/react", chat=group.id, message_id=number, emoji="👍")
    kinds = [type(event).__name__ for _, event in await channel.get_updates(None, 0, 100)]
    assert kinds[-3:] == ["MessageEvent", "MessageEvent", "ReactionEvent"]


async def test_one_malformed_update_does_not_stop_the_others(
    channel: Channel, playground: Playground
) -> None:
    anna = await playground.person("Anna")
    await anna.say("before")
    await playground.inject({"message": {"message_id": "seven", "chat": 5}})
    await playground.inject({"something_new": {"a": 1}})
    await anna.say("after")
    events = [event for _, event in await channel.get_updates(None, 0, 100)]
    assert [type(event) for event in events] == [
        MessageEvent,
        UnknownEvent,
        UnknownEvent,
        MessageEvent,
    ]


async def test_messages_and_their_ids(channel: Channel, playground: Playground) -> None:
    anna = await playground.person("Anna")
    await anna.start()
    message_id = await say(channel, anna.id, "<b>hello</b>", parse_mode="HTML")
    seen = await anna.sees("hello")
    assert (seen.message_id, seen.html) == (message_id, "<b>hello</b>")
    edited = await channel.perform(
        Call(
            method="editMessageText",
            params={
                "chat_id": anna.id,
                "message_id": message_id,
                "text": "new",
                "reply_markup": {
                    "inline_keyboard": [
                        [{"text": "Go", "callback_data": "1.1.0", "style": "primary"}]
                    ]
                },
            },
        )
    )
    assert edited.message_ids == (message_id,)
    after = await anna.sees("new", button="Go", ever=True)
    assert after.buttons[0][0].style == "primary"


async def test_files_up_and_down(channel: Channel, playground: Playground, tmp_path: Path) -> None:
    anna = await playground.person("Anna")
    await anna.start()
    (tmp_path / "a.png").write_bytes(picture())
    done = await channel.perform(
        Call(
            method="sendPhoto",
            params={"chat_id": anna.id, "caption": "look"},
            files={"photo": str(tmp_path / "a.png")},
        )
    )
    assert done.file_id is not None
    # Whatever picture was sent, it is a JPEG afterwards.
    assert (await channel.download(done.file_id))[:2] == b"\xff\xd8"
    again = await channel.perform(
        Call(method="sendPhoto", params={"chat_id": anna.id, "photo": done.file_id})
    )
    assert again.message_ids > done.message_ids
    (tmp_path / "note.txt").write_text("hello")
    document = await channel.perform(
        Call(
            method="sendDocument",
            params={"chat_id": anna.id},
            files={"document": str(tmp_path / "note.txt")},
            names={"document": "Brief.txt"},
        )
    )
    seen = await anna.sees(document=True, ever=True)
    assert seen.document is not None
    assert seen.document["name"] == "Brief.txt"
    assert await channel.download(document.file_id or "") == b"hello"


async def test_files_inside_parameters(
    channel: Channel, playground: Playground, tmp_path: Path
) -> None:
    anna = await playground.person("Anna")
    await anna.start()
    (tmp_path / "a.png").write_bytes(picture())
    (tmp_path / "b.png").write_bytes(picture(color=(1, 2, 3)))
    media = [{"type": "photo", "caption": "one"}, {"type": "photo"}]
    done = await channel.perform(
        Call(
            method="sendMediaGroup",
            params={"chat_id": anna.id, "media": media},
            files={
                "media.0.media": str(tmp_path / "a.png"),
                "media.1.media": str(tmp_path / "b.png"),
            },
        )
    )
    assert len(done.message_ids) == len(set(done.file_ids)) == 2
    # What was passed in is not changed.
    assert media == [{"type": "photo", "caption": "one"}, {"type": "photo"}]
    text = await say(channel, anna.id, "text")
    edited = await channel.perform(
        Call(
            method="editMessageMedia",
            params={"chat_id": anna.id, "message_id": text, "media": {"type": "photo"}},
            files={"media.media": str(tmp_path / "a.png")},
        )
    )
    assert edited.message_ids == (text,)
    assert edited.file_id


async def test_plain_answers_of_calls(channel: Channel, playground: Playground) -> None:
    anna = await playground.person("Anna")
    group = await playground.group("Support", [anna], forum=True)
    done = await channel.perform(
        Call(method="createForumTopic", params={"chat_id": group.id, "name": "Order"})
    )
    assert done.message_ids == ()
    assert isinstance(done.result, dict)
    assert isinstance(done.result["message_thread_id"], int)
    closed = await channel.perform(
        Call(
            method="closeForumTopic",
            params={
                "chat_id": group.id,
                "message_thread_id": done.result["message_thread_id"],
            },
        )
    )
    assert closed.result is True


async def test_what_telegram_says_no_to(channel: Channel, playground: Playground) -> None:
    anna = await playground.person("Anna")
    stranger = await playground.person("Bo")
    await anna.start()
    message_id = await say(channel, anna.id, "hello")
    edit = {"chat_id": anna.id, "message_id": message_id, "text": "hello"}
    with pytest.raises(Unchanged):
        await channel.perform(Call(method="editMessageText", params=edit))
    with pytest.raises(Gone) as gone:
        await channel.perform(Call(method="editMessageText", params={**edit, "message_id": 9999}))
    assert gone.value.what == "message"
    with pytest.raises(Refused, match="message text is empty"):
        await say(channel, anna.id, "   ")
    with pytest.raises(Refused, match="can't parse entities"):
        await say(channel, anna.id, "<b>open", parse_mode="HTML")
    with pytest.raises(Blocked):
        await say(channel, stranger.id, "hello")
    with pytest.raises(Blocked):
        await say(channel, 123456789, "hello")
    with pytest.raises(Gone) as gone:
        await channel.perform(Call(method="answerCallbackQuery", params={"callback_query_id": "1"}))
    assert gone.value.what == "query"


async def test_requests_that_make_no_sense_do_not_quote_what_is_in_them(channel: Channel) -> None:
    with pytest.raises(Refused) as refused:
        await channel.perform(
            Call(method="sendMessage", params={"chat_id": 5, "text": ["canary", 1]})
        )
    assert "canary" not in str(refused.value)
    with pytest.raises(Refused):
        await channel.perform(Call(method="sendMessage", params={"chat_id": 5}))
    for method in ("sendTelepathy", "send_message", "", "__class__", "TelegramMethod"):
        with pytest.raises(Refused):
            await channel.perform(Call(method=method, params={}))
    with pytest.raises(Refused, match="no such file"):
        await channel.perform(
            Call(method="sendPhoto", params={"chat_id": 5}, files={"photo": "/nowhere.png"})
        )


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("lost_answer", UnknownOutcome),
        ("drop", UnknownOutcome),
        (500, UnknownOutcome),
        (502, UnknownOutcome),
        (401, Unauthorized),
    ],
)
async def test_failures_on_the_way(
    channel: Channel, playground: Playground, fault: Any, kind: type[Exception]
) -> None:
    anna = await playground.person("Anna")
    await anna.start()
    await playground.fault(fault, method="sendMessage")
    with pytest.raises(kind) as failed:
        await say(channel, anna.id, "hello")
    assert type(failed.value) is kind
    assert TOKEN.partition(":")[2] not in str(failed.value)
    # And the next one works again.
    assert await say(channel, anna.id, "hello")


async def test_being_told_to_wait(channel: Channel, playground: Playground) -> None:
    anna = await playground.person("Anna")
    await anna.start()
    await playground.fault(429, method="sendMessage", retry_after=7)
    with pytest.raises(Wait) as wait:
        await say(channel, anna.id, "hello")
    assert wait.value.seconds == 7


async def test_nobody_there_means_nothing_was_sent(maker: Maker) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    channel = maker(TOKEN, f"http://127.0.0.1:{port}")
    try:
        with pytest.raises(Wait):
            await say(channel, 5, "hello")
    finally:
        await channel.close()


async def test_a_server_that_is_no_telegram(maker: Maker) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b"<html>502 Bad Gateway</html>"
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    channel = maker(TOKEN, f"http://127.0.0.1:{port}")
    try:
        with pytest.raises(UnknownOutcome):
            await say(channel, 5, "hello")
    finally:
        await channel.close()
        server.close()
        await server.wait_closed()


async def test_a_token_nobody_knows(maker: Maker, playground: Playground) -> None:
    await playground.fault(401, method="getMe")
    channel = maker(TOKEN, playground.url)
    try:
        with pytest.raises(Unauthorized):
            await channel.identity()
    finally:
        await channel.close()


async def test_another_reader_is_a_conflict(channel: Channel, playground: Playground) -> None:
    await playground.fault(
        409,
        method="getUpdates",
        description="Conflict: terminated by other getUpdates request",
    )
    with pytest.raises(Conflict):
        await channel.get_updates(None, 0, 100)


@pytest.mark.parametrize(
    ("name", "others"), [("aiogram", ("telegram",)), ("ptb", ("aiogram", "aiohttp"))]
)
def test_only_the_chosen_library_is_loaded(name: str, others: tuple[str, ...]) -> None:
    """The whole program, in a process of its own: importing aiogram costs seconds and 170 MB."""
    code = f"""
import asyncio, sys, bot.app, bot.commands.run
from bot.settings import Settings
async def main():
    app = bot.app.build(Settings(bot_token="1:x", channel="{name}"))
    print(type(app.channel()).__module__)
    await app.channel().close()
    print(*sorted(name for name in sys.modules if name in {others!r}))
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines() == [f"bot.channels.telegram_{name}", ""]


def test_what_aiogram_builds_late_it_can_build() -> None:
    """In a process of its own: what is built stays so."""
    code = """
import bot.channels.telegram_aiogram, aiogram.methods, aiogram.types
from pydantic import BaseModel
def kinds(module):
    return {k for k in vars(module).values() if isinstance(k, type) and issubclass(k, BaseModel)}
def waiting(module):
    return [kind for kind in kinds(module) if not kind.__pydantic_complete__]
print(len(waiting(aiogram.types)) > 300, len(waiting(aiogram.methods)) > 0)
person = {"id": 1, "is_bot": False, "first_name": "Anna"}
message = {"message_id": 5, "date": 0, "chat": {"id": 1, "type": "private"}, "from": person}
read = aiogram.types.Update.model_validate({"update_id": 7, "message": message})
print(read.message.from_user.first_name)
call = aiogram.methods.SendMediaGroup(chat_id=1, media=[{"type": "photo", "media": "one"}])
print(type(call.media[0]).__name__)
for kind in waiting(aiogram.methods):
    kind.model_rebuild()
print(waiting(aiogram.methods), BaseModel.model_rebuild.__func__.__module__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines() == ["True True", "Anna", "InputMediaPhoto", "[] pydantic.main"]
