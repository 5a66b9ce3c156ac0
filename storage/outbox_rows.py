"""Rows about to be written into the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, bindparam, insert, literal_column

from storage.outbox import ANEW, NO_BODY
from storage.prepared import Prepared, PreparedForMany
from storage.rows import Surface
from storage.serial import Written
from storage.tables import outbox


@dataclass(slots=True, kw_only=True)
class OutboxRow:
    """A row about to be written; `surface` stands in until its id is known."""

    chat_id: int
    kind: str
    body: Mapping[str, Any] | Written
    due_at: datetime
    created_at: datetime
    thread_id: int | None = None
    surface: Surface | None = None
    priority: int = 1
    expires_at: datetime | None = None
    unknown: str = "repeat"
    order_id: int | None = None
    label: str = ""
    tell: dict[str, Any] | None = None
    group_key: str | None = None
    urgent: bool = False

    @property
    def surface_id(self) -> int | None:
        return self.surface.id if self.surface is not None else None


#: The bodies of screens, as they are stored.
_ANEW, _AS_IT_STANDS = Written('{"anew":true}'), Written("{}")


@dataclass(slots=True)
class ScreenRow:
    """What nearly every row is: a screen of a private chat. The rest of its columns is empty, or always the same."""

    chat_id: int
    surface: Surface
    #: Sent again below what is newer, rather than edited.
    anew: bool
    label: str

    @property
    def body(self) -> Written:
        return _ANEW if self.anew else _AS_IT_STANDS


def of_surface(
    surface: Surface,
    *,
    anew: bool,
    label: str,
    now: datetime,
    order_id: int | None = None,
    priority: int = 1,
    unknown: str = "repeat",
    tell: Mapping[str, Any] | None = None,
) -> OutboxRow | ScreenRow:
    """The row that has a surface shown as it is now wanted."""
    plain_screen = order_id is None and tell is None and priority == 1 and unknown == "repeat"
    if plain_screen and surface.thread_id is None:
        return ScreenRow(surface.chat_id, surface, anew, label)
    return OutboxRow(
        chat_id=surface.chat_id,
        thread_id=surface.thread_id,
        kind="surface",
        surface=surface,
        body=dict(ANEW if anew else NO_BODY),
        priority=priority,
        due_at=now,
        created_at=now,
        label=label,
        order_id=order_id,
        unknown=unknown,
        tell=None if tell is None else dict(tell),
    )


_OUTBOX = (
    "bot",
    "chat_id",
    "thread_id",
    "kind",
    "surface_id",
    "body",
    "priority",
    "due_at",
    "expires_at",
    "unknown",
    "created_at",
    "order_id",
    "label",
    "tell",
    "group_key",
)
_INSERT_OUTBOX = PreparedForMany(insert(outbox).inline(), *_OUTBOX, common=("bot",))
_INSERT_URGENT = Prepared(insert(outbox).returning(outbox.c.id), *_OUTBOX)
#: What screens differ in.
SCREEN = ("bot", "chat_id", "surface_id", "body", "due_at", "created_at", "label")
#: Where a `ScreenRow` has them, as `storage.prepared` wants to know it.
PARTS = {"surface_id": "surface.id"}


def insert_screens(columns: Iterable[str] = SCREEN, **fixed: ColumnElement[Any]) -> Insert:
    """Screens with these columns, and with what is the same for all."""
    alike: dict[str, ColumnElement[Any]] = {
        "kind": literal_column("'surface'"),
        "priority": literal_column("1"),
        "unknown": literal_column("'repeat'"),
    }
    given: dict[str, ColumnElement[Any]] = {name: bindparam(name) for name in columns}
    return insert(outbox).inline().values(given | alike | fixed)


_INSERT_SCREENS = PreparedForMany(
    insert_screens(), common=("bot", "due_at", "created_at"), parts=PARTS
)


def save_outbox(
    connection: Connection, bot: int, rows: Sequence[OutboxRow | ScreenRow], now: datetime
) -> list[int]:
    """Queue rows in order, screens as due `now`; the ids of the urgent ones, which stand in no chat's order."""
    # Ids are asked for only where somebody waits for them: it takes a statement a row.
    urgent = [row for row in rows if type(row) is OutboxRow and row.urgent]
    calm = [row for row in rows if not (type(row) is OutboxRow and row.urgent)] if urgent else rows
    for kind, alike in groupby(calm, type):
        if kind is ScreenRow:
            _INSERT_SCREENS.run(connection, alike, bot=bot, due_at=now, created_at=now)
        else:
            _INSERT_OUTBOX.run(connection, alike, bot=bot)
    return [
        _INSERT_URGENT.all(
            connection, {name: bot if name == "bot" else getattr(row, name) for name in _OUTBOX}
        )[0][0]
        for row in urgent
    ]
