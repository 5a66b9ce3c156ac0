"""The released sources of the suite, and an environment of its own to run it in."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import telegram

from playground.fidelity import standins

HERE = Path(__file__).parent
#: Test modules that talk to Telegram, in the folder of the sources.
MODULES = (
    "tests/test_forum.py",
    "tests/_payment/test_invoice.py",
    "tests/_files",
    "tests/test_bot.py",
)


class Unavailable(Exception):
    """The suite cannot be had; the message says why."""


def sources(folder: Path) -> Path:
    """Download and unpack the source release that matches the installed library, once."""
    version = telegram.__version__
    target = folder / f"python_telegram_bot-{version}"
    if not target.exists():
        _pip(
            Path(sys.executable), "download", "--no-binary", ":all:", "--no-deps", "--dest",
            str(folder), f"python-telegram-bot=={version}",
        )  # fmt: skip
        archive = folder / f"{target.name}.tar.gz"
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
    if not (target / MODULES[0]).exists():
        raise Unavailable(f"the source release of python-telegram-bot {version} has no tests")
    return target


def made_up(target: Path) -> list[str]:
    """The files of the suite that its release lacks, made here."""
    return standins.make(target / "tests" / "data")


def environment(folder: Path) -> Path:
    """The python of a virtual environment with the pins of the suite, made once per pins."""
    pins = HERE / "requirements.txt"
    place = folder / "environment"
    stamp = place / "requirements.txt"
    python = place / "bin" / "python"
    if not stamp.exists() or stamp.read_bytes() != pins.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
        _pip(python, "install", "--requirement", str(pins))
        stamp.write_bytes(pins.read_bytes())
    return python


def _pip(python: Path, *arguments: str) -> None:
    done = subprocess.run(
        [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"pip {arguments[0]} failed:\n{done.stderr.strip()}")
