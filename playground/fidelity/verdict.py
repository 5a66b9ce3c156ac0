"""What came of every test, and why."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["passed", "failed", "explained", "not tier one", "skipped"]

#: Failures that are known, by the part of the test's name that tells them: what Telegram has that
#: this machine has not. playground/README.md says more.
EXPLAINED: dict[str, str] = {}


_NOT_PLAYED = re.compile(r"playground does not play (\w+)")


@dataclass(frozen=True, slots=True)
class Verdict:
    test: str
    outcome: Outcome
    #: Talks to Telegram, by the suite's own naming.
    live: bool
    reason: str = ""


def _explained(test: str) -> str | None:
    return next((why for part, why in EXPLAINED.items() if part in test), None)


def judge(row: dict[str, Any]) -> Verdict:
    test, live = row["test"], row["live"] or bool(row["methods"])
    reason = row["reason"].splitlines()[0] if row["reason"] else ""
    if row["outcome"] == "passed" and row["xfail"] is None:
        return Verdict(test, "passed", live)
    # A fixture that failed before fails later tests with the same words.
    not_played = set(row["not_played"]) | set(_NOT_PLAYED.findall(row["reason"]))
    if not_played:
        return Verdict(test, "not tier one", live, ", ".join(sorted(not_played)))
    if why := _explained(test):
        return Verdict(test, "explained", live, why)
    if row["outcome"] == "skipped" and row["xfail"] is None:
        return Verdict(test, "skipped", live, reason)
    if row["outcome"] == "passed":
        return Verdict(test, "passed", live)
    return Verdict(test, "failed", live, row["xfail"] or reason)


def read(report: Path) -> list[Verdict]:
    """One verdict a test: the worst of its phases."""
    found: dict[str, Verdict] = {}
    for line in report.read_text(encoding="utf-8").splitlines():
        verdict = judge(json.loads(line))
        before = found.get(verdict.test)
        if before is None or before.outcome == "passed":
            found[verdict.test] = verdict
    return list(found.values())


def show(verdicts: Iterable[Verdict], verbose: bool) -> str:
    """The figures, then everything that did not pass, with its reason."""
    all_of_them = list(verdicts)
    lines = []
    for live, title in ((True, "talking to the playground"), (False, "offline")):
        counts = Counter(one.outcome for one in all_of_them if one.live == live)
        figures = ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common())
        lines.append(f"{title}: {figures or 'none'}")
    for outcome in ("failed", "explained", "not tier one", "skipped"):
        chosen = [one for one in all_of_them if one.outcome == outcome]
        if not chosen or (outcome in ("skipped", "not tier one") and not verbose):
            continue
        lines.append(f"\n{outcome}:")
        lines += [f"  {one.test}\n      {one.reason}" for one in chosen]
    if not verbose:
        reasons = Counter(one.reason for one in all_of_them if one.outcome == "not tier one")
        lines.append("\nnot tier one, by method:")
        lines += [f"  {count:4} {reason}" for reason, count in reasons.most_common()]
    return "\n".join(lines)
