"""Whoever writes is kept as they are now, also where nothing else of them is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from dialogs.words import LANGUAGE_NAMES
from handlers.dispatch import handle
from handlers.turn import Turn
from storage.database import Connection
from storage.records import Person
from tests.handlers.house import CUSTOMER, MAKER, House


@pytest.fixture
async def ordering(house: House) -> House:
    """Two people in the middle of an order, where a typed line is an answer."""
    for person in (CUSTOMER, MAKER):
        await house.say(person, "/start")
        await house.say(person, "short video")
        await house.tap(person, "Short video")
        await house.tap(person, "Basic")
    return house


async def stored(house: House, person: int) -> dict[str, Any]:
    (row,) = await house.rows("select * from people where user_id = :user", user=person)
    return row


async def test_a_step_of_a_dialog_needs_no_session(house: House) -> None:
    """Which is most of what it would cost: see docs/performance.md."""
    asked: list[bool] = []

    def watched(turn: Turn) -> None:
        handle(turn)
        asked.append(turn.work.people._session is not None)

    await house.say(CUSTOMER, "/start")
    house.turns._handle = watched
    await house.tap(CUSTOMER, "All services")
    assert "Choose a category" in await house.shown(CUSTOMER, "main")
    await house.say(CUSTOMER, "/orders")
    assert asked == [False, True]


@pytest.mark.parametrize("changes", [{"name": "Anna Berg"}, {"username": "anna"}])
async def test_another_name_is_kept(house: House, changes: dict[str, Any]) -> None:
    await house.say(CUSTOMER, "/start")
    (button,) = [one for one in await house.buttons(CUSTOMER) if one.label == "🗂 All services"]
    tap = house.tapped(CUSTOMER, button.data)
    await house.process(replace(tap, sender=replace(tap.sender, **changes)))
    assert changes.items() <= (await stored(house, CUSTOMER)).items()


async def test_who_writes_again_can_be_reached_again(ordering: House) -> None:
    def block(connection: Connection) -> None:
        connection.execute(update(Person).values(blocked_at=ordering.clock.now()))

    await ordering.database.write(0, block)
    await ordering.process(ordering.said(CUSTOMER, "We open in spring"))
    assert (await stored(ordering, CUSTOMER))["blocked_at"] is None


async def test_a_language_that_is_chosen_counts_for_what_comes_in_the_same_batch(
    ordering: House,
) -> None:
    await ordering.say(CUSTOMER, "/language")
    (chinese,) = [
        button
        for button in await ordering.buttons(CUSTOMER)
        if button.label == LANGUAGE_NAMES["zh"]
    ]
    chosen = ordering.tapped(CUSTOMER, chinese.data)
    done = await ordering.turns.process(
        [ordering.said(MAKER, "We open in spring"), chosen, ordering.said(CUSTOMER, "/help")]
    )
    assert done.done == 3
    assert "使用说明" in await ordering.shown(CUSTOMER, "pages/help")
    assert (await stored(ordering, MAKER))["language"] == "en"
