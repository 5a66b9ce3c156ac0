"""What deploy/ says is what the program has. Whether Docker and nginx agree is seen where they run."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.settings_read import described, read_settings
from bot.webhook import BODY_LIMIT

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
SETTINGS = {setting.name for setting in described()}
#: Of the image, of PostgreSQL's image, of Python.
OTHERS = {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB", "PYTHONUNBUFFERED"}


def _text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_every_variable_is_a_setting() -> None:
    compose = yaml.safe_load(_text("compose.yaml"))
    named = {name for part in compose["services"].values() for name in part.get("environment", {})}
    named |= set(re.findall(r"^(?:ENV | {4})([A-Z_]+)=", _text("Dockerfile"), re.MULTILINE))
    (unit,) = re.findall(r"^Environment=(.*)$", _text("orderclerk.service"), re.MULTILINE)
    named |= set(re.findall(r"([A-Z_]+)=", unit))
    named |= set(re.findall(r"^# {3}([A-Z_]+)=", _text("orderclerk.service"), re.MULTILINE))
    named |= set(re.findall(r"`([A-Z]+_[A-Z_]+)", _text("README.md")))
    assert named - OTHERS - SETTINGS == set()
    assert {"DATABASE_URL", "BACKUP_DIR", "WEBHOOK_URL", "HEALTH_PORT"} <= named


def test_the_settings_of_the_containers_fit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    compose = yaml.safe_load(_text("compose.yaml"))
    given = compose["services"]["bot"]["environment"]
    for name, value in given.items():
        monkeypatch.setenv(name, value.replace("${POSTGRES_PASSWORD}", "secret"))
    monkeypatch.setenv("BOT_TOKEN", "1:" + "x" * 35)
    monkeypatch.setenv("WEBHOOK_URL", "https://bot.example.com/telegram")
    settings = read_settings(None)
    assert settings.database == "postgresql+asyncpg://orderclerk:secret@database/orderclerk"
    (path,) = re.findall(r"location = (\S+) ", _text("nginx.conf"))
    assert settings.webhook_url.endswith(path)
    (size,) = re.findall(r"client_max_body_size (\d+)m;", _text("nginx.conf"))
    assert int(size) * 1024 * 1024 == BODY_LIMIT
    assert f"server bot:{settings.health_port} " in _text("nginx.conf")
    assert f"EXPOSE {settings.health_port}" in _text("Dockerfile")


def test_the_bot_may_write_where_it_must() -> None:
    """A new volume belongs to whom the folder of the image belongs to; one that is not there, to root."""
    compose = yaml.safe_load(_text("compose.yaml"))
    mounted = {volume.partition(":")[2] for volume in compose["services"]["bot"]["volumes"]}
    (made,) = re.findall(
        r"install -d -o orderclerk .* 0700 (.+)$", _text("Dockerfile"), re.MULTILINE
    )
    assert mounted <= set(made.split())
    assert compose["services"]["bot"]["environment"]["BACKUP_DIR"] in mounted
    unit = _text("orderclerk.service")
    (state,) = re.findall(r"^StateDirectory=(\S+)$", unit, re.MULTILINE)
    for name in ("DATA_DIR", "BACKUP_DIR"):
        (place,) = re.findall(rf"^# {{3}}{name}=(\S+)$", unit, re.MULTILINE)
        assert Path(place).is_relative_to(f"/var/lib/{state}")


def test_what_is_copied_is_there_and_let_through() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", _text("Dockerfile"), re.MULTILINE)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name in " ".join(copied).split():
        assert (ROOT / name).exists(), name
        assert f"!{name}" in ignored, name
    packages = re.search(r"packages = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.DOTALL)
    assert packages is not None
    assert set(re.findall(r'"(\w+)"', packages[1])) <= set(" ".join(copied).split())


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = _text("orderclerk.service")
    started = re.findall(r"^ExecStart=(\S+) -m bot run$", unit, re.MULTILINE)
    assert started == ["/opt/orderclerk/.venv/bin/python"]
    found = shutil.which("systemd-analyze")
    if found is None:
        return
    # A program that is not there would be the only complaint.
    (tmp_path / "orderclerk.service").write_text(unit.replace(started[0], "/bin/true"))
    done = subprocess.run(
        [found, "verify", "--man=no", str(tmp_path / "orderclerk.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "orderclerk" in line]
    assert said == []
