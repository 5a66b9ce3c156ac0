"""The schema comes up to date by itself, also when two processes start at once."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

import storage.accounts
import storage.disputes
import storage.staff
import storage.working  # noqa: F401 - registers its tables
from storage.database import Database
from storage.migrate import current, head, upgrade
from storage.tables import metadata


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
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return list(compare_metadata(context, metadata))

    try:
        await upgrade(database)
        assert await database.read(differences) == []
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
