"""What every turn stands on: which catalogue is on offer, and which groups are for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import (
    Connection,
    Table,
    bindparam,
    literal,
    literal_column,
    select,
    union_all,
)

from storage.catalogue import STAMP
from storage.prepared import Prepared
from storage.records import KnownChat

_chats = cast("Table", KnownChat.__table__)
_highest, _sum = STAMP
_STANDING = Prepared(
    union_all(
        select(literal_column("''"), _highest, _sum),
        select(_chats.c.purpose, _chats.c.chat_id, literal(0)).where(
            _chats.c.bot == bindparam("of"), _chats.c.purpose != ""
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Standing:
    #: See `storage.catalogue.stamp`.
    stamp: tuple[int, int]
    #: Which chat serves which purpose.
    purposes: dict[str, int]


def standing(connection: Connection, bot: int) -> Standing:
    """Asked in one statement, for every batch."""
    found = {purpose: (int(a), int(b)) for purpose, a, b in _STANDING.all(connection, {"of": bot})}
    stamp = found.pop("")
    return Standing(stamp, {purpose: chat for purpose, (chat, _) in found.items()})
