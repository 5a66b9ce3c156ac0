"""How many conversations stand where in which version of which flow, and which of them are behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, inspect, select, tuple_

from storage.tables import conversations


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Conversations of one flow, version and step."""

    flow: str
    fingerprint: str
    step: str
    count: int


def standings(connection: Connection) -> list[Standing]:
    """Every open conversation, counted by where it stands; none in a new database."""
    if not inspect(connection).has_table(conversations.name):
        return []
    columns = (conversations.c.flow, conversations.c.fingerprint, conversations.c.step)
    query = (
        select(*columns, func.count())
        .where(conversations.c.flow.is_not(None))
        .group_by(*columns)
        .order_by(*columns)
    )
    return [
        Standing(flow=flow, fingerprint=fingerprint, step=step, count=count)
        for flow, fingerprint, step, count in connection.execute(query)
    ]


def behind(
    connection: Connection, bot: int, today: Mapping[str, str], *, after: int, limit: int
) -> list[int]:
    """Private chats whose open flow is not of today's version (flow to fingerprint), by id, above `after`."""
    version = tuple_(conversations.c.flow, conversations.c.fingerprint)
    query = (
        select(conversations.c.chat_id)
        .where(
            conversations.c.bot == bot,
            conversations.c.chat_id > after,
            conversations.c.flow.is_not(None),
            version.not_in(list(today.items())),
        )
        .order_by(conversations.c.chat_id)
        .limit(limit)
    )
    return list(connection.scalars(query))
