"""A running bot in a running playground: real HTTP, the real channel, a real database file."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.app import App, build
from bot.settings import Settings
from playground.people import Group, Person, Playground
from playground.server import running
from storage.database import Database
from storage.invariants import check

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
    url: str = ""
    people: list[Person] = field(default_factory=list)

    async def customer(self, language: str = "en") -> Person:
        """Somebody new who has never written to the bot."""
        name = f"{'客户' if language == 'zh' else 'Customer'} {next(_names)}"
        person = await self.playground.person(name, language)
        self.people.append(person)
        return person

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
        staff = await playground.group("Staff", [mei, bo])
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
        app = build(settings)
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
