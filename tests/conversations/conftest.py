"""A running bot in a running playground: real HTTP, the real channel, a real database file."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
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
from storage.database import Connection, Database
from storage.invariants import check
from tests.conversations.steps import DEMO, Guest, guest

TOKEN = "400500600:" + "t" * 35
_names = itertools.count(1)


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
    #: In the staff chat, without finance's rights.
    support: Person
    url: str = ""

    async def customer(self, language: str = "en") -> Guest:
        """Somebody new who has never written to the bot."""
        name = f"{'客户' if language == 'zh' else 'Customer'} {next(_names)}"
        return await guest(self.playground, name, language)

    async def rows(self, query: str, **params: object) -> list[dict[str, Any]]:
        """What the database says now."""

        def read(connection: Connection) -> list[dict[str, Any]]:
            return [dict(row) for row in connection.execute(text(query), params).mappings()]

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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("stage")
    async with running(folder / "playground") as url, Playground(url) as playground:
        bot = await playground.bot(TOKEN, "stage_bot", "Orderclerk")
        mei = await playground.person("Mei", "en")
        bo = await playground.person("Bo", "en")
        jun = await playground.person("阿俊", "zh")
        sue = await playground.person("Sue", "en")
        staff = await playground.group("Staff", [mei, bo, sue])
        providers = await playground.group("Providers", [mei, jun])
        settings = Settings(
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
        )
        app = build(settings, pace=Pace(UNHURRIED))
        async with app.running():
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


@pytest_asyncio.fixture(loop_scope="session")
async def stage(_stage: Stage) -> AsyncIterator[Stage]:
    """The stage; when a test leaves it, everything has been said and every invariant holds."""
    await _stage.playground.no_faults()
    started = datetime.now(UTC)
    yield _stage
    await _stage.playground.quiet(20)
    assert await _stage.breaches() == [], f"since {started:%H:%M:%S}"
