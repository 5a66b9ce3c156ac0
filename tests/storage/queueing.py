"""Putting rows into the outbox and looking at them, for tests of delivery's statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from storage.database import Database
from storage.outbox import Claimed, claim
from storage.outbox_settle import Settlement, ShownSurface, settle
from storage.tables import outbox, surfaces

BOT = 7
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)


class Queue:
    """The outbox of one bot, by short sentences."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def add(self, chat: int, **more: Any) -> int:
        values = {
            "bot": BOT,
            "chat_id": chat,
            "kind": "send",
            "body": {"text": "hello"},
            "due_at": NOW,
            "created_at": NOW,
            **more,
        }
        return await self.database.write(
            BOT,
            lambda connection: connection.execute(
                insert(outbox).values(values).returning(outbox.c.id)
            ).scalar_one(),
        )

    async def add_many(self, number: int, chat: int) -> None:
        row = {
            "bot": BOT,
            "chat_id": chat,
            "kind": "send",
            "body": {},
            "due_at": NOW,
            "created_at": NOW,
        }
        await self.database.write(
            BOT, lambda connection: connection.execute(insert(outbox), [row] * number)
        )

    async def surface(self, chat: int, **more: Any) -> int:
        values = {
            "bot": BOT,
            "chat_id": chat,
            "kind": "card",
            "subject": "order:1",
            "actions": [],
            "content": {"text": "new"},
            "content_hash": "new",
            "updated_at": NOW,
            **more,
        }
        return await self.database.write(
            BOT,
            lambda connection: connection.execute(
                insert(surfaces).values(values).returning(surfaces.c.id)
            ).scalar_one(),
        )

    async def refresh(self, surface: int, chat: int, **more: Any) -> int:
        return await self.add(chat, kind="surface", surface_id=surface, **{"body": {}, **more})

    async def claim(
        self,
        *,
        epoch: int = 1,
        now: datetime = NOW,
        limit: int = 100,
        busy: Sequence[int] = (),
    ) -> list[Claimed]:
        return await self.database.write(
            BOT,
            lambda connection: claim(connection, BOT, epoch=epoch, now=now, limit=limit, busy=busy),
        )

    async def settle(self, *settlements: Settlement, now: datetime = NOW) -> int:
        return await self.database.write(
            BOT, lambda connection: settle(connection, BOT, settlements, now)
        )

    async def sent(self, row: Claimed, **more: Any) -> int:
        return await self.settle(Settlement(id=row.id, epoch=row.epoch, state="sent", **more))

    async def showed(self, row: Claimed, message: int) -> int:
        """It stands in the chat as `message`, a text."""
        assert row.surface is not None
        shown = ShownSurface(
            row.surface.id,
            message,
            row.surface.content_hash,
            "text",
            NOW,
            row.chat_id if row.surface.held else None,
            message,
        )
        return await self.sent(row, message_id=message, shown=shown)

    async def row(self, row_id: int) -> Any:
        return await self.database.read(
            lambda connection: connection.execute(select(outbox).where(outbox.c.id == row_id)).one()
        )

    async def state(self, row_id: int) -> str:
        return str((await self.row(row_id)).state)

    async def shown(self, surface_id: int) -> Any:
        return await self.database.read(
            lambda connection: connection.execute(
                select(surfaces).where(surfaces.c.id == surface_id)
            ).one()
        )

    async def do(self, *statements: Any) -> None:
        def work(connection: Connection) -> None:
            for statement in statements:
                connection.execute(statement)

        await self.database.write(BOT, work)
