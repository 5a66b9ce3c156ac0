"""How many conversations stand where in which version of which flow."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from storage.tables import conversations


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Conversations of one flow, version and step."""

    flow: str
    fingerprint: str
    step: str
    count: int


def standings(connection: Connection) -> list[Standing]:
    """Every open conversation, counted by where it stands."""
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
