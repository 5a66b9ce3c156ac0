"""Handlers and database without a chat app: events go in, what is written is looked at. A life takes a second."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bot.catalogue_file import read_catalogue
from bot.clock import MovableClock
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
    Sender,
    TapEvent,
    TimerEvent,
)
from orders.methods import Method
from storage import catalogue, timers
from storage.database import Connection, Database
from storage.invariants import check
from storage.migrate import upgrade
from tests.surfaces import SURFACES

BOT = 1
STAFF, PROVIDERS = -1001, -1002
CUSTOMER, MAKER, ADMIN = 11, 12, 13
CATALOGUE = Path(__file__).parents[2] / "catalogue" / "demo.yaml"
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


BUSINESS = Business(
    name="Orderclerk",
    zone=ZoneInfo("Asia/Shanghai"),
    bot_username="house_bot",
    enabled=frozenset({Method.STARS}),
    staff_chat=STAFF,
    providers_chat=PROVIDERS,
    finance=frozenset({ADMIN}),
    admins=frozenset({ADMIN}),
)


@dataclass(frozen=True, slots=True)
class Button:
    """A button that stands in a chat: what a tap on it sends."""

    chat: int
    label: str
    data: str


@dataclass
class House:
    database: Database
    clock: MovableClock
    business: Business
    numbers: Any = field(default_factory=lambda: itertools.count(1000))
    #: What the last taps were answered with.
    toasts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turns = Turns(self.database, BOT, self.business, self.clock)

    # -- what happens ---------------------------------------------------------------------------------

    async def process(self, *events: Event) -> None:
        """Carry events out; none may be parked. What was queued counts as sent, and is told to who asked."""
        done = await self.turns.process(events)
        assert not done.parked, await self.rows("select error from parked order by id desc limit 1")
        if done.answers:
            self.toasts = [str(one.text) for one in done.answers]
        await self._deliver()

    async def _deliver(self) -> None:
        rows = await self.rows("select id, tell from outbox where state = 'queued' order by id")
        if not rows:
            return
        now = int(self.clock.now().timestamp() * 1000)

        def settle(connection: Connection) -> None:
            connection.execute(
                text(
                    "update outbox set state = 'sent', settled_at = :now, tell = null where state = 'queued'"
                ),
                {"now": now},
            )

        await self.database.write(BOT, settle)
        told = [
            DeliveredEvent(
                source="outbox",
                external_id=str(row["id"]),
                at=self.clock.now(),
                outbox_id=row["id"],
                outcome="sent",
                reason="",
                result={"message_id": next(self.numbers)},
                params=json.loads(row["tell"]),
            )
            for row in rows
            if row["tell"]
        ]
        if told:
            await self.process(*told)

    def _common(self, person: int, chat: int | None, name: str, language: str) -> dict[str, Any]:
        return {
            "source": "update",
            "external_id": str(next(self.numbers)),
            "at": self.clock.now(),
            "chat": Chat(
                id=chat or person, kind="private" if chat in (None, person) else "supergroup"
            ),
            "sender": Sender(id=person, name=name, language_code=language),
        }

    def said(
        self,
        person: int,
        words: str,
        *,
        chat: int | None = None,
        photo: bool = False,
        language: str = "en",
    ) -> MessageEvent:
        files = (
            IncomingFile(kind="photo", file_id=f"f{person}", unique_id=str(next(self.numbers))),
        )
        return MessageEvent(
            **self._common(person, chat, f"Guest {person}", language),
            message_id=next(self.numbers),
            text=words,
            files=files if photo else (),
        )

    def tapped(self, person: int, data: str, *, chat: int | None = None) -> TapEvent:
        common = self._common(person, chat, f"Guest {person}", "en")
        return TapEvent(**common, query_id=common["external_id"], data=data, message_id=1)

    async def say(self, person: int, words: str, **more: Any) -> None:
        await self.process(self.said(person, words, **more))

    async def tap(self, person: int, label: str, *, chat: int | None = None) -> None:
        """The newest button with these words in that chat."""
        found = [one for one in await self.buttons(chat or person) if label in one.label]
        assert found, (
            f"no button {label!r}: {[one.label for one in await self.buttons(chat or person)]}"
        )
        await self.process(self.tapped(person, found[-1].data, chat=chat))

    async def pay(self, person: int) -> None:
        """Telegram's two messages about a payment, for the newest invoice."""
        (invoice,) = await self.rows("select * from invoices order by id desc limit 1")
        common = self._common(person, None, f"Guest {person}", "en")
        asked = PreCheckoutEvent(
            source="update",
            external_id=str(next(self.numbers)),
            at=self.clock.now(),
            query_id="q",
            sender=common["sender"],
            currency=invoice["currency"],
            amount=invoice["amount"],
            payload=invoice["token"],
        )
        paid = PaidEvent(
            **common,
            message_id=next(self.numbers),
            currency=invoice["currency"],
            amount=invoice["amount"],
            payload=invoice["token"],
            charge_id=f"charge-{next(self.numbers)}",
            provider_charge_id="",
        )
        await self.process(asked)
        await self.process(paid)

    async def wait(self, length: timedelta) -> None:
        """Let time pass, through everything that is due on the way."""
        end = self.clock.now() + length
        while True:
            due = await self.database.read(lambda connection: timers.next_due(connection, BOT))
            if due is None or due > end:
                break
            self.clock.advance(max(due - self.clock.now(), timedelta()))
            await self.run_due()
        self.clock.advance(max(end - self.clock.now(), timedelta()))

    async def run_due(self) -> None:
        now = self.clock.now()
        for timer in await self.database.read(lambda c: timers.due(c, BOT, now, 100)):
            await self.process(
                TimerEvent(
                    source="timer",
                    external_id=timer.external_id,
                    at=now,
                    timer_id=timer.id,
                    kind=timer.kind,
                    subject=timer.subject,
                    slot=timer.slot,
                    due_at=timer.due_at,
                    params=timer.params,
                )
            )

    # -- the usual way --------------------------------------------------------------------------------

    async def hire(self, maker: int, *, room: int = 3, quiet: str = "None") -> None:
        """Somebody follows an invitation and answers the profile's questions with the least."""
        await self.say(ADMIN, "/invite", chat=STAFF)
        sent = await self.rows("select body from outbox where label = 'staff/invite' order by id")
        link = sent[-1]["body"].split("start=")[1][: len("join_") + 32]
        await self.say(maker, f"/start {link}")
        for words in ("English", "Done", "Video", "Done", "Done"):
            await self.tap(maker, words)
        await self.say(maker, str(room))
        for words in ("Every day", quiet, "Nothing", "Save"):
            await self.tap(maker, words)

    async def paid(self, customer: int, *, language: str = "en") -> int:
        """Ordered and paid; the order's id."""
        goal = {
            "en": "Launch our new cold-brew tea, in 40 days",
            "zh": "推广我们的新品冷萃茶，40天后",
        }
        await self.say(customer, "/start short_video-standard", language=language)
        await self.say(customer, goal[language], language=language)
        await self.tap(customer, {"en": "Confirm", "zh": "确认"}[language])
        await self.pay(customer)
        (order,) = await self.rows("select id from orders order by id desc limit 1")
        return int(order["id"])

    async def order(self, customer: int, maker: int, *, language: str = "en") -> int:
        """Ordered, paid and taken; the order's id."""
        order = await self.paid(customer, language=language)
        await self.tap(maker, "Accept")
        return order

    async def deliver(self, maker: int) -> None:
        await self.tap(maker, "📦 Deliver")
        await self.say(maker, "https://example.com/work", photo=True)
        for words in ("Tick them all", "Preview", "Send to the customer"):
            await self.tap(maker, words)

    # -- what is there --------------------------------------------------------------------------------

    async def rows(self, query: str, **params: object) -> list[dict[str, Any]]:
        def read(connection: Connection) -> list[dict[str, Any]]:
            return [dict(row) for row in connection.execute(text(query), params).mappings()]

        return await self.database.read(read)

    async def texts(self, chat: int, label: str) -> list[str]:
        """What was said in a chat by that template, the oldest first: messages, and surfaces as they stand."""
        said = await self.rows(
            "select body from outbox where chat_id = :chat and label = :label and kind = 'send' order by id",
            chat=chat,
            label=label,
        )
        return [json.loads(row["body"])["text"] for row in said]

    async def shown(self, chat: int, subject: str) -> str:
        """What a surface says now; "" when it is gone."""
        rows = await self.rows(
            f"select content from {SURFACES} where chat_id = :chat and subject = :subject",
            chat=chat,
            subject=subject,
        )
        content = json.loads(rows[0]["content"]) if rows and rows[0]["content"] else None
        return str(content["text"]) if content else ""

    async def buttons(self, chat: int) -> list[Button]:
        """Everything that can be tapped in a chat, the oldest message first."""
        found = await self.rows(
            f"select id, revision, content from {SURFACES} where chat_id = :chat order by updated_at, id",
            chat=chat,
        )
        made = []
        for row in found:
            content = json.loads(row["content"]) if row["content"] else None
            for line in (content or {}).get("buttons", ()):
                for button in line:
                    if button.get("action") is not None:
                        data = f"{row['id']}.{row['revision']}.{button['action']}"
                        made.append(Button(chat, button["label"], data))
        return made

    async def breaches(self) -> Sequence[str]:
        now = self.clock.now()
        found = await self.database.read(lambda connection: check(connection, BOT, now=now))
        return [str(breach) for breach in found]


async def prepared(path: Path) -> None:
    """A database with the demo's catalogue, to be copied for each life."""
    database = await Database.open(f"sqlite:///{path}")
    await upgrade(database)
    read = read_catalogue(CATALOGUE)
    await database.write(BOT, lambda connection: catalogue.store(connection, read, START))
    await database.close()


async def opened(template: Path, path: Path, business: Business = BUSINESS) -> House:
    await asyncio.to_thread(shutil.copy, template, path)
    database = await Database.open(f"sqlite:///{path}")
    return House(database, MovableClock(START), business)
