"""What the writer remembers of the rows it wrote is what it would read of them: checked whenever it is asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from handlers.dialog import stack
from storage import people, rows
from storage.rows import Conversation


@contextlib.contextmanager
def compared() -> Iterator[None]:
    """Another conversation, or another person, than what is stored is a failure of whatever asked for it."""
    load, known_people = rows.load_conversations, people.stored

    def loaded(connection: Connection, bot: int, chats: Collection[int]) -> list[Conversation]:
        made = load(connection, bot, chats)
        there = {one.chat_id: one for one in rows.read_conversations(connection, bot, chats)}
        assert {one.chat_id for one in made} == there.keys()
        for one in made:
            assert _facts(one) == _facts(there[one.chat_id])
        return made

    def found(connection: Connection, bot: int, users: Collection[int]) -> dict[int, people.Stored]:
        made = known_people(connection, bot, users)
        read = people.read(connection, bot, users)
        assert {user: tuple(row) for user, row in made.items()} == {
            user: tuple(row) for user, row in read.items()
        }
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "load_conversations", loaded)
        patch.setattr(people, "stored", found)
        yield


def _facts(one: Conversation) -> tuple[object, ...]:
    """Everything that is stored of a conversation. Written out, so that a tuple is no list."""
    shown = None if one.screen is None else replace(one.screen, content=None, plain=None)
    return repr(one), repr(shown), one.stored, repr(stack(replace(one)))
