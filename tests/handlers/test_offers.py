"""Offers: what staff hear when there is nobody to ask, and when an offer makes no sound."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.turns import Turns
from tests.handlers.house import BOT, CUSTOMER, MAKER, STAFF, House

ZONE = ZoneInfo("Asia/Shanghai")
NOBODY_FITS = {
    "en": "Nobody has been asked: of those who have joined, nobody fits and has room.",
    "zh": "暂未询问任何人：已加入的服务人员中，没有既合适又有空档的。",
}


async def sent(house: House, chat: int, label: str) -> int:
    rows = await house.rows(
        "select count(*) n from outbox where chat_id = :chat and label = :label",
        chat=chat,
        label=label,
    )
    return int(rows[0]["n"])


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_staff_are_alarmed_when_nobody_fits_from_the_start(
    house: House, language: str
) -> None:
    business = replace(house.business, staff_language=language)
    house.turns = Turns(house.database, BOT, business, house.clock)
    order = await house.paid(CUSTOMER)
    assert NOBODY_FITS[language] in await house.shown(STAFF, f"alarm:{order}")
    assert await sent(house, STAFF, "staff/no_provider") == 1
    give = {"en": "Give it to somebody", "zh": "指派给某人"}[language]
    assert any(give in button.label for button in await house.buttons(STAFF))


async def test_who_joins_or_comes_back_is_offered_what_waits_without_another_alarm(
    house: House,
) -> None:
    order = await house.paid(CUSTOMER)
    await house.hire(MAKER)
    assert await sent(house, MAKER, "work/offer") == 1
    await house.tap(MAKER, "Decline this order")
    await house.tap(MAKER, "No time")
    assert "Nobody is left to ask" in await house.shown(STAFF, f"alarm:{order}")
    alarms = await sent(house, STAFF, "staff/no_provider")
    for _ in range(2):
        await house.say(MAKER, "/pause")
    assert await sent(house, STAFF, "staff/no_provider") == alarms


async def test_an_offer_in_quiet_hours_makes_no_sound(house: House) -> None:
    """It stands in the chat when the provider looks, with time to answer that counts in working hours."""
    await house.hire(MAKER, quiet="22 to 8")
    for hour, silent in ((23, True), (11, False)):
        now = house.clock.now().astimezone(ZONE)
        then = now.replace(hour=hour, minute=0)
        await house.wait(then - now if then > now else then + timedelta(days=1) - now)
        order = await house.paid(CUSTOMER)
        (row,) = await house.rows(
            "select content from surfaces where chat_id = :chat and subject = :subject",
            chat=MAKER,
            subject=f"order:{order}",
        )
        assert bool(json.loads(row["content"]).get("silent")) is silent
        await house.tap(MAKER, "Accept")
