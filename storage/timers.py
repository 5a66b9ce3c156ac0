"""What is due. Timers are written and deleted by the unit of work; here they are only found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Text, bindparam, cast, func, select

from storage.prepared import Prepared
from storage.serial import loads
from storage.tables import timers
from storage.types import at, moment


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
        """Unique for ever: SQLite may give a deleted row's id to a new one, and a slot may be set again.

        The checksum keeps apart what got the same id within one millisecond.
        """
        created, due = (int(moment.timestamp() * 1000) for moment in (self.created_at, self.due_at))
        what = crc32(f"{self.kind} {self.subject} {self.slot}".encode())
        return f"{self.id}:{created}:{due}:{what:x}"


_MINE = timers.c.bot == bindparam("of")
_PARAMS = cast(timers.c.params, Text)
_DUE = Prepared(
    select(*timers.c["id", "kind", "subject", "slot", "due_at", "created_at"], _PARAMS)
    .where(_MINE, timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at, timers.c.id)
    .limit(bindparam("most"))
)
_EARLIEST = Prepared(select(func.min(timers.c.due_at)).where(_MINE))


def due(connection: Connection, bot: int, now: datetime, limit: int) -> list[DueTimer]:
    """The first `limit` timers that are due, in due order."""
    return [
        DueTimer(
            id=row[0],
            kind=row[1],
            subject=row[2],
            slot=row[3],
            due_at=at(row[4]),
            created_at=at(row[5]),
            params=loads(row[6]),
        )
        for row in _DUE.all(connection, {"of": bot, "now": now, "most": limit})
    ]


def next_due(connection: Connection, bot: int) -> datetime | None:
    """When the earliest timer is due."""
    ((earliest,),) = _EARLIEST.all(connection, {"of": bot})
    return moment(earliest)
