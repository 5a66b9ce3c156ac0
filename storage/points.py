"""Named places where a crash would hurt most, so that the crash tests can end the process exactly there.

Does nothing unless the environment names a control file in `CRASH_POINTS`: its first line is `NAME N`, the place
and the how-manieth arrival there at which the process ends by SIGKILL (or `- 0` for none); every arrival is
written below it, for the tests to see which places were passed. Without the variable a call costs less
than a microsecond.
"""

from __future__ import annotations

import os
import signal
from functools import cache

CONTROL = "CRASH_POINTS"

#: Every place there is; a crash run fails when one of them is never passed.
POINTS = (
    "migration.before",  # inside the transaction, nothing changed yet
    "migration.after",  # inside the transaction, everything changed
    "start.opened",  # the schema is current
    "start.catalogue",  # a new database, its catalogue not loaded yet
    "start.identified",  # Telegram has said who we are
    "start.carried",  # conversations of an older release are carried over
    "lease.taken",
    "updates.fetched",  # read from Telegram, nothing done about them
    "updates.committed",  # done, and not confirmed to Telegram
    "commit.before",  # everything written, nothing committed
    "commit.after",
    "answer.before",  # the answer to a tap, which is stored nowhere
    "send.before",  # stored as being sent, not sent
    "send.after",  # sent, and not stored as sent
    "gateway.before",  # the same for calls that ask for money, allow it, or give it back
    "gateway.after",
    "settle.after",
    "recover.before",  # rows of unknown outcome are about to be dealt with
    "recover.after",
    "told.before",  # how rows ended is about to be told to the handlers
    "told.after",
    "timers.claimed",  # due timers are read, nothing done about them
    "timers.done",
)

#: Calls of the Bot API that move money.
GATEWAY = frozenset({"sendInvoice", "answerPreCheckoutQuery", "refundStarPayment"})


def reached(name: str) -> None:
    """The program has come to this place. The process ends here when a crash test wants it to."""
    control = control_file()
    if control is not None:
        _arrive(control, name)


@cache
def control_file() -> str | None:
    """What the environment says, asked once in each process."""
    return os.environ.get(CONTROL)


def _arrive(control: str, name: str) -> None:
    with open(control, "r+", encoding="ascii") as file:
        wanted, _, number = file.readline().strip().partition(" ")
        arrivals = file.read().split().count(name) + 1
        file.seek(0, os.SEEK_END)
        file.write(f"{name}\n")
        file.flush()
    if name == wanted and arrivals >= int(number):
        os.kill(os.getpid(), signal.SIGKILL)
