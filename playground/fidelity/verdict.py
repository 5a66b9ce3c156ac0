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

_ENCODED = "asks for the exact bytes that Telegram's own JPEG encoder makes"
_OUTSIDE = "names a file outside this machine, which is never left"
#: How a wrong number of bytes shows.
_WRONG = "AssertionError: assert "
_FRAME = "wants a frame of the film as its thumbnail, and no film is decoded here"


@dataclass(frozen=True, slots=True)
class Known:
    """A failure that is known: of which tests, how it fails, and what Telegram has that this
    machine has not. The same test failing in another way is a failure.
    """

    test: str
    fails: str
    why: str


#: playground/README.md says the same.
EXPLAINED = (
    Known("_url_", "Failed to get http url", _OUTSIDE),
    Known("_file_url", "Failed to get http url", _OUTSIDE),
    Known(
        "test_set_webhook_get_webhook_info",
        "socket.gaierror",
        "needs to find the address of a host outside",
    ),
    Known(
        "test_videoquality",
        "Message to forward not found",
        "forwards a message that only Telegram itself has",
    ),
    Known(
        "test_chatphoto",
        "",
        "needs a group with a photo, and setChatPhoto is not tier one",
    ),
    Known("test_document.py::TestDocumentWithoutRequest::test_expected_values", _WRONG, _ENCODED),
    Known("test_photo.py::TestPhotoWithoutRequest::test_expected_values", _WRONG, _ENCODED),
    Known("test_send_bytesio_jpg_file", _WRONG, _ENCODED),
    Known("test_video.py::TestVideoWithoutRequest::test_creation", "assert False", _FRAME),
    Known("test_video.py::TestVideoWithRequest::test_send_all_args", "[1767, 1769]", _FRAME),
)
_NOT_PLAYED = re.compile(r"playground does not play (\w+)")


@dataclass(frozen=True, slots=True)
class Verdict:
    test: str
    outcome: Outcome
    #: Talks to Telegram, by the suite's own naming.
    live: bool
    reason: str = ""


def _explained(test: str, reason: str) -> str | None:
    return next((one.why for one in EXPLAINED if one.test in test and one.fails in reason), None)


def judge(row: dict[str, Any]) -> Verdict:
    test, live = row["test"], row["live"] or bool(row["methods"])
    reason = row["reason"].splitlines()[0] if row["reason"] else ""
    if row["outcome"] == "passed" and row["xfail"] is None:
        return Verdict(test, "passed", live)
    # A fixture that failed before fails later tests with the same words.
    not_played = set(row["not_played"]) | set(_NOT_PLAYED.findall(row["reason"]))
    if not_played:
        return Verdict(test, "not tier one", live, ", ".join(sorted(not_played)))
    if why := _explained(test, reason):
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
