"""Orderclerk set up for measuring: a real database, the real turns, nothing sent."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr
from sqlalchemy import select, update

from benchmarks import flow
from benchmarks.script import BOT, TOKEN, Input, Line, Numbers, Tap
from bot.business import business_of
from bot.catalogue_file import read_catalogue
from bot.clock import MovableClock
from bot.settings import Settings
from bot.turns import Turns
from handlers.events import Chat, Event, MessageEvent, Sender, TapEvent
from storage import catalogue
from storage.database import Database
from storage.migrate import upgrade
from storage.tables import conversations, outbox

T = TypeVar("T")
CATALOGUE = Path(__file__).parent.parent / "catalogue" / "demo.yaml"


@dataclass(slots=True)
class House:
    """One database with its turns."""

    name: str
    url: str
    database: Database
    turns: Turns
    clock: MovableClock
    settings: Settings
    numbers: Numbers

    # -- what people do -------------------------------------------------------------------------------

    def event(self, given: Input) -> Event:
        """An input as the channel hands it over."""
        number = str(self.numbers())
        common: dict[str, Any] = {
            "source": "update",
            "external_id": number,
            "at": self.clock.now(),
            "chat": Chat(id=given.person, kind="private"),
            "sender": Sender(
                id=given.person,
                name="Guest",
                username=f"guest{given.person}",
                language_code="en",
            ),
        }
        if isinstance(given, Line):
            return MessageEvent(**common, message_id=self.numbers(), text=given.text)
        return TapEvent(**common, query_id=number, data=given.data, message_id=given.message)

    async def process(self, events: Sequence[Event], batch: int) -> None:
        """Carry out events in batches; all must have been carried out."""
        for at in range(0, len(events), batch):
            done = await self.turns.process(events[at : at + batch])
            if done.parked or done.repeated:
                raise AssertionError(f"{done.parked} events parked, {done.repeated} repeated")

    async def delivered(self) -> None:
        """What was queued counts as sent: a queue that nobody empties is no bot's."""
        sent = {"state": "sent", "settled_at": self.clock.now()}
        await self.database.write(
            BOT, lambda c: c.execute(update(outbox).where(outbox.c.state == "queued").values(sent))
        )

    # -- what people see ------------------------------------------------------------------------------

    async def screens(self, people: Sequence[int]) -> dict[int, Screen]:
        """What each of them could tap now."""
        query = select(
            conversations.c.chat_id,
            conversations.c.step,
            conversations.c.state,
            conversations.c.surface_id,
            conversations.c.screen_revision,
            conversations.c.screen_message_id,
        ).where(conversations.c.bot == BOT, conversations.c.chat_id.in_(people))
        rows = await self.database.read(lambda connection: connection.execute(query).all())
        return {
            row.chat_id: Screen(
                row.chat_id,
                row.step or "",
                tuple(offer[0] for offer in row.state[-1].get("offered", ())) if row.state else (),
                row.surface_id,
                row.screen_revision,
                row.screen_message_id or 1,
            )
            for row in rows
        }


@dataclass(frozen=True, slots=True)
class Screen:
    """The dialog's message as a person sees it."""

    person: int
    step: str
    labels: tuple[str, ...]
    surface: int
    revision: int
    message: int

    def tap(self, wanted: str | int) -> Tap:
        """The button whose label contains `wanted`, or the one at that place."""
        if isinstance(wanted, str):
            wanted = next(at for at, label in enumerate(self.labels) if wanted in label)
        return Tap(self.person, f"{self.surface}.{self.revision}.{wanted}", self.message)


def settings(folder: Path, url: str) -> Settings:
    return Settings(
        _env_file=None,
        bot_token=SecretStr(TOKEN),
        provider_token=SecretStr("test:provider"),
        bank_details_en="Test Bank 1",
        bank_details_zh="Test Bank 1",
        data_dir=folder,
        database_url=url,
        health_port=0,
    )


@contextlib.asynccontextmanager
async def house(name: str = "sqlite", url: str | None = None) -> AsyncIterator[House]:
    """A house with the demonstration's catalogue; without `url`, on SQLite in a folder that is removed."""
    with tempfile.TemporaryDirectory(prefix="orderclerk-bench-") as made:
        folder = Path(made)
        url = url or f"sqlite:///{folder / 'orderclerk.db'}"
        chosen = settings(folder, url)
        clock = MovableClock()
        database = await Database.open(url)
        try:
            await upgrade(database)
            read = read_catalogue(CATALOGUE)
            await database.write(BOT, lambda c: catalogue.store(c, read, clock.now()))
            turns = Turns(database, BOT, business_of(chosen, "bench_bot"), clock, handle=flow.react)
            yield House(name, url, database, turns, clock, chosen, Numbers(1_000_000))
        finally:
            await database.close()


def in_batches(items: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    return (items[at : at + size] for at in range(0, len(items), size))
