"""Answers to taps: they stop the waiting signs on buttons. Not stored: after a crash nobody waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.channels.port import Call, ChannelError
from bot.sending import Sender
from storage.points import reached

if TYPE_CHECKING:
    from handlers.turn import Answer


async def answer_taps(sender: Sender, answers: Sequence[Answer]) -> None:
    await asyncio.gather(*(_answer(sender, answer) for answer in answers))


async def _answer(sender: Sender, answer: Answer) -> None:
    params: dict[str, object] = {"callback_query_id": answer.query_id}
    if answer.text:
        params["text"] = answer.text[:200]
    if answer.alert:
        params["show_alert"] = True
    reached("answer.before")
    try:
        await sender.call(Call(method="answerCallbackQuery", params=params))
    except ChannelError:
        # Too late, or the network: the waiting sign goes away by itself. Counted by the sender.
        return
