"""Take-over: a person of staff in the customer's chat, both ways, from asking to the way back to the bot."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from playground.people import Person, Seen, picture
from tests.conversations.conftest import Stage
from tests.conversations.desk import desk, says
from tests.conversations.steps import WHEN, Guest

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])


@both
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
        assert "🤝" in case.text
        assert "📅" in case.text
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


@both
async def test_staff_write_to_the_customer_of_an_order_first(stage: Stage, language: str) -> None:
    """The bot was with them in the middle of something; afterwards it goes on there."""
    async with desk(stage) as here:
        guest = await stage.customer(language)
        number = await guest.orders()
        await guest.to_deadline("copywriting", "basic")
        staff = stage.support.at(stage.staff)
        await staff.say("/contact")
        await staff.sees("Write the order's number, and what the customer is to read:")
        await staff.say("/contact K7M-3QXA hello")
        await staff.sees("There is no order with this number.")
        await staff.say(f"/contact {number} Which of the two logos is yours?")
        await guest.hears("<b>%(name)s</b> from our team is here")
        await guest.sees("Sue", guest.t("support"), "Which of the two logos is yours?", ever=True)
        await staff.sees(guest.name, number, "has your message", "is yours")
        assert await here.mode(guest) == "human"
        await guest.say("The round one")
        topic = await here.topic(guest)
        case = await topic.sees("#", number, "our team wrote first", ever=True)
        assert guest.name in case.text
        await topic.sees("The round one", ever=True)
        # Once more finds the same ticket; a colleague is told who has it.
        await staff.say(f"/contact {number} And the colour?")
        await guest.sees("And the colour?")
        await stage.admin.at(stage.staff).say(f"/contact {number} Hello")
        await stage.admin.at(stage.staff).sees("Sue", button="Take it over")
        await guest.does_not_see("Hello")
        await topic.say("/resolve")
        await guest.hears("Settled, with %(name)s. The bot is with you again.")
        await guest.hears(WHEN, ever=True)
        # Nobody is staff of their own order.
        sue = Guest(stage.playground, stage.support.id, "Sue", language="en")
        own = await sue.orders("copywriting", "basic")
        await staff.say(f"/contact {own} me")
        await staff.sees("This is about yourself: a colleague has to look after it.")


@both
async def test_staff_prepare_an_order_that_the_customer_confirms(
    stage: Stage, language: str
) -> None:
    """Nothing is ordered before the customer says so; what they had begun before waits."""
    async with desk(stage) as here:
        guest = await stage.customer(language)
        await guest.to_deadline()
        await guest.say("/support please order for me")
        topic = await here.topic(guest)
        await topic.say("/draft")
        await topic.sees("Write service and plan", "copywriting-basic")
        await topic.say("/draft nothing-basic x")
        await topic.sees("“nothing-basic” is nothing we offer now.")
        await topic.say("/draft copywriting-basic " + "x" * 501)
        await topic.sees("That is longer than the 500 characters")
        # What a brief may not have stays where it can be read, with the reason.
        await topic.say("/draft copywriting-basic ab")
        await guest.taps("👀 Look at it")
        await guest.sees("ab", button="👀 Look at it" if language == "en" else "👀 查看", ever=True)
        said = {"zh": "为新品写文案，40天后", "en": "Words for our new product, in 40 days"}[
            language
        ]
        await topic.say(f"/draft copywriting-basic {said}")
        await guest.hears("%(name)s from our team has prepared an order for you", said)
        await topic.sees(guest.name, "sees what you have prepared")
        assert await here.mode(guest) == "human"
        await guest.taps("👀 Look at it")
        await guest.hears("Please check your order", said.split("，")[0].split(",")[0])
        assert not await stage.rows(
            "select o.id from orders o join people p on p.id = o.customer_id "
            "where p.user_id = :user and o.state != 'draft'",
            user=guest.id,
        )
        await guest.confirms()
        await guest.sees(invoice=True)
        await topic.sees(guest.name, "is back with the bot", ever=True)
        await topic.say("/resolve")


@both
async def test_what_is_written_after_the_end_goes_to_the_same_person(
    stage: Stage, language: str
) -> None:
    """Within 72 hours, where the bot has no use for it; thanks ask for nobody, and what the bot knows is the bot's."""
    async with desk(stage) as here:
        guest = await stage.customer(language)
        await guest.say("人工" if language == "zh" else "agent")
        topic = await here.topic(guest)
        await topic.say("How can I help?")
        await guest.sees("How can I help?", ever=True)
        await topic.say("/resolve")
        await guest.hears("Settled, with %(name)s. The bot is with you again.")
        await guest.say({"zh": "好的，谢谢！", "en": "Thank you!"}[language])
        await guest.sees(button=guest.t("🗂 All services"))
        assert await here.state(guest) == "resolved"
        await guest.say("/orders")
        assert await here.state(guest) == "resolved"
        await guest.say("qwzx 1234 plmk?")
        await topic.sees("qwzx 1234 plmk?")
        assert await here.state(guest) == "queued"
        await topic.say("I see")
        await guest.sees("I see")
        await topic.say("/resolve")
        await guest.hears("Settled, with %(name)s. The bot is with you again.")
        # The same was said above.
        await stage.playground.quiet()
        assert await here.state(guest) == "resolved"
        await stage.playground.advance(hours=73)
        await guest.say("qwzx 1234 plmk!")
        await guest.sees(button=guest.t("🗂 All services"))
        assert await here.state(guest) == "closed"


