"""Two peers on aiogram: its own finite-state machine, and aiogram_dialog. State in memory, or in Redis."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.base import BaseSession
from aiogram.enums import ParseMode
from aiogram.filters import CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, DefaultKeyBuilder
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import TelegramMethod
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
)
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Column, Select
from aiogram_dialog.widgets.text import Format

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


class Absorber(BaseSession):
    """Takes every call and answers with a copy of a message made beforehand; the cheapest answer there is.

    Validating an answer, or `model_construct`, costs more than some of what is measured here.
    """

    def __init__(self, *, plain: bool = False, numbers: Numbers | None = None) -> None:
        """`plain` answers with plain data, as our channel has it, instead of a `Message`. `numbers` are those of what
        people write as well, where a message must be newer than what stood in the chat before."""
        super().__init__()
        self._plain = plain
        self._numbers = numbers or Numbers(1000)
        self._made = Message.model_validate(
            {
                "message_id": 1,
                "date": 1_700_000_000,
                "chat": {"id": 1, "type": "private", "first_name": "Guest"},
                "text": "…",
            }
        )
        #: Newest message and keyboard by chat: what a person would look at.
        self.shown: dict[int, tuple[int, InlineKeyboardMarkup | None]] = {}
        self.calls = 0

    async def make_request(
        self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None
    ) -> Any:
        self.calls += 1
        name = method.__api_method__
        if name not in ("sendMessage", "editMessageText"):
            return True
        chat = int(method.chat_id)  # type: ignore[attr-defined]
        message = method.message_id if name == "editMessageText" else self._numbers()  # type: ignore[attr-defined]
        if self._plain:
            return {"message_id": message, "chat": {"id": chat}, "text": "…"}
        self.shown[chat] = (message, method.reply_markup)  # type: ignore[attr-defined]
        return self._copy(message)

    def _copy(self, number: int) -> Message:
        made: Message = object.__new__(Message)
        source = self._made
        object.__setattr__(made, "__dict__", {**source.__dict__, "message_id": number})
        object.__setattr__(made, "__pydantic_fields_set__", source.__pydantic_fields_set__)
        object.__setattr__(made, "__pydantic_extra__", source.__pydantic_extra__)
        object.__setattr__(made, "__pydantic_private__", source.__pydantic_private__)
        return made

    async def close(self) -> None:
        return None

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        yield b""


class Answers(StatesGroup):
    q0 = State()
    q1 = State()
    q2 = State()
    q3 = State()
    q4 = State()
    q5 = State()
    q6 = State()
    q7 = State()
    q8 = State()
    q9 = State()
    done = State()


STATES = (*(getattr(Answers, f"q{n}") for n in range(STEPS)), Answers.done)
Feed = Callable[[Sequence[Update]], Any]


class AiogramPeer:
    """The script through a dispatcher, one update after the other, as polling feeds them."""

    def __init__(self, name: str, dispatcher: Dispatcher) -> None:
        self.name = name
        self.session = Absorber()
        self._bot = Bot(TOKEN, session=self.session)
        self._dispatcher = dispatcher
        self._numbers = Numbers(0)

    def _update(self, given: Input) -> Update:
        number = self._numbers()
        return Update.model_validate(raw(given, number, number), context={"bot": self._bot})

    def _input(self, person: int, step: int) -> Input:
        if not TAPPED[step]:
            return Line(person, typed(step, person))
        message, keyboard = self.session.shown[person]
        assert keyboard is not None
        button = keyboard.inline_keyboard[step % len(CHOICES)][0]
        return Tap(person, str(button.callback_data), message)

    async def converse(self, people: Sequence[int], watch: Stopwatch) -> int:
        await self._feed([self._update(Line(person, "/start")) for person in people], Stopwatch())
        for step in range(STEPS):
            given = [self._update(self._input(person, step)) for person in people]
            await self._feed(given, watch)
        for person in people:
            del self.session.shown[person]
        return STEPS * len(people)

    async def _feed(self, updates: Sequence[Update], watch: Stopwatch) -> None:
        with watch.running():
            for update in updates:
                await self._dispatcher.feed_update(self._bot, update)


def keyboard(number: int) -> InlineKeyboardMarkup | None:
    if number >= STEPS or not TAPPED[number]:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=text, callback_data=f"{number}:{at}")]
            for at, text in enumerate(CHOICES)
        ]
    )


def fsm(name: str, storage: BaseStorage) -> AiogramPeer:
    """aiogram's own states: a handler a step, the answers in the state's data."""
    router = Router()

    @router.message(CommandStart())
    async def start(message: Message, state: FSMContext) -> None:
        await state.set_data({})
        await state.set_state(STATES[0])
        await message.answer(
            question(0, "nothing"), reply_markup=keyboard(0), parse_mode=ParseMode.HTML
        )

    def tapped(number: int) -> None:
        @router.callback_query(StateFilter(STATES[number]), F.data.startswith(f"{number}:"))
        async def answer(query: CallbackQuery, state: FSMContext) -> None:
            value = CHOICES[int((query.data or "").partition(":")[2])]
            await state.update_data({f"q{number}": value})
            await state.set_state(STATES[number + 1])
            assert isinstance(query.message, Message)
            await query.message.edit_text(
                question(number + 1, value),
                reply_markup=keyboard(number + 1),
                parse_mode=ParseMode.HTML,
            )
            await query.answer()

    def written(number: int) -> None:
        @router.message(StateFilter(STATES[number]), F.text)
        async def answer(message: Message, state: FSMContext) -> None:
            value = message.text or ""
            await state.update_data({f"q{number}": value})
            await state.set_state(STATES[number + 1])
            await message.answer(
                question(number + 1, value),
                reply_markup=keyboard(number + 1),
                parse_mode=ParseMode.HTML,
            )

    for number in range(STEPS):
        (tapped if TAPPED[number] else written)(number)
    dispatcher = Dispatcher(storage=storage)
    dispatcher.include_router(router)
    return AiogramPeer(name, dispatcher)


def dialog(name: str, storage: BaseStorage | None = None) -> AiogramPeer:
    """aiogram_dialog: a window a step."""

    async def getter(dialog_manager: DialogManager, **kwargs: Any) -> dict[str, Any]:
        number = STATES.index(dialog_manager.current_context().state)
        last = dialog_manager.dialog_data.get(f"q{number - 1}", "nothing")
        return {"number": number + 1, "last": last, "choices": list(enumerate(CHOICES))}

    def window(number: int) -> Window:
        text = Format(
            "<b>Question {number} of " + str(STEPS) + "</b>\nSo far: {last}\nPlease answer."
        )
        common: dict[str, Any] = {
            "state": STATES[number],
            "getter": getter,
            "parse_mode": ParseMode.HTML,
        }
        if number >= STEPS:
            return Window(text, **common)
        if TAPPED[number]:

            async def picked(
                query: CallbackQuery, widget: Any, manager: DialogManager, item: str
            ) -> None:
                manager.dialog_data[f"q{number}"] = CHOICES[int(item)]
                await manager.next()

            select = Select(
                Format("{item[1]}"),
                id="pick",
                item_id_getter=lambda item: item[0],
                items="choices",
                on_click=picked,
            )
            return Window(text, Column(select), **common)

        async def heard(message: Message, widget: Any, manager: DialogManager) -> None:
            manager.dialog_data[f"q{number}"] = message.text
            await manager.next()

        return Window(text, MessageInput(heard), **common)

    dispatcher = Dispatcher(storage=storage or MemoryStorage())

    @dispatcher.message(CommandStart())
    async def start(message: Message, dialog_manager: DialogManager) -> None:
        await dialog_manager.start(STATES[0], mode=StartMode.RESET_STACK)

    dispatcher.include_router(Dialog(*(window(number) for number in range(STEPS + 1))))
    setup_dialogs(dispatcher)
    return AiogramPeer(name, dispatcher)


def keys() -> DefaultKeyBuilder:
    """How aiogram_dialog wants its keys in Redis."""
    return DefaultKeyBuilder(with_destiny=True)
