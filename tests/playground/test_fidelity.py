"""What makes the foreign suite runnable: its files, its chats, the reading of its results."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from playground.fidelity import cast, standins, verdict
from playground.world import pictures
from playground.world.probe import probe
from tests.playground.conftest import BareBot


def row(**changes: Any) -> dict[str, Any]:
    return {
        "test": "tests/x.py::T::t", "when": "call", "outcome": "failed", "xfail": None,
        "live": True, "methods": ["sendMessage"], "not_played": [], "outside": [], "reason": "E: x",
        **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "outcome", "reason"),
    [
        ({"outcome": "passed", "reason": ""}, "passed", ""),
        ({}, "failed", "E: x"),
        ({"not_played": ["sendPoll"]}, "not tier one", "sendPoll"),
        (
            {"reason": "E: Not Implemented: playground does not play sendDice"},
            "not tier one",
            "sendDice",
        ),
        (
            {"test": "t_file_url", "reason": "BadRequest: Failed to get http url content"},
            "explained",
            "names a file outside this machine, which is never left",
        ),
        ({"test": "t_file_url", "reason": "E: otherwise"}, "failed", "E: otherwise"),
        ({"outcome": "skipped", "reason": "Skipped: no"}, "skipped", "Skipped: no"),
        ({"outcome": "skipped", "xfail": "Ignoring TimedOut"}, "failed", "Ignoring TimedOut"),
    ],
)
def test_verdicts(changes: dict[str, Any], outcome: str, reason: str) -> None:
    found = verdict.judge(row(**changes))
    assert (found.outcome, found.reason) == (outcome, reason)


def test_the_worst_of_a_tests_phases_counts(tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    rows = [row(outcome="passed", reason=""), row(when="teardown", reason="E: late")]
    report.write_text("\n".join(map(json.dumps, rows)))
    assert [one.reason for one in verdict.read(report)] == ["E: late"]
    shown = verdict.show(verdict.read(report), verbose=False)
    assert "talking to the playground: 1 failed" in shown


def test_every_explanation_is_in_the_readme() -> None:
    readme = (Path(verdict.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    for why in {one.why for one in verdict.EXPLAINED}:
        assert why in " ".join(readme.split()), why


def test_files_the_release_lacks_are_what_their_names_say(tmp_path: Path) -> None:
    made = standins.make(tmp_path)
    assert standins.make(tmp_path) == []
    assert pictures.measure((tmp_path / "telegram.jpg").read_bytes()) == (800, 800)
    assert pictures.sizes((tmp_path / "telegram.png").read_bytes())
    assert (tmp_path / "telegram.png").stat().st_size == 12_948
    film = probe((tmp_path / "telegram.mp4").read_bytes())
    assert (film.width, film.height, film.duration) == (360, 640, 5)
    assert probe((tmp_path / "telegram.ogg").read_bytes()).duration == 3
    assert len(made) == 8


async def test_the_cast_is_what_the_suite_is_told(url: str) -> None:
    given = await cast.prepare(url)
    told = json.loads(base64.b64decode(given["BOTS"]))[int(given["JOB_INDEX"])]
    async with httpx.AsyncClient(base_url=url, trust_env=False, verify=False) as http:
        played = BareBot(http, told["token"])
        member = {"chat_id": told["channel_id"], "user_id": int(told["chat_id"])}
        assert (await played.ok("getChatMember", **member))["status"] == "creator"
        assert (await played.ok("getChat", chat_id=told["forum_group_id"]))["is_forum"]
        first = {"chat_id": told["chat_id"], "message_id": 1}
        assert await played.error("deleteMessage", **first) == (
            "Bad Request: message to delete not found"
        )
