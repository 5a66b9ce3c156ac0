"""Somebody to play who knows the words of the product in one language, and the usual ways through it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from bot.catalogue_file import read_catalogue
from dialogs.words import translations
from orders.catalogue import Catalogue, Plan, Service, in_language
from playground.people import Person, Playground, Seen, Toast

DEMO = Path(__file__).parents[2] / "catalogue" / "demo.yaml"
#: How order numbers look.
NUMBER = re.compile(r"\b[2-9A-Z]{3}-[2-9A-Z]{4}\b")
_PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")
_TAG = re.compile(r"</?\w+>")

#: Texts that are the same in every language.
_ALIKE = frozenset({""})

GOALS = {"en": "Launch our new cold-brew tea", "zh": "推广我们的新品冷萃茶"}
IN_A_MONTH = {"en": ", in 40 days", "zh": "，40天后"}
WISHES = {"en": "Warm colours, no faces", "zh": "暖色调，不拍人脸"}


@cache
def demo() -> Catalogue:
    return read_catalogue(DEMO)


def service_of(key: str) -> Service:
    found = demo().service(key)
    assert found is not None, key
    return found


def plan_of(service: str, plan: str) -> Plan:
    found = service_of(service).plan(plan)
    assert found is not None, plan
    return found


def wording(language: str, message: str, **params: object) -> str:
    """What a msgid says in a language, as the chat shows it: without tags.

    Without its parameters it is the longest piece of the sentence that stands between them.
    """
    known = translations("zh").gettext(message) != message
    assert known or message in _ALIKE, f"there is no text {message!r}"
    text = _TAG.sub("", translations(language).gettext(message))
    if params:
        return text % params if "%(" in text else text.format(**params)
    pieces = _PLACE.split(text)
    return text if len(pieces) == 1 else max(pieces, key=len).strip(" ,.，。:：()（）")


@dataclass
class Guest(Person):
    """A customer who reads one language."""

    language: str = "en"

    def t(self, message: str, **params: object) -> str:
        """What a msgid says in this person's language."""
        return wording(self.language, message, **params)

    def title(self, service: str) -> str:
        return in_language(service_of(service).title, self.language)

    def plan(self, service: str, plan: str) -> str:
        return in_language(plan_of(service, plan).title, self.language)

    async def hears(
        self, message: str, *more: str, button: str | None = None, ever: bool = False
    ) -> Seen:
        """Sees a message that holds the sentence of this msgid; `button` is one as well."""
        wanted = self.t(button) if button is not None else None
        return await self.sees(self.t(message), *more, button=wanted, ever=ever)

    async def taps(self, message: str, *, on: Seen | None = None) -> Toast:
        """Waits for the button of this msgid, and presses it."""
        label = self.t(message)
        if on is None:
            await self.sees(button=label, ever=True)
        return await self.tap(label, message=on)

    async def picks(self, label: str) -> Toast:
        """Waits for a button with this label, or a unique part of it, and presses it."""
        await self.sees(button=label)
        return await self.tap(label)

    # --- the usual way -----------------------------------------------------------------------

    async def to_goal(self, service: str = "short_video", plan: str = "standard") -> Seen:
        """By deep link to the first question of the brief."""
        await self.start(f"{service}-{plan}")
        return await self.hears(GOAL)

    async def to_deadline(
        self, service: str = "short_video", plan: str = "standard", goal: str | None = None
    ) -> Seen:
        await self.to_goal(service, plan)
        await self.say(goal or GOALS[self.language])
        return await self.hears(WHEN)

    async def to_summary(
        self, service: str = "short_video", plan: str = "standard", goal: str | None = None
    ) -> Seen:
        """Goal and deadline in one message, other questions passed over, up to the summary."""
        await self.to_goal(service, plan)
        await self.say((goal or GOALS[self.language]) + IN_A_MONTH[self.language])
        if plan == "custom":
            await self.taps("No fixed budget")
        for part in service_of(service).ask:
            await self.sees(button=self.t(_SKIPS[part]))
            if part == "requirements":
                await self.say(WISHES[self.language])
            else:
                await self.taps(_SKIPS[part])
        return await self.hears("Please check your order")

    async def confirms(self) -> str:
        """Confirms the summary; the number of the order."""
        await self.taps("✅ Confirm and get the invoice")
        # With its number: the page about ways to pay says of payments that they are confirmed, too.
        return number_in(await self.sees(self.t("Order %(number)s is confirmed."), NUMBER))

    async def orders(
        self, service: str = "short_video", plan: str = "standard", goal: str | None = None
    ) -> str:
        """From a deep link to the invoice; the number of the order."""
        await self.to_summary(service, plan, goal)
        number = await self.confirms()
        await self.sees(invoice=True)
        return number

    async def pays(self, number: str) -> Seen:
        """Pays the newest invoice; the receipt."""
        await self.sees(invoice=True, ever=True)
        await self.pay()
        return await self.hears("Payment received, thank you!", number)

    async def paid(
        self, service: str = "short_video", plan: str = "standard", goal: str | None = None
    ) -> str:
        """The same and the payment; the number of the order."""
        number = await self.orders(service, plan, goal)
        await self.pays(number)
        return number

    async def by_transfer(self, service: str = "onsite_shooting", plan: str = "standard") -> str:
        """An order that is to be paid by bank transfer."""
        await self.to_summary(service, plan)
        await self.taps("💳 Way to pay")
        await self.taps("🏦 Bank transfer")
        await self.hears("Please check your order", self.t("🏦 Bank transfer"))
        number = await self.confirms()
        await self.hears("Reference: <code>%(reference)s</code>", number)
        return number

    async def card(self, number: str) -> Seen:
        """Asks for the card of an order."""
        await self.say(f"/order {number}")
        return await self.sees(number)


#: What the questions of the brief begin with.
GOAL = "🎯 What is it for? One or two sentences are enough."
WHEN = (
    "📅 By when do you need it? Tap a day, or write it: "
    "<i>next Friday</i>, <i>Dec 20</i>, <i>in two weeks</i>."
)

_SKIPS = {
    "requirements": "Nothing special",
    "notes": "No notes",
    "attachments": "Nothing to attach",
}


def number_in(seen: Seen) -> str:
    match = NUMBER.search(seen.text)
    assert match is not None, seen.text
    return match[0]


async def guest(playground: Playground, name: str, language: str) -> Guest:
    """Somebody new, whose chat app speaks `language`. They have a telephone number."""
    made = await playground.person(name, language, phone="+8613800138000")
    return Guest(playground, made.id, name, language=language)


def utc(text: str) -> datetime:
    """A time of the database as an aware one."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
