"""People and the chats the bot knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, inspect, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, configure_mappers
from sqlalchemy.orm.attributes import instance_state

from storage import remembered
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
_ID, _USER, _NAME, _USERNAME, _LANGUAGE, _CHOSEN, _BLOCKED, _CREATED = map(
    _NAMES.index,
    (
        "id",
        "user_id",
        "name",
        "username",
        "language",
        "language_chosen",
        "blocked_at",
        "created_at",
    ),
)
#: A row of people as it is stored: enough for most turns, which only want to know whom they speak to.
Stored = Sequence[Any]
_mapper = inspect(Person)
_manager = _mapper.class_manager


_PERSON = Prepared(select(*_people.columns).where(_people.c.id == bindparam("id")))


def stored(connection: Connection, bot: int, users: Collection[int]) -> dict[int, Stored]:
    """The rows of people by their ids in the chat app."""
    known = remembered.of(connection).people
    found, missing = known.find(bot, users)
    if missing:
        for user, row in read(connection, bot, missing).items():
            found[user] = row
            known.put(bot, user, row)
    return found


def read(connection: Connection, bot: int, users: Collection[int]) -> dict[int, Stored]:
    """The same as they are stored, whatever is known of them."""
    return {row[_USER]: row for row in _PEOPLE.all(connection, {"of": bot, "users": users})}


def own(session: Session, rows: Iterable[Stored]) -> dict[int, Person]:
    """The people of these rows, by their ids in the chat app.

    They become the session's own as if it had loaded them; a query of its own takes more than twice as long, and for
    a single person longer than all else that an update reads.
    """
    # A process that has asked the session for nothing yet has not put its mappings together.
    configure_mappers()
    return {row[_USER]: _owned(session, row) for row in rows}


def by_id(session: Session, person_id: int) -> Person:
    """The person of a row, whom the session may know already. Raises NoResultFound."""
    known = session.identity_map.get(_mapper.identity_key_from_primary_key((person_id,)))
    if known is not None:
        return known
    configure_mappers()
    for row in _PERSON.all(session.connection(), {"id": person_id}):
        return _owned(session, row)
    raise NoResultFound(f"nobody has the id {person_id}")


def _owned(session: Session, row: Stored) -> Person:
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


class People:
    """Whom one transaction has to do with. Most turns only want to know how to speak with whoever wrote: they stay the
    rows they are stored as until somebody asks for the session.
    """

    def __init__(self, connection: Connection, bot: int) -> None:
        self._connection = connection
        self._bot = bot
        self._session: Session | None = None
        #: Who was read, while there is no session; afterwards, who is the session's.
        self._stored: dict[int, Stored] = {}
        self._known: dict[int, Person] = {}

    @property
    def session(self) -> Session:
        """Made when somebody first asks for it."""
        if self._session is None:
            self._session = Session(self._connection, autoflush=True, expire_on_commit=False)
            self._known = own(self._session, self._stored.values())
        return self._session

    def read(self, users: Collection[int]) -> None:
        """Those of them who are stored."""
        found = stored(self._connection, self._bot, users)
        if self._session is None:
            self._stored |= found
        else:
            self._known |= own(self._session, found.values())

    def get(self, user_id: int) -> Person | None:
        session = self.session
        if user_id not in self._known:
            found = stored(self._connection, self._bot, [user_id])
            self._known |= own(session, found.values())
        return self._known.get(user_id)

    def add(self, person: Person) -> Person:
        self.session.add(person)
        self.session.flush()
        self._known[person.user_id] = person
        return person

    def language_of(self, user_id: int, name: str, username: str | None) -> str | None:
        """In which language to speak with somebody who writes under these names; None where there is something to be
        written down first (another name, or that they can be reached again), or may have been: then it is asked of
        the person.
        """
        row = self._stored.get(user_id) if self._session is None else None
        if row is None or row[_BLOCKED] is not None:
            return None
        if row[_NAME] != name or row[_USERNAME] != username:
            return None
        language: str = row[_LANGUAGE]
        return language

    def flush(self) -> None:
        if self._session is not None:
            self._session.flush()
