"""`python -m playground.fidelity`: run python-telegram-bot's live tests against the playground."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from playground.fidelity import cast, suite, verdict
from playground.server import running

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m playground.fidelity",
        description="Run python-telegram-bot's own live tests against the playground.",
    )
    parser.add_argument(
        "--folder", type=Path, default=Path("build/fidelity"), help="where sources and tools go"
    )
    parser.add_argument("-k", dest="only", default="", help="only tests of this name, as in pytest")
    parser.add_argument("-v", dest="verbose", action="store_true", help="name every test")
    return parser


async def run(options: argparse.Namespace) -> int:
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    target = suite.sources(folder)
    made = suite.made_up(target)
    if made:
        print(f"made here, because the release lacks them: {', '.join(made)}", flush=True)
    python = suite.environment(folder)
    report = folder / "report.jsonl"
    report.write_text("")
    async with running() as url:
        given = await cast.prepare(url)
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= given | {
            "PYTHONPATH": str(suite.HERE / "plugin"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PLAYGROUND_URL": url,
            "PLAYGROUND_REPORT": str(report),
        }
        command = [
            str(python), "-m", "pytest", "-q", "-p", "playground_redirect", "-p", "no:flaky",
            "-p", "no:cacheprovider", "-o", "addopts=", "--tb=native", *suite.MODULES,
        ]  # fmt: skip
        if options.only:
            command += ["-k", options.only]
        log = folder / "pytest.log"
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=target, env=environment, stdout=out, stderr=out
            )
            code = await process.wait()
    verdicts = verdict.read(report)
    if not verdicts or code not in (0, 1):
        print(f"the suite did not run to its end (pytest ended with {code}): see {log}")
        return 2
    print(verdict.show(verdicts, options.verbose))
    print(f"\nthe suite's own output: {log}")
    return 1 if any(one.outcome == "failed" for one in verdicts) else 0


def main() -> int:
    try:
        return asyncio.run(run(arguments().parse_args()))
    except suite.Unavailable as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
