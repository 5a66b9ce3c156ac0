"""Reading the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from orders.numbers import normalise
from storage.records import Audit, Order, Person

audit, people, orders = Audit.__table__, Person.__table__, Order.__table__


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the trail. `who` is a name with the id in the chat app; `subject` names orders by number."""

    at: datetime
    who: str
    action: str
    subject: str
    detail: dict[str, Any]


def deeds(
    connection: Connection, *, limit: int, about: str | None = None, by: int | None = None
) -> list[Deed]:
    """The last `limit` deeds, the oldest first; about one thing, by one person."""
    query = (
        select(audit, people.c.name, people.c.user_id)
        .outerjoin(people, people.c.id == audit.c.actor_id)
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    if about is not None:
        number = normalise(about)
        mine = select(orders.c.id).where(orders.c.number == number)
        named = [f"order:{key}" for key in connection.scalars(mine)] if number else []
        query = query.where(or_(audit.c.subject == about, audit.c.subject.in_(named)))
    if by is not None:
        query = query.where(people.c.user_id == by)
    rows = connection.execute(query).all()
    numbers = _numbers(connection, [row.subject for row in rows])
    return [
        Deed(
            row.at,
            f"{row.name} ({row.user_id})" if row.name else "nobody",
            row.action,
            numbers.get(row.subject, row.subject),
            row.detail,
        )
        for row in reversed(rows)
    ]


def _numbers(connection: Connection, subjects: list[str]) -> dict[str, str]:
    ids = {int(one.removeprefix("order:")) for one in subjects if one.startswith("order:")}
    found = connection.execute(select(orders.c.id, orders.c.number).where(orders.c.id.in_(ids)))
    return {f"order:{row.id}": f"order {row.number}" for row in found}
