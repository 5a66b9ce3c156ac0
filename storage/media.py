"""File ids of what was uploaded once, by content."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from storage.prepared import Prepared
from storage.tables import media
from storage.upserts import upsert

_KNOWN = Prepared(
    select(media.c.file_id).where(
        media.c.bot == bindparam("of"), media.c.digest == bindparam("content")
    )
)


def known(connection: Connection, bot: int, digests: Collection[str]) -> dict[str, str]:
    """The file ids of these contents, as far as they were uploaded before."""
    return {
        digest: row[0]
        for digest in digests
        for row in _KNOWN.all(connection, {"of": bot, "content": digest})
    }


def remember(connection: Connection, bot: int, files: Mapping[str, str], now: datetime) -> None:
    if files:
        statement = upsert(connection, media, ("bot", "digest"), ("file_id", "stored_at"))
        rows = [
            {"bot": bot, "digest": digest, "file_id": file_id, "stored_at": now}
            for digest, file_id in files.items()
        ]
        connection.execute(statement, rows)


def forget(connection: Connection, bot: int, digests: Collection[str]) -> None:
    """File ids that the channel does not know any more: the files are uploaded again next time."""
    if digests:
        connection.execute(delete(media).where(media.c.bot == bot, media.c.digest.in_(digests)))