@both
async def test_everything_is_relayed_both_ways(stage: Stage, language: str) -> None:
    async with desk(stage) as here:
        name = {"zh": "小派", "en": "Pia"}[language]
        made = await stage.playground.person(name, language, phone="+8613800138000")
        guest = Guest(stage.playground, made.id, name, language=language)
        await guest.say("/support the colours are wrong")
        await guest.hears("A person looks after this")
        topic = await here.topic(guest)
        assert "the colours are wrong" in (await topic.sees("#", button="Take it", ever=True)).text
        await topic.tap("Take it")
        await guest.hears("<b>%(name)s</b> from our team is here")

        # from the person: album, document, voice, place, contact, edit, reply, reaction
        await guest.send_album(picture(), picture(), caption="both sides")
        await topic.sees("both sides", photo=True)
        await guest.send_document(b"%PDF-1.4", "plan.pdf", caption="the plan")
        await topic.sees("the plan", document=True)
        await guest.send_voice()
        await topic.sees(where=lambda seen: bool(seen.raw.get("voice")))
        await guest.send_location(31.2, 121.5)
        await topic.sees(where=lambda seen: bool(seen.raw.get("location")))
        await guest.share_contact()
        await topic.sees(where=lambda seen: bool(seen.raw.get("contact")))
        said = await guest.say("It is bleu")
        seen = await topic.sees("It is bleu")
        await guest.edit(said, "It is blue")
        await topic.sees("It is blue")
        await topic.react(seen, "👍")
        await stage.playground.quiet()
        assert "👍" in str((await _message(guest, said)).raw)

        # to the person: reply to what they wrote, edit, album, sticker by copy, reaction
        answer = await topic.say("We print it again", reply_to=seen.message_id)
        got = await guest.sees("Sue", "We print it again")
        assert got.reply_to == said
        await topic.edit(answer, "We print it again today")
        got = await guest.sees("We print it again today")
        await topic.send_album(picture(), picture(), caption="like this?")
        await guest.sees("like this?", photo=True)
        await guest.react(got, "🎉")
        await stage.playground.quiet()
        assert "🎉" in str((await _message(topic, answer)).raw)
        # A card number has no place there either: deleted, and not passed on.
        await topic.say("Use 4111 1111 1111 1111 then")
        await topic.sees("card number")
        await guest.does_not_see("4111")
        assert not [one for one in await topic.messages() if "4111" in one.text]
        await topic.say("// they were rude last time")
        await topic.say("/note and again")
        await guest.does_not_see("rude")
        await guest.does_not_see("and again")
        assert await here.state(guest) == "waiting_customer"

        # notes stay out of the person's transcript, and are in the desk's
        await topic.say("/transcript")
        file = await topic.sees("The conversation so far", document=True)
        text = await _text(stage, file)
        assert "they were rude last time" in text
        assert "We print it again today" in text
        await topic.say("/resolve")
        over = await guest.hears("How was it? One tap is enough.", button="↩️ Not solved")
        await guest.taps("📄 Transcript", on=over)
        sent = await guest.hears("The conversation so far.", ever=True)
        assert sent.document is not None
        own = await _text(stage, sent)
        assert "It is blue" in own
        assert "rude" not in own
        await guest.tap("5 ⭐", message=over)
        await topic.sees("⭐⭐⭐⭐⭐")
        assert (await here.ticket(guest))["rating"] == 5


