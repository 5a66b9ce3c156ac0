"""The bot stops and starts again in every stage of a dispute between two who read different languages."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.app import build
from bot.pace import UNHURRIED, Pace
from bot.settings import Settings
from playground.people import Playground
from playground.server import running
from tests.conversations.conftest import Stage
from tests.conversations.disputing import (
    ANSWER,
    STORY,
    WHY,
    answers,
    hears,
    opens,
    press,
    steps,
    writes,
)
from tests.conversations.working import specialist

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.long]
TOKEN = "700900100:" + "q" * 35


class Restarting(Stage):
    """A stage whose bot can be switched off and on."""

    settings: Settings
    open_app: contextlib.AsyncExitStack

    async def start(self) -> None:
        self.open_app = contextlib.AsyncExitStack()
        self.app = build(self.settings, pace=Pace(UNHURRIED))
        await self.open_app.enter_async_context(self.app.running())
        self.database = await self.app.database()

    async def restart(self) -> None:
        await self.playground.quiet()
        await self.open_app.aclose()
        await self.start()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Restarting]:
    folder: Path = tmp_path_factory.mktemp("shop")
    async with running(folder / "playground") as url, Playground(url) as playground:
        bot = await playground.bot(TOKEN, "shop_bot", "Orderclerk")
        mei = await playground.person("Mei", "en")
        sue = await playground.person("Sue", "en")
        staff = await playground.group("Staff", [mei, sue])
        settings = Settings(
            bot_token=SecretStr(TOKEN),
            bot_api_url=url,
            clock=url,
            data_dir=folder / "bot",
            staff_chat=staff.id,
            admin_ids=(mei.id,),
            health_port=0,
        )
        shop = Restarting(
            playground=playground,
            app=None,  # type: ignore[arg-type]
            database=None,  # type: ignore[arg-type]
            bot=bot,
            staff=staff,
            providers=staff,
            admin=mei,
            finance=mei,
            provider=sue,
            support=sue,
            url=url,
        )
        shop.settings = settings
        await shop.start()
        yield shop
        await shop.open_app.aclose()


async def test_a_restart_in_every_stage(shop: Restarting) -> None:
    sue, mei = shop.support.at(shop.staff), shop.admin.at(shop.staff)
    await mei.say(f"/role add agent {sue.id}")
    await mei.sees("is now")
    await shop.until(10)
    maker = await specialist(shop, "zh")
    anna = await shop.customer("en")
    number = await anna.paid()
    accept = maker.t("✅ Accept")
    await maker.tap(accept, message=await maker.sees(number, button=accept))
    await anna.sees(number, button=anna.t("⚖️ Open a dispute"))
    await shop.restart()
    await opens(anna, number, words=STORY["en"])
    await shop.restart()
    await answers(maker, number, ANSWER["zh"])
    await shop.restart()
    await press(anna, number, "🙋 Ask for a mediator")
    await hears(maker, "A mediator was asked for.", number)
    await shop.restart()
    await sue.tap("✋ I mediate", message=await sue.sees(number, button="✋ I mediate", ever=True))
    await hears(maker, "A mediator has taken the case.", number)
    await shop.restart()
    await writes(sue, number, "Split the money", pick="25 %")
    # Each side reads the reasons in its own language.
    await hears(anna, "The mediator has looked at everything", WHY["en"])
    await hears(maker, "The mediator has looked at everything", WHY["zh"])
    await shop.restart()
    await press(anna, number, "✅ I agree")
    await hears(maker, "One side has agreed to the proposal.", number)
    await shop.restart()
    await press(maker, number, "✖️ I do not agree")
    await hears(anna, "One side does not agree to the proposal.", number)
    await shop.restart()
    await mei.tap("✋ I decide", message=await mei.sees(number, button="✋ I decide", ever=True))
    await hears(anna, "Somebody of our team who has not dealt with the case", number)
    await shop.restart()
    await writes(mei, number, "Full refund", final=True)
    await hears(anna, "The dispute is decided.", number, WHY["en"])
    await hears(maker, "The dispute is decided.", number, WHY["zh"])
    assert await shop.state(number) == "cancelled"
    assert await steps(shop, number) == [
        "open",
        "respond",
        "call_mediator",
        "claim",
        "propose",
        "agree",
        "reject",
        "arbitrate",
        "rule",
    ]
    await shop.restart()
    assert await shop.breaches() == []
