"""Imports point one way, and this is what says so when one does not."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS: list[str] = CONFIG["tool"]["importlinter"]["root_packages"]

# What must not be there: the module, its import, and the contract that this breaks.
BREACHES = [
    ("orders.upward", "import dialogs", "layers"),
    ("dialogs.upward", "import storage", "layers"),
    ("storage.upward", "import handlers", "layers"),
    ("handlers.upward", "from bot import sideways", "layers"),
    ("handlers.library", "import aiogram.types", "channels"),
    ("bot.sideways", "import telegram", "channels"),
    ("dialogs.rows", "import sqlalchemy", "database"),
    ("handlers.rows", "from sqlalchemy.ext import asyncio", "database"),
    ("bot.rows", "import sqlalchemy as sa", "database"),
    ("playground.curious", "import orders", "playground-alone"),
    ("bot.demo.guest", "import playground", "playground-unknown"),
]
ALLOWED = [
    ("bot.channels.one", "import aiogram"),
    ("bot.wiring", "import bot.channels.one"),
    ("bot.wiring", "import handlers"),
    ("storage.rows", "import sqlalchemy"),
    ("handlers.dispatch", "import storage.rows"),
    ("playground.server", "import aiogram.types"),
    ("benchmarks.peers", "import aiogram_dialog"),
    ("benchmarks.ours", "import bot"),
    ("playground.people", "import aiohttp"),
    ("bot.demo.cast", "from playground import people"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = (sys.executable, "-c", "from importlinter import cli; cli.lint_imports_command()")
    return subprocess.run(
        [*program, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def plant(folder: Path, module: str, line: str) -> None:
    path = folder.joinpath(*module.split(".")).with_suffix(".py")
    for package in [path.parent, *path.parent.parents]:
        if package == folder:
            break
        package.mkdir(exist_ok=True, parents=True)
        (package / "__init__.py").touch()
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


@pytest.fixture
def empty_house(tmp_path: Path) -> Path:
    """Our rooms with nothing in them, under our contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    return tmp_path


def test_the_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contracts_allow_what_the_design_allows(empty_house: Path) -> None:
    for module, line in ALLOWED:
        plant(empty_house, module, line)
    done = lint(empty_house)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_every_contract_catches_its_breaches(empty_house: Path) -> None:
    for module, line, _ in BREACHES:
        plant(empty_house, module, line)
    done = lint(empty_house)
    assert done.returncode == 1, done.stdout + done.stderr
    contracts = {c["id"]: c["name"] for c in CONFIG["tool"]["importlinter"]["contracts"]}
    assert {contract for _, _, contract in BREACHES} == set(contracts)
    for name in contracts.values():
        assert f"{name} BROKEN" in done.stdout
    for module, _, _ in BREACHES:
        assert f"{module} ->" in done.stdout, f"{module} went unnoticed:\n{done.stdout}"


def test_every_room_is_under_the_contracts() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found - {"tests"} == set(ROOMS)
    assert set(CONFIG["tool"]["mypy"]["files"]) == {*ROOMS, "catalogue", "tests"}


def imported(source: str) -> Iterator[str]:
    """Yield the top-level name of everything a module imports, inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def test_imports_are_read_from_source_wherever_they_stand() -> None:
    source = "import a.b, c\nfrom . import d\ndef f():\n    from e.f import g\n"
    assert list(imported(source)) == ["a", "c", "e"]


def test_orders_needs_nothing_but_the_standard_library() -> None:
    own = {"orders", *sys.stdlib_module_names}
    foreign = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "orders").rglob("*.py")
        for name in imported(path.read_text(encoding="utf-8"))
        if name not in own
    }
    assert foreign == set()


FRAMEWORKS = {"aiogram", "telegram", "nicegui", "matplotlib", "fpdf"}
DATABASE = {"sqlalchemy", "alembic"}
# Imports each module of a room, save those that are programs or load a channel by being imported.
IMPORT_ALL = """
import importlib, pkgutil, sys
room = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
    if not {"__main__", "channels", "migrations"} & set(module.name.split(".")):
        importlib.import_module(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(
    ("room", "heavy"),
    [
        ("orders", FRAMEWORKS | DATABASE),
        ("dialogs", FRAMEWORKS | DATABASE),
        ("storage", FRAMEWORKS),
        ("handlers", FRAMEWORKS),
        ("bot", FRAMEWORKS),
    ],
)
def test_importing_a_room_loads_no_framework(room: str, heavy: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, room],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert room in loaded
    assert loaded & heavy == set()
