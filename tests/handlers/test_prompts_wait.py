"""While a person of staff speaks with somebody, the bot asks nothing of them; it does so once the chat is its own again."""

from __future__ import annotations

from datetime import timedelta

from bot.turns import Turns
from handlers import asking, desk, tickets
from handlers.turn import Turn
from orders.refusal import Refusal
from orders.tickets import TicketActor
from storage.desk import Ticket
from tests.handlers.house import ADMIN, BOT, CUSTOMER, MAKER, STAFF, House

DOUBTFUL = "Guaranteed followers for our tea page, in 40 days"


async def speaks(house: House, user: int) -> int:
    """Somebody of staff takes a ticket of this person's: the conversation is a human's. The ticket's id."""
    made: list[int] = []

    def take(turn: Turn) -> None:
        person = turn.work.person(user)
        assert person is not None
        ticket = tickets.open_ticket(turn, person, reason="asked")
        assert desk.claim(turn, ticket)
        if not ticket.joined:
            asking.joined(turn, ticket, turn.person)
        # Without a first word of theirs it would go back to the queue soon.
        answered = tickets.move(turn, ticket, "answer", TicketActor.LEAD, by=turn.person)
        assert not isinstance(answered, Refusal), answered.code
        made.append(ticket.id)

    turns = Turns(house.database, BOT, house.business, house.clock, handle=take)
    await turns.process([house.said(ADMIN, "I am here", chat=STAFF)])
    assert await mode(house, user) == "human"
    return made[0]


async def leaves(house: House, ticket: int) -> None:
    """The conversation is the bot's again."""

    def back(turn: Turn) -> None:
        asking.to_bot(turn, turn.work.session.get_one(Ticket, ticket))

    turns = Turns(house.database, BOT, house.business, house.clock, handle=back)
    await turns.process([house.said(ADMIN, "Goodbye", chat=STAFF)])


async def mode(house: House, user: int) -> str:
    rows = await house.rows("select mode from conversations where chat_id = :chat", chat=user)
    return str(rows[0]["mode"])


async def said(house: House, chat: int, label: str) -> int:
    rows = await house.rows(
        "select count(*) n from outbox where chat_id = :chat and label = :label",
        chat=chat,
        label=label,
    )
    return int(rows[0]["n"])


async def walk(house: House, person: int, *steps: str) -> None:
    """Taps buttons; what is in angles is written."""
    for step in steps:
        if step.startswith("<"):
            await house.say(person, step[1:-1])
        else:
            await house.tap(person, step)


async def test_the_summary_and_the_question_for_a_rating(house: House) -> None:
    await house.hire(MAKER)
    order = await house.order(CUSTOMER, MAKER)
    await walk(house, MAKER, "📈 Report", "<views 1200>", "40 %", "Skip")
    await house.deliver(MAKER)
    ticket = await speaks(house, CUSTOMER)
    # A button of a card still passes, and what is done by it is told.
    await house.tap(CUSTOMER, "Accept it")
    assert len(await house.texts(CUSTOMER, "told/accept_delivery_customer")) == 1
    await house.wait(timedelta(hours=3))
    assert await said(house, CUSTOMER, "review/summary") == 0
    await leaves(house, ticket)
    await house.wait(timedelta(hours=1, minutes=1))
    assert await said(house, CUSTOMER, "review/summary") == 1

    await house.wait(timedelta(hours=18))
    ticket = await speaks(house, CUSTOMER)
    await house.wait(timedelta(hours=10))
    assert await mode(house, CUSTOMER) == "human"
    assert await house.shown(CUSTOMER, f"review:{order}") == ""
    await leaves(house, ticket)
    await house.wait(timedelta(hours=14))
    assert "how was it?" in await house.shown(CUSTOMER, f"review:{order}")


async def test_the_reminder_of_a_change(house: House) -> None:
    """Of a wish its specialist has not answered, and of a quote the customer has not answered."""
    await house.hire(MAKER)
    await house.order(CUSTOMER, MAKER)
    await walk(house, CUSTOMER, "Change the order", "What is to be done", "<One more scene>")
    await walk(house, CUSTOMER, "Ask for it")
    before = await said(house, MAKER, "change/notice")
    await house.wait(timedelta(hours=20))
    ticket = await speaks(house, MAKER)
    await house.wait(timedelta(hours=15))
    assert await said(house, MAKER, "change/notice") == before
    await leaves(house, ticket)
    await house.wait(timedelta(hours=12))
    assert await said(house, MAKER, "change/notice") == before + 1

    await walk(house, MAKER, "Name price and days", "<500 2>", "Send it to the customer")
    before = await said(house, CUSTOMER, "change/notice")
    await house.wait(timedelta(hours=47))
    ticket = await speaks(house, CUSTOMER)
    await house.wait(timedelta(hours=5))
    assert await said(house, CUSTOMER, "change/notice") == before
    await leaves(house, ticket)
    await house.wait(timedelta(hours=12))
    assert await said(house, CUSTOMER, "change/notice") == before + 1


async def test_the_question_about_a_brief_is_not_repeated(house: House) -> None:
    await house.say(CUSTOMER, "/start short_video-standard")
    await walk(house, CUSTOMER, f"<{DOUBTFUL}>", "Confirm")
    await house.pay(CUSTOMER)
    await house.tap(ADMIN, "Ask the customer", chat=STAFF)
    await house.tap(ADMIN, "Is it real work?", chat=STAFF)
    await house.wait(timedelta(hours=20))
    ticket = await speaks(house, CUSTOMER)
    before = await said(house, CUSTOMER, "order/review_question")
    await house.wait(timedelta(hours=15))
    assert await said(house, CUSTOMER, "order/review_question") == before
    await leaves(house, ticket)
    await house.wait(timedelta(hours=12))
    assert await said(house, CUSTOMER, "order/review_question") == before + 1
