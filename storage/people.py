"""People and the chats the bot knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.records import KnownChat


def chat_row(session: Session, bot: int, chat_id: int, title: str, now: datetime) -> KnownChat:
    """The row of a chat; made when it is new."""
    row = session.scalar(
        select(KnownChat).where(KnownChat.bot == bot, KnownChat.chat_id == chat_id)
    )
    if row is None:
        row = KnownChat(
            bot=bot, chat_id=chat_id, title=title[:200], purpose="", status="member", updated_at=now
        )
        session.add(row)
        session.flush()
    return row


def chats_with_purpose(session: Session, bot: int, purpose: str) -> Sequence[KnownChat]:
    return session.scalars(
        select(KnownChat).where(KnownChat.bot == bot, KnownChat.purpose == purpose)
    ).all()


_PURPOSES = select(KnownChat.purpose, KnownChat.chat_id).where(
    KnownChat.bot == bindparam("of"), KnownChat.purpose != ""
)


def purposes(session: Session, bot: int) -> dict[str, int]:
    """Which chat serves which purpose."""
    found = session.execute(_PURPOSES, {"of": bot})
    return {row.purpose: row.chat_id for row in found}
