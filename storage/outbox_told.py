"""Rows of the outbox that asked to be told of, and how they ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from storage.outbox import ENDED
from storage.tables import outbox

#: How a row's `tell` is kept once the row has ended: the wish, and the answer of the call.
_WISH, _ANSWER = "$params", "$result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A row that asked to be told of and has ended."""

    id: int
    outcome: Literal["sent", "dead"]
    reason: str
    result: Mapping[str, Any]
    params: Mapping[str, Any]


def with_answer(wish: Mapping[str, Any] | None, result: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer must survive a crash between this commit and the telling, so it is stored with the wish."""
    return None if wish is None else {_WISH: dict(wish), _ANSWER: dict(result)}


def untold(connection: Connection, bot: int, limit: int) -> list[Told]:
    """Rows that asked to be told of, have ended, and have not been told of; oldest first."""
    query = (
        select(*outbox.c["id", "state", "reason", "tell"])
        .where(
            outbox.c.bot == bot,
            outbox.c.tell.is_not(None),
            ENDED,
        )
        .order_by(outbox.c.id)
        .limit(limit)
    )
    found = []
    for row in connection.execute(query):
        wish = row.tell or {}
        # A row that was ended without a call (its chat blocked us) has its wish alone.
        answered = set(wish) == {_WISH, _ANSWER}
        found.append(
            Told(
                id=row.id,
                outcome=row.state,
                reason=row.reason or "",
                result=wish[_ANSWER] if answered else {},
                params=wish[_WISH] if answered else wish,
            )
        )
    return found


def mark_told(connection: Connection, ids: Collection[int]) -> None:
    connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(tell=None))
