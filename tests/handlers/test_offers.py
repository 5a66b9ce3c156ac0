"""Offers: who may take one, what staff hear when there is nobody to ask, and when an offer makes no sound."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.turns import Turns
from dialogs.words import LANGUAGE_NAMES
from tests.handlers.house import ADMIN, BOT, CUSTOMER, MAKER, PROVIDERS, STAFF, House

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


# -- capacity -------------------------------------------------------------------------------------------------

FULL = {
    "en": "Your hands are full: 1 of 1 orders at a time. Finish one, or raise the number in /profile, then take it.",
    "zh": "您手上有 1 单，已达到您设定的上限 1 单。请先完成一单，或在 /profile 里调高上限，再来接单。",
}


async def speak(house: House, person: int, language: str) -> None:
    """Somebody reads this language from now on."""
    await house.say(person, "/language")
    await house.tap(person, LANGUAGE_NAMES[language])


async def state(house: House, order: int) -> str:
    (row,) = await house.rows("select state from orders where id = :id", id=order)
    return str(row["state"])


async def offer_state(house: House, order: int) -> str:
    rows = await house.rows("select state from offers where order_id = :id order by n", id=order)
    return str(rows[-1]["state"])


async def room(house: House, maker: int, number: int) -> None:
    """Another number of orders at a time, by /profile."""
    await house.say(maker, "/profile")
    await house.tap(maker, "Orders at a time")
    await house.say(maker, str(number))
    await house.tap(maker, "Save")


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_nobody_takes_more_than_they_have_room_for(house: House, language: str) -> None:
    await house.hire(MAKER, room=1)
    await speak(house, MAKER, language)
    accept = {"en": "Accept", "zh": "接单"}[language]
    # Both are offered before the first is taken.
    orders = [await house.paid(customer) for customer in (21, 22)]
    await house.tap(MAKER, accept)
    assert sorted([await state(house, order) for order in orders]) == [
        "awaiting_provider",
        "in_progress",
    ]
    (waiting,) = [one for one in orders if await state(house, one) == "awaiting_provider"]
    for chat in (None, PROVIDERS):
        await house.tap(MAKER, accept if chat is None else "I take it", chat=chat)
        assert house.toasts == [FULL[language]]
        assert await state(house, waiting) == "awaiting_provider"
        assert await offer_state(house, waiting) == "open"
    if language == "en":
        await room(house, MAKER, 2)
        await house.tap(MAKER, accept)
        assert await state(house, waiting) == "in_progress"
        # What is in hand stays, whatever they want from now on; staff may give them more.
        await room(house, MAKER, 1)
        (row,) = await house.rows("select detail from audit where action = 'provider.capacity'")
        assert json.loads(row["detail"]) == {"capacity": 1, "before": 2}
        third = await house.paid(23)
        await house.tap(ADMIN, "Give it to somebody", chat=STAFF)
        await house.tap(ADMIN, "2/1", chat=STAFF)
        assert await state(house, third) == "in_progress"
    else:
        # Its time goes on, and it is over like that of any other.
        await house.wait(timedelta(days=1))
        assert await offer_state(house, waiting) == "expired"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "You are paused. Send /pause to go on, then take it."),
        ("zh", "您已暂停接单。请先发送 /pause 恢复，再来接单。"),
    ],
)
async def test_who_is_paused_takes_nothing(house: House, language: str, told: str) -> None:
    await house.hire(MAKER)
    await speak(house, MAKER, language)
    accept = {"en": "Accept", "zh": "接单"}[language]
    order = await house.paid(CUSTOMER)
    await house.say(MAKER, "/pause")
    for chat in (None, PROVIDERS):
        await house.tap(MAKER, accept if chat is None else "I take it", chat=chat)
        assert house.toasts == [told]
        assert await state(house, order) == "awaiting_provider"
        assert await offer_state(house, order) == "open"
    await house.say(MAKER, "/pause")
    await house.tap(MAKER, accept)
    assert await state(house, order) == "in_progress"
