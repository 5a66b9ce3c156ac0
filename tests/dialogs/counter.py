"""Turns over a real database, without a channel: events in, rows out."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select, text, update
from structlog.testing import capture_logs

from bot.clock import MovableClock
from bot.turns import Processed, Turns
from dialogs import keeping
from dialogs.content import Content
from dialogs.model import State
from handlers.business import Business
from handlers.dispatch import handle
from handlers.events import Chat, Event, MessageEvent, Sender, TapEvent
from handlers.turn import Turn
from storage import catalogue
from storage.database import Connection, Database
from storage.migrate import upgrade
from storage.serial import typed
from storage.surfaces import WHOLE
from storage.tables import conversations
from tests.dialogs.ordering import BUSINESS, NOW, demo

BOT = 400500


class Counter:
    """Where people order. `restart` is a new process over the same file."""

    def __init__(
        self, url: str, database: Database, handler: Callable[[Turn], None], business: Business
    ) -> None:
        self._url = url
        self._business = business
        self._handler = handler
        self._ids = itertools.count(1)
        self.log: list[Any] = []
        self.clock = MovableClock(NOW)
        self.database = database
        self.turns = self._turns()

    def _turns(self) -> Turns:
        return Turns(self.database, BOT, self._business, self.clock, handle=self._handler)

    async def restart(self) -> None:
        await self.database.close()
        self.database = await Database.open(self._url)
        self.turns = self._turns()

    # -- events ---------------------------------------------------------------------------------------

    def said(self, who: int, words: str) -> MessageEvent:
        number = next(self._ids)
        return MessageEvent(
            source="test",
            external_id=str(number),
            at=NOW,
            chat=Chat(id=who, kind="private"),
            sender=Sender(id=who, name=f"Person {who}", language_code="en"),
            message_id=number,
            text=words,
        )

    def tapped(self, who: int, data: str, message: int | None = None) -> TapEvent:
        number = next(self._ids)
        return TapEvent(
            source="test",
            external_id=str(number),
            at=NOW,
            chat=Chat(id=who, kind="private"),
            sender=Sender(id=who, name=f"Person {who}", language_code="en"),
            query_id=f"q{number}",
            data=data,
            message_id=message,
        )

    async def does(self, *events: Event) -> Processed:
        return await self.turns.process(events)

    async def says(self, who: int, *lines: str) -> None:
        for line in lines:
            await self.does(self.said(who, line))

    # -- what there is --------------------------------------------------------------------------------

    async def rows(self, query: str, **params: object) -> list[dict[str, Any]]:
        def read(connection: Connection) -> list[dict[str, Any]]:
            return [dict(row) for row in connection.execute(text(query), params).mappings()]

        return await self.database.read(read)

    async def count(self, table: str) -> int:
        return int((await self.rows(f"select count(*) as n from {table}"))[0]["n"])

    async def state(self, who: int) -> State:
        """The open flow of a chat."""

        def read(connection: Connection) -> Any:
            query = select(conversations.c.state).where(conversations.c.chat_id == who)
            return connection.execute(query).scalar_one()

        return keeping.load(json.dumps(await self.database.read(read)))[-1]

    async def screen(self, who: int, kind: str = "dialog") -> tuple[Content, str]:
        """What the dialog shows, and the head of its buttons' data: `surface.revision`."""

        def read(connection: Connection) -> Any:
            query = (
                select(*WHOLE.c["id", "revision", "content"])
                .where(WHOLE.c.chat_id == who, WHOLE.c.kind == kind)
                # The last screen of a flow that is over stays beside it.
                .order_by(WHOLE.c.id.desc())
                .limit(1)
            )
            return connection.execute(query).one()

        row = await self.database.read(read)
        return typed(Content, row.content), f"{row.id}.{row.revision}"

    async def button(self, who: int, label: str) -> str:
        """The callback data of a button."""
        content, head = await self.screen(who)
        found = [b for row in content.buttons for b in row if label in b.label]
        assert len(found) == 1, [b.label for row in content.buttons for b in row]
        return f"{head}.{found[0].action}"

    async def delivered(self, who: int, message: int) -> None:
        """The dialog stands in this message now."""

        def write(connection: Connection) -> None:
            here = conversations.c.chat_id == who
            connection.execute(update(conversations).where(here).values(screen_message_id=message))

        await self.database.write(BOT, write)

    async def rewrite(self, who: int, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Change a stored state, as an older version would have written it."""

        def write(connection: Connection) -> None:
            here = conversations.c.chat_id == who
            states = connection.execute(select(conversations.c.state).where(here)).scalar_one()
            states = [*states[:-1], change(dict(states[-1]))]
            top = states[-1]
            connection.execute(
                update(conversations)
                .where(here)
                .values(
                    state=states,
                    flow=top.get("flow"),
                    fingerprint=top.get("fingerprint"),
                    step=top.get("step"),
                )
            )

        await self.database.write(BOT, write)


async def stocked(file: Path) -> Path:
    """A new database with the demo catalogue, to be copied."""
    database = await Database.open(f"sqlite:///{file}")
    await upgrade(database)
    await database.write(BOT, lambda connection: catalogue.store(connection, demo(), NOW))
    await database.close()
    return file


@asynccontextmanager
async def counter(
    stock: Path, file: Path, handler: Callable[[Turn], None] = handle, **business: Any
) -> AsyncIterator[Counter]:
    """A counter over a copy of a stocked database; `business` changes what it is told of the business."""
    shutil.copy(stock, file)
    url = f"sqlite:///{file}"
    database = await Database.open(url)
    made = Counter(url, database, handler, replace(BUSINESS, **business))
    try:
        # Left to itself, the log draws a failing handler's every variable.
        with capture_logs() as made.log:
            yield made
    finally:
        await made.database.close()
