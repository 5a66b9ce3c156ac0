"""getUpdates: confirmation, lifetimes, one poll at a time."""

from __future__ import annotations

import asyncio
import time

import pytest

from playground.people import Person, Playground
from playground.world.world import World
from tests.playground.conftest import BareBot


@pytest.fixture
async def anna(playground: Playground) -> Person:
    return await playground.person("Anna")


def texts(updates: list[dict[str, dict[str, str]]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_an_update_stays_until_confirmed(anna: Person, bot: BareBot) -> None:
    for text in ("a", "b", "c"):
        await anna.say(text)
    first = await bot.updates()
    assert texts(first) == ["a", "b", "c"]
    ids = [update["update_id"] for update in first]
    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]
    assert texts(await bot.updates(offset=ids[1])) == ["b", "c"]
    assert texts(await bot.updates(offset=ids[1], limit=1)) == ["b"]
    assert texts(await bot.updates(offset=-1)) == ["c"]
    assert texts(await bot.updates()) == ["c"]


async def test_a_waiting_poll_is_woken_at_once(anna: Person, bot: BareBot) -> None:
    waiting = asyncio.create_task(bot.updates(timeout=20))
    await asyncio.sleep(0.1)
    started = time.monotonic()
    await anna.say("now")
    assert texts(await waiting) == ["now"]
    assert time.monotonic() - started < 1


async def test_a_second_poll_ends_the_first(bot: BareBot) -> None:
    first = asyncio.create_task(bot.raw("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(bot.raw("getUpdates", timeout=20, offset=1))
    answer = await first
    assert answer.status_code == 409
    assert answer.json()["description"] == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    second.cancel()


async def test_hammering_with_the_same_offset_is_slowed_down(bot: BareBot, world: World) -> None:
    await bot.updates(offset=5)
    started = time.monotonic()
    world.queues[7000001].polling.started = started - 2.9
    await bot.updates(offset=6)
    assert time.monotonic() - started < 1
    assert world.queues[7000001].polling.offset == 6


async def test_allowed_updates_count_when_an_update_comes_to_be(anna: Person, bot: BareBot) -> None:
    await bot.updates(allowed_updates=["callback_query"])
    await anna.say("unheard")
    await bot.updates(offset=-1, allowed_updates="nonsense", timeout=0)
    await anna.say("unheard too")
    await bot.updates(offset=1, allowed_updates=[])
    await anna.say("heard")
    assert texts(await bot.updates(offset=2)) == ["heard"]


async def test_updates_are_dropped_after_a_day(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    await anna.say("old")
    await playground.advance(hours=23)
    await anna.say("new")
    await playground.advance(hours=2)
    assert texts(await bot.updates()) == ["new"]


async def test_a_tap_can_be_answered_for_150_seconds(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    await anna.say("/start")
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    await bot.ok("sendMessage", chat_id=anna.id, text="?", reply_markup=keyboard)
    for wait, kept in ((149, True), (151, False)):
        await anna.tap("Go", wait=False)
        taps = [update for update in await bot.updates(offset=-1) if "callback_query" in update]
        query = taps[0]["callback_query"]["id"]
        await playground.advance(seconds=wait)
        # The update is dropped at the same time as the answer comes too late.
        assert bool(await bot.updates(offset=-1)) is kept
        answer = await bot.raw("answerCallbackQuery", callback_query_id=query)
        assert answer.json()["ok"] is kept
    assert answer.json()["description"] == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


async def test_ids_start_anew_after_a_quiet_week(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    await anna.say("a")
    [first] = await bot.updates()
    await playground.advance(days=8)
    await anna.say("b")
    [second] = await bot.updates(offset=1)
    assert abs(second["update_id"] - first["update_id"]) > 1


async def test_malformed_and_revoked_tokens(bot: BareBot) -> None:
    await bot.ok("getMe")
    revoked = BareBot(bot.http, bot.token.replace("AAF", "AAG"))
    assert await revoked.error("getMe") == "Unauthorized"
    assert await BareBot(bot.http, "123:short").error("getMe") == "Unauthorized"
    assert await bot.error("getNothing") == "Not Found: method not found"
    assert (await bot.raw("getNothing")).status_code == 404
    assert await bot.error("sendPoll") == "Not Implemented: playground does not play sendPoll"
    assert (await bot.ok("GETME"))["username"] == "tested_bot"
