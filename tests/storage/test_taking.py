"""What turns say is claimed as it is written where nobody is overtaken; delivery cannot tell the difference."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest
from sqlalchemy import select

from dialogs.content import Button, Content
from storage.database import Connection, Database
from storage.outbox import Claimed
from storage.outbox_taking import Taker
from storage.surfaces import DIALOG
from storage.tables import outbox
from storage.work import Work
from tests.storage.queueing import BOT, NOW, Queue

ANNA, BEN, EVE = 11, 12, 13
EPOCH = 4


class Undone(Exception):
    """The transaction is rolled back."""


class Talk:
    """Turns, and what delivery would get of them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.queue = Queue(database)

    async def say(
        self,
        *chats: int,
        turn: Callable[[Work, int], None] | None = None,
        limit: int = 100,
        busy: Collection[int] = (),
        holds: bool = True,
        undo: bool = False,
    ) -> list[Claimed]:
        """A turn in each chat, in one transaction; the rows that were claimed as they were written."""
        taken: list[Claimed] = []

        def turns(connection: Connection) -> None:
            nonlocal taken
            work = Work(connection, bot=BOT, now=NOW)
            work.preload(users=(), chats=chats, surface_ids=())
            for chat in chats:
                (turn or question)(work, chat)
            taker = Taker(EPOCH, limit, busy) if holds else None
            work.flush(lambda _: taker)
            taken = list(work.taken)
            assert work.queued == (len(taken) < len(chats))
            if undo:
                raise Undone

        try:
            await self.database.write(BOT, turns)
        except Undone:
            assert undo
        return taken

    async def sent(self, row: Claimed, message: int) -> None:
        """The channel has made this message of it."""
        assert await self.queue.showed(row, message) == 1


def question(work: Work, chat: int, *, words: str = "Which one?", anew: bool = False) -> None:
    conversation = work.conversation(chat)
    conversation.revision += 1
    conversation.last_message_id = (conversation.last_message_id or 100) + 1
    content = Content(text=words, buttons=((Button(label="This", action=0),),))
    work.show(chat, *DIALOG, content, revision=conversation.revision, anew=anew, label="order/plan")


def typed(work: Work, chat: int) -> None:
    question(work, chat, words="And when?", anew=True)


def over(work: Work, chat: int) -> None:
    work.show(chat, *DIALOG, None, label="order/cancelled")


def twice(work: Work, chat: int) -> None:
    work.send(chat, Content(text="Hello"))
    question(work, chat)


def card(work: Work, chat: int) -> None:
    work.show(chat, "card", "order:1", Content(text="Your order"))


@pytest.fixture
def talk(database: Database) -> Talk:
    return Talk(database)


async def test_what_is_taken_is_what_would_have_been_claimed(talk: Talk) -> None:
    """At the first screen, at an edit, at one that is sent anew, and when the screen leaves the chat."""
    message = 500
    for turn in (question, question, typed, over):
        # The same turn twice: taken, and rolled back; then queued and claimed.
        (taken,) = await talk.say(ANNA, turn=turn, undo=True)
        assert await talk.say(ANNA, turn=turn, holds=False) == []
        (claimed,) = await talk.queue.claim(epoch=EPOCH)
        assert taken.surface is not None
        assert claimed.surface is not None
        # Numbers of rows that were rolled back may come again or not.
        surface = taken.surface._replace(id=claimed.surface.id)
        assert taken._replace(id=claimed.id, surface=surface) == claimed
        assert (taken.surface.message_id is None) == (message == 500)
        message += 1
        await talk.sent(claimed, message)


async def test_a_taken_row_is_stored_as_claimed_and_settled_like_any_other(talk: Talk) -> None:
    (anna, ben) = await talk.say(ANNA, BEN)
    assert {anna.chat_id, ben.chat_id} == {ANNA, BEN}
    for row in (anna, ben):
        stored = await talk.queue.row(row.id)
        assert (stored.state, stored.epoch, stored.tries) == ("sending", EPOCH, 1)
        assert (stored.chat_id, stored.label) == (row.chat_id, "order/plan")
    assert await talk.queue.claim(epoch=EPOCH) == [], "they are in somebody's hands"
    await talk.sent(anna, 600)
    assert await talk.queue.state(anna.id) == "sent"
    assert await talk.queue.state(ben.id) == "sending"


async def test_a_chat_for_which_something_waits_or_is_under_way_keeps_its_order(talk: Talk) -> None:
    first = await talk.queue.add(ANNA, due_at=NOW.replace(year=2030))
    (ben,) = await talk.say(ANNA, BEN)
    assert ben.chat_id == BEN
    behind = await talk.queue.database.read(
        lambda c: c.execute(
            select(outbox).where(outbox.c.chat_id == ANNA, outbox.c.id > first)
        ).one()
    )
    said = (behind.state, behind.tries, behind.epoch)
    assert said == ("queued", 0, None), "it was in nobody's hands"
    assert await talk.queue.claim(epoch=EPOCH) == [], "the first of the chat is not due yet"
    assert await talk.queue.state(first) == "queued"
    # Ben's is being sent.
    assert await talk.say(BEN) == []
    await talk.sent(ben, 600)
    (claimed,) = await talk.queue.claim(epoch=EPOCH)
    assert claimed.chat_id == BEN


async def test_nobody_who_waits_is_overtaken(talk: Talk) -> None:
    waiting = await talk.queue.add(EVE)
    assert await talk.say(ANNA) == []
    assert [row.id for row in await talk.queue.claim(epoch=EPOCH, limit=1)] == [waiting]
    # She has had her turn: what follows goes at once again.
    assert len(await talk.say(BEN, busy=[ANNA])) == 1


async def test_only_the_screen_of_a_dialog_and_only_alone(talk: Talk) -> None:
    for chat, turn, kind in ((ANNA, card, "surface"), (BEN, twice, "send")):
        assert await talk.say(chat, turn=turn) == []
        (claimed,) = await talk.queue.claim(epoch=EPOCH)
        assert (claimed.chat_id, claimed.kind) == (chat, kind), "the oldest"


async def test_a_busy_chat_and_who_comes_beyond_the_limit_are_queued(talk: Talk) -> None:
    taken = await talk.say(BEN, ANNA, EVE, busy=[BEN])
    assert [row.chat_id for row in taken] == [ANNA, EVE]
    assert [row.chat_id for row in await talk.queue.claim(epoch=EPOCH)] == [BEN]
    for row in taken:
        await talk.sent(row, 700 + row.id)
    taken = await talk.say(ANNA, EVE, limit=1)
    assert [row.chat_id for row in taken] == [ANNA]
    assert [row.chat_id for row in await talk.queue.claim(epoch=EPOCH)] == [EVE]


async def test_without_the_lease_everything_is_queued(talk: Talk) -> None:
    assert await talk.say(ANNA, holds=False) == []
    assert len(await talk.queue.claim(epoch=EPOCH)) == 1
