"""A running bot in a running playground: real HTTP, the real channel, a real database file."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import text

from bot.app import App, build
from bot.pace import UNHURRIED, Pace
from bot.settings import Settings
from playground.people import Group, Person, Playground, Seen, Toast
from playground.server import running
from storage import catalogue
from storage.database import Connection, Database
from storage.invariants import check
from storage.migrate import upgrade
from storage.serial import dumps
from tests.conversations.steps import DEMO, Guest, demo, guest

TOKEN = "400500600:" + "t" * 35
#: What the whole suite runs with: `make test CHANNEL=ptb DATABASE=postgresql`.
CHANNEL = os.environ.get("TEST_CHANNEL") or "aiogram"
ON_POSTGRES = os.environ.get("TEST_DATABASE") == "postgresql"
_FAILED = pytest.StashKey[bool]()


@dataclass
class Stage:
    """Everything a conversation test needs: people to play, groups, the clock, the database."""

    playground: Playground
    app: App
    database: Database
    bot: int
    staff: Group
    providers: Group
    admin: Person
    finance: Person
    provider: Person
    #: An agent: in the staff chat, without finance's rights.
    support: Person
    url: str = ""
    _names: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def customer(self, language: str = "en") -> Guest:
        """Somebody new who has never written to the bot."""
        name = f"{'客户' if language == 'zh' else 'Customer'} {next(self._names)}"
        return await guest(self.playground, name, language)

    async def rows(self, query: str, **params: object) -> list[dict[str, Any]]:
        """What the database says now."""

        def read(connection: Connection) -> list[dict[str, Any]]:
            found = connection.execute(text(query), params).mappings()
            return [{name: _as_text(value) for name, value in row.items()} for row in found]

        return await self.database.read(read)

    async def order(self, number: str) -> dict[str, Any]:
        """The order with this number, with `brief` and the number of the service."""
        rows = await self.rows("select * from orders where number = :number", number=number)
        assert len(rows) == 1, number
        return rows[0]

    async def of_order(self, table: str, number: str, *columns: str) -> list[tuple[Any, ...]]:
        """Columns of the rows of an order in a table, oldest first."""
        rows = await self.rows(
            f"select t.* from {table} t join orders o on o.id = t.order_id "
            "where o.number = :number order by t.id",
            number=number,
        )
        return [tuple(row[name] for name in columns) for row in rows]

    async def state(self, number: str) -> str:
        """The state of an order, once everything under way has been done."""
        await self.playground.quiet()
        return str((await self.order(number))["state"])

    async def new_prices(self, changes: Mapping[str, str]) -> None:
        """Load the demo catalogue once more, with pieces of its text replaced."""
        written = DEMO.read_text(encoding="utf-8")
        for old, new in changes.items():
            assert old in written
            written = written.replace(old, new)
        path = self.app.settings.data_dir / "catalogue.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(written, encoding="utf-8")
        pictures = self.app.settings.data_dir / "pictures"
        if not pictures.exists():
            pictures.symlink_to(DEMO.parent / "pictures")
        await self.app.load_catalogue(path)

    async def provider_in_staff(self, message: Seen, button: str) -> Toast:
        """Somebody who is in the staff chat, but not of finance, presses a button there."""
        return await self.support.at(self.staff).tap(button, message=message)

    async def until(self, hour: int, minute: int = 0) -> None:
        """Let it be that time of day where the business is, today or tomorrow."""
        now = (await self.playground.now()).astimezone(self.app.settings.timezone)
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if then <= now:
            then += timedelta(days=1)
        await self.playground.advance(seconds=(then - now).total_seconds())

    async def breaches(self) -> list[str]:
        """What the invariants checker finds in the database now."""
        now = self.app.clock.now()
        found = await self.database.read(lambda connection: check(connection, self.bot, now=now))
        return [str(breach) for breach in found]


def _as_text(value: Any) -> Any:
    """PostgreSQL gives JSON as what it says, SQLite as it is written."""
    return dumps(value) if isinstance(value, (dict, list)) else value


@contextlib.asynccontextmanager
async def opened(
    folder: Path,
    *,
    channel: str = CHANNEL,
    database_url: str = "",
    people: type[Playground] = Playground,
    settings: Mapping[str, object] | None = None,
    template: Path | None = None,
) -> AsyncIterator[Stage]:
    """A stage of its own, in a folder that is empty. `settings` are those that differ.

    With a `template` the bot finds a copy of this file as its database, and has no tables to make.
    """
    if template is not None:
        (folder / "bot").mkdir()
        shutil.copy(template, folder / "bot" / "orderclerk.db")
    async with running(folder / "playground") as url, people(url) as playground:
        bot = await playground.bot(TOKEN, "stage_bot", "Orderclerk")
        mei = await playground.person("Mei", "en")
        bo = await playground.person("Bo", "en")
        jun = await playground.person("阿俊", "zh")
        sue = await playground.person("Sue", "en")
        staff = await playground.group("Staff", [mei, bo, sue])
        providers = await playground.group("Providers", [mei, jun])
        usual = Settings(
            bot_token=SecretStr(TOKEN),
            bot_api_url=url,
            clock=url,
            data_dir=folder / "bot",
            provider_token=SecretStr("test:provider"),
            bank_details_en="Test Bank 1",
            bank_details_zh="测试银行 1",
            staff_chat=staff.id,
            providers_chat=providers.id,
            finance_ids=(bo.id,),
            admin_ids=(mei.id,),
            health_port=0,
            channel=channel,
            database_url=SecretStr(database_url),
        )
        app = build(usual.model_copy(update=dict(settings or {})), pace=Pace(UNHURRIED))
        async with app.running():
            await mei.at(staff).say(f"/role add agent {sue.id}")
            await mei.at(staff).sees("is now")
            yield Stage(
                playground=playground,
                app=app,
                database=await app.database(),
                bot=bot,
                staff=staff,
                providers=providers,
                admin=mei,
                finance=bo,
                provider=jun,
                support=sue,
                url=url,
            )


#: So many clocks may still run on a stage that has been used: each later leap of days goes through all of them.
_CLOCKS = 30


async def _first_start(path: Path) -> Path:
    """A database as the first start of a bot leaves it: tables, and the demo's catalogue."""
    database = await Database.open(f"sqlite:///{path}")
    try:
        await upgrade(database)
        now = datetime.now(UTC)
        await database.write(0, lambda connection: catalogue.store(connection, demo(), now))
    finally:
        await database.close()
    return path


