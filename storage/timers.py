"""What is due. Timers are written and deleted by the unit of work; here they are only found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from storage.tables import timers


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimer:
    id: int
    kind: str
    subject: str
    slot: str
    due_at: datetime
    created_at: datetime
    params: Mapping[str, Any]

    @property
    def external_id(self) -> str:
        """Unique for ever: SQLite may give a deleted row's id to a new one, and a slot may be set again."""
        created, due = (int(moment.timestamp() * 1000) for moment in (self.created_at, self.due_at))
        return f"{self.id}:{created}:{due}"


def due(connection: Connection, bot: int, now: datetime, limit: int) -> list[DueTimer]:
    """The first `limit` timers that are due, in due order."""
    columns = timers.c["id", "kind", "subject", "slot", "due_at", "created_at", "params"]
    query = (
        select(*columns)
        .where(timers.c.bot == bot, timers.c.due_at <= now)
        .order_by(timers.c.due_at, timers.c.id)
        .limit(limit)
    )
    return [DueTimer(**row) for row in connection.execute(query).mappings()]


def next_due(connection: Connection, bot: int) -> datetime | None:
    """When the earliest timer is due."""
    earliest: datetime | None = connection.scalar(
        select(func.min(timers.c.due_at)).where(timers.c.bot == bot)
    )
    return earliest
