"""An order that is being worked on: a specialist who has joined, a customer who has paid."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialogs.words import LANGUAGE_NAMES
from orders.catalogue import in_language
from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest, demo

LINK = re.compile(r"start=(join_[0-9a-f]{32})")


@dataclass
class Job:
    """Both sides of an order in progress."""

    customer: Guest
    maker: Guest
    number: str

    async def end(self) -> None:
        """The specialist takes no further offers, so that other tests meet only their own."""
        await self.maker.say("/pause")
        await self.maker.hears(
            "Paused: no new offers. Work in hand goes on. /pause again brings the offers back."
        )


async def specialist(stage: Stage, language: str) -> Guest:
    """Somebody new follows an invitation and answers the profile's questions with the least."""
    admin = stage.admin.at(stage.staff)
    await admin.say("/invite")
    link = LINK.search((await admin.sees(LINK)).text)
    assert link is not None
    maker = await stage.customer(language)
    await maker.start(link[1])
    done = maker.t("✅ Done")
    video = in_language(demo().categories[0].title, language)
    await maker.tap(
        LANGUAGE_NAMES[language], message=await maker.sees(button=LANGUAGE_NAMES[language])
    )
    await maker.tap(done, message=await maker.sees(button=done, ever=True))
    await maker.tap(video, message=await maker.sees(button=video))
    await maker.tap(done, message=await maker.sees(button=done))
    await maker.tap(done, message=await maker.sees(button=done))
    await maker.tap("✅ 3", message=await maker.sees(button="✅ 3"))
    hours = maker.t("Every day, 9 to 21")
    await maker.tap(hours, message=await maker.sees(button=hours))
    quiet = maker.t("None: write any time")
    await maker.tap(quiet, message=await maker.sees(button=quiet))
    await maker.taps("Nothing to add")
    await maker.taps("✅ Save my profile")
    await maker.hears(
        "Your profile is saved. Orders that fit are offered to you here; /work shows what you have in hand, "
        "/pause stops new offers for a while."
    )
    return maker


async def job(stage: Stage, language: str, *, goal: str | None = None) -> Job:
    """From the invitation to "in progress", at ten in the morning."""
    await stage.until(10)
    maker = await specialist(stage, language)
    customer = await stage.customer(language)
    number = await customer.paid(goal=goal)
    accept = maker.t("✅ Accept")
    await maker.tap(accept, message=await maker.sees(number, button=accept))
    await customer.hears("A specialist has taken order <b>%(number)s</b> and begins now.")
    await maker.sees(number, button=maker.t("📈 Report"))
    return Job(customer, maker, number)


async def hand_in(work: Job, *, link: str = "https://example.com/film", photo: bool = True) -> None:
    """The specialist puts a delivery together, looks at it as the customer will, and sends it."""
    maker = work.maker
    label = maker.t("📦 Deliver")
    await maker.tap(label, message=await maker.sees(work.number, button=label, ever=True))
    await maker.hears(
        "Send what you hand over: photos, videos, documents or a link. Words become a note to the customer."
    )
    if photo:
        await maker.send_photo()
        await maker.hears("Tick what is done. More files or words are added as you send them.")
    await maker.say(f"All of it: {link}")
    ticks = await maker.sees(link, button=maker.t("☑️ Tick them all"))
    await maker.tap(maker.t("☑️ Tick them all"), message=ticks)
    await maker.tap(
        maker.t("👀 Preview"), message=await maker.sees(link, button=maker.t("👀 Preview"))
    )
    await maker.tap(
        maker.t("✅ Send to the customer"),
        message=await maker.sees(link, button=maker.t("✅ Send to the customer")),
    )
    await maker.hears("<b>%(number)s</b> is with the customer.", work.number)


async def delivered(stage: Stage, language: str) -> Job:
    """From the invitation to "delivered"."""
    work = await job(stage, language)
    await hand_in(work)
    await work.customer.hears(
        "%(number)s: your delivery is here", work.number, button="✅ Accept it"
    )
    return work


async def accept(work: Job) -> None:
    """The customer takes the delivery: the thank-you."""
    anna = work.customer
    label = anna.t("✅ Accept it")
    await anna.tap(label, message=await anna.sees(work.number, button=label, ever=True))
    await anna.hears("<b>%(number)s</b> is complete. Thank you for working with us!", work.number)
