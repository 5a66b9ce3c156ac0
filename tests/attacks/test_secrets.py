"""Card numbers, tokens and people's words: out of the chat, out of the database, out of the logs."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr

from bot import logs
from bot.app import build
from bot.pace import UNHURRIED, Pace
from bot.settings import Settings
from playground.people import Playground
from playground.server import running
from tests.conversations.conftest import Stage
from tests.conversations.steps import guest

pytestmark = pytest.mark.asyncio(loop_scope="session")

CARDS = (
    "4111 1111 1111 1111",
    "my card 5500-0000-0000-0004 exp 12/29 cvv 123",
    "３７８２８２２４６３１０００５",
    "4\u200b111\u200b1111\u200b1111\u200b1111",
    "/order 4111111111111111",
    "/start 6222 0212 3456 7890 128",
)


async def test_card_numbers_are_deleted_masked_and_the_person_told(stage: Stage) -> None:
    eve = await guest(stage.playground, "Eve 4111111111111111", "en")
    await eve.to_goal()
    for text in CARDS:
        number = await eve.say(text)
        await eve.sees("That looked like a card number")
        await stage.playground.quiet()
        assert number not in {one.message_id for one in await eve.messages()}, text
    number = await eve.send_photo(caption="pay with 4111 1111 1111 1111")
    await eve.sees("That looked like a card number")
    await eve.say("Films of our garden")
    await eve.sees("By when do you need it?")
    await eve.send_document(b"x", "4111 1111 1111 1111.pdf")
    changed = await eve.say("in 40 days")
    await eve.edit(changed, "4111 1111 1111 1111")
    await eve.sees("That looked like a card number")
    sue = stage.support.at(stage.staff)
    typed = await sue.say("the customer's card is 4111 1111 1111 1111")
    await sue.sees("That looked like a card number")
    await stage.playground.quiet()
    assert typed not in {one.message_id for one in await sue.messages()}
    for table in (
        "people",
        "conversations",
        "inbox",
        "outbox",
        "surfaces",
        "parked",
        "orders",
        "briefs",
    ):
        stored = str(await stage.rows(f"select * from {table}"))
        for card in ("4111111111111111", "4111 1111", "5500-0000", "378282246310005", "62220212"):
            assert card not in stored, (table, card)


@pytest.fixture
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


TOKEN = "400500601:" + "c4n4ryT0ken" * 3 + "xx"


@pytest.mark.usefixtures("_logs_as_before")
async def test_no_secret_and_nobodys_words_are_logged(tmp_path: Path) -> None:
    """A bot that logs everything it can, through orders, faults and trouble; canaries in every field."""
    out = io.StringIO()
    async with running(tmp_path / "playground") as url, Playground(url) as playground:
        await playground.bot(TOKEN, "canary_bot", "Orderclerk")
        settings = Settings(
            bot_token=SecretStr(TOKEN),
            bot_api_url=url,
            clock=url,
            data_dir=tmp_path / "bot",
            provider_token=SecretStr("c4n4ry:provider"),
            bank_details_en="Bank c4n4ry 1",
            health_port=0,
            log_level="debug",
            log_format="json",
        )
        for style in ("json", "text"):
            logs.configure("debug", style, settings.secrets, out)
            app = build(settings, pace=Pace(UNHURRIED))
            async with app.running():
                eve = await guest(playground, "C4n4ry Name", "en")
                await eve.start()
                await eve.sees(button="All services")
                await eve.say("c4n4ry words")
                await eve.say("4111 1111 1111 1111 c4n4ry")
                await eve.send_document(b"c4n4ry", "c4n4ry.pdf")
                number = await eve.orders(goal="A c4n4ry goal for our tea")
                await eve.pays(number)
                await eve.forge("c4n4ry", message=await eve.sees(number))
                await eve.say("/c4n4ry")
                await eve.block()
                await playground.advance(hours=80)
                await playground.quiet(20)
        written = out.getvalue()
    assert "ready" in written
    assert "c4n4ry" not in written.lower()
    assert "4111" not in written
    assert TOKEN.partition(":")[2] not in written
