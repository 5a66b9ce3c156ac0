from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert

from bot.beat import Beat
from handlers.events import Event, TimerEvent
from playground.people import Playground
from storage.tables import timers
from tests.bot.desk import BOT, Desk, desk


@pytest.fixture
async def at(playground: Playground, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(playground, tmp_path, deliver=False) as made:
        await made.leases.ask()
        yield made


async def add(at: Desk, number: int, *, first: int = 0, **more: Any) -> None:
    now = at.clock.now()
    rows = [
        {
            "bot": BOT,
            "kind": "order",
            "subject": f"order:{first + index}",
            "slot": "remind",
            "due_at": now - timedelta(seconds=number - index),
            "params": {"n": first + index},
            "created_at": now - timedelta(days=1),
            **more,
        }
        for index in range(number)
    ]
    await at.database.write(BOT, lambda c: c.execute(insert(timers), rows))


def beat_of(at: Desk, taken: list[TimerEvent], *, take_away: bool = True, more: int = 0) -> Beat:
    """A beat whose turns delete their timers, and at first set `more` new ones."""
    left = more

    async def take(events: Sequence[Event]) -> None:
        nonlocal left
        for event in events:
            assert isinstance(event, TimerEvent)
            taken.append(event)
            if take_away:
                statement = delete(timers).where(timers.c.id == event.timer_id)
                await at.database.write(BOT, lambda c, s=statement: c.execute(s))  # type: ignore[misc]
        if left:
            left -= 1
            await add(at, 1, first=1000 + left)

    return Beat(database=at.database, bot=BOT, clock=at.clock, leases=at.leases, take=take)


async def test_everything_due_runs_in_due_order_and_nothing_else(at: Desk) -> None:
    await add(at, 250)
    await add(at, 1, first=500, due_at=at.clock.now() + timedelta(hours=1))
    taken: list[TimerEvent] = []
    beat = beat_of(at, taken)
    assert await beat.beat() == 250
    assert [event.params["n"] for event in taken] == list(range(250))
    event = taken[0]
    assert (event.source, event.kind, event.subject, event.slot) == (
        "timer",
        "order",
        "order:0",
        "remind",
    )
    assert await beat.beat() == 0
    at.clock.advance(timedelta(hours=2))
    assert await beat.beat() == 1


async def test_timers_set_by_timers_run_in_the_same_beat(at: Desk) -> None:
    await add(at, 1)
    taken: list[TimerEvent] = []
    assert await beat_of(at, taken, more=3).beat() == 4


async def test_a_timer_that_nobody_takes_away_does_not_run_for_ever(at: Desk) -> None:
    await add(at, 2)
    taken: list[TimerEvent] = []
    beat = beat_of(at, taken, take_away=False)
    assert await beat.beat() == 2
    # And does not keep the others from running.
    await add(at, 1, first=7)
    assert await beat.beat() == 1
    assert [event.params["n"] for event in taken] == [0, 1, 7]


async def test_only_the_holder_of_the_lease_beats(at: Desk) -> None:
    await add(at, 1)
    taken: list[TimerEvent] = []
    await at.leases.release()
    assert await beat_of(at, taken).beat() == 0
    await at.leases.ask()
    assert await beat_of(at, taken).beat() == 1
