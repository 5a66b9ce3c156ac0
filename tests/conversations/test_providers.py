"""Providers join by a link, are offered what fits, accept or decline; the first who accepts has it."""

from __future__ import annotations

import re

import pytest

from playground.people import Person
from tests.conversations.conftest import Stage
from tests.conversations.test_order import confirm, to_summary

pytestmark = pytest.mark.asyncio(loop_scope="session")

LINK = re.compile(r"start=(join_[0-9a-f]{32})")


async def invited(stage: Stage) -> str:
    """A fresh invitation's start payload, made by the administrator in the staff group."""
    admin = stage.admin.at(stage.staff)
    await admin.say("/invite")
    link = LINK.search((await admin.sees("good for one person")).text)
    assert link is not None
    return link[1]


async def join(stage: Stage, person: Person | None = None, category: str = "Video") -> Person:
    """Somebody, by default somebody new, follows an invitation and answers the profile's questions."""
    person = person or await stage.customer()
    await person.start(await invited(stage))
    await person.sees("Welcome")
    await person.sees("languages do you work")
    await person.tap("English", message=await person.sees(button="English"))
    await person.tap("Done", message=await person.sees(button="Done", ever=True))
    await person.tap(category, message=await person.sees("In which fields", button=category))
    await person.tap("Done", message=await person.sees("In which fields", button="Done"))
    await person.tap("Done", message=await person.sees("Which of these", button="Done"))
    await person.tap("✅ 3", message=await person.sees("How many orders", button="✅ 3"))
    await person.tap("Every day", message=await person.sees("When do you work", button="Every day"))
    await person.tap("None", message=await person.sees("When should it be quiet", button="None"))
    await person.tap("Nothing to add", message=await person.sees(button="Nothing to add"))
    await person.tap("Save", message=await person.sees("Your profile", button="Save"))
    await person.sees("Your profile is saved")
    return person


async def leave(person: Person) -> None:
    """Take no further offers, so that other tests meet only their own providers."""
    await person.say("/pause")
    await person.sees("Paused")


async def paid(stage: Stage) -> tuple[Person, str]:
    anna = await stage.customer()
    await to_summary(anna)
    number = await confirm(anna)
    await anna.pay()
    await anna.sees("Payment received")
    return anna, number


async def test_an_offer_is_accepted(stage: Stage) -> None:
    maker = await join(stage)
    anna, number = await paid(stage)
    offer = await maker.sees("New order for you", number, "Why you", button="Accept")
    assert anna.name not in offer.text
    await maker.tap("Accept", message=offer)
    await maker.sees(number, "is yours", ever=True)
    await anna.sees("A specialist has taken", number)
    await anna.sees(number, "In progress")
    await maker.say("/work")
    await maker.sees("Your work", number)
    await leave(maker)


async def test_the_first_who_accepts_has_it(stage: Stage) -> None:
    # Whoever takes an order in the group has to be in it.
    first, second = await join(stage, stage.admin), await join(stage)
    _, number = await paid(stage)
    await stage.playground.quiet()
    group = first.at(stage.providers)
    await group.sees(number, button="I take it", ever=True)
    await group.tap("I take it", message=await group.sees(number, button="I take it", ever=True))
    await first.sees("is yours", number, ever=True)
    await group.sees(number, "In progress", ever=True)
    for one in (first, second):
        if await _offered(one, number):
            await one.sees(number, "is yours" if one is first else "no longer on offer", ever=True)
        await leave(one)


async def _offered(person: Person, number: str) -> bool:
    return any(number in one.text and "New order" in one.text for one in await person.messages())


async def test_declining_and_silence_go_to_the_next(stage: Stage) -> None:
    makers = [await join(stage) for _ in range(3)]
    _, number = await paid(stage)
    await stage.playground.quiet()
    for turn in range(3):
        (asked,) = [one for one in makers if await _open(one, number)]
        if turn == 2:
            await stage.playground.advance(hours=14)
        else:
            await asked.tap(
                "Decline", message=await asked.sees(number, button="Decline", ever=True)
            )
            await asked.tap("No time", message=await asked.sees(number, button="No time"))
        await asked.sees(
            number, "you declined" if turn != 2 else "went to somebody else", ever=True
        )
        await stage.playground.quiet()
    await stage.admin.at(stage.staff).sees(number, "needs a provider", ever=True)
    for one in makers:
        await leave(one)


async def _open(person: Person, number: str) -> bool:
    return any(
        number in one.text and any("Decline" in label for label in one.labels)
        for one in await person.messages()
    )


async def test_a_link_works_once(stage: Stage) -> None:
    payload = await invited(stage)
    first, second = await stage.customer(), await stage.customer("zh")
    await first.start(payload)
    await first.sees("Welcome")
    await second.start(payload)
    await second.sees("已被使用")
    await second.start("join_" + "0" * 32)
    await second.sees("已被使用")


async def test_only_administrators_invite(stage: Stage) -> None:
    finance = stage.finance.at(stage.staff)
    await finance.say("/invite")
    await finance.sees("Only an administrator")
