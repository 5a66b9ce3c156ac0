"""People and the chats the bot knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, inspect, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, configure_mappers
from sqlalchemy.orm.attributes import instance_state

from storage.prepared import Prepared, among
from storage.records import KnownChat, Person
from storage.types import at, moment


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


_people = cast("Table", Person.__table__)
_NAMES = [column.name for column in _people.columns]
_PEOPLE = Prepared(
    select(*_people.columns).where(
        _people.c.bot == bindparam("of"), among(_people.c.user_id, "users")
    )
)
_ID, _CHOSEN, _BLOCKED, _CREATED = map(
    _NAMES.index, ("id", "language_chosen", "blocked_at", "created_at")
)
_mapper = inspect(Person)
_manager = _mapper.class_manager


_PERSON = Prepared(select(*_people.columns).where(_people.c.id == bindparam("id")))


def load(session: Session, bot: int, users: Collection[int]) -> Iterator[Person]:
    """People by their ids in the chat app.

    They become the session's own as if it had loaded them; a query of its own takes more than twice as long, and for
    a single person longer than all else that an update reads.
    """
    # A process that has asked the session for nothing yet has not put its mappings together.
    configure_mappers()
    for row in _PEOPLE.all(session.connection(), {"of": bot, "users": users}):
        yield _owned(session, row)


def by_id(session: Session, person_id: int) -> Person:
    """The person of a row, whom the session may know already. Raises NoResultFound."""
    known = session.identity_map.get(_mapper.identity_key_from_primary_key((person_id,)))
    if known is not None:
        return known
    configure_mappers()
    for row in _PERSON.all(session.connection(), {"id": person_id}):
        return _owned(session, row)
    raise NoResultFound(f"nobody has the id {person_id}")


def _owned(session: Session, row: Sequence[Any]) -> Person:
    key = _mapper.identity_key_from_primary_key((row[_ID],))
    known = session.identity_map.get(key)
    if known is not None:
        return known
    person: Person = _manager.new_instance()
    stored = person.__dict__
    stored.update(zip(_NAMES, row, strict=True))
    stored["language_chosen"] = bool(row[_CHOSEN])
    stored["blocked_at"] = moment(row[_BLOCKED])
    stored["created_at"] = at(row[_CREATED])
    # As `sqlalchemy.orm.loading` does with what it has made of a row.
    state = instance_state(person)
    state.key = key
    state.session_id = session.hash_key
    session.identity_map.add(state)
    return person
