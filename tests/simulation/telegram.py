"""A Telegram in memory, on the bot's side of the port: it repeats, reorders, delays, drops, and answers late."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.channels.port import (
    BotIdentity,
    Call,
    Done,
    Gone,
    Refused,
    Unchanged,
    UnknownOutcome,
    Wait,
)
from handlers.events import Event
from tests.simulation.machine import HandClock

BOT = 600700800


@dataclass(slots=True)
class Message:
    """What stands in a chat. `buttons` are label and callback data; `invoice` what `sendInvoice` was given."""

    id: int
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    invoice: Mapping[str, Any] | None = None
    paid: bool = False
    #: Whatever decides whether an edit changes anything.
    look: str = ""
    #: The topic it stands in.
    thread: int | None = None


@dataclass(slots=True)
class Waiting:
    """An update that has not been confirmed; it can be had from `at` on."""

    id: int
    event: Event
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How often something goes wrong, in one of a hundred; and whether at all."""

    lost_answer: int = 0
    dropped: int = 0
    late: int = 0
    too_fast: int = 0
    repeated: int = 0
    delayed: int = 0
    reordered: bool = False
    crashes: int = 0

    @property
    def calm(self) -> bool:
        return self == Weather()


@dataclass
class Telegram:
    """`bot.channels.port.Channel` and the world behind it."""

    clock: HandClock
    chance: random.Random
    weather: Weather = field(default_factory=Weather)
    #: Hours that an update may be late at most.
    longest: int = 72
    chats: dict[int, dict[int, Message]] = field(default_factory=dict)
    queue: list[Waiting] = field(default_factory=list)
    #: Updates that were confirmed and are sent once more all the same.
    again: list[Waiting] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)
    #: Every update there was.
    past: list[Event] = field(default_factory=list)
    #: Successful answers by callback query and by pre-checkout query.
    answered: Counter[str] = field(default_factory=Counter)
    allowed: dict[str, bool] = field(default_factory=dict)
    #: Charges by id: (payer, amount, currency, payload), and those that went back.
    charges: dict[str, tuple[int, int, str, str]] = field(default_factory=dict)
    returned: set[str] = field(default_factory=set)
    #: Topics of the staff's forum: name, and whether it is closed.
    topics: dict[int, tuple[str, bool]] = field(default_factory=dict)
    #: Calls that did something, by chat; and how many of unknown outcome did.
    done: Counter[int] = field(default_factory=Counter)
    sent: Counter[int] = field(default_factory=Counter)
    unknown: Counter[int] = field(default_factory=Counter)
    #: Whoever asked while the bot was killed or the net was bad may never have been answered.
    excused: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    #: What happened, for whoever reads a failed seed.
    log: list[str] = field(default_factory=list)
    _speaking: Counter[int] = field(default_factory=Counter)
    _news: asyncio.Event | None = None

    # -- from people ------------------------------------------------------------------------------

    def number(self, kind: str, start: int = 0) -> int:
        self.numbers[kind] += 1
        return start + self.numbers[kind]

    def put(self, event: Event, update: int, *, at: datetime | None = None) -> None:
        self.past.append(event)
        self.queue.append(Waiting(update, event, at or self.clock.now()))
        if self._news is not None:
            self._news.set()

    def repeat(self) -> None:
        """Telegram sends something again that was confirmed long ago."""
        self.queue.append(
            Waiting(self.number("update"), self.chance.choice(self.past), self.clock.now())
        )
        if self._news is not None:
            self._news.set()

    def next_at(self) -> datetime | None:
        """When the next update that is still on its way arrives."""
        now = self.clock.now()
        later = [one.at for one in (*self.queue, *self.again) if one.at > now]
        return min(later, default=None)

    def ready(self) -> list[Waiting]:
        now = self.clock.now()
        for one in [one for one in self.again if one.at <= now]:
            self.again.remove(one)
            self.queue.append(one)
        return [one for one in self.queue if one.at <= now]

    # -- the port ---------------------------------------------------------------------------------

    async def identity(self) -> BotIdentity:
        return BotIdentity(id=BOT, username="sim_bot", name="Orderclerk")

    async def close(self) -> None: ...

    async def download(self, file_id: str) -> bytes:
        return b"file"

    async def get_updates(
        self, offset: int | None, timeout: int, limit: int
    ) -> Sequence[tuple[int, Event]]:
        if offset is not None:
            self._confirm(offset)
        if self._rolls(self.weather.dropped):
            raise UnknownOutcome("the net was cut")
        ready = self.ready()
        if not ready:
            self._news = asyncio.Event()
            try:
                await asyncio.wait_for(self._news.wait(), max(timeout, 1))
            except TimeoutError:
                return []
            finally:
                self._news = None
            ready = self.ready()
        # Which numbers are confirmed by an offset must not include what is still on its way.
        batch = ready[:limit]
        if self.weather.reordered:
            self.chance.shuffle(batch)
        if self._rolls(self.weather.lost_answer):
            raise UnknownOutcome("the answer to getUpdates was lost")
        self._given = {one.id for one in batch}
        return [(one.id, one.event) for one in batch]

    _given: set[int] = field(default_factory=set)

    def _confirm(self, offset: int) -> None:
        for one in [one for one in self.queue if one.id < offset and one.id in self._given]:
            self.queue.remove(one)
            if self._rolls(self.weather.repeated):
                hours = self.chance.choice((0, 0, 0, 1, 20, 70))
                later = self.clock.now() + timedelta(hours=hours)
                self.again.append(Waiting(self.number("update"), one.event, later))

    async def perform(self, call: Call) -> Done:
        chat = int(str(call.params.get("chat_id") or call.params.get("user_id") or 0))
        talks = call.method.startswith(("send", "edit")) and call.method != "sendChatAction"
        if talks:
            self._speaking[chat] += 1
            if self._speaking[chat] > 1:
                self.wrong.append(f"two calls at once in chat {chat}: {call.method}")
        try:
            await asyncio.sleep(0.01)
            return await self._troubled(call, chat)
        finally:
            if talks:
                self._speaking[chat] -= 1

    async def _troubled(self, call: Call, chat: int) -> Done:
        weather = self.weather
        if self._rolls(weather.too_fast):
            if call.method == "answerCallbackQuery":
                # Not stored, so not tried again: the waiting sign goes away by itself.
                self._excuse(call)
            self.log.append(f"429 for {call.method} in {chat}")
            raise Wait(float(self.chance.randint(1, 20)))
        if self._rolls(weather.dropped):
            self._excuse(call)
            self.log.append(f"dropped {call.method} in {chat}")
            raise UnknownOutcome("the net was cut")
        done = self._do(call, chat)
        if self._rolls(weather.late):
            await asyncio.sleep(self.chance.uniform(1, 9))
        if self._rolls(weather.lost_answer):
            self._excuse(call)
            self.unknown[chat] += call.method.startswith("send")
            self.log.append(f"lost the answer of {call.method} in {chat}")
            raise UnknownOutcome("the answer was lost")
        return done

    def _rolls(self, of_a_hundred: int) -> bool:
        return of_a_hundred > 0 and self.chance.randrange(100) < of_a_hundred

    def _excuse(self, call: Call) -> None:
        for name in ("callback_query_id", "pre_checkout_query_id"):
            if name in call.params:
                self.excused.add(str(call.params[name]))

    # -- what calls do ----------------------------------------------------------------------------

    def _do(self, call: Call, chat: int) -> Done:
        method, params = call.method, call.params
        if method == "answerCallbackQuery":
            self.answered[str(params["callback_query_id"])] += 1
            return Done(result=True)
        if method == "answerPreCheckoutQuery":
            self.answered[str(params["pre_checkout_query_id"])] += 1
            self.allowed[str(params["pre_checkout_query_id"])] = bool(params["ok"])
            return Done(result=True)
        if method == "refundStarPayment":
            return self._refund(params)
        if method.startswith("set") and method != "setMessageReaction":
            return Done(result=True)
        self.done[chat] += 1
        if method in ("setMessageReaction", "pinChatMessage"):
            return Done(result=True)
        if method.endswith("ForumTopic"):
            return self._topic(method.removesuffix("ForumTopic"), params)
        if method == "deleteMessage":
            if self.chats.setdefault(chat, {}).pop(int(str(params["message_id"])), None) is None:
                raise Gone("message")
            return Done(result=True)
        if method.startswith("edit"):
            return self._edit(call, chat)
        if method == "sendMediaGroup":
            media = params["media"]
            assert isinstance(media, list)
            made = [self._add(chat, call) for _ in media]
            return Done(message_ids=tuple(made), file_ids=tuple(f"f{one}" for one in made))
        if method.startswith(("send", "copy")):
            made_one = self._add(chat, call)
            files = (f"f{made_one}",) if call.files or "photo" in params else ()
            return Done(message_ids=(made_one,), file_ids=files)
        raise Refused(f"this Telegram does not know {method}")

    def _add(self, chat: int, call: Call) -> int:
        number = self.number(f"message {chat}")
        invoice = call.params if call.method == "sendInvoice" else None
        self.chats.setdefault(chat, {})[number] = Message(
            number,
            _text(call.params),
            _buttons(call.params),
            invoice,
            look=_look(call),
            thread=self._thread(call),
        )
        self.sent[chat] += 1
        self.log.append(f"{call.method} #{number} in {chat}: {_text(call.params)[:50]!r}")
        return number

    def _edit(self, call: Call, chat: int) -> Done:
        number = int(str(call.params["message_id"]))
        message = self.chats.setdefault(chat, {}).get(number)
        if message is None:
            raise Gone("message")
        if call.method == "editMessageReplyMarkup":
            message.buttons = _buttons(call.params)
            message.look = ""
            return Done(message_ids=(number,))
        if message.look == _look(call):
            raise Unchanged("message is not modified")
        message.text, message.buttons = _text(call.params), _buttons(call.params)
        message.look = _look(call)
        self.log.append(f"{call.method} #{number} in {chat}: {message.text[:50]!r}")
        return Done(message_ids=(number,))

    def _thread(self, call: Call) -> int | None:
        given = call.params.get("message_thread_id")
        if given is None:
            return None
        thread = int(str(given))
        if thread not in self.topics:
            raise Gone("thread")
        return thread

    def _topic(self, what: str, params: Mapping[str, Any]) -> Done:
        if what == "create":
            made = self.number("topic", 500)
            self.topics[made] = (str(params["name"]), False)
            return Done(result={"message_thread_id": made, "name": params["name"]})
        thread = int(str(params["message_thread_id"]))
        if thread not in self.topics:
            raise Gone("thread")
        name, closed = self.topics[thread]
        after = (str(params.get("name", name)), {"close": True, "reopen": False}.get(what, closed))
        if after == (name, closed):
            raise Unchanged("TOPIC_NOT_MODIFIED")
        self.topics[thread] = after
        self.log.append(f"{what} topic {thread}: {after}")
        return Done(result=True)

    def _refund(self, params: Mapping[str, Any]) -> Done:
        charge = str(params["telegram_payment_charge_id"])
        if charge not in self.charges:
            raise Refused("Bad Request: CHARGE_ID_INVALID")
        if charge in self.returned:
            raise Refused("Bad Request: CHARGE_ALREADY_REFUNDED")
        self.returned.add(charge)
        self.log.append(f"refunded {charge}")
        return Done(result=True)


def _text(params: Mapping[str, Any]) -> str:
    found = params.get("text") or params.get("caption") or params.get("title")
    if found is None and isinstance(params.get("media"), Mapping):
        found = params["media"].get("caption")
    return str(found or "")


def _buttons(params: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    markup = params.get("reply_markup")
    if not isinstance(markup, Mapping):
        return ()
    rows = markup.get("inline_keyboard", [])
    return tuple(
        (b["text"], b["callback_data"]) for row in rows for b in row if "callback_data" in b
    )


def _look(call: Call) -> str:
    params = {k: v for k, v in call.params.items() if k not in ("chat_id", "message_id")}
    return repr((sorted(params.items(), key=str), sorted(call.files.items())))
