"""People by chance: they press what they see, type what comes to mind, pay, wait, and press again.

Nobody follows a script, so a new button is found by itself. What they prefer only sees to it that most orders get
somewhere.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.events import (
    Chat,
    IncomingFile,
    MessageEvent,
    PaidEvent,
    PreCheckoutEvent,
    Sender,
    TapEvent,
)
from tests.simulation import errands
from tests.simulation.telegram import Message, Telegram

STAFF, PROVIDERS = -1001, -1002
ADMIN, FINANCE, MAKER, LEAD = 21, 22, 23, 24
CUSTOMERS = (31, 32, 33)

_LINES = {
    "en": (
        "Launch our new cold-brew tea, in 40 days",
        "Warm colours, no faces",
        "in two weeks",
        "short video",
        "What is the state?",
        "50",
        "/orders",
        "/help",
        "4111 1111 1111 1111",
        "<b>bold</b> & {{ braces }}",
    ),
    "zh": (
        "推广我们的新品冷萃茶，40天后",
        "暖色调，不拍人脸",
        "下周五前",
        "短视频",
        "进展如何？",
        "50",
        "/orders",
        "/menu",
        "标准版，推广新品，下周五前",
    ),
}
_A_PERSON = {"en": "/support", "zh": "人工"}
_LINKS = (
    "short_video-standard",
    "short_video-basic",
    "onsite_shooting-basic",
    "copywriting-basic",
    "live_hosting-basic",
    "short_video-standard",
    "short_video-premium",
    "copywriting-standard",
)
#: Buttons that lead on, and those that lead away: some are pressed more often than others.
_ON = (
    "✅",
    "💳",
    "Skip",
    "跳过",
    "Nothing",
    "没有",
    "No notes",
    "▶️",
    "💬",
    "📈",
    "%",
    "Money",
    "Returned",
)
_AWAY = ("‹", "🌐", "❓", "✏️", "✖️", "No,", "📋", "🗂", "Not found")


def _has(label: str, signs: tuple[str, ...]) -> bool:
    return any(sign in label for sign in signs)


@dataclass
class Crowd:
    """Everybody who acts in one seed."""

    telegram: Telegram
    chance: random.Random
    #: Private messages that want an answer: (chat, what was done there before).
    last: tuple[int, str] | None = None
    errand: errands.Errand | None = None

    def act(self) -> str:
        """Somebody does something; what it was."""
        if self.chance.random() < (0.9 if self.errand is not None else 0.6):
            done = self._on_errand()
            if done:
                return done
        roll = self.chance.randrange(100)
        if roll < 62:
            return self._customer(self.chance.choice(CUSTOMERS))
        if roll < 84:
            return self._presses(MAKER, MAKER) or self._types(MAKER)
        if roll < 92:
            return self._presses(self.chance.choice((FINANCE, ADMIN)), STAFF) or "nobody moved"
        return self._writes_in_a_topic()

    def _customer(self, who: int) -> str:
        invoice = self._unpaid(who)
        if invoice is not None and self.chance.random() < 0.75:
            return self._asks_to_pay(who, invoice)
        seen = self.telegram.chats.get(who)
        if not seen or self.chance.random() < 0.06:
            return self.says(who, f"/start {self.chance.choice(_LINKS)}")
        if self.chance.random() < 0.02:
            return self.says(who, _A_PERSON[self.language(who)])
        # A question without buttons that lead on is mostly answered in words.
        leads_on = any(_has(label, _ON) for label, _ in list(seen.values())[-1].buttons)
        if self.chance.random() < (0.15 if leads_on else 0.55):
            return self._types(who)
        return self._presses(who, who) or self._types(who)

    def _on_errand(self) -> str:
        """The next step of an errand, or the first of another one; empty when there is none."""
        errand = self.errand
        if errand is None:
            errand = self._sets_out()
        self.errand = None
        if errand is None:
            return ""
        step = errand.steps.pop(0)
        language = "en" if errand.chat == STAFF else self.language(errand.who)
        if isinstance(step, errands.Say):
            done = self.says(errand.who, step.to(language), errand.chat)
        else:
            shown = self.telegram.chats.get(errand.chat, {})
            fitting = errands.found(step, shown, language)
            if not fitting:
                return ""
            message, label, data = self.chance.choice(fitting)
            self.taps(errand.who, errand.chat, message, data)
            done = f"{errand.who} presses {label!r} on #{message.id}, on an errand"
        if errand.steps:
            self.errand = errand
        return done

    def _sets_out(self) -> errands.Errand | None:
        """Somebody whose first button is there."""
        who = self.chance.choice((MAKER, MAKER, *CUSTOMERS, LEAD))
        if who == LEAD:
            shown = self.telegram.chats.get(STAFF, {})
            return errands.begin(self.chance, who, errands.STAFF, shown, "en", STAFF)
        known = errands.MAKERS if who == MAKER else errands.CUSTOMERS
        shown = self.telegram.chats.get(who, {})
        return errands.begin(self.chance, who, known, shown, self.language(who))

    # -- single acts ------------------------------------------------------------------------------

    def says(self, who: int, text: str, chat: int | None = None, **more: Any) -> str:
        where = who if chat is None else chat
        number = self.telegram.number(f"message {where}")
        self._put(MessageEvent, who, where, message_id=number, text=text, **more)
        return f"{who} writes {text!r}"

    def _types(self, who: int) -> str:
        if self.chance.random() < 0.12:
            unique = f"u{self.telegram.number('file')}"
            photo = IncomingFile(kind="photo", file_id=unique, unique_id=unique, size=1000)
            return self.says(who, "", files=(photo,))
        lines = _LINES[self.language(who)]
        # Half the time what the first question asks for.
        return self.says(who, lines[0] if self.chance.random() < 0.5 else self.chance.choice(lines))

    def _presses(self, who: int, chat: int) -> str:
        with_buttons = [m for m in self.telegram.chats.get(chat, {}).values() if m.buttons]
        if not with_buttons:
            return ""
        # Mostly the newest, now and then something from long ago.
        recent = with_buttons[-3:] if self.chance.random() < 0.93 else with_buttons
        message = self.chance.choice(recent)
        weights = [self._weight(label) for label, _ in message.buttons]
        ((label, data),) = self.chance.choices(message.buttons, weights)
        self.taps(who, chat, message, data)
        if self.chance.random() < 0.1:
            self.taps(who, chat, message, data)
        return f"{who} presses {label!r} on #{message.id} in {chat}"

    @staticmethod
    def _weight(label: str) -> float:
        if _has(label, _AWAY):
            return 0.25
        return 6.0 if _has(label, _ON) else 1.0

    def taps(self, who: int, chat: int, message: Message, data: str) -> None:
        query = f"q{self.telegram.number('query')}"
        self._put(
            TapEvent,
            who,
            chat,
            query_id=query,
            data=data,
            message_id=message.id,
            thread=message.thread,
        )

    def _unpaid(self, who: int) -> Message | None:
        sheets = [m for m in self.telegram.chats.get(who, {}).values() if m.invoice and not m.paid]
        return self.chance.choice(sheets) if sheets else None

    def _asks_to_pay(self, who: int, message: Message) -> str:
        payer = who if self.chance.random() < 0.95 else self.chance.choice(CUSTOMERS)
        self.opens_invoice(payer, message)
        return f"{payer} opens the invoice #{message.id} of {who}"

    def opens_invoice(self, payer: int, message: Message) -> None:
        """The app asks the bot; what it answers decides, see `settle`."""
        assert message.invoice is not None
        query = f"p{self.telegram.number('query')}"
        total = sum(price["amount"] for price in message.invoice["prices"])
        update = self.telegram.number("update")
        event = PreCheckoutEvent(
            source="update",
            external_id=str(update),
            at=self.telegram.clock.now(),
            query_id=query,
            sender=self._sender(payer),
            currency=str(message.invoice["currency"]),
            amount=total,
            payload=str(message.invoice["payload"]),
        )
        self.telegram.put(event, update)
        self.asked.append((query, payer, total, message))

    def __post_init__(self) -> None:
        self.asked: list[tuple[str, int, int, Message]] = []
        self.queries: list[str] = []

    def settle(self) -> None:
        """Payments that the bot allowed go through; now and then much later."""
        for query, payer, total, message in list(self.asked):
            if query not in self.telegram.allowed:
                continue
            self.asked.remove((query, payer, total, message))
            if not self.telegram.allowed[query] or self.chance.random() < 0.05:
                continue
            assert message.invoice is not None
            charge = f"c{self.telegram.number('charge')}"
            currency, payload = str(message.invoice["currency"]), str(message.invoice["payload"])
            self.telegram.charges[charge] = (payer, total, currency, payload)
            message.paid = True
            late = self.chance.random() < 0.1
            hours = min(self.chance.choice((1, 30, 72)) if late else 0, self.telegram.longest)
            number = self.telegram.number(f"message {payer}")
            self._put(
                PaidEvent,
                payer,
                payer,
                after=timedelta(hours=hours),
                message_id=number,
                currency=currency,
                amount=total,
                payload=payload,
                charge_id=charge,
                provider_charge_id="",
            )
            self.telegram.log.append(f"{payer} pays {charge}: {total} {currency}, {hours} h late")

    def _writes_in_a_topic(self) -> str:
        """Staff answer somebody, where there is a topic of theirs."""
        if not self.telegram.topics:
            return "nobody moved"
        thread = self.chance.choice(sorted(self.telegram.topics))
        return self.says(ADMIN, self.chance.choice(_LINES["en"][:4]), STAFF, thread=thread)

    def _put(
        self, kind: Any, who: int, chat: int, *, after: timedelta = timedelta(0), **more: Any
    ) -> None:
        update = self.telegram.number("update")
        now = self.telegram.clock.now()
        weather = self.telegram.weather
        if (
            weather.delayed
            and kind is not TapEvent
            and self.chance.randrange(100) < weather.delayed
        ):
            hours = min(self.chance.choice((1, 10, 72)), self.telegram.longest)
            after = max(after, timedelta(hours=hours))
        place = Chat(id=chat, kind="private" if chat > 0 else "supergroup", title="")
        event = kind(
            source="update",
            external_id=str(update),
            at=now,
            chat=place,
            sender=self._sender(who),
            **more,
        )
        if kind is TapEvent:
            self.queries.append(event.query_id)
        self.telegram.put(event, update, at=now + after)

    def _sender(self, who: int) -> Sender:
        return Sender(id=who, name=f"P{who}", language_code=self.language(who))

    @staticmethod
    def language(who: int) -> str:
        return "zh" if who % 2 else "en"
