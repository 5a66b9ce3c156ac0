"""The bot's own long-polling loop: Telegram is told that updates were read only after they are committed.

The libraries' loops confirm before the handlers have finished, and lose updates in a crash.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.channels.errors import Conflict, Unauthorized
from bot.channels.port import Call, Channel, ChannelError, Wait
from bot.lease_keeper import POLL, LeaseKeeper
from handlers.events import Event
from storage.points import reached

#: Seconds a request waits for an update (Bot API: at most 50), and how many it brings (at most 100).
LONG_POLL = 25
LIMIT = 100
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
_CONFIRM_SECONDS = 1.0


class Polling:
    """Reads updates while this process holds the polling lease. `take` returns after the commit."""

    def __init__(
        self,
        *,
        channel: Channel,
        leases: LeaseKeeper,
        take: Callable[[Sequence[Event]], Awaitable[None]],
        long_poll: int = LONG_POLL,
    ) -> None:
        self._channel = channel
        self._leases = leases
        self._take = take
        self._long_poll = long_poll
        self._offset: int | None = None
        self._stopping = asyncio.Event()
        self._asking: asyncio.Task[Sequence[tuple[int, Event]]] | None = None
        self._said: str | None = None
        self._log = structlog.get_logger("polling")
        #: When Telegram last answered, in `time.monotonic()`; None before the first answer.
        self.answered_at: float | None = None

    async def run(self) -> None:
        """Poll until `stop` is called; the batch in hand is finished and confirmed."""
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            if not await self._our_turn():
                continue
            try:
                # The first one does not wait: it shows at once whether Telegram answers us.
                batch = await self._ask(0 if self.answered_at is None else self._long_poll, LIMIT)
            except ChannelError as error:
                pause = await self._after_failure(error, pause)
                continue
            if batch is None:
                break
            pause = _FIRST_PAUSE
            self._said = None
            self.answered_at = time.monotonic()
            if batch:
                reached("updates.fetched")
                await self._take([event for _, event in batch])
                reached("updates.committed")
                self._offset = max(number for number, _ in batch) + 1
        await self._confirm()

    async def stop(self) -> None:
        """Ask for nothing more. A waiting request is dropped: what it might bring is not confirmed."""
        self._stopping.set()
        if self._asking is not None:
            self._asking.cancel()

    async def _our_turn(self) -> bool:
        """Wait for the lease, or for the end."""
        if self._leases.held(POLL) is not None:
            return True
        if self._said != "lease":
            self._said = "lease"
            self._log.info("waiting_for_lease")
        waits = [
            asyncio.ensure_future(self._leases.wait(POLL)),
            asyncio.ensure_future(self._stopping.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in waits:
                waiting.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        # Another holder may have read on: start from what Telegram thinks is not confirmed.
        self._offset = None
        return not self._stopping.is_set()

    async def _ask(self, timeout: int, limit: int) -> Sequence[tuple[int, Event]] | None:
        """One request; None when it was dropped because of `stop`."""
        self._asking = asyncio.ensure_future(
            self._channel.get_updates(self._offset, timeout, limit)
        )
        try:
            return await self._asking
        except asyncio.CancelledError:
            if self._stopping.is_set() and self._asking.cancelled():
                return None
            raise
        finally:
            self._asking = None

    async def _after_failure(self, error: ChannelError, pause: float) -> float:
        """Wait as long as is right after this failure; the next pause."""
        name = type(error).__name__
        if self._said != name:
            self._said = name
            self._log.warning("cannot_poll", why=_advice(error), error=name)
        if isinstance(error, Conflict) and "webhook" in str(error).lower():
            await self._drop_webhook()
        seconds = error.seconds if isinstance(error, Wait) else pause
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return min(pause * 2, _LONGEST_PAUSE)

    async def _drop_webhook(self) -> None:
        """An earlier webhook keeps getUpdates from working. Updates that wait are kept."""
        try:
            await self._channel.perform(Call(method="deleteWebhook", params={}))
        except ChannelError:
            return
        self._log.info("webhook_deleted")

    async def _confirm(self) -> None:
        """Say how far we are, so that the next start is not sent it again.

        What this request may bring is not looked at and not confirmed: it comes again.
        """
        if self._offset is None:
            return
        try:
            # Telegram may hold the answer back for 3 s when the dropped poll said the same offset already.
            # It has read the question by then, and the answer is of no use.
            await asyncio.wait_for(self._channel.get_updates(self._offset, 0, 1), _CONFIRM_SECONDS)
        except (ChannelError, TimeoutError):
            # Then it is sent again, and the inbox knows it.
            return


def _advice(error: ChannelError) -> str:
    if isinstance(error, Conflict):
        if "webhook" in str(error).lower():
            return "a webhook is set for this bot; it is removed"
        return (
            "another program is reading this bot's updates; stop it, or give this one its own bot"
        )
    if isinstance(error, Unauthorized):
        return "BOT_TOKEN is not accepted; get a valid one from @BotFather"
    return "the Bot API cannot be reached or is busy; trying again"
