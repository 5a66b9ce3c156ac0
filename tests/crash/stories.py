"""What people do in a world. A story is a generator: it yields how long its people wait before they go on.

To add one, write a function like those below and put it into `STORIES`. Stories of a world run side by side and
share one clock; each gets people of its own, and may use the specialist, the staff and the finance of the house.
The specialist looks at one thing at a time: a story that needs them for long takes `scene.work`, and gives it back
before it waits, as time goes on only when nobody does anything any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from playground.people import Group, Playground
from tests.conversations.steps import GOALS
from tests.crash.people import Actor, actor

Waits = AsyncIterator[timedelta]

SUMMARY = "Please check your order"
CANCELLED = "Order <b>%(number)s</b> is cancelled, at no cost."
RECEIVED = "Thank you, we have your receipt for <b>%(number)s</b>. We check it within one business day and write to you here; the order does not expire meanwhile."
BACK = "It is on your Stars balance again."
EXPIRED = "The invoice of order <b>%(number)s</b> has expired. Nothing was charged, and your answers are kept: one tap on the card below brings the order back."
LATE = "Your payment of <b>%(amount)s</b> arrived after the order was closed."
NUDGE = "Your order is still open, with everything you have answered."
TAKEN = "A specialist has taken order <b>%(number)s</b> and begins now."


IN_OWN_WORDS = "Please say in your own words what happened. Facts help most: what was agreed, what came, when. You can send a picture or file with it; more evidence can follow later."
COLOURS = "The colours are wrong / 颜色不对"
OPENED = "Your dispute is open. We have told the other side and kept everything as it stands now."
OFFERED = "🤝 Your offer: %(terms)s."
SETTLED = "You have agreed. The dispute is settled."


@dataclass(frozen=True, slots=True)
class Scene:
    """Who else is there, and the language of this story's people."""

    playground: Playground
    name: str
    language: str
    maker: Actor
    finance: Actor
    admin: Actor
    staff: Group
    work: asyncio.Lock

    async def customer(self) -> Actor:
        return await actor(self.playground, self.name, self.language, self.maker.insisted)


async def in_work(scene: Scene) -> Waits:
    """Paid with Stars, taken by the specialist; a message each way, and a report."""
    anna, maker = await scene.customer(), scene.maker.again()
    number = await anna.orders()
    await anna.pays_until_paid(number)
    async with scene.work:
        accept, report = maker.t("✅ Accept"), maker.t("📈 Report")
        offer = await maker.sees(number, button=accept, ever=True)
        await maker.tap(accept, message=offer)
        await anna.sees(anna.t(TAKEN), ever=True)
        card = await maker.sees(number, button=report, ever=True)
        await anna.say("Warm colours please")
        await maker.sees("Warm colours please", ever=True)
        await maker.tap(maker.t("✉️ Message the customer"), message=card)
        await maker.hears(
            "Write your message to the customer of <b>%(number)s</b>: text, photos, files or voice. What you send next goes to them."
        )
        await maker.say("With pleasure")
        await anna.sees("With pleasure", ever=True)
    yield timedelta(hours=2)
    async with scene.work:
        await maker.tap(report, message=card)
        await maker.hears("Send your report on <b>%(number)s</b>: a few words, best with a photo.")
        await maker.say("The first cut is done")
        skip = maker.t("Skip")
        await maker.press(maker.t("{percent} %", percent=60), then=skip)
        await maker.press(skip, maker.t("%(number)s: report %(n)s is with the customer"))
        await anna.sees("The first cut is done", ever=True)


