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
from storage.points import reached

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
        reached("lease.taken")
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
    """Who we are: machine and process space, process and when it started, and a random part."""
    pid = os.getpid()
    return f"{_machine()}:{pid}:{_started(pid)}:{secrets.token_hex(4)}"


def holder_is_gone(holder: str) -> bool:
    """Whether a holder's process has certainly ended: one of this machine that is not there any more.

    A bot that crashed and is started again thus goes on at once instead of waiting for its own lease.
    """
    machine, *rest = holder.split(":")
    if machine != _machine() or len(rest) != 3 or not rest[0].isdigit():
        return False
    pid = int(rest[0])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    # Another process may have its number by now; in a container it is the same each time.
    return _started(pid) != rest[1]


def _started(pid: int) -> str:
    """When a process started, in the system's ticks; empty where that cannot be asked."""
    try:
        # Linux: proc(5). The name in brackets may hold spaces; the start is field 22.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _machine() -> str:
    """Host and process space: numbers of processes mean something only within one."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    digits = "".join(character for character in space if character.isdigit())
    return f"{socket.gethostname()[:24].replace(':', '_')}/{digits}"
