from __future__ import annotations

from datetime import timedelta

import pytest

from storage.database import Database
from storage.outbox import claim_urgent, has_due, next_due
from storage.outbox_settle import Settlement
from tests.storage.queueing import BOT, LATER, NOW, Queue


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database)


async def test_one_row_a_chat_and_the_oldest_first(queue: Queue) -> None:
    first = await queue.add(1)
    second = await queue.add(1)
    other = await queue.add(2)
    claimed = await queue.claim()
    assert [row.id for row in claimed] == [first, other]
    assert [row.tries for row in claimed] == [1, 1]
    # In flight: the chat's next row waits, also for the next claim.
    assert await queue.claim() == []
    await queue.sent(claimed[0])
    assert [row.id for row in await queue.claim()] == [second]


async def test_claimed_rows_are_stored_as_sending_before_anything_is_called(queue: Queue) -> None:
    row_id = await queue.add(1)
    await queue.claim(epoch=9)
    row = await queue.row(row_id)
    assert (row.state, row.epoch, row.tries) == ("sending", 9, 1)


async def test_a_chat_with_a_waiting_person_comes_before_a_broadcast(queue: Queue) -> None:
    broadcast = [await queue.add(chat, priority=3) for chat in range(1, 6)]
    await queue.add(5, priority=1)
    claimed = await queue.claim(limit=2)
    # The answer makes chat 5 urgent; within it the broadcast still comes first.
    assert [row.id for row in claimed] == [broadcast[4], broadcast[0]]


async def test_busy_chats_and_limits_are_respected(queue: Queue) -> None:
    for chat in (1, 2, 3, 4):
        await queue.add(chat)
    assert [row.chat_id for row in await queue.claim(busy=[1, 3])] == [2, 4]
    assert [row.chat_id for row in await queue.claim(limit=1)] == [1]
    assert await queue.claim(limit=0) == []


async def test_many_rows_of_few_chats_do_not_hide_the_others(queue: Queue) -> None:
    await queue.add_many(450, chat=1)
    last = await queue.add(2)
    claimed = await queue.claim(busy=[1])
    assert [row.id for row in claimed] == [last]
    assert {row.chat_id for row in await queue.claim()} == {1}


async def test_a_row_that_is_not_due_holds_back_its_chat_and_nobody_else(queue: Queue) -> None:
    waiting = await queue.add(1, due_at=NOW + timedelta(seconds=1))
    await queue.add(1)
    other = await queue.add(2)
    assert [row.id for row in await queue.claim()] == [other]
    assert [row.id for row in await queue.claim(now=NOW + timedelta(seconds=1))] == [waiting]


async def test_rows_past_their_time_end_and_let_the_next_go(queue: Queue) -> None:
    late = await queue.add(1, expires_at=NOW)
    later = await queue.add(1, expires_at=NOW)
    good = await queue.add(1)
    assert [row.id for row in await queue.claim()] == [good]
    for row_id in (late, later):
        row = await queue.row(row_id)
        assert (row.state, row.reason, row.settled_at) == ("dead", "expired", NOW)


async def test_answers_with_a_deadline_wait_for_no_order(queue: Queue) -> None:
    await queue.add(1)
    await queue.claim()
    answer = await queue.add(1, priority=0, kind="call", expires_at=LATER)
    message = await queue.add(1)
    assert [row.id for row in await queue.claim(busy=[1])] == [answer]
    # And they do not hold up their chat.
    assert await queue.state(message) == "queued"


async def test_only_the_newest_version_of_a_surface_is_sent(queue: Queue) -> None:
    surface = await queue.surface(1)
    old = await queue.refresh(surface, 1)
    middle = await queue.add(1)
    new = await queue.refresh(surface, 1)
    assert [row.id for row in await queue.claim()] == [middle]
    assert await queue.state(old) == "superseded"
    assert await queue.state(new) == "queued"


async def test_news_stays_news_when_its_version_is_superseded(queue: Queue) -> None:
    surface = await queue.surface(1)
    await queue.refresh(surface, 1, body={"anew": True})
    newest = await queue.refresh(surface, 1)
    (claimed,) = await queue.claim()
    assert (claimed.id, claimed.body) == (newest, {"anew": True})


async def test_a_version_somebody_wants_to_hear_of_is_not_skipped(queue: Queue) -> None:
    surface = await queue.surface(1)
    wanted = await queue.refresh(surface, 1, tell={"what": "shown"})
    await queue.refresh(surface, 1)
    (claimed,) = await queue.claim()
    assert claimed.id == wanted
    assert claimed.told


async def test_a_claim_carries_what_the_surface_should_show(queue: Queue) -> None:
    surface = await queue.surface(
        1, thread_id=4, message_id=33, shown_hash="old", shown_kind="text", sent_at=NOW
    )
    await queue.refresh(surface, 1)
    (claimed,) = await queue.claim()
    assert claimed.surface is not None
    assert claimed.surface.content == {"text": "new"}
    assert claimed.surface.message_id == 33
    assert claimed.surface.thread_id == 4
    assert claimed.surface.sent_at == NOW


async def test_a_surface_without_content_is_to_be_removed(queue: Queue) -> None:
    surface = await queue.surface(1, content=None)
    await queue.refresh(surface, 1)
    (claimed,) = await queue.claim()
    assert claimed.surface is not None
    assert claimed.surface.content is None


async def test_another_bots_rows_are_left_alone(queue: Queue) -> None:
    await queue.add(1, bot=BOT + 1)
    assert await queue.claim() == []


async def test_the_reader_knows_whether_a_claim_would_find_something(queue: Queue) -> None:
    async def due(busy: tuple[int, ...] = ()) -> bool:
        return await queue.database.read(lambda connection: has_due(connection, BOT, NOW, busy))

    assert not await due()
    await queue.add(1, due_at=LATER)
    assert not await due()
    assert await queue.database.read(lambda c: next_due(c, BOT)) == LATER
    await queue.add(2)
    assert await due()
    assert not await due((2,))
    await queue.add(2, priority=0)
    assert await due((2,))


async def test_urgent_rows_are_taken_without_a_lease_and_once(queue: Queue) -> None:
    answer = await queue.add(1, priority=0, expires_at=LATER)
    late = await queue.add(1, priority=0, expires_at=NOW)

    async def take() -> list[int]:
        rows = await queue.database.write(
            BOT, lambda connection: claim_urgent(connection, BOT, [answer, late], NOW)
        )
        return [row.id for row in rows]

    assert await take() == [answer]
    assert await take() == []
    assert (await queue.row(late)).reason == "expired"
    assert (await queue.row(answer)).epoch == 0
    await queue.settle(Settlement(id=answer, epoch=0, state="sent"))
    assert await queue.state(answer) == "sent"
