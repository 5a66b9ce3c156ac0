"""The clients of both libraries talk to it as they talk to Telegram."""

from __future__ import annotations

from typing import Any

import pytest
import telegram
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputMediaVideo,
    LabeledPrice,
    MenuButtonCommands,
)

from playground.people import Playground, picture
from tests.playground.conftest import TOKEN


async def test_aiogram(url: str, playground: Playground) -> None:
    anna = await playground.person("Anna")
    await anna.start()
    group = await playground.group("Support", [anna], forum=True)
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    async with Bot(TOKEN, session=session) as bot:
        assert (await bot.me()).username == "tested_bot"
        updates = await bot.get_updates(timeout=1)
        assert [update.event_type for update in updates] == ["message", "my_chat_member"]
        button = InlineKeyboardButton(text="Go", callback_data="go", style="success")
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
        how: dict[str, Any] = {"parse_mode": "HTML", "reply_markup": keyboard}
        sent = await bot.send_message(anna.id, "<b>Hi</b>", **how)
        assert sent.html_text == "<b>Hi</b>"
        upload = BufferedInputFile(picture(), "a.png")
        photo = (await bot.send_photo(anna.id, upload, caption="look")).photo
        assert photo is not None
        file = await bot.download(photo[-1])
        assert file is not None
        assert file.read()[:2] == b"\xff\xd8"
        album = [InputMediaPhoto(media=upload), InputMediaPhoto(media=photo[-1].file_id)]
        parts = await bot.send_media_group(anna.id, album)  # type: ignore[arg-type]
        assert parts[0].media_group_id == parts[1].media_group_id
        price = [LabeledPrice(label="Tea", amount=50)]
        invoice = await bot.send_invoice(
            anna.id, "Tea", "A cup", "order-1", "XTR", price, provider_token=""
        )
        assert invoice.invoice is not None
        topic = await bot.create_forum_topic(group.id, "Order 1")
        inside = await bot.send_message(group.id, "x", message_thread_id=topic.message_thread_id)
        assert inside.reply_to_message is not None
        assert inside.reply_to_message.forum_topic_created is not None
        assert len(await bot.get_chat_administrators(group.id)) == 2
        assert (await bot.get_chat(group.id)).is_forum
        with pytest.raises(TelegramBadRequest, match="message is not modified"):
            await sent.edit_text("<b>Hi</b>", **how)
        with pytest.raises(TelegramServerError, match="does not play sendPoll"):
            await bot.send_poll(anna.id, "?", ["a", "b"])
        await playground.fault("lost_answer", method="sendMessage")
        with pytest.raises(TelegramNetworkError):
            await bot.send_message(anna.id, "lost")


async def test_python_telegram_bot(url: str, playground: Playground) -> None:
    anna = await playground.person("Anna")
    await anna.start()
    async with telegram.Bot(TOKEN, f"{url}/bot", f"{url}/file/bot") as bot:
        assert bot.username == "tested_bot"
        [update] = await bot.get_updates(timeout=1)
        assert update.message is not None
        assert update.message.text == "/start"
        photo = (await bot.send_photo(anna.id, picture(), caption="look")).photo
        content = await (await bot.get_file(photo[-1])).download_as_bytearray()
        assert content[:2] == b"\xff\xd8"
        album = [telegram.InputMediaPhoto(picture()), telegram.InputMediaPhoto(photo[-1])]
        assert len(await bot.send_media_group(anna.id, album)) == 2
        price = [telegram.LabeledPrice("Tea", 50)]
        invoice = await bot.send_invoice(
            anna.id, "Tea", "A cup", "order-1", "XTR", price, provider_token=""
        )
        assert invoice.invoice is not None
        await bot.send_message(anna.id, "?", reply_markup=telegram.ReplyKeyboardMarkup([["A"]]))
        assert await anna.keyboard() == [["A"]]
        with pytest.raises(telegram.error.BadRequest, match=r"(?i)can't find end tag"):
            await bot.send_message(anna.id, "<b>x", parse_mode="HTML")
        await playground.fault("drop", method="sendMessage")
        with pytest.raises(telegram.error.NetworkError):
            await bot.send_message(anna.id, "dropped")


