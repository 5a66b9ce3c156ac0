"""A completed order goes back to work: staff say what is still to be done, both sides read it."""

from __future__ import annotations

import json

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.working import accept, delivered, hand_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
WISH = {"en": "The subtitles are missing", "zh": "字幕漏了，请补上"}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_staff_open_a_completed_order_again(stage: Stage, language: str) -> None:
    work = await delivered(stage, language)
    anna, maker, number = work.customer, work.maker, work.number
    bo, mei = stage.finance.at(stage.staff), stage.admin.at(stage.staff)
    wish = WISH[language]
    await mei.say(f"/reopen {number} {wish}")
    await mei.sees("The order has moved on meanwhile")
    await accept(work)
    assert await stage.of_order("payouts", number, "state") == [("held",)]
    # Finance may not; and nobody opens it without saying what is to be done.
    await bo.say(f"/reopen {number} {wish}")
    await bo.sees("This needs one of these roles")
    await mei.say(f"/reopen {number}")
    await mei.sees("Please write what is still to be done")
    await mei.say("/reopen K7M-3QXB now")
    await mei.sees("There is no order with this number.")
    await mei.say(f"/reopen {number} {wish}")
    asked = await mei.sees("Open", number, wish, "⭐ 9,280", button="5 days")
    assert (await bo.tap("5 days", message=asked)).alert
    assert await stage.state(number) == "completed"
    await mei.tap("✖️ Leave it completed", message=asked)
    await mei.say(f"/reopen {number} {wish}")
    asked = await mei.sees("Open", number, wish, button="5 days")
    await mei.tap("5 days", message=asked)
    await anna.hears("<b>%(number)s</b> is open again.", number, wish)
    await maker.hears("<b>%(number)s</b> was opened again by our team.", number, wish)
    done = await mei.sees("was opened again by Mei", number, wish, ever=True)
    assert done.labels == []
    assert await stage.state(number) == "in_revision"
    assert await stage.of_order("payouts", number, "state") == [("reversed",)]
    (row,) = await stage.rows(
        "select a.detail, p.name from audit a join people p on p.id = a.actor_id "
        "join orders o on a.subject = 'order:' || o.id "
        "where o.number = :number and a.action = 'order.reopen'",
        number=number,
    )
    assert (row["name"], json.loads(row["detail"])) == ("Mei", {"days": 5, "wish": wish})
    # It can be handed in once more, and is earned once more.
    await hand_in(work, link="https://example.com/again")
    await accept(work)
    assert await stage.of_order("payouts", number, "state") == [("reversed",), ("held",)]
    await stage.playground.advance(days=15)
    await mei.say(f"/reopen {number} {wish}")
    await mei.sees("Reopening was possible until")
    await work.end()
