"""`python -m benchmarks [--quick] [--json FILE]`: measure, and print what was measured."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import sys
from pathlib import Path

import structlog

from benchmarks.report import Row, lines, machine, table
from benchmarks.suite import FULL, QUICK, SMOKE, Suite


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="What a turn costs, beside what others need."
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, fewer rounds")
    parser.add_argument("--smoke", action="store_true", help="only prove that everything runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write JSON lines here")
    parser.add_argument("--no-postgres", action="store_true", help="leave PostgreSQL out")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.disable(logging.WARNING)
    size = SMOKE if chosen.smoke else QUICK if chosen.quick else FULL
    with contextlib.ExitStack() as stack:
        url, why = (None, "left out") if chosen.no_postgres else _postgres(stack)
        rows = asyncio.run(_measure(Suite(size, url, why, _say)))
    rounds = f"medians of {size.rounds} rounds, {size.pairs} where there is a budget"
    print(f"{machine()}; {rounds}; {size.people} people interleaved\n")
    print(table(rows))
    print()
    print(lines(rows), end="")
    if chosen.json is not None:
        chosen.json.write_text(lines(rows), encoding="utf-8")


async def _measure(suite: Suite) -> list[Row]:
    return [row async for row in suite.rows()]


def _say(what: str) -> None:
    print(f"measuring: {what} …", file=sys.stderr, flush=True)


def _postgres(stack: contextlib.ExitStack) -> tuple[str | None, str]:
    """A PostgreSQL of the tests' own making; where they are not installed, none."""
    try:
        from tests import postgres
    except ImportError as error:
        return None, f"not here: {error}"
    try:
        server = stack.enter_context(postgres.server())
    except postgres.PostgresUnavailableError as error:
        return None, str(error)
    return stack.enter_context(server.database()), ""


if __name__ == "__main__":
    main()
