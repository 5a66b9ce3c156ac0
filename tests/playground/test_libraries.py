"""The clients of both libraries talk to it as they talk to Telegram."""

from __future__ import annotations

from typing import Any

import pytest
import telegram
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramServerError
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LabeledPrice,
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
