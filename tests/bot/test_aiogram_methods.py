"""What reaches aiogram's session is the method that aiogram itself would make."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import aiogram.methods
import pytest
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod

from bot.channels.port import Call
from bot.channels.telegram_aiogram import AiogramChannel

KEYBOARD = {"inline_keyboard": [[{"text": "Go", "callback_data": "1.2.0"}]]}
CALLS = [
    Call(method="sendMessage", params={"chat_id": 5, "text": "hi", "reply_markup": KEYBOARD}),
    Call(method="editMessageText", params={"chat_id": 5, "message_id": 7, "text": "new"}),
    Call(method="answerCallbackQuery", params={"callback_query_id": "1"}),
    Call(method="sendMessage", params={"chat_id": 5, "text": "hi", "newer_than_aiogram": {"a": 1}}),
]


class Recorder(BaseSession):
    """Keeps the methods it is asked to send."""

    def __init__(self) -> None:
        super().__init__()
        self.methods: list[TelegramMethod[Any]] = []

    async def make_request(
        self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None
    ) -> Any:
        self.methods.append(method)
        return True

    async def close(self) -> None:
        return None

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        yield b""


@pytest.mark.parametrize("call", CALLS)
async def test_methods_are_those_of_aiogram(call: Call) -> None:
    channel = AiogramChannel("42:token", now=lambda: datetime.now(UTC))
    channel._bot.session = recorder = Recorder()
    await channel.perform(call)
    await channel.perform(call)
    kind = getattr(aiogram.methods, call.method[0].upper() + call.method[1:])
    wanted = kind.model_construct(**call.params)
    for made in recorder.methods:
        assert type(made) is kind
        # Nothing is asked for by default, and our bot has no defaults to be put in their place.
        expected = {
            name: None if isinstance(value, Default) else value
            for name, value in wanted.model_dump(warnings=False).items()
        }
        assert made.model_dump(warnings=False) == expected
        assert made.bot is None
        assert made.as_(channel._bot).bot is channel._bot
    assert len(recorder.methods) == 2
    # Neither is the other's, nor the one they were made from.
    assert recorder.methods[0].__dict__ is not recorder.methods[1].__dict__
