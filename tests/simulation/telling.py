"""Something is to be said to many people, and the bot is killed in the middle, again and again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import insert

from dialogs.content import Content
from storage.serial import plain
from storage.tables import outbox
from tests.simulation.judging import KILLED
from tests.simulation.life import Simulator
from tests.simulation.telegram import BOT, Telegram, Weather

_FIRST = 10_000
_A_MOMENT = timedelta(milliseconds=3)


def tell(people: int, kills: int) -> tuple[Telegram, list[str]]:
    """The Telegram afterwards, and the states of the rows."""
    simulator = Simulator()
    return simulator.complete(_tell(simulator, people, kills))


async def _tell(simulator: Simulator, people: int, kills: int) -> tuple[Telegram, list[str]]:
    world = simulator.world(f"telling {people}")
    telegram, clock = world.telegram, world.clock
    # So that a kill finds some calls done whose answers are still on their way.
    telegram.weather = Weather(late=30)
    now = clock.now()
    content = plain(Content(text="We are closed on Monday."))
    rows = [
        {
            "bot": BOT,
            "chat_id": _FIRST + number,
            "kind": "send",
            "body": content,
            "priority": 3,
            "due_at": now,
            "created_at": now,
            "label": "broadcast",
        }
        for number in range(people)
    ]
    await world.database.write(BOT, lambda c: c.execute(insert(outbox), rows) and None)
    for life in range(kills + 1):
        await world.start()
        enough = people * (life + 1) // (kills + 1)
        while len(telegram.sent) < enough:
            await asyncio.sleep(_A_MOMENT.total_seconds())
            # The bot's clock goes with the loop's: a chat that was written to is forgotten when it has rested.
            world.clock.to(world.clock.now() + _A_MOMENT)
            await world.no_standstill()
        if life < kills:
            telegram.log.append(f"{KILLED} for the {life + 1}. time")
            await world.kill()
    await world.pass_time(timedelta(minutes=5))
    await world.kill()
    found = world.database.rows("select state from outbox where label = 'broadcast'")
    return telegram, [row.state for row in found]
