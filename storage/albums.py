"""Albums that wait to be sent: parts that arrive within a moment join one row of the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text, update

from storage.tables import outbox

#: Parts of an album at most (Telegram Bot API: sendMediaGroup).
_ALBUM = 10


def waiting_album(connection: Connection, bot: int, chat_id: int, group_key: str) -> Any:
    """The newest row of that key which waits in the chat: id, body, tell; None when there is none."""
    query = select(*outbox.c["id", "body", "tell"]).where(
        outbox.c.bot == bot,
        outbox.c.chat_id == chat_id,
        text("outbox.state = 'queued'"),
        outbox.c.group_key == group_key,
    )
    return connection.execute(query.order_by(outbox.c.id.desc()).limit(1)).first()


def join_album(
    connection: Connection,
    bot: int,
    chat_id: int,
    group_key: str,
    part: Mapping[str, Any],
    tell: Mapping[str, Sequence[int]],
    due_at: datetime,
) -> bool:
    """Add a part to the album of that key which still waits in the chat; False when there is none with room."""
    waiting = waiting_album(connection, bot, chat_id, group_key)
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
