"""Bugs planted on purpose, to see that the simulation finds them. Each is a change of one place in the source.

Only modules that are imported afterwards are changed, in this process and in no file.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import CodeType, ModuleType


@dataclass(frozen=True, slots=True)
class Bug:
    """In `module`, `old` (which stands there once) is replaced by `new`."""

    name: str
    module: str
    old: str
    new: str


BUGS = (
    Bug(
        "a repeated update is carried out again",
        "storage.inbox",
        "    return {(source, external) for source, external in new}",
        "    return set(rows)",
    ),
    Bug(
        "rows that a killed bot was sending are forgotten",
        "storage.outbox_care",
        "    if again:\n",
        "    if False:\n",
    ),
    Bug(
        "a surface does not learn which message shows it",
        "bot.sending",
        "            message_id if anew else surface.message_id,",
        "            surface.message_id,",
    ),
    Bug(
        "told to wait, a message is given up",
        "bot.outcomes",
        'settlement=again(row, later, "wait", counts=False), wait=',
        'settlement=settled(row, "dead", reason="wait"), wait=',
    ),
    Bug(
        "a call of unknown outcome counts as done",
        "bot.outcomes",
        '    settlement = again(row, later, "unknown_outcome", expires_at=now + MAX_AGE)',
        '    settlement = settled(row, "sent")',
    ),
    Bug(
        "a chat's newest message goes first",
        "storage.outbox",
        "    select(func.min(outbox.c.id)",
        "    select(func.max(outbox.c.id)",
    ),
    Bug(
        "an order moves without a line in its history",
        "handlers.moving",
        "    session.add(\n        HistoryRow(",
        "    (lambda row: None)(\n        HistoryRow(",
    ),
    Bug(
        "timers of the state that was left are kept",
        "handlers.moving",
        "    for slot in made.drop_timers:",
        "    for slot in ():",
    ),
    Bug(
        "a new state sets no timers",
        "handlers.moving",
        "    for slot, moment in made.set_timers:",
        "    for slot, moment in ():",
    ),
    Bug(
        "taps are not answered",
        "bot.delivery",
        "        if processed.answers:\n",
        "        if False:\n",
    ),
    Bug(
        "what came of a call is kept from whoever waits for it",
        "bot.telling",
        "            for row in told\n        ]",
        "            for row in ()\n        ]",
    ),
    Bug(
        "people are reminded at night",
        "orders.clock",
        "def shift_out_of_quiet(",
        "def shift_out_of_quiet(moment: datetime, quiet: object, zone: object) -> datetime:\n    return moment\n\n\ndef _shift_out_of_quiet(",
    ),
    Bug(
        "conversations are written back only when two have changed",
        "storage.work",
        "        if changed:\n",
        "        if len(changed) > 1:\n",
    ),
    Bug(
        "a due timer is neither run nor taken away",
        "storage.work",
        "                timers.c.id == timer_id,\n",
        "                timers.c.id == -timer_id,\n",
    ),
    Bug(
        "money that fits nothing is left lying",
        "handlers.paying",
        "    else:\n        _hold(turn, payment, order, invoice, settlement)",
        "    else:\n        pass",
    ),
    Bug(
        "a payment is booked with one unit less",
        "handlers.paying",
        "    amount = Money(payment.amount, payment.currency)\n    entry = ledger.received_for_order(",
        "    amount = Money(payment.amount - 1, payment.currency)\n    entry = ledger.received_for_order(",
    ),
)


class _Planter(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, bug: Bug) -> None:
        super().__init__(fullname, path)
        self._bug = bug

    def get_code(self, fullname: str) -> CodeType | None:
        source = self.get_data(self.path).decode("utf-8")
        if source.count(self._bug.old) != 1:
            raise ImportError(
                f"the bug {self._bug.name!r} fits {source.count(self._bug.old)} places of "
                f"{fullname}: its source has changed, so change tests/simulation/planted.py"
            )
        changed = source.replace(self._bug.old, self._bug.new)
        return self.source_to_code(changed.encode(), self.path)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, bug: Bug) -> None:
        self._bug = bug

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._bug.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        assert spec is not None
        assert spec.origin is not None
        loader = _Planter(fullname, spec.origin, self._bug)
        return importlib.util.spec_from_file_location(fullname, spec.origin, loader=loader)


def plant(name: str) -> None:
    """Change the source of one module as it is imported. Raises when it is imported already."""
    bug = next(bug for bug in BUGS if bug.name == name)
    if bug.module in sys.modules:
        raise AssertionError(f"{bug.module} is imported already")
    sys.meta_path.insert(0, _Finder(bug))
