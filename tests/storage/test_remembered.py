"""What the writer remembers is what is stored. In every test whatever is remembered is compared with what is stored when it
is asked for (tests/remembering.py); here it is made untrue in every way there is."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, event, insert, text, update

from dialogs.content import Content
from dialogs.model import State
from handlers.dialog import save, stack
from storage import people, remembered
from storage.database import Database, Unavailable
from storage.outbox_settle import Settlement, ShownSurface, saw_messages, settle
from storage.remembered import Kept, Remembered
from storage.rows import Conversation, load_conversations, read_conversations
from storage.surfaces import DIALOG, let_go
from storage.tables import conversations, metadata, outbox, surfaces
from storage.work import Work
from tests.storage.queueing import BOT, NOW, Queue
from tests.storage.test_screens import Chats

ANNA, BEN = 11, 12
_people: Any = people._people


@pytest_asyncio.fixture
async def talking(database: Database) -> AsyncIterator[Database]:
    """Anna has said something."""
    await said(database, ANNA)
    yield database


@pytest_asyncio.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """The same where something is remembered, with Anna among the people."""
    opened = await Database.open(f"sqlite:///{tmp_path / 'orderclerk.db'}")
    anna = {
        "bot": BOT,
        "user_id": ANNA,
        "name": "Anna",
        "language": "en",
        "language_chosen": False,
        "created_at": NOW,
    }
    made = [conversations, surfaces, outbox, _people]
    await opened.write(0, lambda c: metadata.create_all(c, tables=made))
    await opened.write(BOT, lambda c: c.execute(insert(_people).values(anna)) and None)
    await said(opened, ANNA)
    yield opened
    await opened.close()


async def said(database: Database, chat: int) -> None:
    def turn(connection: Connection) -> None:
        work = Work(connection, bot=BOT, now=NOW)
        work.conversation(chat).heard += 1
        work.flush()

    await database.write(BOT, turn)


async def known(database: Database, chat: int = ANNA) -> Conversation | None:
    """What is remembered of a chat."""
    return await database.write(BOT, lambda c: remembered.of(c).conversations.get(BOT, chat))


async def heard(database: Database, chat: int = ANNA) -> int:
    """How often a person was heard, as a turn finds it."""

    def turn(connection: Connection) -> int:
        return Work(connection, bot=BOT, now=NOW).conversation(chat).heard

    return await database.write(BOT, turn)


async def test_who_wrote_last_is_remembered(sqlite: Database) -> None:
    found = await known(sqlite)
    assert found is not None
    assert (found.chat_id, found.heard) == (ANNA, 1)
    await said(sqlite, ANNA)
    assert await known(sqlite) is found
    assert found.heard == 2
    assert await known(sqlite, BEN) is None


async def test_another_bot_s_chat_is_another(talking: Database) -> None:
    def turn(connection: Connection) -> int:
        return Work(connection, bot=BOT + 1, now=NOW).conversation(ANNA).heard

    assert await talking.write(BOT + 1, turn) == 0


async def test_where_others_write_as_well_nothing_is_remembered(talking: Database) -> None:
    assert (await known(talking) is None) == (not talking.is_sqlite)
    assert await heard(talking) == 1


async def test_what_another_process_writes_is_seen(sqlite: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "orderclerk.db")
    other.execute("UPDATE conversations SET heard = 5")
    other.commit()
    other.close()
    assert await heard(sqlite) == 5


async def test_what_another_process_only_begins_changes_nothing(
    sqlite: Database, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "orderclerk.db")
    other.execute("UPDATE conversations SET heard = 5")
    other.rollback()
    other.execute("SELECT * FROM conversations").fetchall()
    other.execute("PRAGMA wal_checkpoint")
    other.close()
    assert await known(sqlite) is not None
    assert await heard(sqlite) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.execute(update(conversations).values(heard=5)),
        lambda c: c.execute(text("  update conversations set heard = 5")),
        lambda c: c.exec_driver_sql('UPDATE "conversations" SET heard = 5'),
        lambda c: c.exec_driver_sql(
            "WITH five AS (SELECT 5 AS n) UPDATE conversations SET heard = (SELECT n FROM five)"
        ),
    ],
)
async def test_what_a_statement_of_our_own_changes_is_seen(
    talking: Database, change: Callable[[Connection], Any]
) -> None:
    await talking.write(BOT, lambda connection: change(connection) and None)
    assert await heard(talking) == 5


async def test_statements_about_other_things_have_nothing_forgotten(sqlite: Database) -> None:
    await Queue(sqlite).add(BEN)
    await sqlite.write(BOT, lambda c: c.execute(conversations.select()).all())
    assert await known(sqlite) is not None


async def test_a_turn_that_is_rolled_back_was_not(talking: Database) -> None:
    def turn(connection: Connection) -> None:
        work = Work(connection, bot=BOT, now=NOW)
        work.conversation(ANNA).heard = 9
        work.flush()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await talking.write(BOT, turn)
    assert await heard(talking) == 1


async def test_a_commit_that_fails_was_not(sqlite: Database) -> None:
    broken = True

    def commit(connection: Connection) -> None:
        if broken:
            raise OSError(28, "No space left on device")

    event.listen(sqlite._writer.engine, "commit", commit)
    with pytest.raises(Unavailable):
        await said(sqlite, ANNA)
    broken = False
    assert await heard(sqlite) == 1


async def test_what_a_turn_changed_and_did_not_write_is_forgotten(talking: Database) -> None:
    def turn(connection: Connection) -> None:
        Work(connection, bot=BOT, now=NOW).conversation(ANNA).heard = 9

    await talking.write(BOT, turn)
    assert await heard(talking) == 1


async def test_what_delivery_writes_is_known(database: Database) -> None:
    chats = Chats(database)
    await chats.show(ANNA, "Anna's first")
    (row,) = await chats.claimed()
    await chats.sent(row, 55)
    if database.is_sqlite:
        assert await known(database) is not None

    def turn(connection: Connection) -> tuple[int | None, int | None, str | None]:
        found = Work(connection, bot=BOT, now=NOW).conversation(ANNA)
        assert found.screen is not None
        return found.last_message_id, found.screen.message_id, found.screen.shown_kind

    assert await database.write(BOT, turn) == (55, 55, "text")
    # Newer than what is said there already, or nothing has changed.
    for newest, expected in ((70, 70), (60, 70)):
        await said(database, ANNA)
        await database.write(BOT, lambda c, n=newest: saw_messages(c, BOT, {ANNA: n}))  # type: ignore[misc]
        found = await database.write(BOT, lambda c: load_conversations(c, BOT, [ANNA]))
        assert found[0].last_message_id == expected


async def test_a_message_that_was_handed_over_is_nobody_s_screen(database: Database) -> None:
    chats = Chats(database)
    await chats.show(ANNA, "Anna's first")
    (row,) = await chats.claimed()
    # Handed over while it was on its way: what came of it is written where it is now.
    await chats.show(ANNA, "Anna's last", over=True)
    await chats.sent(row, 55)

    def turn(connection: Connection) -> None:
        work = Work(connection, bot=BOT, now=NOW)
        assert work.conversation(ANNA).screen is None
        work.show(ANNA, *DIALOG, Content(text="Next"))
        work.flush()

    await database.write(BOT, turn)
    (one,) = await database.write(BOT, lambda c: load_conversations(c, BOT, [ANNA]))
    assert one.screen is not None
    assert one.screen.message_id is None


async def test_of_messages_that_came_back_together_one_was_handed_over(database: Database) -> None:
    chats = Chats(database)
    await chats.show(ANNA, "Anna's first")
    await chats.show(BEN, "Ben's first")
    rows = await chats.claimed()
    await chats.show(ANNA, "Anna's last", over=True)
    settlements = []
    for row, message in zip(rows, (55, 66), strict=True):
        assert row.surface is not None
        shown = ShownSurface(
            row.surface.id, message, row.surface.content_hash, "text", NOW, row.chat_id
        )
        settlements.append(Settlement(row.id, row.epoch, "sent", message, shown))
    assert await database.write(BOT, lambda c: settle(c, BOT, settlements, NOW)) == 2
    found = await database.write(BOT, lambda c: load_conversations(c, BOT, [ANNA, BEN]))
    screens = {one.chat_id: one.screen for one in found}
    assert screens[ANNA] is None
    assert (bens := screens[BEN]) is not None
    assert bens.message_id == 66


async def test_a_screen_that_is_let_go_is_not_remembered(database: Database) -> None:
    chats = Chats(database)
    await chats.show(ANNA, "Anna's first")
    (surface,) = await chats.surfaces(ANNA)
    await database.write(BOT, lambda c: let_go(c, BOT, ANNA, surface.id))
    (found,) = await database.write(BOT, lambda c: load_conversations(c, BOT, [ANNA]))
    assert (found.surface_id, found.screen) == (None, None)


async def test_a_screen_with_other_actions_is_written(sqlite: Database) -> None:
    def turn(number: int) -> Callable[[Connection], Any]:
        def show(connection: Connection) -> Any:
            work = Work(connection, bot=BOT, now=NOW)
            work.conversation(ANNA).heard += 1
            work.show(ANNA, *DIALOG, Content(text="Go?"), [("go", number)], revision=1)
            work.flush()

        return show

    for number in (1, 2):
        await sqlite.write(BOT, turn(number))
    (found,) = await sqlite.write(BOT, lambda c: read_conversations(c, BOT, [ANNA]))
    assert found.screen is not None
    assert found.screen.actions == [["go", 2]]


async def test_the_open_flows_are_what_was_written(sqlite: Database) -> None:
    at_goal = State("order", "v1", "goal", answers={"plan": "one"})

    def turn(connection: Connection) -> tuple[State, ...]:
        work = Work(connection, bot=BOT, now=NOW)
        conversation = work.conversation(ANNA)
        before = stack(conversation)
        save(conversation, [*before, at_goal])
        work.flush()
        return before

    assert await sqlite.write(BOT, turn) == ()
    found = await known(sqlite)
    assert found is not None
    assert await sqlite.write(BOT, turn) == (at_goal,)
    assert await sqlite.write(BOT, turn) == (at_goal, at_goal)
    assert await known(sqlite) is found


async def test_people_are_remembered_until_one_of_them_changes(sqlite: Database) -> None:
    def language(connection: Connection) -> str | None:
        work = Work(connection, bot=BOT, now=NOW)
        work.preload(users=[ANNA, BEN], chats=(), surface_ids=())
        return work.people.language_of(ANNA, "Anna", None)

    def choose(connection: Connection) -> None:
        person = Work(connection, bot=BOT, now=NOW).people.get(ANNA)
        assert person is not None
        person.language = "zh"

    def chosen(connection: Connection) -> None:
        work = Work(connection, bot=BOT, now=NOW)
        work.people.get(ANNA).language = "zh"  # type: ignore[union-attr]
        work.flush()

    assert await sqlite.write(BOT, language) == "en"
    assert await sqlite.write(BOT, lambda c: remembered.of(c).people.get(BOT, ANNA)) is not None
    await sqlite.write(BOT, choose)
    assert await sqlite.write(BOT, language) == "en"
    await sqlite.write(BOT, chosen)
    assert await sqlite.write(BOT, language) == "zh"


def test_no_more_than_the_last_ones_are_kept() -> None:
    kept: Kept[str] = Kept(2)
    for number, word in enumerate(("a", "b", "c"), start=1):
        kept.put(BOT, number, word)
    assert [kept.get(BOT, number) for number in (1, 2, 3)] == [None, "b", "c"]
    # Who is put away again stays longest.
    kept.put(BOT, 2, "b")
    kept.put(BOT, 4, "d")
    assert kept.find(BOT, [2, 3, 4]) == ({2: "b", 4: "d"}, [3])
    assert kept.take(BOT, [2, 3]) == (["b"], [3])
    assert kept.get(BOT, 2) is None


@pytest.mark.parametrize(
    ("statement", "conversation", "person"),
    [
        ("SELECT * FROM conversations", True, True),
        ("UPDATE outbox SET state='sent'", True, True),
        ("INSERT INTO orders (bot) VALUES (?)", True, True),
        ("DELETE FROM timers", True, True),
        ("UPDATE people SET name=?", True, False),
        ("insert into People(bot) values (1)", True, False),
        ("DELETE FROM conversations WHERE bot = 1", False, True),
        ("UPDATE OR IGNORE conversations SET heard = 1", False, False),
        ('UPDATE "main"."conversations" SET heard = 1', False, False),
        ("UPDATE main.conversations SET heard = 1", False, False),
        ("INSERT OR REPLACE INTO people (bot) VALUES (1)", False, False),
        ("UPDATE outbox AS people SET state = 'sent'", False, False),
        ("ROLLBACK TO plain", False, False),
        ("DROP TABLE people", False, False),
    ],
)
def test_what_a_statement_may_have_changed_is_forgotten(
    statement: str, conversation: bool, person: bool
) -> None:
    known = Remembered()
    known.conversations.put(BOT, ANNA, "talk")
    known.people.put(BOT, ANNA, "Anna")
    known.runs(statement)
    assert (known.conversations.get(BOT, ANNA) is not None) == conversation
    assert (known.people.get(BOT, ANNA) is not None) == person
