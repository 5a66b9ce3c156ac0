"""A peer: python-telegram-bot's ConversationHandler, state and answers in memory."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest
from telegram.warnings import PTBUserWarning

from benchmarks.script import (
    CHOICES,
    STEPS,
    TAPPED,
    TOKEN,
    Input,
    Line,
    Numbers,
    Tap,
    question,
    raw,
    typed,
)
from benchmarks.timing import Stopwatch

Callback = Callable[[Update, Any], Coroutine[Any, Any, int]]
_ME = (
    b'{"ok":true,"result":{"id":424242,"is_bot":true,"first_name":"Clerk","username":"bench_bot"}}'
)


class _Absorber(BaseRequest):
    """Takes every call and answers `true`: what the library does with a real message is spared it."""

    async def initialize(self) -> None:
        return None

    async def shutdown(self) -> None:
        return None

    @property
    def read_timeout(self) -> float | None:
        return None

    async def do_request(
        self, url: str, method: str, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        return 200, _ME if url.endswith("getMe") else b'{"ok":true,"result":true}'


def _keyboard(number: int) -> InlineKeyboardMarkup | None:
    if number >= STEPS or not TAPPED[number]:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(text, callback_data=f"{number}:{at}")]
            for at, text in enumerate(CHOICES)
        ]
    )


def _tapped(number: int) -> Callback:
    async def answer(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> int:
        query = update.callback_query
        assert query is not None
        assert context.user_data is not None
        value = CHOICES[int((query.data or "").partition(":")[2])]
        context.user_data[f"q{number}"] = value
        await query.edit_message_text(
            question(number + 1, value), ParseMode.HTML, reply_markup=_keyboard(number + 1)
        )
        await query.answer()
        return number + 1

    return answer


def _written(number: int) -> Callback:
    async def answer(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> int:
        message = update.message
        assert message is not None
        assert context.user_data is not None
        value = message.text or ""
        context.user_data[f"q{number}"] = value
        await message.reply_text(
            question(number + 1, value), ParseMode.HTML, reply_markup=_keyboard(number + 1)
        )
        return number + 1

    return answer


async def _start(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> int:
    assert update.message is not None
    await update.message.reply_text(
        question(0, "nothing"), ParseMode.HTML, reply_markup=_keyboard(0)
    )
    return 0


class PtbPeer:
    """The script through an Application, one update after the other."""

    name = "python-telegram-bot, memory"

    def __init__(self) -> None:
        states: dict[object, list[Any]] = {
            number: [
                CallbackQueryHandler(_tapped(number), pattern=f"^{number}:")
                if TAPPED[number]
                else MessageHandler(filters.TEXT & ~filters.COMMAND, _written(number))
            ]
            for number in range(STEPS)
        }
        states[STEPS] = []
        with warnings.catch_warnings():
            # It warns that a conversation by chat and user does not follow a button's message: as wanted.
            warnings.simplefilter("ignore", PTBUserWarning)
            conversation = ConversationHandler([CommandHandler("start", _start)], states, [])
        self._application = (
            Application.builder()
            .token(TOKEN)
            .request(_Absorber())
            .get_updates_request(_Absorber())
            .updater(None)
            .job_queue(None)
            .build()
        )
        self._application.add_handler(conversation)
        self._numbers = Numbers(0)
        self._ready = False

    async def converse(self, people: Sequence[int], watch: Stopwatch) -> int:
        if not self._ready:
            await self._application.initialize()
            self._ready = True
        await self._feed([Line(person, "/start") for person in people], Stopwatch())
        for step in range(STEPS):
            await self._feed([_input(person, step) for person in people], watch)
        return STEPS * len(people)

    async def _feed(self, given: Sequence[Input], watch: Stopwatch) -> None:
        updates = []
        for one in given:
            number = self._numbers()
            updates.append(Update.de_json(raw(one, number, number), self._application.bot))
        with watch.running():
            for update in updates:
                await self._application.process_update(update)


def _input(person: int, step: int) -> Input:
    if TAPPED[step]:
        return Tap(person, f"{step}:{step % len(CHOICES)}")
    return Line(person, typed(step, person))
