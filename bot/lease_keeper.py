"""Keeping the leases of this process alive, in real time."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from bot.metrics import Metrics
from storage import lease
from storage.database import Database, Unavailable
from storage.lease import Lease

DELIVERY = "delivery"
POLL = "poll"

#: How often a held lease is renewed, and how often somebody else's is asked for.
_RENEW_SECONDS = 4.0
_ASK_SECONDS = 1.0


class LeaseKeeper:
    """Takes and renews leases by name. A lease that could not be renewed for half its life is not held."""

    def __init__(
        self,
        database: Database,
        bot: int,
        metrics: Metrics,
        *,
        names: Sequence[str] = (DELIVERY, POLL),
        holder: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._bot = bot
        self._metrics = metrics
        self._names = tuple(names)
        self._holder = holder or make_holder()
        self._now = monotonic
        self._held: dict[str, tuple[Lease, float]] = {}
        self._changed = asyncio.Condition()
        self._log = structlog.get_logger("lease")

    def held(self, name: str) -> Lease | None:
        """The lease, while it is certainly ours."""
        lease_, renewed_at = self._held.get(name, (None, 0.0))
        if lease_ is None or self._now() - renewed_at > lease.TTL.total_seconds() / 2:
            return None
        return lease_

    async def wait(self, name: str) -> Lease:
        """Return once the lease is ours."""
        async with self._changed:
            while (found := self.held(name)) is None:
                await self._changed.wait()
            return found

    def lost(self, name: str) -> None:
        """The database says that somebody else has it."""
        self._held.pop(name, None)

    async def run(self) -> None:
        """Ask and renew until cancelled."""
        while True:
            try:
                await self.ask()
            except Unavailable as error:
                self._log.warning(
                    "lease_not_renewed", error=type(error.__cause__ or error).__name__
                )
            complete = all(self.held(name) is not None for name in self._names)
            await asyncio.sleep(_RENEW_SECONDS if complete else _ASK_SECONDS)

    async def ask(self) -> None:
        """Renew what is ours and try for the rest. Raises Unavailable."""
        before = self._now()
        found = await self._database.write(
            self._bot,
            lambda connection: lease.take_all(
                connection, self._bot, self._names, self._holder, gone=holder_is_gone
            ),
        )
        for name in self._names:
            old = self._held.get(name)
            new = found.get(name)
            if new is not None and (old is None or old[0].epoch != new.epoch):
                self._log.info("lease_taken", lease=name, epoch=new.epoch)
            elif new is None and old is not None:
                self._log.warning("lease_lost", lease=name)
            self._metrics.leases.labels(name).set(new is not None)
        # Counted from before the transaction: it may have waited for the lock.
        self._held = {name: (held, before) for name, held in found.items()}
        async with self._changed:
            self._changed.notify_all()

    async def release(self) -> None:
        """Give the leases back, so that another process need not wait for them to run out."""
        held = [item for item, _ in self._held.values()]
        self._held = {}
        await self._database.write(
            self._bot, lambda connection: lease.release(connection, self._bot, held)
        )


def make_holder() -> str:
    """Who we are: machine, process space, process, and a random part for this start."""
    return f"{_machine()}:{os.getpid()}:{secrets.token_hex(4)}"


def holder_is_gone(holder: str) -> bool:
    """Whether a holder's process has certainly ended: one of this machine whose number is free, or is ours.

    A bot that crashed and is started again thus goes on at once instead of waiting for its own lease.
    """
    machine, _, rest = holder.partition(":")
    number, _, _ = rest.partition(":")
    if machine != _machine() or not number.isdigit():
        return False
    pid = int(number)
    if pid == os.getpid():
        # Only asked about holders that are not us: an earlier start had the same number.
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _machine() -> str:
    """Host and process space: numbers of processes mean something only within one."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    digits = "".join(character for character in space if character.isdigit())
    return f"{socket.gethostname()[:30].replace(':', '_')}/{digits}"
