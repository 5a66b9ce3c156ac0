"""A batch of events some of which were carried out before, or stand in it twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from handlers.events import PreCheckoutEvent, Sender
from storage.database import Connection
from storage.outbox import Claimed
from storage.outbox_taking import Taker
from tests.handlers.house import CUSTOMER, MAKER, House


@pytest.mark.asyncio
async def test_what_is_there_already_is_left_out_and_the_rest_carried_out(house: House) -> None:
    first, second = house.said(CUSTOMER, "/start"), house.said(MAKER, "/help")
    done = await house.turns.process([first])
    assert (done.done, done.repeated) == (1, 0)
    done = await house.turns.process([first, second, second])
    assert (done.done, done.repeated) == (1, 2)
    assert len(await house.rows("select * from inbox where source = 'update'")) == 2
    sent = await house.rows("select chat_id from outbox order by id")
    assert [row["chat_id"] for row in sent] == [CUSTOMER, MAKER]


@pytest.mark.asyncio
async def test_nothing_of_a_batch_that_was_there_is_done_again(house: House) -> None:
    events = [house.said(person, "/start") for person in (CUSTOMER, MAKER)]
    assert (await house.turns.process(events)).done == 2
    again = await asyncio.gather(*(house.turns.process(events) for _ in range(3)))
    assert [(done.done, done.repeated) for done in again] == [(0, 2)] * 3
    assert len(await house.rows("select * from outbox")) == 2


@pytest.mark.asyncio
async def test_a_repeated_tap_is_answered_all_the_same(house: House) -> None:
    await house.process(house.said(CUSTOMER, "/start"))
    button = (await house.buttons(CUSTOMER))[0]
    tap = house.tapped(CUSTOMER, button.data)
    assert len((await house.turns.process([tap])).answers) == 1
    done = await house.turns.process([tap, house.said(MAKER, "/help")])
    assert [one.query_id for one in done.answers] == [tap.query_id]
    assert (done.done, done.repeated) == (1, 1)


class Along:
    """What goes along with turns, and what it was told."""

    def __init__(self, error: Exception | None = None, taker: Taker | None = None) -> None:
        self.told: list[str] = []
        self.taken: Sequence[Claimed] = ()
        self._error = error
        self._taker = taker

    def settle(self, connection: Connection) -> None:
        self.told.append("settle")

    def taker(self, connection: Connection) -> Taker | None:
        self.told.append("taker")
        return self._taker

    def claim(self, connection: Connection, *, taken: Sequence[Claimed], queued: bool) -> None:
        self.taken = taken
        self.told.append(f"claim {queued}")
        if self._error is not None:
            raise self._error

    def committed(self) -> None:
        self.told.append("committed")

    def undone(self) -> None:
        self.told.append("undone")


@pytest.mark.asyncio
async def test_what_goes_along_is_written_behind_the_turns(house: House) -> None:
    """And told of the commit first: what comes after that does not count."""
    start = house.said(CUSTOMER, "/start")
    along = Along()
    await house.turns.process([start], along)
    assert along.told == ["settle", "taker", "claim True", "committed", "undone"]
    along = Along()
    await house.turns.process([start], along)
    assert along.told == ["settle", "settle", "committed", "undone"], "nothing was carried out"
    along = Along()
    await house.turns.process([], along)
    assert along.told == ["undone"]


@pytest.mark.asyncio
async def test_answers_with_a_deadline_are_not_claimed_with_the_rest(house: House) -> None:
    """They are on their way at once, whoever holds the lease."""
    asked = PreCheckoutEvent(
        source="update",
        external_id="pre-1",
        at=house.clock.now(),
        query_id="q",
        sender=Sender(id=CUSTOMER, name="Anna", language_code="en"),
        currency="XTR",
        amount=1,
        payload="nobody's",
    )
    along = Along()
    done = await house.turns.process([asked], along)
    assert len(done.urgent) == 1
    assert along.told == ["settle", "claim False", "committed", "undone"]


@pytest.mark.asyncio
async def test_what_cannot_be_written_along_takes_no_turn_with_it(house: House) -> None:
    along = Along(ZeroDivisionError())
    with capture_logs() as logged:
        done = await house.turns.process([house.said(CUSTOMER, "/start")], along)
    assert [line["event"] for line in logged] == ["round failed"]
    assert (done.done, done.parked) == (1, 0)
    assert along.told == ["settle", "taker", "claim True", "undone"]
    assert len(await house.rows("select * from outbox")) == 1


@pytest.mark.asyncio
async def test_turns_that_are_run_one_by_one_take_nothing_along(house: House) -> None:
    good, bad = house.said(CUSTOMER, "/start"), house.said(MAKER, "/help")
    carried_out = house.turns._handle

    def fails(turn: object) -> None:
        if turn.event is bad:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        carried_out(turn)  # type: ignore[arg-type]

    house.turns._handle = fails
    along = Along()
    with capture_logs():
        done = await house.turns.process([good, bad], along)
    assert (done.done, done.parked) == (1, 1)
    assert along.told == ["settle", "undone"]
