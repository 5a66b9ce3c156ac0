"""The parts of the running bot, in the order in which they start and stop."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.assets import Assets
from bot.backups import Backups
from bot.beat import Beat
from bot.channels.port import Call, Channel, ChannelError
from bot.clock import Clock
from bot.delivery import Delivery
from bot.heartbeat import Heartbeat
from bot.intake import Intake
from bot.lease_keeper import DELIVERY, POLL, LeaseKeeper
from bot.metrics import Metrics
from bot.pace import Pace
from bot.polling import LONG_POLL, Polling
from bot.replies import Replies
from bot.sending import Sender
from bot.settings import Settings
from bot.telling import Teller
from bot.turns import Turns
from bot.web import Web, routes
from bot.webhook import Address, Webhook, secret_of
from handlers.business import Business
from storage import outbox, signals, timers
from storage.database import Database, Unavailable
from storage.migrate import current, head
from storage.points import reached

if TYPE_CHECKING:
    from bot.playground_clock import Follower

#: How long stopping may take for what can still be sent.
DRAIN_SECONDS = 10.0
#: A poll this much older than it should be means that Telegram is out of reach.
_POLL_GRACE = 30.0
#: Another process may have changed what is due: looked up again after this long without a change of our own.
_OTHERS_SECONDS = 0.5


class Services:
    """The bot at work. `start`, then `failed` says when a part has ended by itself, then `stop`."""

    def __init__(
        self,
        *,
        settings: Settings,
        bot: int,
        business: Business,
        database: Database,
        channel: Channel,
        clock: Clock,
        follower: Follower | None,
        metrics: Metrics,
        pace: Pace,
        random: Callable[[int], bytes],
    ) -> None:
        self.bot = bot
        self.database = database
        self.clock = clock
        self.metrics = metrics
        self._channel = channel
        self._follower = follower
        names = (DELIVERY,) if settings.webhook_url else (DELIVERY, POLL)
        self.leases = LeaseKeeper(database, bot, metrics, names=names)
        self.turns = Turns(database, bot, business, clock, random=random)
        self.intake = Intake(self.turns, metrics)
        self.teller = Teller(
            database=database, bot=bot, clock=clock, leases=self.leases, take=self.intake.take
        )
        sender = Sender(
            channel,
            assets=Assets(
                [settings.catalogue_file.parent, settings.data_dir],
                drawn=settings.data_dir / "charts",
            ),
            provider_token=settings.provider_token.get_secret_value(),
            now=clock.now,
            metrics=metrics,
        )
        self.delivery = Delivery(
            database=database,
            bot=bot,
            sender=sender,
            clock=clock,
            leases=self.leases,
            teller=self.teller,
            metrics=metrics,
            pace=pace,
        )
        self.beat = Beat(
            database=database, bot=bot, clock=clock, leases=self.leases, take=self.intake.take
        )
        self.polling: Polling | None = None
        self.webhook: Webhook | None = None
        if settings.webhook_url:
            self.webhook = Webhook(
                _address(settings), channel=channel, bot=bot, now=clock.now, take=self.intake.take
            )
        else:
            self.polling = Polling(channel=channel, leases=self.leases, take=self.intake.take)
        self.heartbeat = Heartbeat(
            database=database,
            bot=bot,
            clock=clock,
            beat=self.beat,
            metrics=metrics,
            outbox_kept=timedelta(days=settings.outbox_days),
            retry_parked=self.turns.retry_parked,
            back_up=self._backups(settings),
        )
        self.intake.wait_for(Replies(self.delivery, self.teller).known)
        self.intake.join(self.delivery.joins)
        self.intake.on_commit(self.delivery.follow_up)
        clock.on_jump(self.delivery.wake)
        self._web = (
            Web(
                routes(
                    metrics,
                    self.readiness,
                    self.heartbeat.measure,
                    [] if self.webhook is None else [self.webhook.route],
                ),
                settings.health_host,
                settings.health_port,
            )
            if settings.health_port
            else None
        )
        self._due: datetime | None = None
        self._due_asked: tuple[int, int] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._source_task: asyncio.Task[None] | None = None
        self._delivery_task: asyncio.Task[None] | None = None
        self._head = head()
        self._log = structlog.get_logger("services")

    def _backups(self, settings: Settings) -> Callable[[], Awaitable[bool]] | None:
        if settings.backup_dir is None:
            return None
        return Backups(
            url=settings.database,
            folder=settings.backup_dir,
            every=timedelta(hours=settings.backup_every),
            kept=settings.backup_keep,
            clock=self.clock,
            leases=self.leases,
            metrics=self.metrics,
        ).look

    @property
    def _source(self) -> Polling | Webhook:
        """Where updates come from."""
        source = self.webhook or self.polling
        assert source is not None
        return source

    @property
    def health(self) -> str | None:
        """Where health and figures are served."""
        return None if self._web is None else self._web.address

    @property
    def idle(self) -> bool:
        """Nothing is being worked on; rows may wait in the database."""
        parts = (self.intake, self.beat, self.delivery, self.teller)
        return all(part.idle for part in parts) and (self.webhook is None or self.webhook.idle)

    async def start(self, menus: Sequence[Call] = ()) -> None:
        """Begin to work, a standing lease permitting. `menus` are calls that prepare the chat app."""
        if self._web is not None:
            await self._web.start()
        with contextlib.suppress(Unavailable):
            # Whoever writes before their turn has come is carried over then.
            await self.turns.carry_over()
        reached("start.carried")
        with contextlib.suppress(Unavailable):
            # So that a bot that is alone need not wait for its first renewal.
            await self.leases.ask()
        self._begin(self.leases.run(), "leases")
        self._begin(self.teller.run(), "telling")
        self._delivery_task = self._begin(self.delivery.run(), "delivery")
        self._source_task = self._begin(self._source.run(), "updates")
        self._begin(signals.listen(self.database, self.bot, self.delivery.wake), "signals")
        self.heartbeat.start()
        if self._follower is not None:
            follow = self._follower.run(
                jumped=self.beat.beat, idle=lambda: self.idle, next_due=self.next_due
            )
            self._begin(follow, "clock")
        if menus:
            self._begin(self._set_up(menus), "menus")

    async def failed(self) -> None:
        """Return when a part that should run for ever has ended; raises what it raised."""
        running = [task for task in self._tasks if task.get_name() != "menus"]
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def stop(self) -> None:
        """Finish the batch in hand, send what can be sent in ten seconds, give the leases back."""
        deadline = time.monotonic() + DRAIN_SECONDS
        await self._source.stop()
        if self._source_task is not None:
            await asyncio.wait({self._source_task}, timeout=DRAIN_SECONDS / 2)
        self.heartbeat.stop()
        await self.delivery.drain(max(deadline - time.monotonic(), 1.0))
        if self._delivery_task is not None:
            await asyncio.wait({self._delivery_task}, timeout=2.0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(Unavailable):
            await self.leases.release()
        if self._web is not None:
            await self._web.stop()

    async def readiness(self) -> dict[str, object]:
        """What /readyz says. Ready: the database is there and current, and Telegram answers us.

        A replica that waits for the polling lease is ready too: it is what it is for.
        """
        found: dict[str, object] = {"database": False, "schema": False}
        with contextlib.suppress(Unavailable):
            found["schema"] = await self.database.read(current) == self._head
            found["database"] = True
        found["delivery"] = "held" if self.leases.held(DELIVERY) is not None else "waiting"
        answered = self._source.answered_at
        age = None if answered is None else time.monotonic() - answered
        if self.webhook is not None:
            # Whether Telegram reaches us is for /metrics and the log: a balancer that took every replica
            # away because nobody writes would make it true.
            found["webhook"] = "set" if answered is not None else "not set yet"
            found["heard_seconds_ago"] = None if age is None else round(age, 1)
            found["ready"] = bool(found["database"] and found["schema"])
            return found
        polling = self.leases.held(POLL) is not None
        found["polling"] = "held" if polling else "waiting"
        found["polled_seconds_ago"] = None if age is None else round(age, 1)
        heard = age is not None and age < LONG_POLL + _POLL_GRACE
        found["ready"] = bool(found["database"] and found["schema"] and (heard or not polling))
        return found

    async def next_due(self) -> datetime | None:
        """When the bot will next do something by itself."""
        asked = (self.database.writes, int(time.monotonic() / _OTHERS_SECONDS))
        if asked == self._due_asked:
            return self._due
        try:
            due = await self.database.glance(
                lambda connection: (
                    timers.next_due(connection, self.bot),
                    outbox.next_due(connection, self.bot),
                )
            )
        except Unavailable:
            return None
        self._due = min((moment for moment in due if moment is not None), default=None)
        self._due_asked = asked
        return self._due

    def _begin(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.append(task)
        return task

    async def _set_up(self, calls: Sequence[Call]) -> None:
        """Menus and the like: a bot without them still works."""
        for call in calls:
            try:
                await self._channel.perform(call)
            except ChannelError as error:
                self._log.warning("not_set_up", method=call.method, error=type(error).__name__)


def _address(settings: Settings) -> Address:
    return Address(
        url=settings.webhook_url,
        secret=settings.webhook_secret.get_secret_value()
        or secret_of(settings.bot_token.get_secret_value()),
        connections=settings.webhook_connections,
    )
