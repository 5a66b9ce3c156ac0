"""The inbox: what was accepted once is never carried out again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Executable,
    bindparam,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.prepared import Prepared, PreparedForMany
from storage.tables import inbox
from storage.types import Instant


def _accept(dialect: str) -> Executable:
    """Rows that come as one parameter, [source, external id, kind] each: one statement however many there are."""
    build: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    rows = bindparam("rows", type_=JSON)
    each: Any
    parts: list[ColumnElement[str]]
    if dialect == "postgresql":
        each = func.json_array_elements(cast(rows, JSON)).table_valued("value").render_derived()
        parts = [each.c.value.op("->>")(at) for at in range(3)]
    else:
        each = func.json_each(rows).table_valued("value")
        parts = [func.json_extract(each.c.value, f"$[{at}]") for at in range(3)]
    constant = (bindparam("of", type_=inbox.c.bot.type), bindparam("now", type_=Instant()))
    # Without WHERE, SQLite takes ON for the beginning of a join's condition.
    chosen = select(*constant, *parts).where(true())
    names = ("bot", "received_at", "source", "external_id", "kind")
    made = build(inbox).from_select(names, chosen).on_conflict_do_nothing()
    accepted: Executable = made.returning(inbox.c.source, inbox.c.external_id)
    return accepted


_ACCEPT = Prepared(_accept)


_ACCEPT_ALL = PreparedForMany(
    sqlite.insert(inbox).on_conflict_do_nothing(),
    "bot",
    "source",
    "external_id",
    "kind",
    "received_at",
    common=("bot", "received_at"),
)


class Key(NamedTuple):
    """What came in, by its name outside."""

    source: str
    external_id: str
    kind: str


def accept_all(connection: Connection, bot: int, keys: Sequence[Key], now: datetime) -> bool:
    """Write all of them into the inbox, which is quicker than `accept`; False when not all were new, and then the
    transaction must be taken back.
    """
    if connection.dialect.name != "sqlite":
        return len(accept(connection, bot, keys, now)) == len(keys)
    return _ACCEPT_ALL.run(connection, keys, bot=bot, received_at=now) == len(keys)


def accept(
    connection: Connection, bot: int, keys: Iterable[tuple[str, str, str]], now: datetime
) -> set[tuple[str, str]]:
    """Write (source, external id, kind) into the inbox; the (source, external id) pairs that were new."""
    rows = {(source, external): kind for source, external, kind in keys}
    if not rows:
        return set()
    given = [[source, external, kind] for (source, external), kind in rows.items()]
    new = _ACCEPT.all(connection, {"of": bot, "now": now, "rows": given})
    return {(source, external) for source, external in new}
