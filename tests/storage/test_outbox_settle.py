from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from storage.database import Connection, Database
from storage.lease import Lease
from storage.outbox import Claimed
from storage.outbox_round import Finished, claim_as_holder, write_finished
from storage.outbox_settle import Settlement, ShownSurface, saw_messages
from storage.outbox_told import Told, mark_told, untold
from storage.tables import conversations
from tests.storage.queueing import BOT, LATER, NOW, Queue


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database)


async def told(queue: Queue) -> list[Told]:
    return await queue.database.read(lambda connection: untold(connection, BOT, 10))


async def test_sent_rows_remember_their_message(queue: Queue) -> None:
    row_id = await queue.add(1)
    (claimed,) = await queue.claim()
    assert await queue.sent(claimed, message_id=55) == 1
    row = await queue.row(row_id)
    assert (row.state, row.message_id, row.settled_at, row.reason) == ("sent", 55, NOW, None)


async def test_dead_rows_say_why_however_long_it_is(queue: Queue) -> None:
    row_id = await queue.add(1)
    (claimed,) = await queue.claim()
    await queue.settle(
        Settlement(id=claimed.id, epoch=1, state="dead", reason="refused: " + "x" * 500)
    )
    row = await queue.row(row_id)
    assert row.state == "dead"
    assert row.reason.startswith("refused: x")
    assert len(row.reason) == 200


@pytest.mark.parametrize(("counts", "tries"), [(True, 1), (False, 0)])
async def test_rows_that_are_tried_again(queue: Queue, counts: bool, tries: int) -> None:
    row_id = await queue.add(1)
    (claimed,) = await queue.claim()
    await queue.settle(
        Settlement(
            id=claimed.id, epoch=1, state="queued", reason="wait", due_at=LATER, counts=counts
        )
    )
    row = await queue.row(row_id)
    assert (row.state, row.tries, row.due_at, row.reason) == ("queued", tries, LATER, "wait")
    assert row.settled_at is None
    assert await queue.claim() == []
    assert [again.id for again in await queue.claim(now=LATER)] == [row_id]


async def test_trying_again_ends_some_day_but_an_earlier_end_stays(queue: Queue) -> None:
    open_end = await queue.add(1)
    own_end = await queue.add(2, expires_at=LATER)
    for claimed in await queue.claim():
        await queue.settle(
            Settlement(
                id=claimed.id,
                epoch=1,
                state="queued",
                due_at=NOW,
                expires_at=NOW + timedelta(days=1),
            )
        )
    assert (await queue.row(open_end)).expires_at == NOW + timedelta(days=1)
    assert (await queue.row(own_end)).expires_at == LATER
    # Being told to wait is no reason to end.
    waiting = await queue.add(3)
    (claimed,) = await queue.claim(busy=[1, 2])
    await queue.settle(Settlement(id=waiting, epoch=1, state="queued", due_at=NOW))
    assert (await queue.row(waiting)).expires_at is None


async def test_a_former_holder_cannot_settle(queue: Queue) -> None:
    row_id = await queue.add(1)
    (claimed,) = await queue.claim(epoch=1)
    # Somebody else took over, and sends it again.
    await queue.settle(Settlement(id=row_id, epoch=1, state="queued"))
    await queue.claim(epoch=2)
    assert await queue.sent(claimed, message_id=1) == 0
    assert await queue.state(row_id) == "sending"


async def test_of_several_only_those_that_are_still_held_are_settled(queue: Queue) -> None:
    lost, kept, asked = await queue.add(1), await queue.add(2), await queue.add(3, tell={"who": 1})
    old = await queue.claim(epoch=1)
    # Somebody else took over one of them meanwhile.
    await queue.settle(Settlement(id=lost, epoch=1, state="queued", due_at=NOW))
    await queue.claim(epoch=2)
    sent = [Settlement(id=row.id, epoch=1, state="sent", message_id=row.id) for row in old]
    assert await queue.settle(*sent) == 2
    assert (await queue.row(lost)).state == "sending"
    assert (await queue.row(lost)).message_id is None
    assert (await queue.row(kept)).message_id == kept
    assert [one.id for one in await told(queue)] == [asked]


async def test_rows_of_two_epochs_are_settled_together(queue: Queue) -> None:
    first, second = await queue.add(1), await queue.add(2)
    await queue.claim(epoch=1, limit=1)
    await queue.claim(epoch=2, busy=[1])
    both = [
        Settlement(id=first, epoch=1, state="sent", message_id=5),
        Settlement(id=second, epoch=2, state="sent", message_id=6),
    ]
    assert await queue.settle(*both) == 2
    assert [(await queue.row(row)).message_id for row in (first, second)] == [5, 6]


async def test_a_settled_row_is_not_settled_twice(queue: Queue) -> None:
    row_id = await queue.add(1)
    (claimed,) = await queue.claim()
    await queue.sent(claimed, message_id=1)
    await queue.settle(Settlement(id=row_id, epoch=1, state="dead", reason="late"))
    assert await queue.sent(claimed, message_id=2) == 0
    row = await queue.row(row_id)
    assert (row.state, row.message_id) == ("sent", 1)


async def test_what_a_surface_shows_is_written_back(queue: Queue) -> None:
    surface = await queue.surface(1)
    await queue.refresh(surface, 1)
    (claimed,) = await queue.claim()
    now_shown = ShownSurface(
        id=surface, message_id=8, shown_hash="new", shown_kind="text", sent_at=NOW
    )
    await queue.sent(claimed, message_id=8, shown=now_shown)
    row = await queue.shown(surface)
    assert (row.message_id, row.shown_hash, row.shown_kind, row.sent_at) == (8, "new", "text", NOW)
    await queue.refresh(surface, 1)
    (claimed,) = await queue.claim()
    await queue.sent(claimed, shown=ShownSurface(id=surface))
    row = await queue.shown(surface)
    assert (row.message_id, row.shown_hash, row.shown_kind, row.sent_at) == (None, None, None, None)


