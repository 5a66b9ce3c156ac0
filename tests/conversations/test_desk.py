"""The desk: handing over, escalating, putting aside, merging, several tickets, clocks, and the way back in."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Stage
from tests.conversations.desk import desk, says
from tests.conversations.steps import GOAL, GOALS, WHEN, Guest
from tests.conversations.working import job

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])


@both
async def test_handed_over_escalated_put_aside(stage: Stage, language: str) -> None:
    async with desk(stage) as here:
        guest = await stage.customer(language)
        await guest.say("/support")
        topic = await here.topic(guest)
        await topic.say("Hello!")
        await guest.sees("Hello!")

        await here.tom.at(here.forum).say("Good morning, everybody")
        # Tom has never pressed START: the topic says what he has to do.
        await topic.say(f"/transfer {here.tom.name}")
        await topic.sees(f"Sue → {here.tom.name}")
        await topic.sees(
            says(
                "I cannot write to %(name)s in private: they have to open @%(bot)s once and press START.",
                name=here.tom.name,
                bot="stage_bot",
            ),
            ever=True,
        )
        await guest.hears(
            "<b>%(name)s</b> goes on with you from here; %(before)s has handed everything over. You need not repeat anything.",
            here.tom.name,
        )
        tom = await here.topic(guest, here.tom)
        await tom.say("/escalate help")
        await tom.sees("at least 10 characters")
        case = await tom.sees("#", button="To a lead", ever=True)
        await tom.tap("To a lead", message=case)
        await tom.sees(
            says(
                "what happened, what was tried, what is needed? Your next message here is the summary for the lead; the person does not see it."
            )
        )
        await tom.say("Wants money back after 20 days")
        await tom.sees(f"{here.tom.name} asks for a lead", "Mei", "Wants money back after 20 days")
        await guest.does_not_see("Wants money back", ever=True)
        await guest.hears("%(name)s has left the conversation.", here.tom.name, ever=True)
        # Not an agent's any more, until a lead has it.
        await tom.say("I go on")
        await tom.sees(says("It waits for a lead; /transfer by a lead gives it back to you."))
        await guest.does_not_see("I go on", ever=True)
        lead = await here.topic(guest, here.lead)
        await lead.say("Mei here, I decide this.")
        await guest.sees("Mei", "Mei here, I decide this.")

        await lead.say("/snooze 2h" if language == "en" else "/snooze 2小时")
        await lead.sees("Mei has put it aside until")
        assert await here.state(guest) == "snoozed"
        await stage.playground.advance(hours=2, minutes=1)
        await lead.sees(says("it was to come back now."), ever=True)
        assert await here.state(guest) == "assigned"
        await lead.say("/priority urgent")
        await lead.say("/tag vip refund")
        await lead.say("/tag -refund")
        await lead.sees("🔥", "#vip", ever=True)
        general = here.lead.at(here.forum)
        await general.say("/queue")
        await general.sees(guest.name, "Mei", "🔥")
        await general.say("/mine")
        await general.sees("Yours:", guest.name)
        await lead.say("/resolve")
        await guest.hears("How was it? One tap is enough.", ever=True)


@both
async def test_the_way_back_in(stage: Stage, language: str) -> None:
    async with desk(stage) as here:
        guest = await stage.customer(language)
        await guest.to_goal()
        await guest.say("/support")
        topic = await here.topic(guest)
        hello = await topic.say("Hello!")
        got = await guest.sees("Hello!")
        assert hello
        await guest.taps("✅ Solved, thank you")
        await guest.hears(GOAL, ever=True)
        assert await here.mode(guest) == "bot"
        # The bot takes what is typed again, exactly where it was.
        await guest.say(GOALS[language])
        await guest.hears(WHEN)

        # A reply to the agent's message within 72 hours opens the same ticket again.
        await stage.playground.advance(hours=70)
        first = await here.ticket(guest)
        await guest.say("One more thing", reply_to=got.message_id)
        assert (await here.ticket(guest))["id"] == first["id"]
        topic = await here.topic(guest)
        await topic.sees("One more thing", ever=True)
        await topic.say("Yes?")
        await guest.sees("Yes?")
        await topic.say("/resolve")
        over = await guest.hears("How was it? One tap is enough.", button="↩️ Not solved")
        # Later a new one is linked to it.
        await stage.playground.advance(hours=73)
        assert await here.state(guest) == "closed"
        await guest.taps("↩️ Not solved", on=over)
        second = await here.ticket(guest)
        assert (second["follows"], second["state"]) == (first["id"], "queued")
        await guest.taps("✖️ No longer needed")
        assert await here.state(guest) == "resolved"


async def test_clocks_of_the_desk(stage: Stage) -> None:
    async with desk(stage) as here:
        await stage.until(10)
        guest = await stage.customer("zh")
        await guest.say("客服")
        topic = await here.topic(guest)
        case = await topic.sees("#", button="Take it", ever=True)
        await topic.tap("Take it", message=case)
        await guest.hears("<b>%(name)s</b> from our team is here")
        # Taken, and not answered: back to the queue, everybody hears of it.
        await stage.playground.advance(minutes=16)
        await here.sue.at(here.forum).sees("No answer for", "Sue had taken it", ever=True)
        await stage.support.at(stage.staff).sees(guest.name, "No answer for", ever=True)
        assert await here.state(guest) == "queued"
        await guest.hears("%(name)s has left the conversation.", "Sue", ever=True)
        await guest.say("还在吗")
        await topic.say("在的")
        await guest.sees("在的")
        assert await here.state(guest) == "waiting_customer"
        # A day of silence after an answer: the bot goes on.
        await stage.playground.advance(hours=24, minutes=1)
        await guest.hears(
            "We have not heard from you for a day, so this is settled for now and the bot is with you again."
        )
        assert (await here.state(guest), await here.mode(guest)) == ("resolved", "bot")
        # The shift's summary came.
        await here.sue.at(here.forum).sees(says("For the next shift"), ever=True)


@both
async def test_a_ticket_for_each_matter(stage: Stage, language: str) -> None:
    """Two tickets of one person, one about an order; a question to its provider; both merged."""
    async with desk(stage) as here:
        work = await job(stage, language)
        guest = work.customer
        await guest.card(work.number)
        await guest.taps("🙋 Ask a person")
        await guest.hears("A person looks after this", work.number)
        about_order = (await here.topic(guest)).at(here.forum, await here.thread(work.number))
        case = await about_order.sees(work.number, button="Take it", ever=True)
        assert work.maker.name in case.text
        await about_order.tap("Take it", message=case)
        await guest.hears("<b>%(name)s</b> from our team is here")
        await about_order.say("/provider When is the draft ready?")
        asked = await work.maker.hears(
            "Please reply to this message: your answer goes to our team.",
            "When is the draft ready?",
        )
        await guest.does_not_see("When is the draft ready?", ever=True)
        assert await here.state(guest) == "waiting_provider"
        await work.maker.say("Tomorrow", reply_to=asked.message_id)
        await about_order.sees("🛠", work.maker.name, "Tomorrow")
        await guest.does_not_see("Tomorrow", ever=True)
        # What the provider writes of their own accord still goes to the customer.
        await about_order.say("Draft tomorrow.")
        got = await guest.sees(work.number, "Draft tomorrow.")
        # Another matter, without an order: a reply decides which is meant.
        await guest.say("/paysupport")
        rows = await stage.rows(
            "select number, order_id from tickets t join people p on p.id = t.person_id "
            "where p.user_id = :u order by t.id",
            u=guest.id,
        )
        assert [row["order_id"] is None for row in rows] in ([False], [False, True])
        await guest.say("Thanks!", reply_to=got.message_id)
        await about_order.sees("Thanks!")
        await about_order.say("/resolve")
        await work.end()


@both
async def test_staff_are_customers_too(stage: Stage, language: str) -> None:
    async with desk(stage, language) as here:
        tom = Guest(stage.playground, here.tom.id, here.tom.name, language=language)
        await tom.start()
        await tom.say("人工" if language == "zh" else "agent")
        await tom.hears("A person looks after this")
        own = await here.topic(here.tom, here.tom)
        case = await own.sees("#", button="Take it", ever=True)
        toast = await own.tap("Take it", message=case)
        assert toast.text == tom.t("This is about yourself: a colleague has to look after it.")
        sue = await here.topic(here.tom, here.sue)
        await sue.say("Hello colleague")
        await here.tom.sees("Sue", "Hello colleague")
        await here.tom.say("/queue")
        await tom.hears("Open: %(n)s", here.tom.name)
        await sue.say("/resolve")
        # Who has no role may do nothing there, and anonymous administrators are told what to do.
        stranger = await stage.playground.person("Stranger", "en")
        await stage.playground.set_member(here.forum, stranger, "member")
        guest = await stage.customer(language)
        await guest.say("/support")
        thread = await here.thread(guest.name)
        await stranger.at(here.forum, thread).say("I am no agent")
        await stranger.at(here.forum, thread).sees("This needs one of these roles")
        await stage.playground.set_member(here.forum, here.tom, "administrator", anonymous=True)
        hidden = here.tom.at(here.forum, thread)
        await hidden.say("Who am I?")
        await hidden.sees("Please write as yourself")
        await guest.does_not_see("Who am I?", ever=True)
        await guest.does_not_see("I am no agent", ever=True)
        await guest.taps("✖️ No longer needed")


async def test_the_bot_asks_for_a_person_and_stays_out_of_the_way(stage: Stage) -> None:
    async with desk(stage) as here:
        await stage.until(10)
        guest = await stage.customer("en")
        await guest.to_deadline()
        await guest.say("blah blub")
        await guest.say("qwertz uiop")
        await guest.sees("A person will have a look")
        topic = await here.topic(guest)
        await topic.sees("qwertz uiop", ever=True)
        # Nobody is there yet: the bot goes on.
        await guest.say("in 40 days")
        await guest.does_not_see("blub", ever=False)
        assert await here.mode(guest) == "queued"
        await topic.say("Can I help?")
        await guest.sees("Can I help?")
        # No nudge, no dialog while a person speaks; buttons say why.
        async with guest.silence():
            await stage.playground.advance(hours=2)
        await guest.say("/orders")
        await guest.say("/start")
        await guest.hears(
            "You are talking with a person now. The bot keeps quiet until you go back to it; receipts still come."
        )
        await topic.say("/r hello")
        await guest.sees(guest.name, "Sue", "Orderclerk")
        await topic.sees("Sent by Sue:", ever=True)
        await topic.say("/back")
        await guest.hears("The bot is with you again, where you left it.", ever=True)
        assert await here.mode(guest) == "queued"
        await topic.say("/resolve")
        assert await here.mode(guest) == "bot"


async def test_what_is_owed_and_what_the_system_asks_for(stage: Stage) -> None:
    async with desk(stage) as here:
        await stage.until(10)
        guest = await stage.customer("en")
        number = await guest.orders()
        await guest.pay("other_amount")
        ticket = await here.ticket(guest)
        assert (ticket["reason"], ticket["priority"]) == ("payment", 1)
        assert number in (await stage.playground.topics(here.forum)).__str__()
        topic = await here.topic(guest)
        await topic.say("We look into the payment.")
        await guest.sees("We look into the payment.")
        await guest.say("Thank you, how long?")
        await topic.sees("how long?")
        # A further answer is owed: everybody hears of it, and after a day the bot is back.
        general = here.sue.at(here.forum)
        await stage.playground.advance(hours=1, minutes=1)
        await general.sees(guest.name, "No answer for", "✋ Sue", ever=True)
        assert await here.mode(guest) == "human"
        await stage.playground.advance(hours=31)
        assert (await here.state(guest), await here.mode(guest)) == ("queued", "queued")
        await guest.hears("The bot is with you again, where you left it.", ever=True)
        await topic.say("/resolve")
