"""Take-over: a person of staff in the customer's chat, both ways, from asking to the way back to the bot."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.desk import desk, says
from tests.conversations.steps import WHEN

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_person_takes_over_and_the_bot_goes_on_where_it_was(
    stage: Stage, language: str
) -> None:
    async with desk(stage) as here:
        guest = await stage.customer(language)
        await guest.to_deadline()
        await guest.say("人工" if language == "zh" else "agent")
        await guest.hears("A person looks after this")
        await guest.say("Do you also deliver at night? <b>&")
        topic = await here.topic(guest)
        case = await topic.sees("#", guest.name, button="Take it", ever=True)
        assert "🎯" in case.text or "👆" in case.text or "🤖" in case.text
        await topic.sees("Do you also deliver at night? <b>&", ever=True)
        assert await here.mode(guest) == "queued"

        await topic.say("Yes, until ten.")
        await guest.hears("<b>%(name)s</b> from our team is here", ever=True)
        await guest.sees("Sue", guest.t("support"), "Yes, until ten.")
        assert await here.mode(guest) == "human"
        await guest.say("Great!")
        await topic.sees("Great!")
        await guest.does_not_see(guest.t(WHEN))

        await guest.taps("🤖 Back to the bot")
        await guest.hears(WHEN)
        assert await here.mode(guest) == "queued"
        await topic.sees(
            says(
                "%(name)s is back with the bot. The ticket stays open; what you write here brings them to you again.",
                name=guest.name,
            )
        )
