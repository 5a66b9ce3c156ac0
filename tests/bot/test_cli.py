from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot import cli

ROOT = Path(__file__).resolve().parent.parent.parent


def bot(*arguments: str, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_imports_nothing_heavy() -> None:
    heavy = ("sqlalchemy", "aiogram", "telegram", "pydantic", "asyncio", "structlog", "jinja2")
    code = (
        "import sys; from bot.cli import main; main(['--help']); "
        f"print('heavy:', [name for name in {heavy!r} if name in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "heavy: []" in out
    for name in cli.COMMANDS:
        assert name in out


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_a_module_and_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([name, "--help"]) == 0
    assert "Usage: python -m bot" in capsys.readouterr().out


def test_wrong_settings_are_lines_and_never_a_trace(tmp_path: Path) -> None:
    ended = bot("run", cwd=tmp_path, BOT_TOKEN="wrong", HEALTH_PORT="x", TIMEZONE="Nowhere")
    assert ended.returncode == 2
    assert ended.stdout == ""
    lines = ended.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["BOT_TOKEN", "TIMEZONE", "HEALTH_PORT"]


def test_a_missing_token_says_where_to_get_one(tmp_path: Path) -> None:
    ended = bot("run", cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        "BOT_TOKEN: missing; write the token that @BotFather gave you into .env"
    ]


def test_a_database_that_cannot_be_opened_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    ended = bot("migrate", cwd=tmp_path, DATABASE_URL="sqlite:///taken/x.db")
    assert ended.returncode == 2
    said = "DATABASE_URL: cannot make the folder taken: File exists; DATA_DIR names another\n"
    assert ended.stderr == said


def test_unknown_commands_and_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["fly"]) == 2
    assert "No such command 'fly'" in capsys.readouterr().err
    assert cli.main(["--env-file", str(tmp_path / "none.env"), "migrate"]) == 2
    assert "no such file" in capsys.readouterr().err


def test_settings_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["settings"]) == 0
    assert capsys.readouterr().out == (ROOT / ".env.example").read_text(encoding="utf-8")
