"""Who asks the template for a process and is cancelled meanwhile leaves none behind, and stops nobody else."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from pathlib import Path

import pytest

from tests.crash.template import Client


@pytest.mark.asyncio
@pytest.mark.parametrize("told_before", [True, False])
async def test_a_process_that_nobody_waits_for_any_more_is_ended(
    tmp_path: Path, told_before: bool
) -> None:
    ours, theirs = socket.socketpair()
    client = await Client.connect(theirs)
    template, back = await asyncio.open_unix_connection(sock=ours)
    forked = await asyncio.create_subprocess_exec("sleep", "60")

    async def told(number: int, pid: int) -> None:
        assert json.loads(await template.readline())["n"] == number
        back.write(json.dumps({"n": number, "pid": pid}).encode() + b"\n")

    asking = asyncio.create_task(client.start("bot", tmp_path / "log"))
    await asyncio.sleep(0)
    if told_before:
        await told(1, forked.pid)
        # The answer is there, and nobody has looked at it yet.
        while client._asked:  # noqa: ASYNC110
            await asyncio.sleep(0)
        asking.cancel()
    else:
        asking.cancel()
        await asyncio.sleep(0)
        await told(1, forked.pid)
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await asyncio.wait_for(forked.wait(), 10) == -signal.SIGKILL
    again = asyncio.create_task(client.start("bot", tmp_path / "log"))
    await told(2, 4_000_000)
    assert (await asyncio.wait_for(again, 10)).pid == 4_000_000
    await client.close()
    back.close()
