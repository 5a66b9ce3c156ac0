from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.beat import Beat
from bot.heartbeat import Heartbeat
from handlers.events import Event
from playground.people import Playground
from storage.database import Unavailable
from storage.tables import inbox, outbox, timers
from tests.bot.desk import BOT, Desk, desk, until


@pytest.fixture
async def at(playground: Playground, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(playground, tmp_path, deliver=False) as made:
        await made.leases.ask()
        yield made


def heart(at: Desk, taken: list[Event] | None = None, *, retried: int = 0) -> Heartbeat:
    async def take(events: Sequence[Event]) -> None:
        if taken is not None:
            taken.extend(events)

    async def retry() -> int:
        if retried < 0:
            raise Unavailable("locked")
        return retried

    beat = Beat(database=at.database, bot=BOT, clock=at.clock, leases=at.leases, take=take)
    return Heartbeat(
        database=at.database,
        bot=BOT,
        clock=at.clock,
        beat=beat,
        metrics=at.metrics,
        outbox_kept=timedelta(days=30),
        retry_parked=retry,
    )


async def test_it_beats_by_itself(at: Desk) -> None:
    now = at.clock.now()
    row = {"bot": BOT, "kind": "k", "subject": "s", "slot": "1", "params": {}}
    await at.database.write(
        BOT, lambda c: c.execute(insert(timers).values(due_at=now, created_at=now, **row))
    )
    taken: list[Event] = []
    beating = heart(at, taken)
    beating.start()
    try:
        await until(lambda: _something(taken))
    finally:
        beating.stop()
    await asyncio.sleep(0)


async def test_it_is_stopped_in_the_middle_of_a_beat_without_a_word(
    at: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """What is under way is cancelled; the scheduler would report that with a stack trace."""
    begun = asyncio.Event()
    beating = heart(at)

    async def forever() -> None:
        begun.set()
        await asyncio.sleep(60)

    vars(beating)["measure"] = forever
    vars(beating._beat)["beat"] = forever
    beating.start()
    await asyncio.wait_for(begun.wait(), 5)
    beating.stop()
    await asyncio.sleep(0.05)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


async def _something(taken: list[Event]) -> bool:
    return bool(taken)


async def test_old_rows_are_pruned(at: Desk) -> None:
    now = at.clock.now()
    ages = [timedelta(days=100), timedelta(days=31), timedelta(days=29), timedelta(hours=1)]
    for number, age in enumerate(ages):
        values: dict[str, Any] = {
            "bot": BOT,
            "source": "update",
            "external_id": str(number),
            "kind": "MessageEvent",
            "received_at": now - age,
        }
        await at.database.write(BOT, lambda c, v=values: c.execute(insert(inbox).values(v)))  # type: ignore[misc]
        await at.send(1, "x", state="sent", settled_at=now - age)
    await at.send(1, "waiting", due_at=now - timedelta(days=200))

    async def left(table: Any) -> int:
        query = select(func.count()).select_from(table)
        return await at.database.read(lambda c: int(c.execute(query).scalar_one()))

    await heart(at).prune()
    assert (await left(inbox), await left(outbox)) == (1, 3)


async def test_figures_are_refreshed(at: Desk) -> None:
    now = at.clock.now()
    await at.send(1, "x", due_at=now - timedelta(seconds=90))
    await heart(at).measure()
    text = at.metrics.text().decode()
    assert 'orderclerk_outbox_rows{state="queued"} 1.0' in text
    (line,) = [x for x in text.splitlines() if x.startswith("orderclerk_outbox_oldest_seconds")]
    assert 89 < float(line.split()[1]) < 100


@pytest.mark.parametrize("retried", [0, 3, -1])
async def test_retrying_parked_events_never_stops_the_heart(at: Desk, retried: int) -> None:
    await heart(at, retried=retried).retry()
