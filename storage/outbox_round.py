"""What a round of delivery writes: what came back is settled, then what may go is claimed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from storage import media
from storage.lease import Lease, holds
from storage.outbox import Claimed, claim
from storage.outbox_settle import Settlement, saw_messages, settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Everything that came of rows since the last round."""

    settlements: Sequence[Settlement] = ()
    #: Newest message id made, by private chat.
    newest: Mapping[int, int] = field(default_factory=dict)
    #: File ids of uploads, by digest.
    uploaded: Mapping[str, str] = field(default_factory=dict)
    #: Digests whose file id is not known to the channel any more.
    unknown_files: Collection[str] = ()


def write_finished(connection: Connection, bot: int, finished: Finished, now: datetime) -> None:
    settle(connection, bot, finished.settlements, now)
    saw_messages(connection, bot, finished.newest)
    media.forget(connection, bot, finished.unknown_files)
    media.remember(connection, bot, finished.uploaded, now)


def claim_as_holder(
    connection: Connection,
    bot: int,
    *,
    lease: Lease,
    now: datetime,
    limit: int,
    busy: Collection[int],
) -> list[Claimed] | None:
    """The claimed rows; None when the lease is somebody else's by now."""
    if not holds(connection, bot, lease):
        return None
    return claim(connection, bot, epoch=lease.epoch, now=now, limit=limit, busy=busy)
