from __future__ import annotations

from pathlib import Path

import pytest

from bot import cli

ROOT = Path(__file__).resolve().parent.parent.parent
DEMO = ROOT / "catalogue" / "demo.yaml"


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    for name in ("BOT_TOKEN", "DATABASE_URL", "CATALOGUE"):
        monkeypatch.delenv(name, raising=False)


def test_migrating_twice_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["migrate"]) == 0
    assert (tmp_path / "data" / "orderclerk.db").exists()
    assert cli.main(["migrate"]) == 0
    assert capsys.readouterr().out == "the database is up to date\n" * 2


def test_load_and_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["catalogue", "show"]) == 0
    assert "nothing is on offer" in capsys.readouterr().out
    assert cli.main(["catalogue", "load"]) == 0
    first = capsys.readouterr().out.splitlines()
    added = [line for line in first if line.startswith("+ ")]
    assert len(added) >= 16
    assert first[-1] == f"{len(added)} added, 0 changed, 0 removed, 0 as they were"
    assert cli.main(["catalogue", "load"]) == 0
    assert capsys.readouterr().out == (
        f"0 added, 0 changed, 0 removed, {len(added)} as they were\n"
    )
    assert cli.main(["catalogue", "show", "--language", "zh"]) == 0
    shown = capsys.readouterr().out
    for line in added:
        assert f"  {line.removeprefix('+ ')}: " in shown
    assert "CNY" in shown
    assert "XTR" in shown


def test_mistakes_are_told_by_line_and_nothing_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(DEMO.read_text(encoding="utf-8").replace("XTR:", "XTRA:", 1), "utf-8")
    assert cli.main(["catalogue", "load", str(broken)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert all(line.startswith(f"{broken}:") for line in told.err.splitlines())
    assert told.err
    assert cli.main(["catalogue", "show"]) == 0
    assert "nothing is on offer" in capsys.readouterr().out


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["catalogue", "load", "nowhere.yaml"]) == 2
    assert "nowhere.yaml" in capsys.readouterr().err
