"""The last screen of a flow is a message of its own: it is said, and stays, whatever the person does next."""

from __future__ import annotations

import asyncio

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.steps import GOAL, IN_A_MONTH, Guest
from tests.conversations.working import specialist

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_last_screen_of_a_flow_is_said_whatever_follows(
    stage: Stage, language: str
) -> None:
    """It still waits to be sent when the person goes on: it stays a message of its own."""
    anna, maker = await stage.customer(language), await specialist(stage, language)
    await anna.to_summary()
    await goes_on_at_once(stage, anna, "✅ Confirm and get the invoice")
    confirmed = await anna.hears("Order %(number)s is confirmed.", ever=True)
    menu = await anna.sees(button=anna.t("🗂 All services"), ever=True)
    assert confirmed.message_id < menu.message_id
    assert confirmed.labels == []

    await maker.say("/profile")
    await maker.sees(button=maker.t("✅ Save my profile"))
    await goes_on_at_once(stage, maker, "✅ Save my profile")
    saved = await maker.hears("Your profile is saved; it counts from the next offer.", ever=True)
    menu = await maker.sees(button=maker.t("🗂 All services"), ever=True)
    assert saved.message_id < menu.message_id
    # Nor is it written over by what is shown later.
    await maker.start("short_video-standard")
    await maker.hears(GOAL)
    await maker.hears("Your profile is saved; it counts from the next offer.", ever=True)
    await maker.say("/pause")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_second_tap_on_a_copy_of_the_last_question_opens_nothing(
    stage: Stage, language: str
) -> None:
    """Telegram took the summary, but its answer was lost: it came twice, and only one of them is kept."""
    anna = await stage.customer(language)
    confirm = anna.t("✅ Confirm and get the invoice")
    await anna.to_deadline("copywriting", "basic")
    await stage.playground.fault("lost_answer", method="sendMessage", chat=anna.id)
    await anna.say(IN_A_MONTH[language].strip(", ，"))
    copy = await anna.sees(button=confirm)
    kept = await anna.sees(button=confirm, where=lambda seen: seen.message_id > copy.message_id)
    await anna.tap(confirm, message=kept)
    await anna.hears("Order %(number)s is confirmed.")
    await anna.sees(invoice=True)
    async with anna.silence():
        assert (await anna.tap(confirm, message=copy)).answered


async def goes_on_at_once(stage: Stage, who: Guest, button: str) -> None:
    """Presses the last button of a flow and asks for the menu, while Telegram wants to be left alone."""
    await stage.playground.fault(429, chat=who.id, retry_after=3)
    await asyncio.gather(who.tap(who.t(button), wait=False), who.start())
