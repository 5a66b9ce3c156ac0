"""Delivery at work: a real database, the real channel, a playground; only the handlers are left out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from bot.assets import Assets
from bot.channels.port import Channel
from bot.channels.telegram_aiogram import AiogramChannel
from bot.clock import MovableClock
from bot.delivery import Delivery
from bot.lease_keeper import LeaseKeeper
from bot.metrics import Metrics
from bot.pace import Pace
from bot.sending import Sender
from bot.telling import Teller
from dialogs.content import Content
from handlers.events import Event
from playground.people import Person, Playground
from storage import tables
from storage.database import Database
from storage.rows import digest
from storage.serial import plain, written
from storage.tables import conversations, outbox, surfaces

TOKEN = "7000002:AAF-tests_of_delivery_over_http00000"
BOT = 7000002
HOT = (
    tables.inbox,
    tables.parked,
    tables.conversations,
    tables.surfaces,
    tables.outbox,
    tables.timers,
    tables.lease,
    tables.media,
)


@dataclass
class Desk:
    """Where rows are put in by hand and what became of them is looked at."""

    database: Database
    channel: Channel
    playground: Playground
    clock: MovableClock
    leases: LeaseKeeper
    delivery: Delivery
    teller: Teller
    metrics: Metrics
    pace: Pace
    events: list[Event] = field(default_factory=list)

    async def person(self, name: str = "Anna") -> Person:
        """Somebody who has pressed START; the bot has seen it."""
        person = await self.playground.person(name)
        await person.start()
        await self.read()
        return person

    async def read(self) -> list[Event]:
        """Read and confirm every waiting update."""
        found = list(await self.channel.get_updates(None, 0, 100))
        if found:
            await self.channel.get_updates(found[-1][0] + 1, 0, 1)
        return [event for _, event in found]

    # -- putting in ---------------------------------------------------------------------------------

    async def add(self, chat: int, kind: str, body: Any, **more: Any) -> int:
        now = self.clock.now()
        values = {
            "bot": BOT,
            "chat_id": chat,
            "kind": kind,
            "body": body,
            "due_at": now,
            "created_at": now,
            **more,
        }
        return await self.database.write(
            BOT,
            lambda c: c.execute(insert(outbox).values(values).returning(outbox.c.id)).scalar_one(),
        )

    async def send(self, chat: int, content: Content | str, **more: Any) -> int:
        content = Content(text=content) if isinstance(content, str) else content
        return await self.add(chat, "send", plain(content), **more)

    async def show(
        self,
        chat: int,
        content: Content | str | None,
        *,
        kind: str = "card",
        anew: bool = False,
        actions: Sequence[Any] = (),
        thread: int | None = None,
        **more: Any,
    ) -> int:
        """Say what a surface should show, as the unit of work does; the outbox row's id."""
        content = Content(text=content) if isinstance(content, str) else content
        data = None if content is None else written(content)
        now = self.clock.now()
        wanted = {
            "content": data,
            "content_hash": digest(data, 1),
            "actions": list(actions),
            "thread_id": thread,
            "updated_at": now,
        }

        def work(connection: Any) -> int:
            key = (surfaces.c.bot == BOT, surfaces.c.chat_id == chat, surfaces.c.kind == kind)
            there = connection.scalar(select(surfaces.c.id).where(*key))
            if there is not None:
                connection.execute(update(surfaces).where(surfaces.c.id == there).values(**wanted))
                return int(there)
            made = insert(surfaces).values(
                bot=BOT, chat_id=chat, kind=kind, subject="order:1", **wanted
            )
            return int(connection.execute(made.returning(surfaces.c.id)).scalar_one())

        surface = await self.database.write(BOT, work)
        body = {"anew": True} if anew else {}
        return await self.add(chat, "surface", body, surface_id=surface, thread_id=thread, **more)

    async def conversation(self, chat: int, last_message_id: int | None) -> None:
        values = {
            "bot": BOT,
            "chat_id": chat,
            "state": [],
            "last_message_id": last_message_id,
            "updated_at": self.clock.now(),
        }
        await self.database.write(BOT, lambda c: c.execute(insert(conversations).values(values)))

    # -- looking ------------------------------------------------------------------------------------

    async def row(self, row_id: int) -> Any:
        query = select(outbox).where(outbox.c.id == row_id)
        return await self.database.read(lambda c: c.execute(query).one())

    async def surface(self, chat: int, kind: str = "card") -> Any:
        query = select(surfaces).where(surfaces.c.chat_id == chat, surfaces.c.kind == kind)
        return await self.database.read(lambda c: c.execute(query).one())

    async def last_message(self, chat: int) -> int | None:
        query = select(conversations.c.last_message_id).where(conversations.c.chat_id == chat)
        return await self.database.read(lambda c: c.scalar(query))

    async def ended(self, *rows: int, timeout: float = 10.0) -> list[str]:
        """Wait until these rows have ended; their states."""
        self.delivery.wake()

        async def states() -> list[str]:
            query = select(outbox.c.id, outbox.c.state).where(outbox.c.id.in_(rows))
            found = await self.database.read(lambda c: c.execute(query).all())
            by_id = {row.id: row.state for row in found}
            return [by_id[row] for row in rows]

        await until(lambda: _all_in(states(), ("sent", "dead", "superseded")), timeout=timeout)
        await until(lambda: _truth(self.delivery.idle), timeout=timeout)
        return await states()

    async def tried(self, row_id: int, reason: str) -> Any:
        """Wait until a row is back in the queue for this reason."""
        self.delivery.wake()

        async def back() -> bool:
            row = await self.row(row_id)
            return bool(row.state == "queued" and row.reason == reason)

        await until(back)
        return await self.row(row_id)

    async def calls(self, method: str | None = None) -> list[dict[str, Any]]:
        quiet = ("getUpdates", "getMe")
        calls = await self.playground.calls(method=method)
        return [call for call in calls if call["method"] not in quiet]

    async def methods(self) -> list[str]:
        return [call["method"] for call in await self.calls()]


