"""A small business at work: people write, tap and pay, the outbox is emptied, time goes by.

Everything happens through `bot.turns.Turns`, on a real database; only Telegram is not there.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from bot.catalogue_file import read_catalogue
from bot.clock import Clock
from bot.turns import Turns
from handlers.business import Business
from handlers.events import (
    Chat,
    DeliveredEvent,
    Event,
    IncomingFile,
    MessageEvent,
    PaidEvent,
    PreCheckoutEvent,
    RefundedEvent,
    Sender,
    TapEvent,
    TimerEvent,
)
from orders.methods import Method
from storage import catalogue, outbox, outbox_settle, outbox_told, timers
from storage.database import Database
from storage.outbox_settle import Settlement
from tests.surfaces import SURFACES

_ROOT = Path(__file__).resolve().parent.parent.parent
BOT = 7
STAFF, PROVIDERS = -100, -200
START = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
STARS_PLAN, CARD_PLAN, CUSTOM_PLAN = (
    "copywriting-basic",
    "onsite_shooting-basic",
    "short_video-custom",
)


class StandingClock:
    """A clock that moves when it is told to."""

    def __init__(self, start: datetime) -> None:
        self.time = start

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def on_jump(self, call: Callable[[], None]) -> None:
        """Nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice that can be paid."""

    id: int
    order: int
    number: str
    token: str
    amount: int
    currency: str


class Trade:
    """The business: its database, its clock, its people."""

    def __init__(self, database: Database, start: datetime = START) -> None:
        self.database = database
        self.clock = StandingClock(start)
        self.business = Business(
            name="Orderclerk Demo",
            zone=ZONE,
            bot_username="demo_bot",
            enabled=frozenset(Method),
            bank_details={"zh": "示例银行 6222 0000", "en": "Example Bank 6222 0000"},
            staff_chat=STAFF,
            providers_chat=PROVIDERS,
            finance=frozenset({9}),
            admins=frozenset({9}),
            # No hour is quiet.
            quiet=(time(), time()),
        )
        clock: Clock = self.clock
        self.turns = Turns(database, BOT, self.business, clock, random=random.Random(7).randbytes)
        #: Outbox label to the reason with which Telegram refuses it.
        self.refused: dict[str, str] = {}
        #: Labels that stay in the outbox.
        self.kept: set[str] = set()
        self._ids = itertools.count(1000)

    async def open(self) -> None:
        offered = read_catalogue(_ROOT / "catalogue" / "demo.yaml")
        await self.database.write(BOT, lambda c: catalogue.store(c, offered, self.clock.now()))

    def person(self, user: int, name: str, language: str = "en") -> Someone:
        return Someone(self, Sender(id=user, name=name, language_code=language))

    def next_id(self) -> int:
        return next(self._ids)

    async def happens(self, *events: Event) -> None:
        """Carry out events and send what they say. None of them may fail."""
        done = await self.turns.process(events)
        assert done.parked == 0, "a handler failed, see the log"
        await self.deliver()

    async def ask(self, query: str, **params: Any) -> Sequence[Any]:
        return await self.database.read(lambda c: c.execute(text(query), params).all())

    # -- what happens by itself ---------------------------------------------------------------------

    async def deliver(self) -> None:
        """Send everything that is due, and tell those who asked."""
        while await self.database.write(BOT, self._send):
            pass
        told = await self.database.read(lambda c: outbox_told.untold(c, BOT, 100))
        if told:
            ids = [row.id for row in told]
            done = await self.turns.process(
                [
                    DeliveredEvent(
                        source="outbox",
                        external_id=str(row.id),
                        at=self.clock.now(),
                        outbox_id=row.id,
                        outcome=row.outcome,
                        reason=row.reason,
                        params=row.params,
                    )
                    for row in told
                ]
            )
            assert done.parked == 0
            await self.database.write(BOT, lambda c: outbox_told.mark_told(c, ids))
            await self.deliver()

    def _send(self, connection: Connection) -> bool:
        now = self.clock.now()
        ended = []
        for row in outbox.claim(connection, BOT, epoch=1, now=now, limit=100):
            if row.label in self.kept:
                due = now + timedelta(hours=1)
                end = Settlement(id=row.id, epoch=1, state="queued", due_at=due, counts=False)
            elif row.label in self.refused:
                end = Settlement(id=row.id, epoch=1, state="dead", reason=self.refused[row.label])
            else:
                end = Settlement(id=row.id, epoch=1, state="sent", message_id=self.next_id())
            ended.append(end)
        outbox_settle.settle(connection, BOT, ended, now)
        return bool(ended)

    async def pass_time(self, **span: float) -> None:
        """Let time go by; timers run in due order."""
        until = self.clock.time + timedelta(**span)
        while True:
            first = await self.database.read(lambda c: timers.next_due(c, BOT))
            if first is None or first > until:
                break
            self.clock.time = max(self.clock.time, first)
            due = await self.database.read(lambda c: timers.due(c, BOT, self.clock.time, 100))
            await self.happens(
                *(
                    TimerEvent(
                        source="timer",
                        external_id=timer.external_id,
                        at=self.clock.time,
                        timer_id=timer.id,
                        kind=timer.kind,
                        subject=timer.subject,
                        slot=timer.slot,
                        due_at=timer.due_at,
                        params=timer.params,
                    )
                    for timer in due
                )
            )
        self.clock.time = until
        await self.deliver()


class Someone:
    """A person, and what they do."""

    def __init__(self, trade: Trade, sender: Sender) -> None:
        self.trade = trade
        self.sender = sender
        self.id = sender.id

    def _chat(self, chat: int | None) -> Chat:
        return Chat(id=chat, kind="supergroup") if chat else Chat(id=self.id, kind="private")

    def update(self) -> dict[str, Any]:
        return {
            "source": "update",
            "external_id": str(self.trade.next_id()),
            "at": self.trade.clock.now(),
            "sender": self.sender,
        }

    async def say(self, words: str, chat: int | None = None) -> None:
        event = MessageEvent(
            **self.update(), chat=self._chat(chat), message_id=self.trade.next_id(), text=words
        )
        await self.trade.happens(event)

    async def send_photo(self) -> None:
        file = IncomingFile(kind="photo", file_id="photo-1", unique_id="photo-1")
        event = MessageEvent(
            **self.update(), chat=self._chat(None), message_id=self.trade.next_id(), files=(file,)
        )
        await self.trade.happens(event)

    async def tap(self, label: str, chat: int | None = None) -> None:
        """Tap the button whose label holds `label`, on the message that was changed last."""
        place = chat or self.id
        rows = await self.trade.ask(
            f"SELECT id, revision, content FROM {SURFACES} WHERE chat_id = :chat"
            " ORDER BY updated_at DESC, id DESC",
            chat=place,
        )
        for row in rows:
            content = loaded(row.content) or {}
            for buttons in content.get("buttons", ()):
                for button in buttons:
                    if label in button["label"] and "action" in button:
                        data = f"{row.id}.{row.revision}.{button['action']}"
                        await self._tap(data, place)
                        return
        raise AssertionError(f"no button {label!r} in chat {place}")

    async def _tap(self, data: str, place: int) -> None:
        await self.trade.happens(
            TapEvent(
                **self.update(),
                chat=self._chat(place if place != self.id else None),
                query_id=str(self.trade.next_id()),
                data=data,
                message_id=1,
            )
        )

    async def order(
        self, plan: str, *, goal: str = "Promote our new tea", method: str = ""
    ) -> Bill:
        """From a deep link to the invoice."""
        await self.summarise(plan, goal)
        if method:
            await self.tap("Way to pay")
            await self.tap(method)
        await self.tap("Confirm and get")
        return await self.bill()

    async def summarise(self, plan: str, goal: str) -> None:
        """From a deep link to the summary."""
        await self.say(f"/start {plan}")
        await self.say(goal)
        # The first of the days that are suggested.
        dialog = await self._dialog()
        await self._tap(f"{dialog.id}.{dialog.revision}.0", self.id)
        for label in ("No fixed budget", "Nothing special"):
            if label in str((await self._dialog()).content):
                await self.tap(label)

    async def _dialog(self) -> Any:
        rows = await self.trade.ask(
            f"SELECT id, revision, content FROM {SURFACES} WHERE chat_id = :chat AND kind = 'dialog'"
            " AND subject = 'main'",
            chat=self.id,
        )
        return rows[0]

    async def bill(self) -> Bill:
        """The newest invoice of this person."""
        rows = await self.trade.ask(
            "SELECT i.id, o.id, o.number, i.token, i.amount, i.currency FROM invoices i"
            " JOIN orders o ON o.id = i.order_id JOIN people p ON p.id = o.customer_id"
            " WHERE p.user_id = :user ORDER BY i.id DESC LIMIT 1",
            user=self.id,
        )
        return Bill(*rows[0])

    async def approve(self, bill: Bill) -> None:
        """Telegram asks whether the payment may go ahead."""
        await self.trade.happens(
            PreCheckoutEvent(
                **self.update(),
                query_id=str(self.trade.next_id()),
                currency=bill.currency,
                amount=bill.amount,
                payload=bill.token,
            )
        )

    def paid(self, bill: Bill, *, amount: int | None = None, token: str | None = None) -> PaidEvent:
        """The event of a payment."""
        return PaidEvent(
            **self.update(),
            chat=self._chat(None),
            message_id=self.trade.next_id(),
            currency=bill.currency,
            amount=bill.amount if amount is None else amount,
            payload=bill.token if token is None else token,
            charge_id=f"charge-{self.trade.next_id()}",
            provider_charge_id="",
        )

    async def pay(self, bill: Bill, *, amount: int | None = None, token: str | None = None) -> str:
        """Money arrives; the charge id."""
        event = self.paid(bill, amount=amount, token=token)
        await self.trade.happens(event)
        return event.charge_id

    async def hears_of_refund(self, bill: Bill, charge: str) -> None:
        """Telegram says that a payment went back."""
        await self.trade.happens(
            RefundedEvent(
                **self.update(),
                chat=self._chat(None),
                message_id=self.trade.next_id(),
                currency=bill.currency,
                amount=bill.amount,
                payload=bill.token,
                charge_id=charge,
            )
        )


def loaded(content: Any) -> Any:
    """JSON, which PostgreSQL's driver has read already."""
    return json.loads(content) if isinstance(content, str) else content
