"""The bot stops and starts again while people go on: nothing is lost, and nobody has to begin anew."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.app import build
from bot.pace import UNHURRIED, Pace
from bot.settings import Settings
from playground.people import Playground, picture
from playground.server import running
from storage.database import Database
from storage.invariants import check
from tests.conversations.steps import GOAL, GOALS, Guest, guest

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOKEN = "700800900:" + "r" * 35


@dataclass
class House:
    """A playground and a bot that can be switched off and on."""

    playground: Playground
    settings: Settings

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        app = build(self.settings, pace=Pace(UNHURRIED))
        async with app.running():
            yield
            await self.playground.quiet(20)

    async def pass_time(self, hours: float) -> None:
        """Time goes on while the bot is away; nobody has to wait for it to follow."""
        moving = asyncio.ensure_future(self.playground.advance(hours=hours))
        while not moving.done():
            late = (await self.playground.now()).timestamp() + hours * 3600
            await self.playground.post("/clock/seen", now=late, idle=True)
            await asyncio.sleep(0.05)
        await moving

    async def breaches(self) -> list[str]:
        database = await Database.open(self.settings.database)
        try:
            now = await self.playground.now()
            bot = self.settings.bot_id
            found = await database.read(lambda connection: check(connection, bot, now=now))
            return [str(breach) for breach in found]
        finally:
            await database.close()

    async def customer(self, language: str) -> Guest:
        return await guest(self.playground, f"Guest {language}", language)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder: Path = tmp_path_factory.mktemp("house")
    async with running(folder / "playground") as url, Playground(url) as playground:
        await playground.bot(TOKEN, "house_bot", "Orderclerk")
        settings = Settings(
            bot_token=SecretStr(TOKEN),
            bot_api_url=url,
            clock=url,
            data_dir=folder / "bot",
            health_port=0,
        )
        yield House(playground, settings)


async def test_an_order_with_a_restart_at_every_step(house: House) -> None:
    anna = await house.customer("en")
    async with house.open():
        await anna.to_goal()
    await anna.say(GOALS["en"])
    async with house.open():
        await anna.sees(button=anna.t("📅 Calendar"), ever=True)
        await anna.taps("📅 Calendar")
        await anna.sees(button="›")
    async with house.open():
        await anna.say("in 40 days")
        await anna.hears("Please check your order", GOALS["en"])
        await anna.taps("📎 Attachments")
        await anna.sees(button=anna.t("Nothing to attach"))
    await anna.send_photo(picture(20, 20))
    await anna.send_album(picture(21, 20), picture(22, 20))
    async with house.open():
        await anna.sees("3", button=anna.t("✅ Done"), ever=True)
        await anna.taps("✅ Done")
        await anna.hears("Please check your order", "📎 3")
    await anna.tap("Confirm", wait=False)
    async with house.open():
        await anna.hears("Order %(number)s is confirmed.", ever=True)
        await anna.sees(invoice=True, ever=True)
        await anna.pay("late", delay=60)
    await house.pass_time(0.05)
    async with house.open():
        await anna.hears("Payment received, thank you!", ever=True)
    assert await house.breaches() == []


async def test_what_was_said_while_the_bot_was_away_is_answered_once(house: House) -> None:
    li = await house.customer("zh")
    await li.say("/start short_video-standard")
    await li.say(GOALS["zh"])
    await li.say("40天后")
    await li.say("确认")
    async with house.open():
        await li.hears("Order %(number)s is confirmed.", GOALS["zh"], ever=True)
        await li.sees(invoice=True, ever=True)
    async with house.open(), li.silence():
        pass
    assert await house.breaches() == []


async def test_time_that_passed_meanwhile(house: House) -> None:
    """A reminder whose end is due as well is not sent; the end is."""
    anna = await house.customer("en")
    async with house.open():
        number = await anna.orders()
    await house.pass_time(30)
    async with house.open():
        await anna.hears(
            "The invoice of order <b>%(number)s</b> has expired. Nothing was charged, and your answers are kept: one tap on the card below brings the order back.",
            number,
            ever=True,
        )
        await anna.does_not_see("is waiting for your payment until", ever=True)
    assert await house.breaches() == []


async def test_an_old_button_after_a_restart(house: House) -> None:
    anna = await house.customer("en")
    async with house.open():
        await anna.start("short_video")
        await anna.sees(anna.title("short_video"), photo=True)
    async with house.open():
        await anna.picks(anna.plan("short_video", "standard"))
        await anna.hears(GOAL)


async def test_a_change_with_a_restart_at_every_step(house: House) -> None:
    """Asked for, quoted, accepted, paid while the bot is away; then a refund whose answer came meanwhile."""
    anna = await house.customer("en")
    async with house.open():
        number = await anna.paid(plan="basic")
        await anna.taps("🔄 Change the order", on=await anna.card(number))
        await anna.sees(button=f"📦 {anna.t('Another plan')}")
    await anna.tap(f"📦 {anna.t('Another plan')}", wait=False)
    async with house.open():
        await anna.hears("Which plan is order %(number)s to have?", number, ever=True)
        await anna.tap(anna.plan("short_video", "standard"))
        await anna.sees(button=anna.t("✅ Ask for it"))
    await anna.tap(anna.t("✅ Ask for it"), wait=False)
    async with house.open():
        await anna.sees(button=anna.t("✅ Accept and get the invoice"), ever=True)
    await anna.tap(anna.t("✅ Accept and get the invoice"), wait=False)
    async with house.open():
        sheet = await anna.sees("Change of order", invoice=True, ever=True)
        await anna.pay("late", delay=60, message=sheet)
    await house.pass_time(0.05)
    async with house.open():
        await anna.hears("It is part of the order now, and the clock goes on.", number, ever=True)
        await anna.say(f"/order {number}")
        card = await anna.sees(number, button=anna.t("✖️ Cancel order"))
        await anna.taps("✖️ Cancel order", on=card)
        await anna.sees(button=anna.t("Yes, cancel it"))
    # Pressed while nobody is there: both payments go back, each once.
    await anna.tap(anna.t("Yes, cancel it"), wait=False)
    async with house.open():
        await anna.hears("Order <b>%(number)s</b> is cancelled, at no cost.", number, ever=True)
    async with house.open():
        pass
    calls = await house.playground.calls(0, "refundStarPayment")
    assert [call["ok"] for call in calls] == [True, True]
    assert len({call["params"]["telegram_payment_charge_id"] for call in calls}) == 2
    assert await house.breaches() == []
