"""Taking the write-ahead log over into the database, beside the writer.

SQLite does it in the commit that finds the log long enough, and everybody waits: 20 ms and more where the pages lie
far apart. Here a thread does nearly all of it; what was written since its last pass is taken over by the writer itself,
a hundred pages or so, after which the log begins anew.
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
                ended, self._under_way = self._under_way, None
                if ended.exception() is None and ended.result():
                    with contextlib.suppress(sqlite3.Error):
                        driver.execute(_TAKE_OVER).fetchall()
                self._count_anew(driver)
            return
        self._commits += 1
        # Another connection than last time counts from nothing.
        self._rows = min(self._rows, driver.total_changes)
        if self._commits < COMMITS and driver.total_changes - self._rows < ROWS:
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-checkpoint")
        try:
            self._under_way = self._thread.submit(self._take_over)
        except RuntimeError:
            # The machine has no thread left.
            self._count_anew(driver)

    def close(self) -> None:
        """Once the writer is done; waits for what is under way."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    def _count_anew(self, driver: sqlite3.Connection) -> None:
        self._commits, self._rows = 0, driver.total_changes

    def _take_over(self) -> bool:
        """Whether all of the log was, as it stood, and is safely on the disk."""
        before: int | None = None
        try:
            with contextlib.closing(self._connect()) as connection:
                for _ in range(_PASSES):
                    blocked, there, taken = connection.execute(_TAKE_OVER).fetchone()
                    if blocked or taken != there:
                        return False
                    if there == before:
                        return True
                    before = there
        except sqlite3.Error:
            pass
        return False
