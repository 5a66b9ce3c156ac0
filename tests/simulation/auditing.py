"""The invariants of `storage.invariants`, asked so cheaply that they can be looked at after every few acts.

What each check asks is noted once, as the database gets it; from then on only that is asked. A check whose
answers are those to which it once had nothing to say has nothing to say now either. Any other answer has the check
itself look, so what is found and said is always its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from storage.invariants import CHECKS, LIMITS
from storage.invariants.asking import Breach, Scope
from storage.invariants.privacy import nothing_secret_is_kept, secrets, suspect
from storage.types import millis
from tests.simulation.machine import InlineDatabase
from tests.simulation.telegram import BOT

Look = Callable[[Scope], Iterable[Breach]]
_HOUR = timedelta(hours=1)
#: Answers that are remembered for one check, and texts.
_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class _Asked:
    """One statement: its parameters as they were, and which of them move with the time of the look."""

    sql: str
    values: tuple[Any, ...]
    timed: frozenset[int]

    def at(self, passed: int) -> tuple[Any, ...]:
        """The parameters so many milliseconds later."""
        if not self.timed:
            return self.values
        return tuple(v + passed if n in self.timed else v for n, v in enumerate(self.values))


@dataclass(slots=True)
class _Check:
    look: Look
    asked: tuple[_Asked, ...]
    #: What it was given when it had nothing to say.
    fine: set[Any] = field(default_factory=set)


class Auditor:
    """Looks at one database again and again. `database` must be in order when this is made."""

    def __init__(self, database: InlineDatabase, now: datetime) -> None:
        self._database = database
        self._since = now
        #: Texts without a secret.
        self._clean: set[str] = set()
        first = [self._noted(look, now) for look in CHECKS]
        later = [self._noted(look, now + _HOUR) for look in CHECKS]
        self._checks = [
            _Check(look, tuple(_matched(one, other)))
            for look, one, other in zip(CHECKS, first, later, strict=True)
        ]

    def breaches(self, now: datetime) -> list[str]:
        """What does not hold, as `storage.invariants.check` would say it."""
        passed = millis(now) - millis(self._since)
        found: set[Breach] = set()
        for check in self._checks:
            given = self._given(check, passed) - check.fine
            if not given:
                continue
            breaches = self._really(check.look, now)
            found.update(breaches)
            if not breaches and len(check.fine) < _KEPT:
                check.fine |= given
        return sorted(map(str, found))

    def _given(self, check: _Check, passed: int) -> set[Any]:
        """What the check judges by: all its answers together, but single texts where it looks at each by itself."""
        answers = [self._database.raw(asked.sql, asked.at(passed)) for asked in check.asked]
        if check.look is nothing_secret_is_kept:
            texts = {row[0] for rows in answers for row in rows} - self._clean
            held = {words for words in texts if suspect(words) and any(secrets(words))}
            if len(self._clean) < _KEPT:
                self._clean |= texts - held
            return held
        return {tuple(map(tuple, answers))}

    def _really(self, look: Look, now: datetime) -> list[Breach]:
        return self._database.look(lambda c: list(look(Scope(c, BOT, now, LIMITS))))

    def _noted(self, look: Look, now: datetime) -> list[tuple[str, tuple[Any, ...]]]:
        with self._database.listening() as asked:
            found = self._really(look, now)
        if found:
            raise AssertionError(f"the house is not in order: {found}")
        return asked


def _matched(
    first: list[tuple[str, tuple[Any, ...]]], later: list[tuple[str, tuple[Any, ...]]]
) -> Iterator[_Asked]:
    """Statements of two looks, an hour apart: parameters that differ by an hour are times."""
    hour = int(_HOUR.total_seconds() * 1000)
    for (sql, values), (again, others) in zip(first, later, strict=True):
        timed = frozenset(n for n, (a, b) in enumerate(zip(values, others, strict=True)) if a != b)
        if sql != again or any(others[n] - values[n] != hour for n in timed):
            raise AssertionError(f"asked otherwise an hour later: {sql}")
        yield _Asked(sql, values, timed)
