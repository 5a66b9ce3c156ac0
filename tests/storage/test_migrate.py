"""The schema comes up to date by itself, also when two processes start at once."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, Column, Connection, MetaData, func, inspect, select, text

import storage.accounts
import storage.disputes
import storage.staff
import storage.working  # noqa: F401 - registers its tables
from storage.database import Database
from storage.migrate import _config, current, head, upgrade
from storage.surfaces import WHOLE
from storage.tables import metadata
from storage.work import Work


async def test_a_new_database_gets_every_table(database_url: str) -> None:
    database = await Database.open(database_url)
    try:
        assert await upgrade(database) is True
        assert await upgrade(database) is False
        assert await database.read(current) == head()
        tables = await database.read(lambda connection: inspect(connection).get_table_names())
        assert set(metadata.tables) <= set(tables)
    finally:
        await database.close()


async def test_the_migrations_make_what_the_tables_say(database_url: str) -> None:
    database = await Database.open(database_url)

    def differences(connection: Connection) -> list[object]:
        def wanted(item: object, name: str | None, *rest: object) -> bool:
            # The one index that SQLite does without.
            return name != "ix_inbox_received_at" or connection.dialect.name == "postgresql"

        opts = {"compare_type": False, "include_object": wanted}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, metadata))

    try:
        await upgrade(database)
        assert await database.read(differences) == []
        found = await database.read(lambda c: inspect(c).get_indexes("inbox"))
        names = [] if database.is_sqlite else ["ix_inbox_received_at"]
        assert [index["name"] for index in found] == names
    finally:
        await database.close()


async def test_two_processes_at_once(database_url: str) -> None:
    script = (
        "import asyncio, sys\n"
        "from storage.database import Database\n"
        "from storage.migrate import upgrade\n"
        "async def main():\n"
        "    database = await Database.open(sys.argv[1])\n"
        "    print(await upgrade(database))\n"
        "    await database.close()\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parent.parent.parent
    both = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            script,
            database_url,
            cwd=root,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    ends = await asyncio.gather(*(process.communicate() for process in both))
    assert [process.returncode for process in both] == [0, 0], ends
    assert sorted(out.decode().strip() for out, _ in ends) == ["False", "True"]


async def test_rows_of_every_older_release_come_along(database_url: str) -> None:
    """A row in each table of the first schema, brought to the newest one: all are there, all refer to what is there."""
    database = await Database.open(database_url)

    def as_it_was(connection: Connection) -> dict[str, int]:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        old = MetaData()
        old.reflect(connection)
        for table in old.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(table.insert(), {c.name: _filled(c) for c in table.columns})
        return dict.fromkeys(old.tables, 1)

    def now(connection: Connection) -> dict[str, int]:
        names = inspect(connection).get_table_names()
        return {
            name: connection.scalar(select(func.count()).select_from(text(name))) or 0
            for name in names
        }

    try:
        written = await database.write(0, as_it_was)
        assert await upgrade(database) is True
        found = await database.read(now)
        assert {name: found[name] for name in written} == written
        assert all(count == 0 for name, count in found.items() if name not in written)
        bots = await database.read(
            lambda connection: connection.execute(text("select bot, why from vettings")).all()
        )
        assert [tuple(row) for row in bots] == [(1, "")]
    finally:
        await database.close()


def _filled(column: Column[Any]) -> object:
    """A value that fits; every reference is to the one row that there is."""
    if isinstance(column.type, JSON):
        return []
    return {bool: False, int: 1, float: 1.0, str: "x"}[column.type.python_type]


async def test_screens_of_an_older_release_go_on(database_url: str) -> None:
    """They stood in rows of their own, and one had no conversation; what changes of them is with it now."""
    database = await Database.open(database_url)
    screen = (
        "insert into surfaces (bot, chat_id, kind, subject, revision, actions, content, content_hash, "
        "shown_hash, shown_kind, message_id, sent_at, updated_at) values (7, {chat}, '{kind}', '{subject}', "
        "4, '[[\"go\", 1]]', '{{\"text\": \"{chat}\"}}', 'wanted', 'shown', 'text', 5{chat}, 1000, 2000)"
    )

    def as_it_was(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for chat, kind, subject in (
            (1, "dialog", "main"),
            (2, "dialog", "main"),
            (1, "dialog", "main:9"),
            (1, "card", "order:1"),
        ):
            connection.execute(
                text(screen.format(chat=chat, kind=kind, subject=subject).replace(":", "\\:"))
            )
        connection.execute(
            text(
                "insert into conversations (bot, chat_id, revision, state, mode, heard, updated_at) "
                "values (7, 1, 3, '[]', 'bot', 0, 3000)"
            )
        )

    try:
        await database.write(0, as_it_was)
        assert await upgrade(database) is True
        query = select(
            *WHOLE.c["chat_id", "subject", "revision", "actions", "content", "message_id"]
        ).order_by(WHOLE.c.id)
        found = await database.read(lambda c: [tuple(row) for row in c.execute(query)])
        assert found == [
            (1, "main", 4, [["go", 1]], {"text": "1"}, 51),
            (2, "main", 4, [["go", 1]], {"text": "2"}, 52),
            (1, "main:9", 4, [["go", 1]], {"text": "1"}, 51),
            (1, "order:1", 4, [["go", 1]], {"text": "1"}, 51),
        ]

        def look(connection: Connection) -> list[tuple[object, ...]]:
            work = Work(connection, bot=7, now=datetime(2026, 3, 1, tzinfo=UTC))
            screens = [work.conversation(chat).screen for chat in (1, 2)]
            return [(s.id, s.revision, s.message_id, s.shown_hash) for s in screens if s]

        assert await database.write(7, look) == [(1, 4, 51, "shown"), (2, 4, 52, "shown")]
    finally:
        await database.close()
