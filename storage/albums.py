"""Albums that wait to be sent: parts that arrive within a moment join one row of the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text, update

from dialogs.content import Content
from storage.outbox_rows import OutboxRow
from storage.serial import plain
from storage.tables import outbox
from storage.work import Work

#: Parts of an album at most (Telegram Bot API: sendMediaGroup).
_ALBUM = 10


def part_waits(work: Work, chat_id: int, group_key: str) -> bool:
    """Whether earlier parts of that album are still to be sent."""
    work.flush()
    return _waiting(work.connection, work.bot, chat_id, group_key) is not None


def send_part(
    work: Work,
    chat_id: int,
    content: Content,
    *,
    group_key: str,
    due_at: datetime,
    thread_id: int | None = None,
    label: str = "",
    order_id: int | None = None,
    tell: Mapping[str, list[int]] | None = None,
) -> None:
    """Queue a part of an album. Parts of one `group_key` that wait join one row, each puts it off to its `due_at`.

    `tell` holds lists, which grow with the parts and are in their order.
    """
    work.flush()
    part, wish = plain(content), {key: list(ids) for key, ids in (tell or {}).items()}
    if _joined(work.connection, work.bot, chat_id, group_key, part, wish, due_at):
        return
    work.queue(
        OutboxRow(
            chat_id=chat_id,
            thread_id=thread_id,
            kind="send",
            body={"album": [part]},
            due_at=due_at,
            created_at=work.now,
            label=label,
            order_id=order_id,
            tell=wish or None,
            group_key=group_key,
        )
    )


def _waiting(connection: Connection, bot: int, chat_id: int, group_key: str) -> Any:
    """The newest row of that key which waits in the chat: id, body, tell; None when there is none."""
    query = select(*outbox.c["id", "body", "tell"]).where(
        outbox.c.bot == bot,
        outbox.c.chat_id == chat_id,
        text("outbox.state = 'queued'"),
        outbox.c.group_key == group_key,
    )
    return connection.execute(query.order_by(outbox.c.id.desc()).limit(1)).first()


def _joined(
    connection: Connection,
    bot: int,
    chat_id: int,
    group_key: str,
    part: Mapping[str, Any],
    tell: Mapping[str, Sequence[int]],
    due_at: datetime,
) -> bool:
    """Add a part to the album of that key which still waits in the chat; False when there is none with room."""
    waiting = _waiting(connection, bot, chat_id, group_key)
    if waiting is None or len(waiting.body["album"]) >= _ALBUM:
        return False
    before = waiting.tell or {}
    joined = {key: [*before.get(key, []), *tell.get(key, [])] for key in {**before, **tell}}
    connection.execute(
        update(outbox)
        .where(outbox.c.id == waiting.id)
        .values(
            body={"album": [*waiting.body["album"], dict(part)]},
            tell=joined or None,
            due_at=due_at,
        )
    )
    return True
