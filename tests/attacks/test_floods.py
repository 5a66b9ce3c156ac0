"""One person sends more than anybody can read: slowed down kindly, and nobody else notices."""

from __future__ import annotations

import asyncio
import time

import pytest

from playground.seen import picture
from tests.conversations.conftest import Stage
from tests.conversations.steps import GOALS

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_flood_of_messages_is_slowed_with_one_friendly_line(stage: Stage) -> None:
    eve, anna = await stage.customer("zh"), await stage.customer("en")
    await eve.start()
    await eve.sees(button=eve.t("🗂 All services"))
    before = (await stage.playground.calls())[-1]["n"]
    limit = stage.app.settings.flood_limit
    began = time.monotonic()
    flood = asyncio.gather(*(eve.say(f"刷屏 {n}") for n in range(limit * 2)))
    await anna.start()
    await anna.sees(button=anna.t("🗂 All services"))
    others = time.monotonic() - began
    await flood
    await stage.playground.quiet(30)
    mine = [one for one in await eve.messages() if "歇" in one.text and one.from_bot]
    assert len(mine) == 1
    calls = await stage.playground.calls(before)
    to_eve = [call for call in calls if str(call["params"].get("chat_id")) == str(eve.id)]
    assert len(to_eve) <= limit * 2
    # A tap is answered all the same, and says when to go on.
    screen = [one for one in await eve.messages() if one.from_bot and one.labels][-1]
    toast = await eve.tap(screen.labels[0], message=screen)
    assert toast.text
    # A card number leaves the chat even now; and a minute later everything is as before.
    number = await eve.say("4111 1111 1111 1111")
    await eve.sees("🔒", ever=True)
    assert number not in {one.message_id for one in await eve.messages()}
    await stage.playground.advance(seconds=61)
    await eve.say("/start")
    await eve.sees(button=eve.t("🗂 All services"))
    assert others < 15, "somebody else waited for the flood"


async def test_money_is_never_held_back_by_a_flood(stage: Stage) -> None:
    eve = await stage.customer()
    number = await eve.orders()
    for n in range(0, stage.app.settings.flood_limit + 5, 10):
        await asyncio.gather(*(eve.say(f"more {n + i}") for i in range(10)))
    await eve.sees("I take a breath", ever=True)
    await eve.pays(number)


async def test_nobody_piles_up_orders_without_paying(stage: Stage) -> None:
    limit = stage.app.settings.unpaid_limit
    eve = await stage.customer()
    for n in range(limit):
        await eve.orders("copywriting", "basic", f"{GOALS['en']} {n}")
        await stage.playground.advance(seconds=61)
    await eve.to_summary("copywriting", "basic")
    await eve.taps("✅ Confirm and get the invoice")
    await eve.sees(f"{limit} orders of yours are waiting to be paid or quoted already")
    await eve.to_summary("short_video", "custom")
    await eve.taps("✅ Ask for a quote")
    await eve.sees(f"{limit} orders of yours are waiting to be paid or quoted already")
    rows = await stage.rows(
        "select state from orders o join people p on p.id = o.customer_id where p.user_id = :id",
        id=eve.id,
    )
    assert [row["state"] for row in rows] == ["awaiting_payment"] * limit


async def test_rubbish_of_every_size_is_refused_kindly(stage: Stage) -> None:
    """Long texts, long words, big files, bombs and albums: the bot downloads nothing and stays up."""
    eve = await stage.customer()
    before = (await stage.playground.calls())[-1]["n"]
    await eve.to_goal()
    for text in (
        "x" * 4096,
        "长" * 4096,
        "🧨" * 2000,
        "\n" * 4000 + "a",
        "a\u0301" * 2000,
        "1" * 4096,
    ):
        await eve.say(text)
        await stage.playground.quiet()
    await eve.say(GOALS["en"])
    await eve.sees("By when do you need it?")
    # A picture that unpacks to 400 MB, one as wide as Telegram takes, and no picture at all.
    await eve.send_photo(picture(5000, 5000))
    await eve.send_document(b"\0" * 1000, "x" * 300 + ".exe")
    await eve.send_document(b"x", "..")
    await eve.send_album(*[picture(8, 8)] * 10, caption="rubbish " * 100)
    await eve.send_album(*[picture(8, 8)] * 10)
    await stage.playground.inject(_file(eve.id, 3_000_000_000))
    await stage.playground.quiet(30)
    assert await stage.playground.calls(before, "getFile") == []
    last = [one for one in await eve.messages() if one.from_bot]
    assert last
    kept = await stage.rows("select state from conversations where chat_id = :id", id=eve.id)
    assert str(kept[0]["state"]).count("file_unique_id") <= 10
    assert (await stage.rows("select count(*) as n from parked"))[0]["n"] == 0
    await eve.say("/start")
    await eve.sees(button="All services")


def _file(user: int, size: int) -> dict[str, object]:
    """A file that is larger than Telegram lets a bot load."""
    return {
        "message": {
            "message_id": 30_000_000 + user % 1_000_000,
            "date": 1_800_000_000,
            "chat": {"id": user, "type": "private", "first_name": "Eve"},
            "from": {"id": user, "is_bot": False, "first_name": "Eve"},
            "document": {
                "file_id": "bomb",
                "file_unique_id": f"bomb{user}",
                "file_name": "42.zip",
                "mime_type": "application/zip",
                "file_size": size,
            },
        }
    }