async def test_a_blocked_chat_ends_its_messages_and_nothing_else(queue: Queue) -> None:
    first = await queue.add(1, tell={"who": 1})
    message = await queue.add(1, tell={"who": 2})
    refund = await queue.add(1, kind="call", body={"method": "refundStarPayment"})
    answer = await queue.add(1, priority=0, kind="call")
    other = await queue.add(2)
    await queue.claim(limit=1, busy=[2])
    await queue.settle(
        Settlement(id=answer, epoch=1, state="queued", counts=False),
        Settlement(id=first, epoch=1, state="dead", reason="blocked", blocked_chat=1),
    )
    assert (await queue.row(message)).reason == "blocked"
    assert await queue.state(message) == "dead"
    assert {await queue.state(row) for row in (refund, answer, other)} == {"queued"}
    assert [(row.outcome, row.reason) for row in await told(queue)] == [("dead", "blocked")] * 2


async def test_a_group_that_moved_takes_its_rows_and_cards_along(queue: Queue) -> None:
    old, new = -10, -1000
    surface = await queue.surface(old, message_id=5, shown_hash="new", shown_kind="text")
    taken = await queue.surface(old, subject="order:2")
    await queue.surface(new, subject="order:2")
    call = await queue.add(
        old, kind="call", body={"method": "createForumTopic", "params": {"chat_id": old}}
    )
    later = await queue.refresh(surface, old)
    (claimed,) = await queue.claim()
    await queue.settle(
        Settlement(
            id=claimed.id, epoch=1, state="queued", counts=False, due_at=NOW, moved_chat=(old, new)
        )
    )
    assert (await queue.row(call)).body["params"]["chat_id"] == new
    assert (await queue.row(later)).chat_id == new
    moved = await queue.shown(surface)
    # Its messages stayed behind: the card is to be sent there anew.
    assert (moved.chat_id, moved.message_id, moved.shown_hash) == (new, None, None)
    assert (await queue.shown(taken)).chat_id == old
    assert [row.chat_id for row in await queue.claim()] == [new]


async def test_rows_that_ask_are_told_of_until_that_is_done(queue: Queue) -> None:
    await queue.add(1)
    asked = await queue.add(2, tell={"topic": "new"})
    rows = await queue.claim()
    assert await told(queue) == []
    for row in rows:
        await queue.sent(row, message_id=9, result={"message_thread_id": 4})
    (found,) = await told(queue)
    assert found == Told(
        id=asked,
        outcome="sent",
        reason="",
        result={"message_thread_id": 4},
        params={"topic": "new"},
    )
    await queue.database.write(BOT, lambda connection: mark_told(connection, [asked]))
    assert await told(queue) == []


async def test_a_row_that_expired_is_told_of_too(queue: Queue) -> None:
    await queue.add(1, tell={"a": 1}, expires_at=NOW)
    await queue.claim()
    (found,) = await told(queue)
    assert (found.outcome, found.reason, found.params, found.result) == (
        "dead",
        "expired",
        {"a": 1},
        {},
    )


async def test_a_row_without_a_wish_is_not_told_of(queue: Queue) -> None:
    # An explicit None must not become JSON's null, which is not NULL.
    await queue.add(1, tell=None)
    (claimed,) = await queue.claim()
    assert not claimed.told
    await queue.sent(claimed)
    assert await told(queue) == []


async def test_the_newest_message_of_a_chat_only_grows(queue: Queue) -> None:
    for chat, last in ((1, None), (2, 90), (3, 10)):
        values: dict[str, Any] = {
            "bot": BOT,
            "chat_id": chat,
            "state": [],
            "last_message_id": last,
            "updated_at": NOW,
        }
        await queue.do(insert(conversations).values(values))
    await queue.database.write(
        BOT, lambda connection: saw_messages(connection, BOT, {1: 50, 2: 50, 3: 50, 4: 50})
    )
    query = select(conversations.c.chat_id, conversations.c.last_message_id)
    rows = await queue.database.read(lambda connection: connection.execute(query).all())
    assert {row.chat_id: row.last_message_id for row in rows} == {1: 50, 2: 90, 3: 50}
    surface = await queue.surface(1)
    await queue.refresh(surface, 1)
    (claimed,) = await queue.claim()
    assert claimed.last_message_id == 50


async def test_a_round_settles_even_when_the_lease_is_gone(queue: Queue) -> None:
    row_id = await queue.add(1)
    await queue.add(1)
    (claimed,) = await queue.claim()
    finished = Finished(settlements=[Settlement(id=row_id, epoch=claimed.epoch, state="sent")])
    stranger = Lease(name="delivery", holder="nobody", epoch=5)

    def settle_and_claim(connection: Connection) -> list[Claimed] | None:
        write_finished(connection, BOT, finished, NOW)
        return claim_as_holder(connection, BOT, lease=stranger, now=NOW, limit=5, busy=())

    assert await queue.database.write(BOT, settle_and_claim) is None
    assert await queue.state(row_id) == "sent"


async def test_an_empty_round_writes_nothing(queue: Queue) -> None:
    row_id = await queue.add(1)
    await queue.database.write(
        BOT, lambda c: write_finished(c, BOT, Finished(), NOW + timedelta(1))
    )
    assert await queue.state(row_id) == "queued"
