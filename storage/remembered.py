"""What the writer's connection knows of the rows it wrote or read last, so that they need not be read again.

Who talks with the bot comes back within seconds or minutes. This is for SQLite alone, whose writer can tell that nobody
else has committed anything since its last transaction; on PostgreSQL other replicas write as well.

`storage.writer` has everything forgotten that may have become untrue: when another process has written, when a
transaction is rolled back, and when SQLAlchemy runs a statement that changes one of these tables. Statements that go
past SQLAlchemy (`storage.prepared`) and change them say here what they did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")

#: How many of each kind: nobody's conversation costs memory for long, and of thousands it takes as long to find them in
#: memory as it takes SQLite to find their pages.
LIMIT = 256
#: What changes one table that it names plainly; whatever else is not harmless may change any.
_CHANGES = re.compile(
    r"\s*(?:UPDATE\s+(\w+)\s+SET|INSERT\s+INTO\s+(\w+)\s*\(|DELETE\s+FROM\s+(\w+)(?:\s+WHERE|\s*$))",
    re.IGNORECASE,
)
_HARMLESS = re.compile(r"\s*(?:SELECT|PRAGMA|SAVEPOINT|RELEASE)\b", re.IGNORECASE)


class Kept(Generic[T]):
    """Rows of one table by bot and number, those that were put away last."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rows: dict[tuple[int, int], T] = {}

    def find(self, bot: int, numbers: Iterable[int]) -> tuple[dict[int, T], list[int]]:
        """Those that are known, by their numbers, and the numbers of the others."""
        found: dict[int, T] = {}
        missing: list[int] = []
        get = self._rows.get
        for number in numbers:
            one = get((bot, number))
            if one is None:
                missing.append(number)
            else:
                found[number] = one
        return found, missing

    def take(self, bot: int, numbers: Iterable[int]) -> tuple[list[T], list[int]]:
        """Those that are known, which are not kept any longer, and the numbers of the others."""
        found, missing = self.find(bot, numbers)
        for number in found:
            del self._rows[bot, number]
        return list(found.values()), missing

    def get(self, bot: int, number: int) -> T | None:
        return self._rows.get((bot, number))

    def put(self, bot: int, number: int, one: T) -> None:
        rows = self._rows
        rows.pop((bot, number), None)
        if self._limit:
            if len(rows) >= self._limit:
                del rows[next(iter(rows))]
            rows[bot, number] = one

    def drop(self, bot: int, number: int) -> None:
        self._rows.pop((bot, number), None)

    def clear(self) -> None:
        self._rows.clear()


class Remembered:
    """Rows as they are stored, as far as the transaction that asks can see."""

    def __init__(self, limit: int = LIMIT) -> None:
        #: `storage.rows.Conversation` by chat. Whoever changes one takes it, and puts it back when it is written.
        self.conversations: Kept[Any] = Kept(limit)
        #: Rows of people by their ids in the chat app.
        self.people: Kept[Any] = Kept(limit)
        self._version: object = None

    def begun(self, version: object) -> None:
        """A transaction has begun; `version` is another one when somebody else has committed meanwhile."""
        if version != self._version:
            self.forget()
            self._version = version

    def runs(self, statement: str) -> None:
        """SQLAlchemy is about to run this."""
        if _HARMLESS.match(statement):
            return
        found = _CHANGES.match(statement)
        table = (found[1] or found[2] or found[3]).lower() if found is not None else ""
        if not table or table == "conversations":
            self.conversations.clear()
        if not table or table == "people":
            self.people.clear()

    def forget(self) -> None:
        self.conversations.clear()
        self.people.clear()


_NOTHING = Remembered(0)


def of(connection: Connection) -> Remembered:
    """What this connection knows; nothing is kept by one that is not SQLite's writer."""
    known: Remembered = connection.info.get(Remembered, _NOTHING)
    return known
