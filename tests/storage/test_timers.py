from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from storage.database import Database
from storage.media import forget, known, remember
from storage.tables import timers
from storage.timers import due, next_due
from tests.storage.queueing import BOT, LATER, NOW


async def test_due_timers_come_in_due_order_and_no_more_than_asked(database: Database) -> None:
    moments = [NOW, NOW - timedelta(hours=1), LATER, NOW - timedelta(minutes=1)]
    rows = [
        {
            "bot": BOT,
            "kind": "order",
            "subject": "order:1",
            "slot": str(number),
            "due_at": moment,
            "params": {"n": number},
            "created_at": NOW - timedelta(days=1),
        }
        for number, moment in enumerate(moments)
    ]
    await database.write(BOT, lambda c: c.execute(insert(timers), rows))
    found = await database.read(lambda c: due(c, BOT, NOW, 100))
    assert [timer.slot for timer in found] == ["1", "3", "0"]
    assert found[0].params == {"n": 1}
    assert [t.slot for t in await database.read(lambda c: due(c, BOT, NOW, 2))] == ["1", "3"]
    assert await database.read(lambda c: next_due(c, BOT)) == NOW - timedelta(hours=1)
    assert await database.read(lambda c: next_due(c, BOT + 1)) is None


async def test_a_timer_set_again_is_another_event(database: Database) -> None:
    async def once(created_seconds: int) -> str:
        values = {"bot": BOT, "kind": "nudge", "subject": "chat:1", "slot": "1", "due_at": NOW}
        created = NOW - timedelta(seconds=created_seconds)
        await database.write(
            BOT, lambda c: c.execute(insert(timers).values(params={}, created_at=created, **values))
        )
        (timer,) = await database.read(lambda c: due(c, BOT, NOW, 10))
        await database.write(BOT, lambda c: c.execute(timers.delete()))
        return timer.external_id

    # SQLite gives the second row the id of the first.
    assert await once(20) != await once(10)


async def test_uploads_are_remembered_by_content(database: Database) -> None:
    await database.write(BOT, lambda c: remember(c, BOT, {"a" * 64: "one", "b" * 64: "two"}, NOW))
    await database.write(BOT, lambda c: remember(c, BOT, {"a" * 64: "three"}, NOW))

    async def look() -> dict[str, str]:
        return await database.read(lambda c: known(c, BOT, ["a" * 64, "b" * 64, "c" * 64]))

    assert await look() == {"a" * 64: "three", "b" * 64: "two"}
    await database.write(BOT, lambda c: forget(c, BOT, ["a" * 64]))
    assert await look() == {"b" * 64: "two"}
    assert await database.read(lambda c: known(c, BOT + 1, ["b" * 64])) == {}
