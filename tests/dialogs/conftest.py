"""Reports what the property runs of the engine did: examples, steps, seed."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from hypothesis import seed, settings

T = TypeVar("T", bound=Callable[..., Any])

_PROPERTY = "tally"


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


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Counts of this test, printed at the end of the run."""
    number = _seed(request.config)
    made = Tally("derandomised" if number is None else str(number))
    yield made
    counts = ", ".join(f"{number} {what}" for what, number in sorted(made.counts.items()))
    # A property of the report: it reaches whoever prints, from another process too.
    request.node.user_properties.append((_PROPERTY, f"{counts}; seed {made.seed}"))


@pytest.fixture
def seeded(tally: Tally) -> Seeded:
    """`--hypothesis-seed` repeats a run."""
    return Seeded(tally)


def _seed(config: pytest.Config) -> int | None:
    if settings().derandomize:
        return None
    given = config.getoption("--hypothesis-seed", default=None)
    return secrets.randbelow(2**32) if given in (None, "random") else int(str(given))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    said = {
        report.nodeid.rpartition("::")[2]: value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == _PROPERTY
    }
    if said:
        terminalreporter.section("property runs of the dialog engine")
    for test, value in sorted(said.items()):
        terminalreporter.line(f"{test}: {value}")
