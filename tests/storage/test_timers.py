from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import insert

from storage.database import Connection, Database
from storage.media import forget, known, remember
from storage.tables import timers
from storage.timers import due, next_due
from storage.work import Work
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
    async def once(created_seconds: int, subject: str = "chat:1") -> str:
        values = {"bot": BOT, "kind": "nudge", "subject": subject, "slot": "1", "due_at": NOW}
        created = NOW - timedelta(seconds=created_seconds)
        await database.write(
            BOT, lambda c: c.execute(insert(timers).values(params={}, created_at=created, **values))
        )
        (timer,) = await database.read(lambda c: due(c, BOT, NOW, 10))
        await database.write(BOT, lambda c: c.execute(timers.delete()))
        return timer.external_id

    # SQLite gives each row the id of the one before, and two may be set within one millisecond.
    assert len({await once(20), await once(10), await once(10, "chat:2")}) == 3


async def test_a_timer_is_taken_as_it_was_when_it_was_due(database: Database) -> None:
    """Between the look at what is due and the turn, another turn may drop a timer and set others."""

    def turn(do: Callable[[Work], bool]) -> Callable[[Connection], bool]:
        def work(connection: Connection) -> bool:
            made = Work(connection, bot=BOT, now=NOW)
            done = do(made)
            made.flush()
            return done

        return work

    def take(made: Work) -> bool:
        (one,) = found
        return made.take_timer(
            one.id, kind=one.kind, subject=one.subject, slot=one.slot, due_at=one.due_at
        )

    def set_one(subject: str, moment: datetime) -> Callable[[Work], bool]:
        def do(made: Work) -> bool:
            made.set_timer("nudge", subject, "nudge", moment)
            return True

        return do

    def replace(made: Work) -> bool:
        made.drop_timers("chat:1")
        return True

    def again_in_the_same_batch(made: Work) -> bool:
        made.set_timer("nudge", "chat:1", "nudge", LATER)
        return take(made)

    await database.write(BOT, turn(set_one("chat:1", NOW)))
    found = await database.read(lambda c: due(c, BOT, NOW, 10))
    assert not await database.write(BOT, turn(again_in_the_same_batch))
    assert not await database.write(BOT, turn(take))
    assert await database.read(lambda c: next_due(c, BOT)) == LATER
    # SQLite gives this one the id of the one before.
    await database.write(BOT, turn(replace))
    await database.write(BOT, turn(set_one("chat:2", NOW)))
    assert not await database.write(BOT, turn(take))
    found = await database.read(lambda c: due(c, BOT, NOW, 10))
    assert [one.subject for one in found] == ["chat:2"]
    assert await database.write(BOT, turn(take))
    assert not await database.write(BOT, turn(take))


async def test_uploads_are_remembered_by_content(database: Database) -> None:
    await database.write(BOT, lambda c: remember(c, BOT, {"a" * 64: "one", "b" * 64: "two"}, NOW))
    await database.write(BOT, lambda c: remember(c, BOT, {"a" * 64: "three"}, NOW))

    async def look() -> dict[str, str]:
        return await database.read(lambda c: known(c, BOT, ["a" * 64, "b" * 64, "c" * 64]))

    assert await look() == {"a" * 64: "three", "b" * 64: "two"}
    await database.write(BOT, lambda c: forget(c, BOT, ["a" * 64]))
    assert await look() == {"b" * 64: "two"}
    assert await database.read(lambda c: known(c, BOT + 1, ["b" * 64])) == {}