async def test_aiogram_beyond_messages(url: str, playground: Playground) -> None:
    anna = await playground.person("Anna")
    await anna.start()
    group = await playground.group("Support", [anna], forum=True)
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    async with Bot(TOKEN, session=session) as bot:
        text = await bot.send_message(anna.id, r"*b* 1\.5 [l](http://a.b)", parse_mode="MarkdownV2")
        assert text.entities is not None
        assert [one.type for one in text.entities] == ["bold", "text_link"]
        assert await bot.send_message_draft(anna.id, 1, text="thin")
        assert (await bot.send_venue(anna.id, 1.5, 2.5, "Tea", "1 Road")).venue is not None
        assert (await bot.send_contact(anna.id, "+1", "A")).contact is not None
        film = BufferedInputFile(b"film", "a.mp4")
        thumbnail = BufferedInputFile(picture(60, 60), "t.png")
        sent = await bot.send_video(anna.id, film, thumbnail=thumbnail, cover=thumbnail)
        assert sent.video is not None
        assert sent.video.thumbnail is not None
        assert sent.video.cover is not None
        parts = [InputMediaVideo(media=film, thumbnail=thumbnail), InputMediaPhoto(media=thumbnail)]
        album = await bot.send_media_group(anna.id, parts)  # type: ignore[arg-type]
        assert album[0].video is not None
        assert album[0].video.thumbnail is not None
        icons = await bot.get_forum_topic_icon_stickers()
        topic = await bot.create_forum_topic(
            group.id, "x", icon_custom_emoji_id=icons[0].custom_emoji_id
        )
        await bot.close_forum_topic(group.id, topic.message_thread_id)
        await bot.set_chat_menu_button(anna.id, MenuButtonCommands())
        assert (await bot.get_chat_menu_button(anna.id)).type == "commands"
        await bot.set_my_description("A bot")
        assert (await bot.get_my_description()).description == "A bot"
        hook = "http://127.0.0.1:1/hook"
        await bot.set_webhook(hook, secret_token="s", max_connections=3)
        assert (await bot.get_webhook_info()).max_connections == 3
        with pytest.raises(TelegramConflictError, match="webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook(drop_pending_updates=True)
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.close()
        assert caught.value.retry_after > 500


async def test_python_telegram_bot_beyond_messages(
    url: str, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without it the library warns of a change to come whenever it is told to wait.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    anna = await playground.person("Anna")
    await anna.start()
    old = await playground.group("Tea", [anna], kind="group")
    new = await playground.upgrade(old)
    async with telegram.Bot(TOKEN, f"{url}/bot", f"{url}/file/bot") as bot:
        entities = [telegram.MessageEntity("bold", 0, 2)]
        assert (await bot.send_message(anna.id, "😀x", entities=entities)).entities == tuple(
            entities
        )
        with pytest.raises(telegram.error.ChatMigrated) as migrated:
            await bot.send_message(old.id, "x")
        assert migrated.value.new_chat_id == new.id
        place = await bot.send_location(anna.id, 1.5, 2.5, live_period=60)
        assert place.location is not None
        video = telegram.InputMediaVideo(b"film", thumbnail=picture(60, 60))
        first, _ = await bot.send_media_group(anna.id, [video, video])
        assert first.video is not None
        assert first.video.thumbnail is not None
        assert await bot.set_chat_menu_button(anna.id, telegram.MenuButtonDefault())
        assert await bot.set_my_name("Clerk")
        assert (await bot.get_my_name()).name == "Clerk"
        pem = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        await bot.set_webhook("https://127.0.0.1:8443/hook", certificate=pem)
        assert (await bot.get_webhook_info()).has_custom_certificate
        with pytest.raises(telegram.error.Conflict):
            await bot.get_updates()
        await bot.delete_webhook()
        kinds = {update.my_chat_member is None for update in await bot.get_updates()}
        assert kinds == {True, False}
        with pytest.raises(telegram.error.RetryAfter):
            await bot.close()
