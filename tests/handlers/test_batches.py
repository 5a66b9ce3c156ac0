"""A batch of events some of which were carried out before, or stand in it twice."""

from __future__ import annotations

import asyncio

import pytest

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
