"""Taking the write-ahead log over into the database, beside the writer.

SQLite does it in the commit that finds the log long enough, and everybody waits: 20 ms and more where the pages lie
far apart. Here a thread does nearly all of it; what was written since its last pass is taken over by the writer itself,
a hundred pages or so, after which the log begins anew.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

log = logging.getLogger(__name__)
#: Rows changed, or commits made, since the log was last taken over: 4,000 pages where people share theirs or come one by
#: one, 10,000 where they lie far apart. Pages that every update changes are so taken over once for many; three times as
#: often would cost every update a tenth.
ROWS, COMMITS = 24_000, 600
#: How often the thread looks whether there is more. SQLite forces the database's own file to the disk only at the end of
#: a pass during which nothing was committed: the second or third, as these are short.
_PASSES = 10
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
        """After each commit, with the connection that made it. Raises nothing: the commit stands, whatever comes of
        this."""
        if self._under_way is not None:
            if self._under_way.done():
                self._finish(self._under_way, driver)
                self._under_way = None
                self._commits, self._rows = 0, driver.total_changes
            return
        self._commits += 1
        if driver.total_changes < self._rows:
            # Another connection than last time.
            self._rows = 0
        if self._commits < COMMITS and driver.total_changes - self._rows < ROWS:
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-checkpoint")
        try:
            self._under_way = self._thread.submit(self._take_over)
        except RuntimeError as error:
            # The machine has no thread left.
            _failed(error)
            self._commits, self._rows = 0, driver.total_changes

    def close(self) -> None:
        """Once the writer is done; waits for what is under way."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    def _finish(self, under_way: Future[bool], driver: sqlite3.Connection) -> None:
        try:
            if under_way.result():
                driver.execute(_TAKE_OVER).fetchall()
        except Exception as error:
            _failed(error)

    def _take_over(self) -> bool:
        """Whether all of the log was, as it stood, and is safely on the disk."""
        before: int | None = None
        with contextlib.closing(self._connect()) as connection:
            for _ in range(_PASSES):
                blocked, there, taken = connection.execute(_TAKE_OVER).fetchone()
                if blocked or taken != there:
                    return False
                if there == before:
                    return True
                before = there
        return False


def _failed(error: Exception) -> None:
    """Nothing is lost, and it is tried again; but a disk that does this is worth a look."""
    log.warning("the write-ahead log was not taken over: %s: %s", type(error).__name__, error)
