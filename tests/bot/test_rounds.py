"""Rounds of delivery that go along in the transaction of turns."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import insert, update

from bot.rounds import Round
from dialogs.content import Content
from playground.people import Person
from storage.database import Connection
from storage.surfaces import DIALOG
from storage.tables import lease, outbox
from storage.work import Work
from tests.bot.desk import BOT, Desk, until


class Stop(Exception):
    """The transaction is rolled back."""


async def say(desk: Desk, chat: int, words: str, made: Round | None, *, fail: bool = False) -> int:
    """What turns do: queue a message, have the round written behind it, and commit."""
    now = desk.clock.now()
    row = {
        "bot": BOT,
        "chat_id": chat,
        "kind": "send",
        "body": {"text": words},
        "due_at": now,
        "created_at": now,
    }

    def turns(connection: Connection) -> int:
        made_row = connection.execute(insert(outbox).values(row).returning(outbox.c.id))
        number = int(made_row.scalar_one())
        if made is not None:
            made.write(connection)
        if fail:
            raise Stop
        return number

    try:
        number = await desk.database.write(BOT, turns)
    except BaseException:
        if made is not None:
            made.undone()
        raise
    if made is not None:
        made.committed()
    return number


async def joined(desk: Desk) -> Round:
    """A round that goes along, as soon as there can be one."""
    found: list[Round] = []

    async def there() -> bool:
        made = desk.delivery.joins()
        if made is not None:
            found.append(made)
        return made is not None

    await until(there)
    return found[0]


async def texts(person: Person) -> list[str]:
    return [message.text for message in await person.messages() if message.text]


async def test_what_turns_say_is_claimed_as_it_is_committed(at_desk: Desk) -> None:
    anna = await at_desk.person()
    made = await joined(at_desk)
    assert at_desk.delivery.joins() is None, "one at a time"
    assert not at_desk.delivery.idle
    writes = at_desk.database.writes
    row = await say(at_desk, anna.id, "hello", made)
    assert at_desk.database.writes == writes + 1
    assert at_desk.delivery.under_way([anna.id]) == {row}
    assert await at_desk.ended(row) == ["sent"]
    assert [call["method"] for call in await at_desk.calls()].count("sendMessage") == 1


async def test_what_came_back_is_settled_along_with_turns(at_desk: Desk) -> None:
    anna, ben = await at_desk.person("Anna"), await at_desk.person("Ben")
    first = await say(at_desk, anna.id, "one", await joined(at_desk))
    made, writes = at_desk.delivery.joins(), at_desk.database.writes
    assert made is not None
    await until(lambda: _nothing_under_way(at_desk))
    await asyncio.sleep(0.05)
    assert (await at_desk.row(first)).state == "sending"
    assert at_desk.database.writes == writes, "delivery has no round of its own meanwhile"
    made.undone()
    made = at_desk.delivery.joins()
    assert made is not None
    made.undone()
    made = at_desk.delivery.joins()
    assert made is not None
    assert [one.row.id for one in made.outcomes] == [first], "it was given back"
    second = await say(at_desk, ben.id, "two", made)
    assert at_desk.database.writes == writes + 1
    assert (await at_desk.row(first)).state == "sent"
    assert await at_desk.ended(second) == ["sent"]


async def _nothing_under_way(desk: Desk) -> bool:
    return not desk.delivery._tasks


async def test_a_round_that_was_rolled_back_loses_nothing(at_desk: Desk) -> None:
    anna = await at_desk.person()
    waiting = await at_desk.send(anna.id, "waits")
    made = await joined(at_desk)
    with pytest.raises(Stop):
        await say(at_desk, anna.id, "never said", made, fail=True)
    assert await at_desk.ended(waiting) == ["sent"]
    assert (await at_desk.row(waiting)).tries == 1
    sent = [call for call in await at_desk.calls() if call["method"] == "sendMessage"]
    assert [call["params"]["text"] for call in sent] == ["waits"]


async def test_a_commit_that_went_through_all_the_same(at_desk: Desk) -> None:
    """Whoever waited for it was cancelled: nobody has begun to send what it claimed, so it is claimed again."""
    anna = await at_desk.person()
    made = await joined(at_desk)
    now = at_desk.clock.now()
    row = {"bot": BOT, "chat_id": anna.id, "kind": "send", "body": {"text": "hello"}}

    def turns(connection: Connection) -> int:
        values = {**row, "due_at": now, "created_at": now}
        number = connection.execute(insert(outbox).values(values).returning(outbox.c.id))
        made.write(connection)
        return int(number.scalar_one())

    number = await at_desk.database.write(BOT, turns)
    assert (await at_desk.row(number)).state == "sending"
    made.undone()
    made.committed()
    assert await at_desk.ended(number) == ["sent"]
    assert (await at_desk.row(number)).tries == 1, "the first was no try"


def turn(
    connection: Connection,
    desk: Desk,
    made: Round,
    *,
    screens: Sequence[Person] = (),
    words: Sequence[Person] = (),
) -> None:
    """Show these people a screen of their dialog, and say something to those, as turns do it."""
    made.settle(connection)
    work = Work(connection, bot=BOT, now=desk.clock.now())
    work.preload(users=(), chats=[one.id for one in screens], surface_ids=())
    for person in screens:
        work.conversation(person.id).revision += 1
        work.show(person.id, *DIALOG, Content(text="Which one?"), revision=1)
    for person in words:
        work.send(person.id, Content(text="News"))
    work.flush(made.taker)
    made.claim(connection, taken=work.taken, queued=work.queued)


async def test_screens_are_taken_and_the_rest_is_claimed_in_the_same_round(at_desk: Desk) -> None:
    anna, ben = await at_desk.person("Anna"), await at_desk.person("Ben")
    made = await joined(at_desk)
    await at_desk.database.write(
        BOT, lambda connection: turn(connection, at_desk, made, screens=[anna], words=[ben])
    )
    made.committed()
    assert made.rows is not None
    assert {row.chat_id for row in made.rows} == {anna.id, ben.id}
    for row in made.rows:
        assert await at_desk.ended(row.id) == ["sent"]
    assert ((await texts(anna))[-1], (await texts(ben))[-1]) == ("Which one?", "News")


async def test_a_round_claims_no_more_than_there_is_room_for(at_desk: Desk) -> None:
    anna, ben = await at_desk.person("Anna"), await at_desk.person("Ben")
    made = await joined(at_desk)
    made._room = lambda: (1, ())
    await at_desk.database.write(
        BOT, lambda connection: turn(connection, at_desk, made, screens=[anna], words=[ben])
    )
    made.committed()
    assert made.rows is not None
    assert [row.chat_id for row in made.rows] == [anna.id]
    await until(lambda: _has(ben, "News"))


async def _has(person: Person, words: str) -> bool:
    return words in await texts(person)


async def came_back(desk: Desk, person: Person) -> tuple[int, Round]:
    """A row that was sent, and the round that is to settle it."""
    row = await say(desk, person.id, "one", await joined(desk))
    waiting = desk.delivery.joins()
    assert waiting is not None
    await until(lambda: _nothing_under_way(desk))
    waiting.undone()
    made = desk.delivery.joins()
    assert made is not None
    assert [one.row.id for one in made.outcomes] == [row]
    return row, made


async def test_who_has_lost_the_lease_takes_nothing_and_settles_all_the_same(at_desk: Desk) -> None:
    anna, ben = await at_desk.person("Anna"), await at_desk.person("Ben")
    row, made = await came_back(at_desk, anna)

    def turns(connection: Connection) -> None:
        connection.execute(update(lease).values(epoch=lease.c.epoch + 1))
        assert made.taker(connection) is None
        turn(connection, at_desk, made, screens=[ben])

    await at_desk.database.write(BOT, turns)
    made.committed()
    assert made.rows is None
    assert (await at_desk.row(row)).state == "sent"
    assert "Which one?" not in await texts(ben)


async def test_a_round_that_only_settles_counts_as_well(at_desk: Desk) -> None:
    row, made = await came_back(at_desk, await at_desk.person())
    await at_desk.database.write(BOT, lambda connection: turn(connection, at_desk, made))
    made.committed()
    after = at_desk.delivery.joins()
    assert after is not None
    assert not after.outcomes, "it is not settled twice"
    after.undone()
    assert (await at_desk.row(row)).state == "sent"


async def test_nobody_joins_without_the_lease(at_desk: Desk) -> None:
    await joined_and_left(at_desk)
    at_desk.leases.lost("delivery")
    assert at_desk.delivery.joins() is None


async def joined_and_left(desk: Desk) -> None:
    (await joined(desk)).undone()
    await asyncio.sleep(0)


async def test_an_empty_round_settles_nothing_and_keeps_what_came_back(at_desk: Desk) -> None:
    """Turns that say nothing have nothing written along."""
    await joined_and_left(at_desk)
    made = await joined(at_desk)
    await at_desk.database.write(BOT, lambda connection: made.claim(connection, queued=False))
    made.committed()
    assert made.rows == ()
    assert await at_desk.methods() == []


async def test_who_waits_for_a_free_call_and_loses_the_lease_sends_nothing(at_desk: Desk) -> None:
    """The next holder sends it; here that is ourselves, a moment later."""
    anna = await at_desk.person()
    calls = at_desk.delivery._calls
    for _ in range(60):
        await calls.acquire()
    row = await say(at_desk, anna.id, "hello", await joined(at_desk))
    await asyncio.sleep(0.05)
    assert (await at_desk.row(row)).state == "sending"
    at_desk.leases.lost("delivery")
    for _ in range(60):
        calls.release()
    at_desk.delivery.wake()
    await at_desk.tried(row, "lease_lost")
    assert (await at_desk.row(row)).tries == 0
    assert "sendMessage" not in await at_desk.methods()
    await at_desk.leases.ask()
    assert await at_desk.ended(row) == ["sent"]
    assert (await at_desk.methods()).count("sendMessage") == 1
