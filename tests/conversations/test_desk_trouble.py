"""The desk when things go wrong: restarts, missing rights, no topics, a group with a new id, nobody at work."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.app import build
from bot.commands.doctor import look
from bot.pace import UNHURRIED, Pace
from bot.settings import Settings
from playground.people import Group, Person, Playground
from playground.server import running
from storage.database import Database
from storage.invariants import check
from tests.conversations.desk import says
from tests.conversations.steps import GOAL, Guest, guest

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOKEN = "700800901:" + "d" * 35


@dataclass
class House:
    """A playground, a forum, and a bot that can be switched off and on."""

    playground: Playground
    settings: Settings
    forum: Group
    mei: Person

    @contextlib.asynccontextmanager
    async def open(self, **settings: object) -> AsyncIterator[None]:
        app = build(self.settings.model_copy(update=settings), pace=Pace(UNHURRIED))
        async with app.running():
            yield
            await self.playground.quiet(20)
        database = await Database.open(self.settings.database)
        try:
            now, bot = await self.playground.now(), self.settings.bot_id
            found = await database.read(lambda connection: check(connection, bot, now=now))
            assert [str(breach) for breach in found] == []
        finally:
            await database.close()

    async def topic(self, name: str) -> Person:
        await self.playground.quiet()
        topics = await self.playground.topics(self.forum)
        return self.mei.at(
            self.forum, max(thread for thread, title in topics.items() if name in title)
        )

    async def doctor(self, **settings: object) -> list[str]:
        app = build(self.settings.model_copy(update=settings), pace=Pace(UNHURRIED))
        try:
            return [one.what for one in await look(app) if one.level == "problem"]
        finally:
            await app.close()

    async def customer(self, name: str, language: str = "en") -> Guest:
        return await guest(self.playground, name, language)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder: Path = tmp_path_factory.mktemp("desk")
    async with running(folder / "playground") as url, Playground(url) as playground:
        await playground.bot(TOKEN, "desk_bot", "Orderclerk")
        mei = await playground.person("Mei", "en")
        forum = await playground.group("Forum", [mei], forum=True)
        settings = Settings(
            bot_token=SecretStr(TOKEN),
            bot_api_url=url,
            clock=url,
            data_dir=folder / "bot",
            admin_ids=(mei.id,),
            support_chat=forum.id,
            health_port=0,
        )
        yield House(playground, settings, forum, mei)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_restart_while_a_person_is_talking(house: House, language: str) -> None:
    name = {"zh": "小林", "en": "Ann"}[language]
    async with house.open():
        ann = await house.customer(name, language)
        await ann.to_goal()
        await ann.say("/support")
        topic = await house.topic(name)
        await topic.say("Hello, how can I help?")
        await ann.sees("Hello, how can I help?")
    # Both write while the bot is away.
    await ann.say("Where is my order?")
    await topic.say("Are you still there?")
    async with house.open():
        await ann.sees("Are you still there?", ever=True)
        await topic.sees("Where is my order?", ever=True)
    async with house.open():
        await ann.taps("🤖 Back to the bot")
        await ann.hears(GOAL)
        await topic.say("/resolve")
        await ann.hears("How was it? One tap is enough.", ever=True)


async def test_rights_that_are_missing(house: House) -> None:
    playground = house.playground
    bot = house.settings.bot_id
    await playground.set_member(
        house.forum, bot, "administrator", can_manage_topics=False, can_pin_messages=True
    )
    assert await house.doctor() == [
        "support group “Forum”: the right can_manage_topics (manage topics) is missing; "
        "group settings → administrators"
    ]
    async with house.open():
        bob = await house.customer("Bob")
        await bob.say("/support it broke")
        general = house.mei.at(house.forum)
        case = await general.sees("Bob", "it broke", button="Take it", ever=True)
        await general.sees("I could not make a topic", "not enough rights", ever=True)
        # It goes on by replies.
        await bob.say("Quite broken")
        asked = await general.sees("Bob", "Quite broken", ever=True)
        await general.say("What broke?", reply_to=asked.message_id)
        await bob.sees("Mei", "What broke?")
        await general.say("Talk among us")
        await bob.does_not_see("among us", ever=True)
        await bob.say("The handle")
        await general.sees("The handle", ever=True)
        await general.say("/resolve", reply_to=case.message_id)
        await bob.hears("How was it? One tap is enough.")
        await playground.set_member(
            house.forum, bot, "administrator", can_manage_topics=True, can_pin_messages=False
        )
        eva = await house.customer("Eva")
        await eva.say("/support")
        topic = await house.topic("Eva")
        await topic.sees(
            says(
                "I may not pin messages here, so the case file is not on top. Give me the right to pin messages."
            ),
            ever=True,
        )
        await topic.say("/resolve")
    assert "can_pin_messages" in (await house.doctor())[0]
    await playground.set_member(house.forum, bot, "member")
    assert "no administrator" in " ".join(await house.doctor())
    await playground.set_member(house.forum, bot, "left")
    assert "the bot is not in the group" in " ".join(await house.doctor())
    async with house.open():
        # Not in its desk at all: what is written waits.
        ivo = await house.customer("Ivo")
        await ivo.say("/support")
        await ivo.say("Nobody hears me")
        await playground.quiet()
        await playground.set_member(
            house.forum, bot, "administrator", can_manage_topics=True, can_pin_messages=True
        )
        topic = await house.topic("Ivo")
        await topic.sees("Nobody hears me", ever=True)
        await topic.say("/resolve")
    assert await house.doctor() == []


async def test_a_group_without_topics_that_gets_a_new_id(house: House) -> None:
    playground = house.playground
    group = await playground.group("Basic", [house.mei], kind="group")
    async with house.open(support_chat=group.id):
        kim = await house.customer("Kim")
        await kim.say("/support")
        basic = house.mei.at(group)
        await basic.sees("Kim", button="Take it", ever=True)
        moved = await playground.upgrade(group)
        await kim.say("Did you get this?")
        after = house.mei.at(moved)
        await after.sees("Kim", button="Take it", ever=True)
        got = await after.sees("Did you get this?", ever=True)
        await after.say("We did", reply_to=got.message_id)
        await kim.sees("We did")
        await kim.taps("✅ Solved, thank you")
        # The group was named by the settings; from now on it is known by its new id.
        await house.mei.at(house.forum).say("/support")
        await playground.quiet()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_outside_working_hours(house: House, language: str) -> None:
    from bot.hours import SupportHours

    hours = SupportHours.parse("Mon-Sun 09:00-18:00")
    async with house.open(support_hours=hours):
        now = (await house.playground.now()).astimezone(house.settings.timezone)
        evening = now.replace(hour=21, minute=0, second=0, microsecond=0)
        seconds = (evening - now).total_seconds() % 86400
        await house.playground.advance(seconds=seconds)
        lea = await house.customer({"zh": "小莉", "en": "Lea"}[language], language)
        await lea.say("/support")
        told = await lea.sees("09:00")
        eleven = next(label for label in told.labels if "11:00" in label)
        await lea.tap(eleven, message=told)
        await lea.sees(
            "11:00", lea.t("What you write here now goes to our team: text, photos, files, voice.")
        )
        topic = await house.topic(lea.name)
        await topic.sees("11:00", button="Take it", ever=True)
        # No alarm at night; at eleven the desk is reminded of the promise.
        await house.playground.advance(hours=11)
        await topic.does_not_see("No answer for", ever=True)
        await house.playground.advance(hours=3, minutes=1)
        await topic.sees(says("the person was promised to be written to now."), ever=True)
        await topic.say("Good morning")
        await lea.sees("Good morning")
        await topic.say("/resolve")
        await lea.hears("How was it? One tap is enough.")


async def test_topics_are_made_at_the_pace_that_is_allowed(house: House) -> None:
    """Told to wait, the desk waits; what was written meanwhile comes in order."""
    await house.playground.fault(
        429,
        method="createForumTopic",
        retry_after=1,
        description="Too Many Requests: retry after 1",
    )
    async with house.open():
        people = [await house.customer(f"Burst {n}") for n in range(2)]
        for one in people:
            await one.say("/support")
            await one.say("first")
            await one.say("second")
        for one in people:
            topic = await house.topic(one.name)
            await topic.sees(button="Take it", ever=True)
            shown = [seen.text for seen in await topic.messages()]
            words = [text.split("\n")[-1] for text in shown if one.name in text]
            assert words[-2:] == ["first", "second"]
            await one.taps("✖️ No longer needed")
    calls = await house.playground.calls(method="createForumTopic")
    assert any("Too Many Requests" in call.get("error", "") for call in calls)