async def _truth(value: bool) -> bool:
    return value


async def _all_in(states: Any, allowed: tuple[str, ...]) -> bool:
    return all(state in allowed for state in await states)


async def until(true: Callable[[], Any], timeout: float = 10.0) -> None:
    """Wait until `true()` says so."""
    async with asyncio.timeout(timeout):
        while not await true():  # noqa: ASYNC110 - a database cannot signal
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def desk(
    playground: Playground,
    folder: Path,
    *,
    channel: Channel | None = None,
    pace: Pace | None = None,
    holder: str | None = None,
    deliver: bool = True,
) -> AsyncIterator[Desk]:
    """A desk at work; `deliver=False` leaves delivery standing."""
    clock = MovableClock()
    database = await Database.open(f"sqlite:///{folder / 'orderclerk.db'}")
    await database.write(0, lambda c: tables.metadata.create_all(c, tables=HOT))
    real = channel or AiogramChannel(TOKEN, base_url=playground.url, now=clock.now)
    metrics = Metrics()
    leases = LeaseKeeper(database, BOT, metrics, holder=holder)
    events: list[Event] = []

    async def take(given: Sequence[Event]) -> None:
        events.extend(given)

    teller = Teller(database=database, bot=BOT, clock=clock, leases=leases, take=take)
    sender = Sender(
        real,
        assets=Assets([folder], drawn=folder / "charts"),
        provider_token="P",
        now=clock.now,
        metrics=metrics,
    )
    pace = pace or Pace(monotonic=clock.monotonic)
    delivery = Delivery(
        database=database,
        bot=BOT,
        sender=sender,
        clock=clock,
        leases=leases,
        teller=teller,
        metrics=metrics,
        pace=pace,
    )
    clock.on_jump(delivery.wake)
    made = Desk(database, real, playground, clock, leases, delivery, teller, metrics, pace, events)
    tasks: list[asyncio.Task[None]] = []
    try:
        if deliver:
            await leases.ask()
            tasks = [asyncio.create_task(part.run()) for part in (leases, delivery, teller)]
        yield made
    finally:
        if deliver:
            await delivery.drain(2.0)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        await real.close()
        await database.close()
        failures = [r for r in results if isinstance(r, Exception)]
        assert not failures, failures
