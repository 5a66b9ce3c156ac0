"""`python -m bot flows`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import cli
from dialogs.flows import FLOWS
from storage import rows
from storage.database import Database
from storage.migrate import upgrade

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    for name in ("BOT_TOKEN", "DATABASE_URL", "CATALOGUE"):
        monkeypatch.delenv(name, raising=False)


async def _talking(url: str, *where: tuple[str, str, str]) -> None:
    database = await Database.open(url)
    await upgrade(database)
    made = [
        rows.Conversation(chat, flow=flow, fingerprint=version, step=step)
        for chat, (flow, version, step) in enumerate(where, start=1)
    ]
    await database.write(1, lambda connection: rows.save_conversations(connection, 1, made, NOW))
    await database.close()


def test_every_flow_is_named_with_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["flows"]) == 0
    shown = capsys.readouterr().out.splitlines()
    for line, flow in zip(shown, FLOWS.values(), strict=True):
        assert line == f"{flow.name}: version {flow.fingerprint()}, {len(flow.steps)} steps"


def test_every_flow_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["flows", "--diagram"]) == 0
    shown = capsys.readouterr().out
    for flow in FLOWS.values():
        assert f"## {flow.name}\n\n```mermaid\nstateDiagram-v2\n    [*] --> {flow.first}\n" in shown


def test_who_is_touched_is_counted_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = FLOWS["order"]
    file = tmp_path / "data" / "orderclerk.db"
    asyncio.run(
        _talking(
            f"sqlite:///{file}",
            ("order", order.fingerprint(), "goal"),
            ("order", "old", "goal"),
            ("order", "old", "goal"),
            ("order", "old", "wishes"),
            ("booking", "old", "hotel"),
        )
    )
    before = file.read_bytes()
    assert cli.main(["flows", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "booking, step hotel: 1 conversation; the flow is gone, they start afresh",
        "order, step goal: 2 conversations; they stay there",
        "order, step wishes: 1 conversation; the step is gone, the next open question is asked",
        "4 conversations carried over, 1 as they are",
    ]
    assert file.read_bytes() == before


def test_a_new_database_has_nobody_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["flows", "--dry-run"]) == 0
    assert capsys.readouterr().out == "0 conversations carried over, 0 as they are\n"
    assert cli.main(["migrate"]) == 0, "counting first does not get in the way"
