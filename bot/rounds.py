"""A round of delivery: what has come back is settled, and what may go is claimed, in one transaction.

The transaction is the round's own, or that of turns: then what has come back is written before them, what they say is
claimed as it is written, and a message costs one commit less before it goes out, and often one less after it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from bot.outcomes import Outcome, Report, again, finished_of
from storage.database import Connection
from storage.lease import Lease, holds
from storage.outbox import Claimed
from storage.outbox_round import claim_as_holder, write_finished
from storage.outbox_taking import Taker


class Round:
    """Written once, and then either `committed` or `undone`; the first of the two counts."""

    def __init__(
        self,
        *,
        bot: int,
        lease: Lease,
        outcomes: Sequence[Outcome],
        now: Callable[[], datetime],
        room: Callable[[], tuple[int, Collection[int]]],
        ended: Callable[[Round, bool], None],
    ) -> None:
        """`room` says how many rows may be claimed, and which chats are busy; `ended` hears whether it was committed."""
        self.outcomes = outcomes
        #: The claimed rows; None when the lease is somebody else's by now.
        self.rows: Sequence[Claimed] | None = ()
        self._bot = bot
        self._lease = lease
        self._now = now
        self._room = room
        self._ended: Callable[[Round, bool], None] | None = ended
        self._written = False

    def write(self, connection: Connection) -> None:
        """The whole of it, in a transaction of its own."""
        self.settle(connection)
        self.claim(connection)

    def settle(self, connection: Connection) -> None:
        """What has come back; before the turns, so that they see it."""
        self.rows, self._written = (), bool(self.outcomes)
        if self.outcomes:
            write_finished(connection, self._bot, finished_of(self.outcomes), self._now())

    def taker(self, connection: Connection) -> Taker | None:
        """Who may claim what turns say as it is written; None: nobody."""
        limit, busy = self._room()
        if limit == 0 or not holds(connection, self._bot, self._lease):
            return None
        return Taker(self._lease.epoch, limit, busy)

    def claim(
        self, connection: Connection, *, taken: Sequence[Claimed] = (), queued: bool = True
    ) -> None:
        """What may go, besides what was `taken` as it was written. `queued`: something waits that did not before."""
        self._written = self._written or queued or bool(taken)
        self.rows = taken
        if not queued:
            return
        limit, busy = self._room()
        rows = claim_as_holder(
            connection,
            self._bot,
            lease=self._lease,
            now=self._now(),
            limit=limit - len(taken),
            busy=busy,
        )
        self.rows = None if rows is None else [*taken, *rows]

    def committed(self) -> None:
        self._end(self._written)

    def undone(self) -> None:
        """Rolled back, or nobody knows: a commit that is cancelled may have gone through."""
        self._end(False)

    def _end(self, committed: bool) -> None:
        ended, self._ended = self._ended, None
        if ended is not None:
            ended(self, committed)

    def left(self) -> list[Outcome]:
        """What is to be settled after all when the round was undone. Rows that were claimed all the same go back;
        of the others nobody takes notice.
        """
        back = [
            Outcome(row, Report(again(row, row.due_at, "not_committed", counts=False)))
            for row in self.rows or ()
        ]
        return [*self.outcomes, *back]