class Stages:
    """Gives tests a stage: the last one again, or a new one where a test has failed or left many clocks running."""

    def __init__(
        self, folder: Callable[[], Path], database_url: Callable[[], str], template: Path | None
    ) -> None:
        self._folder = folder
        self._database_url = database_url
        self._template = template
        self._open = contextlib.AsyncExitStack()
        self._stage: Stage | None = None

    async def stage(self) -> Stage:
        if self._stage is None:
            folder = self._folder()
            self._open.callback(shutil.rmtree, folder, ignore_errors=True)
            made = opened(folder, database_url=self._database_url(), template=self._template)
            self._stage = await self._open.enter_async_context(made)
        return self._stage

    async def used(self, stage: Stage, *, passed: bool) -> None:
        clocks = await stage.rows("select count(*) as n from timers")
        if not passed or clocks[0]["n"] > _CLOCKS:
            await self.close()

    async def close(self) -> None:
        self._stage = None
        await self._open.aclose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stages(memory: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stages]:
    with contextlib.ExitStack() as stack:
        # Asked for now, so that it ends after the stages.
        server = request.getfixturevalue("postgres_server") if ON_POSTGRES else None

        def database_url() -> str:
            return "" if server is None else str(stack.enter_context(server.database()))

        template = None if ON_POSTGRES else await _first_start(memory / "first.db")
        made = Stages(lambda: Path(tempfile.mkdtemp(dir=memory)), database_url, template)
        yield made
        await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(stages: Stages, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A stage; when a test leaves it, everything has been said and every invariant holds."""
    stage = await stages.stage()
    await stage.playground.no_faults()
    started = datetime.now(UTC)
    yield stage
    await stage.playground.quiet(20)
    found = await stage.breaches()
    passed = not found and not request.node.stash.get(_FAILED, False)
    await stages.used(stage, passed=passed)
    assert found == [], f"since {started:%H:%M:%S}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.failed:
        item.stash[_FAILED] = True
    return report
