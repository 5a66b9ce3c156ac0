"""A warm process to fork from: everything is imported, no thread and no loop has started yet.

Importing the Bot API's models takes seconds, forking takes milliseconds. The first process becomes the template
and does nothing but fork, reap and report; whoever drives a run is a fork of it as well, and asks by a socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn


@dataclass(slots=True)
class Process:
    """A forked or started process; `ended` holds its exit code, negative for a signal."""

    pid: int
    ended: asyncio.Future[int]

    async def wait(self) -> int:
        """Its exit code. Who stops waiting stops nobody else."""
        return await asyncio.shield(self.ended)

    def kill(self, number: int = signal.SIGKILL) -> None:
        if not self.ended.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


#: What a fork can become, by name; each gets what was asked for and never returns to the template.
Role = Callable[[Mapping[str, Any]], None]


@dataclass
class Client:
    """A driver's end: asks the template for processes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    _asked: dict[int, asyncio.Future[int]] = field(default_factory=dict)
    _running: dict[int, asyncio.Future[int]] = field(default_factory=dict)
    #: Ends that were reported before the start was noted.
    _over: dict[int, int] = field(default_factory=dict)
    _count: int = 0
    _listening: asyncio.Task[None] | None = None

    @classmethod
    async def connect(cls, sock: socket.socket) -> Client:
        reader, writer = await asyncio.open_unix_connection(sock=sock)
        client = cls(reader, writer)
        client._listening = asyncio.create_task(client._listen())
        return client

    async def start(self, role: str, log: Path, **given: Any) -> Process:
        """Fork a process that becomes `role`; what it prints goes to `log`. Who is cancelled meanwhile leaves none."""
        self._count += 1
        asked = asyncio.get_running_loop().create_future()
        self._asked[self._count] = asked
        line = {"n": self._count, "role": role, "log": str(log), "given": given}
        self.writer.write(json.dumps(line).encode() + b"\n")
        try:
            pid = await asyncio.shield(asked)
        except asyncio.CancelledError:
            # It is forked all the same, and nobody will know of it.
            asked.add_done_callback(lambda told: _end(told.result()))
            raise
        ended = asyncio.get_running_loop().create_future()
        self._running[pid] = ended
        if pid in self._over:
            ended.set_result(self._over.pop(pid))
        return Process(pid, ended)

    async def _listen(self) -> None:
        while line := await self.reader.readline():
            told = json.loads(line)
            if "n" in told:
                self._asked.pop(told["n"]).set_result(told["pid"])
            elif (ended := self._running.pop(told["pid"], None)) is not None:
                ended.set_result(told["code"])
            else:
                self._over[told["pid"]] = told["code"]

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
        self.writer.close()


class Template:
    """Forks on request until every driver has ended; then `results` holds their exit codes."""

    def __init__(self, roles: Mapping[str, Role]) -> None:
        self._roles = roles
        self._drivers: dict[int, socket.socket] = {}
        self._owners: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._rest: dict[socket.socket, bytes] = {}
        self.results: list[int] = []

    def driver(self, work: Callable[[Client], Awaitable[int]]) -> None:
        """Fork a driver that runs `work` in a loop of its own."""
        ours, theirs = socket.socketpair()

        def run(_: Mapping[str, Any]) -> None:
            async def drive() -> int:
                client = await Client.connect(theirs)
                try:
                    return await work(client)
                finally:
                    await client.close()

            sys.exit(asyncio.run(drive()))

        pid = self._fork(run, {}, None, keep=theirs)
        theirs.close()
        ours.setblocking(False)
        self._drivers[pid] = ours
        self._rest[ours] = b""
        self._selector.register(ours, selectors.EVENT_READ)

    def serve(self) -> Sequence[int]:
        """Be the template until the last driver has ended."""
        wake, woken = socket.socketpair()
        wake.setblocking(False)
        woken.setblocking(False)
        before = signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        self._selector.register(woken, selectors.EVENT_READ)
        gc.freeze()
        try:
            self._reap()
            while self._drivers:
                for key, _ in self._selector.select():
                    if key.fileobj is woken:
                        woken.recv(4096)
                    else:
                        assert isinstance(key.fileobj, socket.socket)
                        self._asked(key.fileobj)
                self._reap()
        finally:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, before)
            for pid in self._owners:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._selector.close()
            wake.close()
            woken.close()
        return self.results

    def _asked(self, sock: socket.socket) -> None:
        try:
            got = sock.recv(65536)
        except ConnectionError:
            got = b""
        if not got:
            # A driver that is gone: what it had started goes too.
            self._selector.unregister(sock)
            for pid in [pid for pid, owner in self._owners.items() if owner is sock]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return
        *lines, self._rest[sock] = (self._rest[sock] + got).split(b"\n")
        for line in lines:
            wish = json.loads(line)
            pid = self._fork(self._roles[wish["role"]], wish["given"], wish["log"])
            self._owners[pid] = sock
            self._tell(sock, {"n": wish["n"], "pid": pid})

    def _tell(self, sock: socket.socket, what: Mapping[str, Any]) -> None:
        # A driver that has ended wants to know nothing any more.
        with contextlib.suppress(OSError):
            sock.sendall(json.dumps(what).encode() + b"\n")

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            if pid in self._drivers:
                self.results.append(code)
                self._drivers.pop(pid).close()
            elif pid in self._owners:
                self._tell(self._owners.pop(pid), {"pid": pid, "code": code})

    def _fork(
        self,
        role: Role,
        given: Mapping[str, Any],
        log: str | None,
        keep: socket.socket | None = None,
    ) -> int:
        pid = os.fork()
        if pid:
            return pid
        self._become(role, given, log, keep)

    def _become(
        self,
        role: Role,
        given: Mapping[str, Any],
        log: str | None,
        keep: socket.socket | None,
    ) -> NoReturn:
        """In the child: forget the template, be the role, and end without its parent's clean-up."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._selector.close()
            for sock in self._rest:
                if sock is not keep:
                    sock.close()
            if log is not None:
                with open(log, "ab") as file:
                    os.dup2(file.fileno(), 1)
                    os.dup2(file.fileno(), 2)
            role(given)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)
