"""Taking the write-ahead log over into the database, beside the writer.

SQLite does it in the commit that finds the log long enough, and everybody waits: 20 ms and more where the pages lie
far apart. Here a thread does nearly all of it; what was written meanwhile is taken over by the writer itself, a
hundred pages or so, after which the log begins anew.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

#: Rows changed, or commits made, since the log was last taken over: 4,000 pages where people share theirs or come one by
#: one, 10,000 where they lie far apart. Pages that every update changes are so taken over once for many; three times as
#: often would cost every update a tenth.
ROWS, COMMITS = 24_000, 600
#: How often the thread goes through what is there: the second time it meets only what came in during the first.
_PASSES = 2
#: Never waits for anybody: what a reader still needs is left for the next time.
_TAKE_OVER = "PRAGMA wal_checkpoint(PASSIVE)"


class Checkpoints:
    """Told of every commit; see above. A log that cannot be taken over stays, and SQLite looks after it as ever."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._thread: ThreadPoolExecutor | None = None
        self._under_way: Future[bool] | None = None
        self._commits = 0
        self._rows = 0

    def committed(self, driver: sqlite3.Connection) -> None:
        """After each commit, with the connection that made it."""
        if self._under_way is not None:
            if self._under_way.done():
                done, self._under_way = self._under_way.result(), None
                if done:
                    # The commit stands, whatever comes of this.
                    with contextlib.suppress(sqlite3.Error):
                        driver.execute(_TAKE_OVER).fetchall()
                self._commits, self._rows = 0, driver.total_changes
            return
        self._commits += 1
        if self._commits >= COMMITS or driver.total_changes - self._rows >= ROWS:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-checkpoint")
            self._under_way = self._thread.submit(self._take_over)

    def close(self) -> None:
        """Once the writer is done; waits for what is under way."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    def _take_over(self) -> bool:
        """Whether all of the log was, as it stood."""
        found: Any = None
        try:
            with contextlib.closing(self._connect()) as connection:
                for _ in range(_PASSES):
                    found = connection.execute(_TAKE_OVER).fetchone()
        except sqlite3.Error:
            return False
        blocked, there, taken = found
        return not blocked and there == taken
