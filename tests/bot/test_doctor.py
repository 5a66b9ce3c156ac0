"""What the doctor says of the address Telegram calls, and of backups."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import build
from bot.backups import name_of
from bot.commands.doctor import look
from bot.doctor import of_backups, of_webhook
from bot.settings import Settings
from playground.people import Playground
from tests.bot.desk import TOKEN

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OURS = "https://bot.example.com/telegram"
DAY = timedelta(hours=24)


def _failed(minutes: int, waiting: int) -> dict[str, Any]:
    at = int((NOW - timedelta(minutes=minutes)).timestamp())
    return {
        "url": OURS,
        "pending_update_count": waiting,
        "last_error_date": at,
        "last_error_message": "Connection refused",
    }


@pytest.mark.parametrize(
    ("hook", "wanted", "level", "said"),
    [
        ({"url": OURS}, "", "hint", "no other program may read"),
        ({"url": ""}, OURS, "hint", "does not know it yet"),
        ({"url": OURS}, OURS, "ok", "Telegram calls it"),
        ({"url": "https://old.example.com/x"}, OURS, "problem", "at old.example.com"),
        (_failed(3, 7), OURS, "problem", "7 updates wait, as Telegram cannot reach us: Connection"),
        # What failed has come since, or is of another day.
        (_failed(3, 0), OURS, "ok", "Telegram calls it"),
        (_failed(60, 7), OURS, "ok", "Telegram calls it"),
    ],
)
def test_the_address(hook: dict[str, Any], wanted: str, level: str, said: str) -> None:
    (found,) = of_webhook(hook, wanted, NOW)
    assert (found.level, said in found.what) == (level, True), found


def test_no_address_where_none_is_wanted() -> None:
    assert list(of_webhook({"url": ""}, "", NOW)) == []


@pytest.mark.parametrize(
    ("folder", "age", "writable", "level", "said"),
    [
        (None, None, True, "hint", "not set"),
        (Path("/b"), 1, False, "problem", "/b cannot be written to"),
        (Path("/b"), None, True, "hint", "no backup yet"),
        (Path("/b"), 47, True, "ok", "of 2026-11-21 13:00 UTC"),
        (Path("/b"), 49, True, "problem", "of 2026-11-21 11:00 UTC; the log says why"),
    ],
)
def test_backups(
    folder: Path | None, age: int | None, writable: bool, level: str, said: str
) -> None:
    newest = None if age is None else NOW - timedelta(hours=age)
    found = of_backups(folder, newest, DAY, NOW, writable=writable)
    assert (found.level, said in found.what) == (level, True), found


async def test_the_folder_itself(playground: Playground, tmp_path: Path) -> None:
    folder = tmp_path / "somewhere" / "backups"
    settings = Settings(
        bot_token=SecretStr(TOKEN),
        bot_api_url=playground.url,
        data_dir=tmp_path,
        backup_dir=folder,
        health_port=0,
    )

    async def found() -> tuple[str, str]:
        app = build(settings)
        try:
            (one,) = [one for one in await look(app) if one.what.startswith("BACKUP_DIR")]
        finally:
            await app.close()
        return one.level, one.what

    level, what = await found()
    assert level == "hint"
    assert "no backup yet" in what
    assert not folder.exists()
    folder.mkdir(parents=True)
    (folder / name_of(datetime.now(UTC) - timedelta(hours=1), ".db.gz")).touch()
    assert (await found())[0] == "ok"
    shutil.rmtree(folder)
    folder.write_text("a file")
    assert (await found())[0] == "problem"
