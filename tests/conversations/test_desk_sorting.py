"""The desk: a week of silence in the queue, stickers, tickets merged; notes first, and promised calls nobody took."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from bot.amounts import Amounts
from bot.hours import SupportHours
from playground.people import Seen
from tests.conversations.conftest import Stage, opened
from tests.conversations.desk import desk, says
from tests.conversations.disputing import msgid
from tests.conversations.working import job

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])


def sticker(emoji: str) -> Callable[[Seen], bool]:
    return lambda seen: (seen.raw.get("sticker") or {}).get("emoji") == emoji


@both
async def test_a_week_of_silence_stickers_and_two_tickets_merged(
    stage: Stage, language: str
) -> None:
    async with desk(stage) as here:
        work = await job(stage, language)
        anna, maker, number = work.customer, work.maker, work.number
        await maker.taps("❓ Ask, and stop the clock")
        await maker.say("Which logo?")
        await anna.hears("%(number)s: your specialist needs to know something", button="💬 Answer")
        await stage.playground.advance(days=6, hours=23)
        assert not await stage.rows(
            "select 1 from tickets where person_id in (select id from people where user_id = :u)",
            u=anna.id,
        )
        await stage.playground.advance(hours=1, minutes=1)
        asked = await here.ticket(anna)
        assert (asked["reason"], asked["state"]) == ("problem", "queued")
        general = here.sue.at(here.forum)
        await general.say("/queue")
        line = await general.sees("Open:", anna.name, number)
        assert says("something is wrong with the order") in line.text
        about = here.sue.at(here.forum, await here.thread(number))
        await about.say("We miss your answer")
        await anna.sees("Sue", number, "We miss your answer")

        # Stickers go both ways, under a label that says whose they are.
        await anna.send_sticker("🐢")
        await about.sees(where=sticker("🐢"))
        assert any(anna.name in one.text for one in await about.messages())
        await about.send_sticker("👋")
        await anna.sees(where=sticker("👋"))
        await anna.sees("Sue", anna.t("support"), ever=True)
        await stage.playground.quiet()
        states = await stage.rows(
            "select m.way, m.state from ticket_messages m where m.ticket_id = :t and cast(m.files as text) <> '[]' "
            "order by m.id",
            t=asked["id"],
        )
        assert [(row["way"], row["state"]) for row in states] == [("in", "sent"), ("out", "sent")]
        await about.say("/back")
        await anna.hears("The bot is with you again, where you left it.", ever=True)

        # Another matter of the same person, and one of somebody else.
        await anna.say("/support 发票抬头" if language == "zh" else "/support the receipt")
        second = await here.ticket(anna)
        assert second["id"] != asked["id"]
        other = await stage.customer("en")
        await other.say("/support")
        theirs = await here.ticket(other)
        topic = await here.topic(anna)
        await topic.say(f"/merge {theirs['number']}")
        await topic.sees("Only tickets of the same person can be merged.")
        await topic.say(f"/merge {second['number']}")
        await topic.sees("Merge into which?")
        await topic.say(f"/merge {asked['number']}")
        await topic.sees(f"#{asked['number']}", "it goes on there")
        await about.sees(f"#{second['number']}", "was merged into this one", ever=True)
        assert (await here.ticket(anna))["state"] == "closed"
        # What is written from now on comes there, whichever of both it was meant for.
        await anna.say("One more thing")
        await about.sees("One more thing", ever=True)
        # The topic is closed: only who manages topics can still write there, and is told where it goes on.
        lead = await here.topic(anna, here.lead)
        await lead.say("Hello?")
        await lead.sees("it goes on there")
        await anna.does_not_see("Hello?", ever=True)
        await about.say("Which receipt?")
        await anna.sees("Sue", "Which receipt?")
        await anna.taps("💬 Answer")
        await anna.say("The round one")
        await maker.hears("The customer has answered: the clock of <b>%(number)s</b> goes on.")
        await about.say("/resolve")
        await anna.hears("Settled, with %(name)s. The bot is with you again.", ever=True)
        assert await here.mode(anna) == "bot"
        await other.taps("✖️ No longer needed")
        await work.end()


# -- a desk with other settings --------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def careful(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """What staff write is a note unless marked; somebody is there from nine to six; money needs two soon."""
    rules = {
        "support_notes_first": True,
        "support_hours": SupportHours.parse("Mon-Sun 09:00-18:00"),
        "refund_limits": Amounts.parse("XTR 100"),
        "transfer_limits": Amounts.parse("off"),
    }
    async with opened(tmp_path_factory.mktemp("careful"), settings=rules) as stage:
        yield stage
        assert await stage.breaches() == []


@both
async def test_notes_first_and_a_promise_nobody_took(careful: Stage, language: str) -> None:
    async with desk(careful) as here:
        await careful.until(21)
        anna = await careful.customer(language)
        await anna.say("/support")
        told = await anna.sees("09:00")
        nobody = anna.t(msgid("Nobody is at their desk right now."))
        assert nobody in told.text
        await anna.tap(next(label for label in told.labels if "11:00" in label), message=told)
        await anna.hears("Somebody writes to you here on %(when)s.", "11:00")
        topic = await here.topic(anna)
        await topic.sees("11:00", button="Take it", ever=True)
        # Opening time passes without an alarm: they were promised eleven. Nobody takes it, and it is past.
        await careful.until(10, 30)
        await topic.does_not_see("No answer for", ever=True)
        await careful.until(11, 1)
        promised = says("the person was promised to be written to now.")
        await topic.sees(promised, ever=True)
        assert (await here.ticket(anna))["assignee_id"] is None
        await careful.until(11, 20)
        await here.sue.at(here.forum).sees("No answer for", anna.name, ever=True)

        # What an agent types stays here, whatever it is, until it is marked.
        noted = await topic.say("They sound upset")
        await topic.send_photo(caption="seen before")
        await topic.say(">> Sorry to keep you waiting!")
        got = await anna.sees("Sue", "Sorry to keep you waiting!")
        assert ">>" not in got.text
        await topic.say("/say Is it about the video?")
        await anna.sees("Is it about the video?")
        case = await topic.sees("#", button="↪️ Reply", ever=True)
        await topic.tap("↪️ Reply", message=case)
        await topic.say("One moment please")
        await anna.sees("One moment please")
        await topic.say("// and a note")
        await topic.say("my next thought")
        await careful.playground.quiet()
        chat = "\n".join(one.text for one in await anna.messages())
        for secret in ("upset", "seen before", "and a note", "my next thought"):
            assert secret not in chat
        mine = next(one for one in await topic.messages() if one.message_id == noted)
        assert "✍" in str(mine.raw.get("reactions"))
        await anna.say("Yes")
        await topic.sees("Yes", anna.name)
        await topic.say("/resolve")
        await anna.hears("How was it? One tap is enough.", ever=True)


async def test_limits_are_those_of_the_settings(careful: Stage) -> None:
    """Above its limit an agent approves no refund; where none is set, no transfer is one person's to confirm."""
    sue, mei, bo = (
        one.at(careful.staff) for one in (careful.support, careful.admin, careful.finance)
    )
    anna = await careful.customer()
    number = await anna.paid()
    await mei.say(f"/refund {number} 101 goodwill")
    asked = await sue.sees(number, button="Approve")
    toast = await sue.tap("Approve", message=asked)
    assert toast.text == "Above ⭐ 100 a lead has to approve."
    await mei.tap("Reject", message=asked)
    await mei.say(f"/refund {number} 100 goodwill")
    asked = await sue.sees(number, button="Approve")
    assert (await sue.tap("Approve", message=asked)).text == "Approved. The money is on its way."
    second = await anna.by_transfer(plan="basic")
    await anna.send_photo()
    proof = await bo.sees(second, button="Money is there")
    toast = await bo.tap("Money is there", message=proof)
    assert toast.text == "Noted. Above the limit a second person of finance has to confirm it."
    assert await careful.state(second) == "awaiting_payment"
