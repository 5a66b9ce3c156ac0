"""Who may deliver, and who may poll: one row a name, with an epoch that fences off a former holder.

Leases live in real time. On PostgreSQL that is the database's own clock; SQLite has none that is better than
the process's, and everybody who can open the file shares the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, inspect, select, text, update

from storage.prepared import Prepared
from storage.tables import lease
from storage.types import at

#: How long a lease outlives its last renewal.
TTL = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A held lease. `epoch` grows each time it changes hands."""

    name: str
    holder: str
    epoch: int


def take(
    connection: Connection,
    bot: int,
    name: str,
    holder: str,
    *,
    gone: Callable[[str], bool] = lambda _: False,
) -> Lease | None:
    """Renew the lease, or take it when it is free, has run out, or its holder is `gone` for certain.

    None: somebody else holds it.
    """
    now = _clock(connection)
    where = (lease.c.bot == bot, lease.c.name == name)
    row = connection.execute(
        select(lease.c.holder, lease.c.epoch, lease.c.expires_at).where(*where)
    ).first()
    if row is None:
        connection.execute(
            insert(lease).values(bot=bot, name=name, holder=holder, epoch=1, expires_at=now + TTL)
        )
        return Lease(name=name, holder=holder, epoch=1)
    mine = row.holder == holder
    if not mine and row.expires_at > now and not gone(row.holder):
        return None
    # Our own lease that ran out may have been used by nobody, but who knows: another epoch.
    epoch = row.epoch if mine and row.expires_at > now else row.epoch + 1
    connection.execute(
        update(lease).where(*where).values(holder=holder, epoch=epoch, expires_at=now + TTL)
    )
    return Lease(name=name, holder=holder, epoch=epoch)


def take_all(
    connection: Connection,
    bot: int,
    names: Sequence[str],
    holder: str,
    *,
    gone: Callable[[str], bool] = lambda _: False,
) -> dict[str, Lease]:
    """`take` each of `names`; those that are ours now."""
    taken = {name: take(connection, bot, name, holder, gone=gone) for name in names}
    return {name: held for name, held in taken.items() if held is not None}


_EXPIRES = Prepared(
    select(lease.c.expires_at).where(
        lease.c.bot == bindparam("of"),
        lease.c.name == bindparam("for"),
        lease.c.holder == bindparam("by"),
        lease.c.epoch == bindparam("since"),
    )
)


def holds(connection: Connection, bot: int, held: Lease) -> bool:
    """Whether the lease is still ours; asked inside the transaction that acts on it."""
    given = {"of": bot, "for": held.name, "by": held.holder, "since": held.epoch}
    return any(at(expires) > _clock(connection) for (expires,) in _EXPIRES.all(connection, given))


def release(connection: Connection, bot: int, held: Iterable[Lease]) -> None:
    """Let the next one have them at once. The rows stay: epochs must go on growing."""
    for item in held:
        connection.execute(
            update(lease)
            .where(
                lease.c.bot == bot,
                lease.c.name == item.name,
                lease.c.holder == item.holder,
                lease.c.epoch == item.epoch,
            )
            .values(expires_at=_clock(connection) - timedelta(milliseconds=1))
        )


def _clock(connection: Connection) -> datetime:
    if connection.dialect.name == "postgresql":
        # Not now(): that is the time at which the transaction began, before it waited for the lock.
        moment = connection.scalar(text("SELECT clock_timestamp()"))
        assert isinstance(moment, datetime)
        return moment.astimezone(UTC)
    return datetime.now(UTC)


def holders(connection: Connection) -> set[str]:
    """Who holds a lease of any bot on this database now; empty where there are no leases yet."""
    if not inspect(connection).has_table(lease.name):
        return set()
    now = _clock(connection)
    return set(connection.scalars(select(lease.c.holder).where(lease.c.expires_at > now)))
