"""The one place that wires the program. Every command and every test goes through `build`."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot import collector
from bot.business import business_of
from bot.catalogue_file import CatalogueErrors, read_catalogue
from bot.channels.choice import open_channel
from bot.channels.errors import Unauthorized
from bot.channels.port import BotIdentity, Call, Channel, ChannelError
from bot.clock import Clock, MovableClock, SystemClock
from bot.doctor import of_methods
from bot.errors import BotError
from bot.menus import command_menus
from bot.metrics import Metrics
from bot.pace import UNHURRIED, Pace
from bot.services import Services
from bot.settings import Settings
from handlers.business import Business
from storage import catalogue
from storage.database import Database
from storage.migrate import upgrade
from storage.points import reached

if TYPE_CHECKING:
    from bot.playground_clock import Follower

_IDENTITY_PAUSE = 2.0


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    channel: Channel | None = None,
    database: Database | None = None,
    random: Callable[[int], bytes] = secrets.token_bytes,
    pace: Pace | None = None,
    menus: Callable[[Business], Sequence[Call]] = command_menus,
) -> App:
    """The program for these settings; whatever is passed in takes the place of what would be made.

    Nothing is opened yet: a command that only reads the database never imports a channel.
    """
    return App(
        settings,
        clock=clock,
        channel=channel,
        database=database,
        random=random,
        pace=pace,
        menus=menus,
    )


class App:
    """What there is to work with, opened when it is first asked for."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None,
        channel: Channel | None,
        database: Database | None,
        random: Callable[[int], bytes],
        pace: Pace | None,
        menus: Callable[[Business], Sequence[Call]],
    ) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.random = random
        self._follower: Follower | None = None
        if clock is None and settings.clock != "system":
            # Only a played bot needs an HTTP client of its own.
            from bot.playground_clock import Follower

            clock = MovableClock()
            self._follower = Follower(settings.clock, clock)
        self.clock: Clock = clock or SystemClock()
        # The playground keeps Telegram's pace only when told to, and then says how long to wait.
        limits = UNHURRIED if self._follower is not None else None
        self.pace = pace or Pace(limits, monotonic=self.clock.monotonic)
        self._menus = menus
        self._channel = channel
        self._database = database
        self._owns_database = database is None
        self._owns_channel = channel is None
        self._serving = False
        self._log = structlog.get_logger("app")

    async def database(self) -> Database:
        """The database, its schema up to date. Raises storage.database.StorageError."""
        if self._database is None:
            opened = await Database.open(self.settings.database)
            try:
                if await upgrade(opened):
                    self._log.info("schema_upgraded")
            except BaseException:
                await opened.close()
                raise
            self._database = opened
        return self._database

    def channel(self) -> Channel:
        """The chosen channel; importing its library takes seconds."""
        if self._channel is None:
            self._channel = open_channel(self.settings, self.clock.now)
        return self._channel

    async def load_catalogue(self, path: Path) -> catalogue.Changes:
        """Read, check and store a catalogue. Raises BotError with a line for each mistake."""
        try:
            read = read_catalogue(path)
        except CatalogueErrors as error:
            raise BotError(str(error)) from None
        now = self.clock.now()
        database = await self.database()
        return await database.write(
            self.settings.bot_id, lambda connection: catalogue.store(connection, read, now)
        )

    async def close(self) -> None:
        if self._follower is not None:
            await self._follower.close()
        if self._channel is not None and self._owns_channel:
            await self._channel.close()
        if self._database is not None and self._owns_database:
            await self._database.close()

    # -- the running bot ------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Services]:
        """The bot at work; leaving the block stops it gracefully and closes everything."""
        try:
            if self._follower is not None:
                await self._follower.start()
            database = await self.database()
            reached("start.opened")
            await self._first_catalogue(database)
            channel = self.channel()
            identity = await self._identity(channel)
            reached("start.identified")
            business = business_of(self.settings, identity.username)
            for finding in of_methods(business.policy):
                self._log.warning("against_telegrams_rules", what=finding.what)
            services = Services(
                settings=self.settings,
                bot=identity.id,
                business=business,
                database=database,
                channel=channel,
                clock=self.clock,
                follower=self._follower,
                metrics=self.metrics,
                pace=self.pace,
                random=self.random,
            )
            try:
                await services.start(self._menus(business))
                self._log.info(
                    "ready", bot=identity.id, account=identity.username, health=services.health
                )
                yield services
            finally:
                await services.stop()
                self._log.info("stopped")
        finally:
            await self.close()

    async def run(self) -> None:
        """Be the bot until SIGTERM or SIGINT. Raises BotError for what the operator can put right."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def asked(number: signal.Signals) -> None:
            self._log.info("stopping", signal=number.name)
            stop.set()
            # A second one does not wait for the first.
            loop.remove_signal_handler(number)

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, asked, number)
        work = asyncio.ensure_future(self._serve(stop))
        asked_to = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({work, asked_to}, return_when=asyncio.FIRST_COMPLETED)
            if not self._serving:
                # Asked to stop while it was still waiting for something to start with.
                work.cancel()
            await work
        except asyncio.CancelledError:
            if not stop.is_set():
                raise
        finally:
            asked_to.cancel()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    async def _serve(self, stop: asyncio.Event) -> None:
        async with self.running() as services:
            self._serving = True
            collector.settle()
            failed = asyncio.ensure_future(services.failed())
            stopped = asyncio.ensure_future(stop.wait())
            try:
                await asyncio.wait({failed, stopped}, return_when=asyncio.FIRST_COMPLETED)
                if failed.done():
                    # A part of the program has ended: better to start afresh than to go on without it.
                    failed.result()
                    raise BotError("a part of the bot has stopped; see the log")
            finally:
                failed.cancel()
                stopped.cancel()
                await asyncio.gather(failed, stopped, return_exceptions=True)

    async def _first_catalogue(self, database: Database) -> None:
        """A new database gets the catalogue of the settings; later ones are loaded by command."""
        there = await database.read(catalogue.stamp)
        if there == (0, 0):
            reached("start.catalogue")
            changes = await self.load_catalogue(self.settings.catalogue_file)
            self._log.info("catalogue_loaded", services=len(changes.added))

    async def _identity(self, channel: Channel) -> BotIdentity:
        """Who we are, asked until somebody answers."""
        said = False
        while True:
            try:
                return await channel.identity()
            except Unauthorized:
                raise BotError(
                    "BOT_TOKEN: Telegram does not accept it; get a valid one from @BotFather"
                ) from None
            except ChannelError as error:
                if not said:
                    said = True
                    self._log.warning("waiting_for_bot_api", error=type(error).__name__)
                await asyncio.sleep(_IDENTITY_PAUSE)
