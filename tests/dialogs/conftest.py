"""Reports what the property runs of the engine did: examples, steps, seed."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from hypothesis import seed, settings

T = TypeVar("T", bound=Callable[..., Any])

_TALLIES = pytest.StashKey["dict[str, Tally]"]()


@dataclass
class Tally:
    """What one property run did."""

    seed: str
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, number: int = 1) -> None:
        self.counts[name] += number


class Seeded:
    """Gives a state machine, or a function under `given`, the seed that the report names."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def __call__(self, test: T) -> T:
        if self._tally.seed == "derandomised":
            return test
        return seed(int(self._tally.seed))(test)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_TALLIES] = {}


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    """Counts of this test, printed at the end of the run."""
    number = _seed(request.config)
    shown = "derandomised" if number is None else str(number)
    made: Tally = request.config.stash[_TALLIES].setdefault(request.node.nodeid, Tally(shown))
    return made


@pytest.fixture
def seeded(tally: Tally) -> Seeded:
    """`--hypothesis-seed` repeats a run."""
    return Seeded(tally)


def _seed(config: pytest.Config) -> int | None:
    if settings().derandomize:
        return None
    given = config.getoption("--hypothesis-seed", default=None)
    return secrets.randbelow(2**32) if given in (None, "random") else int(str(given))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    tallies = config.stash[_TALLIES]
    if not tallies:
        return
    terminalreporter.section("property runs of the dialog engine")
    for name, tally in tallies.items():
        counts = ", ".join(f"{number} {what}" for what, number in sorted(tally.counts.items()))
        test = name.rpartition("::")[2]
        terminalreporter.line(f"{test}: {counts}; seed {tally.seed}")
