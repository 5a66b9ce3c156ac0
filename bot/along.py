"""What is written in the transaction of turns besides what they write themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from storage.database import Connection, is_unavailable
from storage.outbox import Claimed
from storage.outbox_taking import Taker


class Along(Protocol):
    """What is written in the transaction of a batch, before and behind the turns."""

    def settle(self, connection: Connection) -> None:
        """Before the turns."""

    def taker(self, connection: Connection) -> Taker | None:
        """Who claims what the turns say as it is written; None: it is queued."""

    def claim(self, connection: Connection, *, taken: Sequence[Claimed], queued: bool) -> None:
        """Behind the turns. `taken`: what was claimed as it was written; `queued`: they have said more than that."""

    def committed(self) -> None: ...

    def undone(self) -> None: ...


class AlongFailed(Exception):
    """What was to go along could not be written; the batch is rolled back and carried out without it."""


@contextmanager
def failing_alone() -> Iterator[None]:
    """What goes wrong here takes no turn with it. Raises AlongFailed, or what says that the database is unavailable."""
    try:
        yield
    except Exception as error:
        if is_unavailable(error):
            raise
        raise AlongFailed from error
