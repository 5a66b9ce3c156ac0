"""Fixtures that every room may use: databases, a browser."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from hypothesis import settings

from bot import collector
from tests import postgres, remembering
from tests.skips import in_ci
from tests.skips import pytest_configure as pytest_configure

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytest_plugins = ["pytester"]

#: Files that take longest, and rooms whose files do: begun first, so that at the end no process waits for another.
_FIRST = (
    "benchmarks/",
    "simulation/",
    "crash/",
    "bot/test_app.py",
    "attacks/test_malformed.py",
    "browser/",
    "storage/test_invariants.py",
    "conversations/",
    "attacks/",
    "bot/test_backups.py",
    "handlers/",
    "bot/",
    "storage/",
)

#: What several processes of tests may need in memory, in bytes; containers often have 64 MB there.
_ROOM = 1 << 30

# A time limit for one example would measure whatever else the machine does.
# CI draws the same examples each time.
settings.register_profile("laptop", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if in_ci() else "laptop")


@pytest.fixture(scope="session", autouse=True)
def remembered_as_stored() -> Iterator[None]:
    with remembering.compared():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Nothing that the tests import is ever freed: the collector need not walk through it while it is loaded, nor
    later (a tenth of a conversation's time would go into that)."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(collector.YOUNG)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(here).as_posix() if item.path.is_relative_to(here) else ""
        return next((n for n, first in enumerate(_FIRST) if name.startswith(first)), len(_FIRST))

    items.sort(key=place)


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where the machine has room there: thousands of commits need not reach a disk."""
    place = Path("/dev/shm")
    if not place.is_dir() or shutil.disk_usage(place).free < _ROOM:
        place = tmp_path_factory.mktemp("memory")
    with tempfile.TemporaryDirectory(dir=place) as made:
        yield Path(made)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server for the whole run, started for the first test that asks for it."""
    try:
        with postgres.server() as server:
            yield server
    except postgres.PostgresUnavailableError as error:
        pytest.skip(f"no PostgreSQL here: {error}")


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new, empty database: the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'orderclerk.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium on this machine; ``CHROMIUM`` names one that is somewhere else."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium here: apt install chromium, or set CHROMIUM to its path")
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A browser that asks nobody outside this machine for anything. Tests make a context each, and close it."""
    # Half a second to import, and most runs need none of it.
    from playwright.async_api import async_playwright

    quiet = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
    async with contextlib.AsyncExitStack() as stack:
        try:
            playwright = await stack.enter_async_context(async_playwright())
        except Exception as error:
            pytest.skip(f"Playwright's driver does not run here (libatomic1 missing?): {error}")
        browser = await playwright.chromium.launch(
            executable_path=chromium,
            # Chromium's sandbox refuses root.
            args=[*quiet, "--no-first-run", *(["--no-sandbox"] if os.geteuid() == 0 else [])],
        )
        stack.push_async_callback(browser.close)
        yield browser
