"""Rows that are claimed as they are written.

What a turn says is nearly always the next screen of its dialog, to a chat for which nothing else waits. Where a round of
delivery goes along with the turns, such a row need not be queued, looked for and read back within one transaction: it is
written as `sending` at once, as if it had been claimed. All other rows are queued and claimed as ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, literal_column, null, select, update

from storage.outbox import ANEW, NO_BODY, OPEN, URGENT, Claimed, WantedSurface, waits
from storage.outbox_rows import PARTS, SCREEN, OutboxRow, ScreenRow, insert_screens
from storage.prepared import Prepared, PreparedForMany, among
from storage.rows import Conversation
from storage.serial import loads
from storage.surfaces import DIALOG
from storage.tables import outbox
from storage.types import at


class Taker(NamedTuple):
    """Who may claim: under which epoch of the lease, how many rows, and to which chats none."""

    epoch: int
    limit: int
    busy: Collection[int]


_IDS = Prepared(
    select(outbox.c.chat_id, outbox.c.id).where(
        outbox.c.bot == bindparam("of"),
        among(outbox.c.chat_id, "chats"),
        OPEN,
        outbox.c.priority > URGENT,
    )
)
_INSERT = PreparedForMany(
    insert_screens(
        (*SCREEN, "epoch"),
        state=literal_column("'sending'"),
        tries=literal_column("1"),
    ),
    common=("bot", "due_at", "created_at", "epoch"),
    parts=PARTS,
)


_PUT_BACK = Prepared(
    update(outbox)
    .where(among(outbox.c.id, "ids"))
    .values(state=literal_column("'queued'"), tries=literal_column("0"), epoch=null())
)


class Taken(NamedTuple):
    """What was claimed, the rows that are left to be queued, and whether some were queued here."""

    claimed: list[Claimed]
    left: Sequence[OutboxRow | ScreenRow]
    queued: bool


def take(
    connection: Connection,
    bot: int,
    rows: Sequence[OutboxRow | ScreenRow],
    *,
    taker: Callable[[Connection], Taker | None],
    conversation: Callable[[int], Conversation],
    now: datetime,
) -> Taken:
    """Write those that can be claimed at once.

    One row of a chat alone, and only while nobody else waits to be claimed: nobody is overtaken.
    """
    screens = _alone(rows)
    allowed = taker(connection) if screens else None
    if allowed is None or waits(connection, bot, now, allowed.busy):
        return Taken([], rows, False)
    free = [row for row in screens if row.chat_id not in allowed.busy]
    ours = {row.chat_id: row for row in free[: allowed.limit]}
    if not ours:
        return Taken([], rows, False)
    common = {"bot": bot, "due_at": now, "created_at": now, "epoch": allowed.epoch}
    _INSERT.run(connection, ours.values(), **common)
    newest: dict[int, int] = {}
    crowded = set()
    for chat, id_ in _IDS.all(connection, {"of": bot, "chats": list(ours)}):
        if chat in newest:
            crowded.add(chat)
        newest[chat] = max(id_, newest.get(chat, 0))
    if crowded:
        # Something was open to these chats already: what has just been written waits for it.
        _PUT_BACK.run(connection, {"ids": [newest[chat] for chat in crowded]})
    claimed = [
        _claimed(row, newest[chat], conversation(chat), allowed.epoch, now)
        for chat, row in ours.items()
        if chat not in crowded
    ]
    return Taken(claimed, [row for row in rows if row.chat_id not in ours], bool(crowded))


def _alone(rows: Iterable[OutboxRow | ScreenRow]) -> list[ScreenRow]:
    """Screens of dialogs to chats to which nothing else is said."""
    said = Counter(row.chat_id for row in rows)
    return [
        row
        for row in rows
        if type(row) is ScreenRow
        and (row.surface.kind, row.surface.subject) == DIALOG
        and said[row.chat_id] == 1
    ]


def _claimed(
    row: ScreenRow, id_: int, conversation: Conversation, epoch: int, now: datetime
) -> Claimed:
    shown = row.surface
    assert shown.id is not None
    surface = WantedSurface(
        shown.id,
        row.chat_id,
        None,
        shown.kind,
        shown.revision,
        loads(shown.content) if shown.plain is None and shown.content is not None else shown.plain,
        shown.content_hash,
        shown.shown_hash,
        shown.shown_kind,
        shown.message_id,
        None if shown.sent_at is None else at(shown.sent_at),
        True,
    )
    return Claimed(
        id_,
        row.chat_id,
        None,
        "surface",
        ANEW if row.anew else NO_BODY,
        1,
        now,
        "repeat",
        1,
        row.label,
        False,
        epoch,
        surface,
        conversation.last_message_id,
    )
