from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from storage.database import Database
from storage.outbox import claim_urgent
from storage.outbox_care import (
    Recovered,
    abandoned_urgent,
    backlog,
    expire,
    prune_inbox,
    prune_outbox,
    recover,
)
from storage.tables import inbox, outbox, parked, timers
from tests.storage.queueing import BOT, LATER, NOW, Queue


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database)


async def test_a_takeover_treats_what_it_finds_as_unknown(queue: Queue) -> None:
    repeat = await queue.add(1)
    once = await queue.add(2, unknown="once")
    ours = await queue.add(3)
    untouched = await queue.add(4)
    await queue.claim(epoch=1, busy=[4])
    found = await queue.database.write(
        BOT, lambda connection: recover(connection, BOT, epoch=2, now=LATER, ours=[ours])
    )
    assert found == Recovered(again=1, lost=(once,))
    again = await queue.row(repeat)
    assert (again.state, again.reason, again.due_at, again.tries) == (
        "queued",
        "unknown_outcome",
        LATER,
        1,
    )
    lost = await queue.row(once)
    assert (lost.state, lost.reason) == ("dead", "unknown_outcome")
    assert await queue.state(ours) == "sending"
    assert await queue.state(untouched) == "queued"


async def test_rows_of_the_present_holder_are_left_alone(queue: Queue) -> None:
    row_id = await queue.add(1)
    await queue.claim(epoch=2)
    found = await queue.database.write(
        BOT, lambda connection: recover(connection, BOT, epoch=2, now=NOW)
    )
    assert found == Recovered(again=0, lost=())
    assert await queue.state(row_id) == "sending"


async def test_answers_nobody_sends_any_more_end(queue: Queue) -> None:
    answer = await queue.add(1, priority=0, expires_at=NOW + timedelta(seconds=10))
    await queue.database.write(BOT, lambda c: claim_urgent(c, BOT, [answer], NOW))

    async def abandoned(seconds: int) -> list[int]:
        before = NOW + timedelta(seconds=seconds)
        return await queue.database.read(lambda c: abandoned_urgent(c, BOT, before))

    assert await abandoned(5) == []
    assert await abandoned(11) == [answer]
    assert await queue.database.write(BOT, lambda c: expire(c, BOT, LATER, LATER)) == 1
    assert (await queue.row(answer)).reason == "expired"


async def test_old_rows_are_forgotten_but_not_what_is_still_to_be_told(queue: Queue) -> None:
    old = await queue.add(1)
    asked = await queue.add(2, tell={"a": 1})
    fresh = await queue.add(3)
    waiting = await queue.add(4)
    for row in await queue.claim(busy=[4]):
        await queue.sent(row)
    await queue.do(
        update(outbox).where(outbox.c.id == fresh).values(settled_at=NOW + timedelta(days=2))
    )
    before = NOW + timedelta(days=1)
    assert await queue.database.write(BOT, lambda c: prune_outbox(c, before)) == 1
    left = await queue.database.read(lambda c: c.execute(select(outbox.c.id)).scalars().all())
    assert sorted(left) == [asked, fresh, waiting]
    assert old not in left


async def test_the_inbox_is_pruned_in_pieces(queue: Queue) -> None:
    rows = [
        {
            "bot": BOT + number % 2,
            "source": "update",
            "external_id": str(number),
            "kind": "MessageEvent",
            "received_at": NOW + timedelta(seconds=number),
        }
        for number in range(1_500)
    ]
    await queue.database.write(BOT, lambda c: c.execute(insert(inbox), rows))

    async def prune() -> int:
        before = NOW + timedelta(seconds=1_400)
        return await queue.database.write(BOT, lambda c: prune_inbox(c, before))

    assert [await prune(), await prune(), await prune()] == [1_000, 400, 0]
    left = await queue.database.read(lambda c: c.scalar(select(func.count()).select_from(inbox)))
    assert left == 100


async def test_what_may_not_be_forgotten_stands_in_nobodys_way(queue: Queue) -> None:
    """More that waits than is looked at in one piece, in front of what is old enough."""
    later = NOW + timedelta(days=1)
    first = await queue.add(1)
    row = {**(await queue.row(first))._mapping, "created_at": NOW}
    del row["id"]
    await queue.database.write(BOT, lambda c: c.execute(insert(outbox), [row] * 1_100))
    old, fresh = await queue.add(2), await queue.add(3)
    for id_, at in ((old, NOW), (fresh, later)):
        await queue.do(update(outbox).where(outbox.c.id == id_).values(state="sent", settled_at=at))
    assert await queue.database.write(BOT, lambda c: prune_outbox(c, later)) == 1
    assert await queue.database.write(BOT, lambda c: prune_outbox(c, later)) == 0
    left = await queue.database.read(lambda c: set(c.scalars(select(outbox.c.id))))
    assert old not in left
    assert len(left) == 1_102


async def test_the_backlog_counts_what_waits(queue: Queue) -> None:
    await queue.add(1, due_at=NOW - timedelta(minutes=1))
    await queue.add(2, due_at=LATER)
    await queue.add(3)
    await queue.claim(busy=[1, 2])
    for slot, due in (("a", NOW - timedelta(hours=1)), ("b", LATER)):
        row = {"bot": BOT, "kind": "order", "subject": "order:1", "slot": slot, "due_at": due}
        await queue.do(insert(timers).values(params={}, created_at=NOW, **row))
    for number, state in ((1, "waiting"), (2, "done")):
        row = {"bot": BOT, "source": "update", "external_id": str(number), "kind": "TapEvent"}
        await queue.do(
            insert(parked).values(event={}, error="x", parked_at=NOW, state=state, **row)
        )
    found = await queue.database.read(lambda c: backlog(c, BOT, NOW))
    assert (found.queued, found.sending, found.oldest_due) == (2, 1, NOW - timedelta(minutes=1))
    assert (found.timers_due, found.oldest_timer) == (1, NOW - timedelta(hours=1))
    assert found.parked == 1
