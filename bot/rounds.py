"""A round of delivery: what has come back is settled, and what may go is claimed, in one transaction.

The transaction is the round's own, or that of turns which are about to be committed: then what they say is claimed as it
is written, and a message costs one commit less before it goes out, and often one less after it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from bot.outcomes import Outcome, Report, again, finished_of
from storage.database import Connection
from storage.lease import Lease
from storage.outbox import Claimed
from storage.outbox_round import settle_and_claim


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

    def write(self, connection: Connection, *, queued: bool = True) -> None:
        """`queued`: something may wait that did not before."""
        if not queued and not self.outcomes:
            return
        self._written = True
        limit, busy = self._room()
        self.rows = settle_and_claim(
            connection,
            self._bot,
            finished_of(self.outcomes),
            lease=self._lease,
            now=self._now(),
            limit=limit,
            busy=busy,
        )

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
