"""What was said last in a private chat, both sides: for a case file, where the bot's own promises matter most.

What the person wrote is kept with the conversation, the newest few only; what the bot said is in the outbox for as
long as that is kept.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from storage.rows import Conversation
from storage.serial import Written, dumps, loads
from storage.surfaces import HELD, current
from storage.tables import conversations, outbox, surfaces
from storage.work import Work

#: How many of a person's messages are kept, and characters of each.
KEPT, LENGTH = 10, 300
_TAG = re.compile(r"<[^>]+>")
#: The bot's rows looked through for the newest messages: several may be of one surface.
_ROWS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    at: datetime
    #: The bot said it; else the person.
    by_bot: bool
    text: str
    #: The template, of what the bot said.
    label: str = ""


def note(conversation: Conversation, message_id: int, text: str, at: datetime) -> None:
    """Keep what the person wrote last."""
    entry = [message_id, text[:LENGTH], round(at.timestamp(), 3)]
    written = conversation.recent
    # This stands between two entries, and perhaps within what somebody wrote: the lines are at most one more.
    if written is not None and written != "[]" and written.count("],[") + 1 < KEPT:
        conversation.recent = Written(f"{written[:-1]},{dumps(entry)}]")
    else:
        conversation.recent = Written(dumps([*_kept(conversation)[1 - KEPT :], entry]))


def _kept(conversation: Conversation) -> list[Any]:
    """[message id, text, moment] of each: seconds since 1970, or a text by former releases."""
    return loads(conversation.recent) if conversation.recent is not None else []


def moment_of(kept: float | str) -> datetime:
    """When a line was written, as `_kept` has it."""
    if isinstance(kept, str):
        return datetime.fromisoformat(kept)
    return datetime.fromtimestamp(kept, UTC)


def last_lines(work: Work, chat_id: int, limit: int = 10) -> list[Line]:
    """The newest lines of a private chat, the oldest first."""
    kept = _kept(work.conversation(chat_id))
    lines = [Line(at=moment_of(at), by_bot=False, text=text) for _, text, at in kept] + _said(
        work, chat_id
    )
    return sorted(lines, key=lambda line: line.at)[-limit:]


def _said(work: Work, chat_id: int) -> list[Line]:
    work.flush()
    query = (
        select(
            *outbox.c["settled_at", "body", "label", "surface_id", "kind"],
            current("content").label("content"),
        )
        .outerjoin(surfaces, surfaces.c.id == outbox.c.surface_id)
        .outerjoin(conversations, HELD)
        .where(
            outbox.c.bot == work.bot,
            outbox.c.chat_id == chat_id,
            outbox.c.state == "sent",
            outbox.c.kind.in_(("send", "surface")),
        )
        .order_by(outbox.c.id.desc())
        .limit(_ROWS)
    )
    lines: list[Line] = []
    seen: set[int] = set()
    for row in work.connection.execute(query):
        if row.surface_id is not None:
            # Only what it says now is known: older versions of it are gone.
            if row.surface_id in seen:
                continue
            seen.add(row.surface_id)
        text = plain_text(row.content if row.kind == "surface" else row.body)
        if text and row.settled_at is not None:
            lines.append(Line(at=row.settled_at, by_bot=True, text=text, label=row.label))
    return lines


def plain_text(content: Any) -> str:
    """The text of a stored `Content` in one line, without its tags; empty for none."""
    if not isinstance(content, dict):
        return ""
    if "album" in content:
        return " · ".join(filter(None, (plain_text(part) for part in content["album"])))
    sheet = content.get("invoice")
    words = content.get("text") or (sheet.get("title") if isinstance(sheet, dict) else "") or ""
    return " ".join(html.unescape(_TAG.sub("", words)).split())
