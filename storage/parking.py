"""Events whose handler raised: kept with their error, retried or dropped, never lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from storage.inbox import accept
from storage.serial import plain, typed
from storage.tables import parked, payments_received
from storage.upserts import insert_new


@dataclass(frozen=True, slots=True)
class ParkedRow:
    id: int
    source: str
    external_id: str
    kind: str
    event: Any
    error: str
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A parked event as an operator sees it: without what somebody wrote."""

    id: int
    kind: str
    source: str
    external_id: str
    state: str
    error: str
    tries: int
    parked_at: datetime
    #: When it is tried again by itself; None: only by hand.
    retry_at: datetime | None


def keep(
    connection: Connection,
    bot: int,
    event: Any,
    error: str,
    now: datetime,
    retry_at: datetime | None,
) -> None:
    """Park an event; its id counts as seen."""
    accept(connection, bot, [(event.source, event.external_id, type(event).__name__)], now)
    row = {
        "bot": bot,
        "source": event.source,
        "external_id": event.external_id,
        "kind": type(event).__name__,
        "event": plain(event),
        "error": error[:2000],
        "parked_at": now,
        "retry_at": retry_at,
    }
    insert_new(connection, parked, [row], "id")


def keep_money(connection: Connection, bot: int, event: Any, now: datetime) -> None:
    """Write a payment or refund as it came, whatever becomes of its turn."""
    row = {
        "bot": bot,
        "source": event.source,
        "external_id": event.external_id,
        "charge_id": event.charge_id,
        "kind": "refunded" if type(event).__name__ == "RefundedEvent" else "paid",
        "payer_id": event.sender.id,
        "amount": event.amount,
        "currency": event.currency,
        "payload": event.payload[:128],
        "received_at": now,
    }
    insert_new(connection, payments_received, [row], "charge_id")


def due(
    connection: Connection, bot: int, now: datetime | None, kinds: Mapping[str, type[Any]]
) -> Sequence[ParkedRow]:
    """Waiting rows whose time has come; with None all that wait. `kinds` are the event types by name."""
    query = (
        select(parked).where(parked.c.bot == bot, parked.c.state == "waiting").order_by(parked.c.id)
    )
    if now is not None:
        query = query.where(parked.c.retry_at <= now)
    return [
        ParkedRow(
            r.id, r.source, r.external_id, r.kind, typed(kinds[r.kind], r.event), r.error, r.tries
        )
        for r in connection.execute(query)
    ]


def finish(connection: Connection, bot: int, row: ParkedRow, state: str) -> None:
    """Mark a row as done or dropped; its money, if any, as applied."""
    connection.execute(
        update(parked).where(parked.c.id == row.id).values(state=state, retry_at=None)
    )
    connection.execute(
        update(payments_received)
        .where(
            payments_received.c.bot == bot,
            payments_received.c.source == row.source,
            payments_received.c.external_id == row.external_id,
        )
        .values(applied=state == "done")
    )


def postpone(connection: Connection, row: ParkedRow, error: str, retry_at: datetime | None) -> None:
    """It failed again."""
    connection.execute(
        update(parked)
        .where(parked.c.id == row.id)
        .values(tries=row.tries + 1, error=error[:2000], retry_at=retry_at)
    )


def listed(connection: Connection, bot: int, *, ended: bool = False) -> list[Listed]:
    """What waits, oldest first; with `ended`, also what was done or dropped."""
    columns = parked.c[
        "id", "kind", "source", "external_id", "state", "error", "tries", "parked_at", "retry_at"
    ]
    query = select(*columns).where(parked.c.bot == bot).order_by(parked.c.id)
    if not ended:
        query = query.where(parked.c.state == "waiting")
    return [Listed(**row) for row in connection.execute(query).mappings()]


def wake(connection: Connection, bot: int, ids: Collection[int] | None, now: datetime) -> list[int]:
    """Have these waiting rows (None: all) tried again by the bot, as soon as it looks; their ids."""
    return _change(connection, bot, ids, retry_at=now)


def drop(connection: Connection, bot: int, ids: Collection[int]) -> list[int]:
    """Give these waiting rows up; their ids. Money they spoke of stays in `payments_received`, not applied."""
    return _change(connection, bot, ids, state="dropped", retry_at=None)


def _change(
    connection: Connection, bot: int, ids: Collection[int] | None, **values: Any
) -> list[int]:
    which = [parked.c.bot == bot, parked.c.state == "waiting"]
    if ids is not None:
        which.append(parked.c.id.in_(ids))
    changed = connection.execute(
        update(parked).where(*which).values(**values).returning(parked.c.id)
    )
    return sorted(changed.scalars())


__all__ = [
    "Listed",
    "ParkedRow",
    "drop",
    "due",
    "finish",
    "keep",
    "keep_money",
    "listed",
    "postpone",
    "wake",
]