@both
async def test_what_cannot_be_delivered_is_marked_with_the_reason(
    stage: Stage, language: str
) -> None:
    async with desk(stage) as here:
        guest = await stage.customer(language)
        await guest.say("/support")
        topic = await here.topic(guest)
        await topic.say("Hello")
        await guest.sees("Hello")
        await guest.block()
        await topic.say("Are you there?")
        await topic.sees(says("Not delivered to %(name)s.", name=guest.name))
        await topic.sees(says("has blocked the bot"), ever=True)
        await guest.unblock()
        await guest.say("回来了")
        await topic.sees("回来了")


@both
async def test_a_deleted_topic_loses_nothing(stage: Stage, language: str) -> None:
    async with desk(stage) as here:
        guest = await stage.customer(language)
        await guest.say("/support")
        topic = await here.topic(guest)
        await topic.say("What is it about?")
        await guest.sees("What is it about?")
        first = await here.thread(guest.name)
        await stage.playground.delete_topic(here.forum, first)
        await guest.say("About the delivery")
        await guest.say("It never came")
        second = await here.topic(guest)
        await second.sees(button="Resolved", ever=True)
        await second.sees("About the delivery", ever=True)
        await second.sees("It never came", ever=True)
        assert await here.thread(guest.name) != first
        await second.say("We send it again")
        await guest.sees("We send it again")

        # closed by hand: reopened, and said that this does not settle it
        thread = await here.thread(guest.name)
        await stage.playground.close_topic(here.forum, thread)
        await second.sees(
            says(
                "I have reopened the topic: closing it does not settle the ticket. Use “✅ Resolved” for that."
            ),
            ever=True,
        )
        await guest.say("Thank you")
        await second.sees("Thank you", ever=True)


@both
async def test_two_agents_race(stage: Stage, language: str) -> None:
    async with desk(stage) as here:
        guest = await stage.customer(language)
        await guest.say("/support")
        sue, tom = await here.topic(guest, here.sue), await here.topic(guest, here.tom)
        case = await sue.sees("#", button="Take it", ever=True)
        toasts = await asyncio.gather(
            sue.tap("Take it", message=case), tom.tap("Take it", message=case)
        )
        assert sum("is yours" in (toast.text or "") for toast in toasts) == 1
        holder, other = (sue, tom) if "is yours" in (toasts[0].text or "") else (tom, sue)
        await other.say("I answer too")
        notice = await other.sees(
            holder.name, "Your message was not passed on", button="Take it over"
        )
        await guest.does_not_see("I answer too", ever=True)
        await other.tap("Take it over", message=notice)
        await guest.hears(
            "<b>%(name)s</b> goes on with you from here; %(before)s has handed everything over. You need not repeat anything.",
            other.name,
        )
        await other.say("Now me")
        await guest.sees(other.name, "Now me")
        steps = await stage.rows(
            "select transition from ticket_steps s join tickets t on t.id = s.ticket_id "
            "join people p on p.id = t.person_id where p.user_id = :u order by s.n",
            u=guest.id,
        )
        assert [row["transition"] for row in steps] == ["queue", "claim", "take_over", "answer"]


async def _message(person: Person, message_id: int) -> Seen:
    return next(one for one in await person.messages() if one.message_id == message_id)


async def _text(stage: Stage, seen: Seen) -> str:
    assert seen.document is not None
    async with httpx.AsyncClient(base_url=stage.url, trust_env=False) as http:
        return (await http.get(seen.document["url"])).content.decode("utf-8-sig")
