from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent


def plain(url: str) -> str:
    return urlsplit(url)._replace(scheme="postgresql").geturl()


async def test_a_database_is_real_utf8_and_forgotten(postgres_server: postgres.Server) -> None:
    with postgres_server.database() as url:
        connection = await asyncpg.connect(plain(url))
        await connection.execute("CREATE TABLE notes (words text)")
        await connection.execute("INSERT INTO notes VALUES ('短视频 ÄÖ')")
        assert await connection.fetchval("SELECT lower(words) FROM notes") == "短视频 äö"
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
        # Left open: the database is dropped all the same.
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(plain(url))
    connection.terminate()


async def test_databases_know_nothing_of_each_other(postgres_server: postgres.Server) -> None:
    with postgres_server.database() as first, postgres_server.database() as second:
        connection = await asyncpg.connect(plain(first))
        await connection.execute("CREATE TABLE only_in_the_first (id int)")
        await connection.close()
        connection = await asyncpg.connect(plain(second))
        assert await connection.fetchval("SELECT to_regclass('only_in_the_first')") is None
        await connection.close()


async def test_a_filled_database_serves_as_template(postgres_server: postgres.Server) -> None:
    with postgres_server.database() as url:
        connection = await asyncpg.connect(plain(url))
        await connection.execute("CREATE TABLE filled AS SELECT 7 AS n")
        await connection.close()
        with postgres_server.database(template=urlsplit(url).path[1:]) as copy:
            connection = await asyncpg.connect(plain(copy))
            assert await connection.fetchval("SELECT n FROM filled") == 7
            await connection.close()


async def test_both_kinds_of_database_work(database_url: str) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE one (n integer)"))
        await connection.execute(text("INSERT INTO one VALUES (1)"))
    async with engine.begin() as connection:
        assert (await connection.execute(text("SELECT n FROM one"))).scalar_one() == 1
    await engine.dispose()


def test_a_killed_test_run_leaves_nothing_behind() -> None:
    code = (
        "import os, signal; from tests import postgres\n"
        "with postgres.server() as server:\n"
        "    print(server.url, flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # A place of its own for temporary files, open to the account that runs the server.
    place = Path(tempfile.mkdtemp())
    place.chmod(0o777)
    environment = {**os.environ, "TMPDIR": str(place)}
    environment.pop("TEST_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    url = done.stdout.strip()
    assert url.startswith("postgresql+asyncpg://"), done.stderr
    port = urlsplit(url).port
    deadline = time.monotonic() + 10
    while _listens(port) or list(place.iterdir()):
        assert time.monotonic() < deadline, "the server outlived the run that started it"
        time.sleep(0.05)
    place.rmdir()


def _listens(port: int | None) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port or 0)) == 0
