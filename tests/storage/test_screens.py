"""What changes of a dialog's message stands with its conversation, and nobody who looks at surfaces can tell."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from dialogs.content import Button, Content
from storage.database import Connection, Database
from storage.lease import Lease
from storage.outbox import Claimed, claim
from storage.surfaces import DIALOG, WHOLE
from storage.tables import conversations, outbox, surfaces
from storage.work import Work
from tests.storage.queueing import BOT, NOW, Queue

ANNA, BEN = 11, 12
LEASE = Lease(name="delivery", holder="here", epoch=1)


class Chats:
    """Turns that show something in private chats, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def show(
        self, chat: int, words: str | None, *, revision: int = 1, over: bool = False
    ) -> None:
        """Show it as the dialog's message; with `over`, that message is left as it stands then."""

        def turn(connection: Connection) -> None:
            work = Work(connection, bot=BOT, now=NOW)
            work.preload(users=(), chats=[chat], surface_ids=())
            work.conversation(chat).revision += 1
            content = (
                None
                if words is None
                else Content(text=words, buttons=((Button(label="Yes", action=0),),))
            )
            work.show(chat, *DIALOG, content, [("yes", words)], revision=revision)
            if over:
                work.hand_over(chat, *DIALOG)
            work.flush()

        await self.database.write(BOT, turn)

    async def claimed(self) -> list[Claimed]:
        return await self.database.write(
            BOT, lambda connection: claim(connection, BOT, epoch=1, now=NOW, limit=9)
        )

    async def sent(self, row: Claimed, message: int) -> None:
        """It stands in the chat as `message`."""
        await Queue(self.database).showed(row, message)

    async def surfaces(self, chat: int) -> list[Any]:
        """As they are, the oldest first."""
        query = select(WHOLE).where(WHOLE.c.chat_id == chat).order_by(WHOLE.c.id)
        return list(await self.database.read(lambda c: c.execute(query).all()))

    async def newest(self, chat: int) -> int | None:
        query = select(conversations.c.last_message_id).where(conversations.c.chat_id == chat)
        return await self.database.read(lambda c: c.scalar(query))


@pytest.fixture
def chats(database: Database) -> Chats:
    return Chats(database)


async def test_a_screen_is_shown_changed_and_read_again(chats: Chats) -> None:
    for number, words in enumerate(("first", "second"), 1):
        await chats.show(ANNA, words, revision=number)
        (row,) = await chats.claimed()
        assert row.surface is not None
        assert row.surface.content is not None
        assert (row.surface.content["text"], row.surface.revision) == (words, number)
        assert row.surface.message_id == (50 if number == 2 else None)
        assert row.last_message_id == (50 if number == 2 else None)
        await chats.sent(row, 50)
    (surface,) = await chats.surfaces(ANNA)
    assert (surface.kind, surface.subject, surface.revision) == (*DIALOG, 2)
    assert (surface.message_id, surface.shown_kind, surface.sent_at) == (50, "text", NOW)
    assert surface.shown_hash == surface.content_hash
    assert await chats.newest(ANNA) == 50

    def look(connection: Connection) -> tuple[Any, ...]:
        work = Work(connection, bot=BOT, now=NOW)
        by_key = work.surface(ANNA, *DIALOG)
        assert by_key is work.surface_by_id(surface.id)
        assert by_key is not None
        content = work.content_of(by_key)
        assert content is not None
        return by_key.actions, by_key.message_id, content.text

    assert await chats.database.write(BOT, look) == ([["yes", "second"]], 50, "second")


async def test_what_is_the_same_is_not_said_again(chats: Chats) -> None:
    await chats.show(ANNA, "first")
    await chats.show(ANNA, "first")
    count = await chats.database.read(lambda c: c.scalar(select(func.count()).select_from(outbox)))
    assert count == 1


async def test_the_screen_of_another_chat_is_found_by_its_id(chats: Chats) -> None:
    """A button that was forwarded, or forged, names it."""
    await chats.show(BEN, "his")
    (there,) = await chats.surfaces(BEN)

    def look(connection: Connection) -> tuple[Any, ...]:
        work = Work(connection, bot=BOT, now=NOW)
        work.preload(users=(), chats=[ANNA], surface_ids=[there.id, 999])
        found = work.surface_by_id(there.id)
        assert found is not None
        assert work.surface_by_id(999) is None
        return found.chat_id, found.revision, found.actions

    assert await chats.database.write(BOT, look) == (BEN, 1, [["yes", "his"]])


async def test_a_message_that_is_left_stands_for_itself(chats: Chats) -> None:
    await chats.show(ANNA, "first")
    (row,) = await chats.claimed()
    await chats.sent(row, 50)
    await chats.show(ANNA, "the end", revision=2, over=True)
    await chats.show(ANNA, "anew")
    left, new = await chats.surfaces(ANNA)
    assert (left.subject, left.message_id, left.revision) == (f"main:{left.id}", 50, 2)
    assert (left.content["text"], left.actions) == ("the end", [["yes", "the end"]])
    assert left.shown_hash == row.surface.content_hash != left.content_hash  # type: ignore[union-attr]
    assert (new.subject, new.message_id, new.content["text"]) == ("main", None, "anew")
    (first,) = await chats.claimed()
    assert first.surface is not None
    assert first.surface.content is not None
    assert (first.surface.id, first.surface.message_id) == (left.id, 50)
    assert first.surface.content["text"] == "the end"


async def test_what_was_sent_meanwhile_counts_for_the_message_that_was_left(chats: Chats) -> None:
    """It was claimed while it showed the dialog, and came back when it did not any more."""
    await chats.show(ANNA, "first")
    (row,) = await chats.claimed()
    await chats.show(ANNA, "the end", revision=2, over=True)
    await chats.sent(row, 50)
    (left,) = await chats.surfaces(ANNA)
    assert (left.subject, left.message_id) == (f"main:{left.id}", 50)
    assert await chats.newest(ANNA) == 50


async def test_the_newest_message_of_a_chat_never_goes_back(chats: Chats) -> None:
    await chats.show(ANNA, "first")
    (row,) = await chats.claimed()
    await chats.sent(row, 50)
    await chats.show(ANNA, "second", revision=2)
    (row,) = await chats.claimed()
    await chats.sent(row, 40)
    assert await chats.newest(ANNA) == 50


async def test_a_screen_that_is_taken_out_of_the_chat(chats: Chats) -> None:
    await chats.show(ANNA, "first")
    (row,) = await chats.claimed()
    await chats.sent(row, 50)
    await chats.show(ANNA, None, revision=2)
    (surface,) = await chats.surfaces(ANNA)
    assert (surface.content, surface.message_id) == (None, 50)
    (row,) = await chats.claimed()
    assert row.surface is not None
    assert row.surface.content is None
    assert row.surface.held


async def test_its_own_row_says_only_that_it_is_there(chats: Chats) -> None:
    """Otherwise each update would write it."""
    await chats.show(ANNA, "first")
    query = select(surfaces.c.content_hash)
    before = await chats.database.read(lambda c: c.scalar(query))
    await chats.show(ANNA, "second", revision=2)
    assert await chats.database.read(lambda c: c.scalar(query)) == before