async def in_dispute(scene: Scene) -> Waits:
    """Taken, and not what was agreed: a dispute, an answer, an offer of everything, and the Stars come back."""
    anna, maker = await scene.customer(), scene.maker.again()
    number = await anna.orders()
    await anna.pays_until_paid(number)
    async with scene.work:
        accept = maker.t("✅ Accept")
        await maker.tap(accept, message=await maker.sees(number, button=accept, ever=True))
        await anna.sees(anna.t(TAKEN), ever=True)
    wish, everything = anna.t("It is not what was agreed"), anna.t("Full refund")
    await anna.press(anna.t("⚖️ Open a dispute"), then=wish)
    await anna.press(wish, then=everything)
    await anna.press(everything, anna.t(IN_OWN_WORDS), number)
    await anna.say(COLOURS)
    await anna.press(anna.t("⚖️ Open the dispute"), anna.t(OPENED), number)
    yield timedelta(hours=1)
    async with scene.work:
        offer, back = maker.t("🤝 Make an offer"), maker.t("Full refund")
        await maker.press(offer, then=back)
        send = maker.t("🤝 Send this offer")
        await maker.press(back, then=send)
        await maker.press(send, maker.t(OFFERED))
    agree = anna.t("✅ Yes, that settles it")
    await anna.press(anna.t("✅ Accept the offer"), then=agree)
    await anna.press(agree, anna.t(SETTLED), number)
    await anna.sees(anna.t(BACK), ever=True)


async def by_transfer(scene: Scene) -> Waits:
    """A receipt is sent, rejected, sent again, confirmed."""
    anna, bo = await scene.customer(), scene.finance.there(scene.staff)
    number = await anna.by_transfer()
    await anna.send_photo()
    await anna.hears(RECEIVED, number)
    asked = await bo.sees(number, button="Not found", ever=True)
    await bo.tap("Not found", message=asked)
    await anna.hears("Reference: <code>%(reference)s</code>", number)
    yield timedelta(minutes=5)
    await anna.send_document(b"%PDF receipt", "receipt.pdf")
    await anna.hears(RECEIVED, number)
    asked = await bo.sees(
        number, button="Money is there", where=lambda seen: seen.message_id != asked.message_id
    )
    await bo.tap("Money is there", message=asked)
    await anna.hears("Payment received, thank you!", number)


async def cancelled(scene: Scene) -> Waits:
    """Paid, thought better of it, and the Stars come back."""
    anna = await scene.customer()
    number = await anna.orders()
    await anna.pays_until_paid(number)
    yes = anna.t("Yes, cancel it")
    await anna.press(anna.t("✖️ Cancel order"), then=yes)
    await anna.press(yes, anna.t(CANCELLED), number)
    await anna.sees(anna.t(BACK), ever=True)
    yield timedelta(0)


async def paid_late(scene: Scene) -> Waits:
    """Cancelled while a payment was on its way: the money arrives, and goes back."""
    anna = await scene.customer()
    number = await anna.orders()
    invoice = await anna.sees(invoice=True, ever=True)
    await anna.pay("late", message=invoice, delay=timedelta(minutes=5).total_seconds())
    yes = anna.t("Yes, cancel it")
    await anna.press(anna.t("✖️ Cancel order"), then=yes)
    await anna.press(yes, anna.t(CANCELLED), number)
    yield timedelta(minutes=8)
    await anna.sees(anna.t(LATE), ever=True)
    await anna.sees(anna.t(BACK), ever=True)


async def expired(scene: Scene) -> Waits:
    """Not paid, reminded, expired; brought back with one tap, and paid by card."""
    anna = await scene.customer()
    number = await anna.orders("onsite_shooting", "basic")
    yield timedelta(hours=74)
    await anna.sees(anna.t(EXPIRED), number, ever=True)
    await anna.press(anna.t("🔁 Bring it back"), anna.t(SUMMARY), GOALS[anna.language])
    again = await anna.confirms_after(number)
    await anna.sees(invoice=True)
    await anna.pays_until_paid(again)


async def left_alone(scene: Scene) -> Waits:
    """Stops in the middle, is nudged, goes on, orders."""
    anna = await scene.customer()
    await anna.to_deadline("copywriting", "basic")
    yield timedelta(minutes=40)
    await anna.sees(anna.t(NUDGE), ever=True)
    await anna.press(anna.t("▶️ Continue my order"), then=anna.t("📅 Calendar"))
    await anna.say("in 40 days" if anna.language == "en" else "40天后")
    await anna.hears(SUMMARY, GOALS[anna.language])
    number = await anna.confirms()
    await anna.pays_until_paid(number)


STORIES: Mapping[str, Callable[[Scene], Waits]] = {
    "in work": in_work,
    "in dispute": in_dispute,
    "by transfer": by_transfer,
    "cancelled": cancelled,
    "paid late": paid_late,
    "expired": expired,
    "left alone": left_alone,
}
