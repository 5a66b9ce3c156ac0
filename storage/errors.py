"""What can go wrong with a database, and which of it is worth another try."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError


class StorageError(Exception):
    """Something about the database; the message says what to do."""


class Unavailable(StorageError):
    """Locked, full or unreachable: nothing was committed, the same work may be tried again."""


class BadUrl(StorageError):
    """The database URL names nothing we can open."""


#: What SQLite says when the statement itself is wrong: a defect of ours, no reason to wait.
_DEFECTS = ("no such", "syntax error", "has no column", "already exists", "ambiguous")


#: PostgreSQL's classes of errors that say the same (its manual, appendix A): connection, conflict, out of
#: resources, told to stop, system; and two single ones, a lock not to be had and a transaction that stood still.
_LOST = ("08", "40", "53", "57", "58", "55P03", "25P03")


def is_unavailable(error: BaseException) -> bool:
    """Whether an exception means that the database is locked, full or lost, not that a statement is wrong."""
    if isinstance(error, OperationalError | sqlite3.OperationalError):
        said = str(getattr(error, "orig", error))
        return not any(text in said for text in _DEFECTS)
    if isinstance(error, InterfaceError | OSError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    # A connection that cannot be made raises the driver's own error, in no wrapping.
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return isinstance(state, str) and state.startswith(_LOST)
