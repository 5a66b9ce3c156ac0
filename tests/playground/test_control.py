"""Clock, faults, pace, restarts."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from playground.people import Person, Playground
from playground.server import running
from playground.world.journal import Journal
from tests.playground.conftest import STARS, TOKEN, BareBot


@pytest.fixture
async def anna(playground: Playground) -> Person:
    anna = await playground.person("Anna")
    await anna.start()
    return anna


async def test_time_moves_for_everything(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    before = await playground.now()
    after = await playground.advance(days=3)
    assert 3 * 86400 <= (after - before).total_seconds() < 3 * 86400 + 5
    sent = await bot.ok("sendMessage", chat_id=anna.id, text="later")
    assert abs(sent["date"] - after.timestamp()) < 5


async def test_an_advance_steps_through_due_times_in_order(playground: Playground) -> None:
    """A follower with three timers runs each at its own time, though one jump passes all."""
    start = (await playground.now()).timestamp()
    due = [start + 60, start + 3600, start + 7200]
    ran: list[tuple[float, float]] = []

    async def report() -> None:
        now = (await playground.get("/clock"))["now"]
        while due and due[0] <= now:
            ran.append((due.pop(0), now))
        await playground.post("/clock/seen", now=now, next_due=due[0] if due else None, idle=True)

    async def follow() -> None:
        version = (await playground.get("/clock"))["version"]
        while True:
            clock = await playground.get("/clock", after=version, timeout=5)
            version = clock["version"]
            await report()

    await report()
    following = asyncio.create_task(follow())
    await asyncio.sleep(0.05)
    told = await playground.post("/clock/advance", seconds=5400)
    assert told["steps"] == 2
    assert told["caught_up"]
    assert [round(now - timer) for timer, now in ran] == [0, 0]
    await playground.to_next_event()
    assert len(ran) == 3
    following.cancel()


async def test_seen_takes_times_with_a_zone_only(playground: Playground) -> None:
    due = "2030-01-02T00:00:00+08:00"
    await playground.post("/clock/seen", now="2030-01-01T00:00:00Z", next_due=due)
    assert (await playground.get("/clock"))["next_due"] == datetime.fromisoformat(due).timestamp()
    with pytest.raises(RuntimeError, match="now"):
        await playground.post("/clock/seen", now="2030-01-01T00:00:00")


async def test_faults(anna: Person, bot: BareBot, playground: Playground) -> None:
    await playground.fault(429, retry_after=7, method="sendMessage", times=2)
    for _ in range(2):
        answer = await bot.raw("sendMessage", chat_id=anna.id, text="x")
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "7"
        assert answer.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }
    await bot.ok("sendMessage", chat_id=anna.id, text="through")
    await playground.fault("lost_answer", chat=anna.id)
    with pytest.raises(httpx.RemoteProtocolError):
        await bot.raw("sendMessage", chat_id=anna.id, text="lost")
    await playground.fault("drop")
    with pytest.raises(httpx.RemoteProtocolError):
        await bot.raw("sendMessage", chat_id=anna.id, text="dropped")
    await playground.fault(500, method="getMe")
    await playground.no_faults()
    await bot.ok("getMe")
    assert [one.text for one in await anna.messages()][1:] == ["through", "lost"]


async def test_pace(anna: Person, bot: BareBot, playground: Playground) -> None:
    await playground.pace(True)
    answers = [await bot.raw("sendMessage", chat_id=anna.id, text="x") for _ in range(8)]
    codes = [answer.status_code for answer in answers]
    assert codes[:5] == [200] * 5
    assert 429 in codes[5:]
    refused = next(answer for answer in answers if answer.status_code == 429)
    await playground.advance(seconds=refused.json()["parameters"]["retry_after"])
    await bot.ok("sendMessage", chat_id=anna.id, text="x")


async def test_injected_updates_come_as_they_are(bot: BareBot, playground: Playground) -> None:
    await playground.inject({"update_id": 5, "message": "not a message"})
    assert await bot.updates() == [{"update_id": 5, "message": "not a message"}]


async def test_everything_survives_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as url, Playground(url) as playground:
        await playground.bot(TOKEN, "tested_bot")
        anna = await playground.person("Anna")
        await anna.start()
        await anna.send_photo(caption="kept")
        await playground.advance(hours=5)
        async with httpx.AsyncClient(base_url=url, verify=False) as http:
            bot = BareBot(http)
            await bot.ok("sendInvoice", chat_id=anna.id, **STARS)
            before = await bot.ok("getUpdates")
        shown = (await playground.get(f"/people/{anna.id}/chat"))["messages"]
        time = await playground.now()
    async with running(tmp_path) as url, Playground(url) as playground:
        anna = await playground.somebody("Anna")
        again = (await playground.get(f"/people/{anna.id}/chat"))["messages"]
        assert [{**one, "version": 0} for one in shown] == again
        assert await playground.now() >= time
        assert (await playground.person("Bob")).id > anna.id
        async with httpx.AsyncClient(base_url=url, verify=False) as http:
            bot = BareBot(http)
            assert await bot.ok("getUpdates") == before
            sent = await bot.ok("sendMessage", chat_id=anna.id, text="next")
            assert sent["message_id"] == shown[-1]["message_id"] + 1
            photo = again[1]["photo"]["url"]
            assert (await http.get(photo)).status_code == 200
        await anna.say("new")
        async with httpx.AsyncClient(base_url=url, verify=False) as http:
            [*_, last] = await BareBot(http).ok("getUpdates")
            assert last["update_id"] == before[-1]["update_id"] + 1


def test_a_torn_line_is_dropped(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.load()
    journal.put("person", "1", {"id": 1})
    journal.put("person", "2", {"id": 2})
    journal.put("person", "1", None)
    journal.close()
    path = tmp_path / "journal.jsonl"
    path.write_bytes(path.read_bytes() + b'["person","3",{"id"')
    for _ in range(2):
        again = Journal(tmp_path)
        assert again.load() == {("person", "2"): {"id": 2}}
        again.close()
