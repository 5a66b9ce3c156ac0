"""Houses in which a life may begin: with nothing but a specialist, or with orders on their way.

Each is furnished by people who act through the bot as it is, in calm weather, and is kept with the chats that
belong to it. Most lives are short; so that they are about delivering, changing and quarrelling as well, they begin
where that happens.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dialogs.words import LANGUAGE_NAMES, translations
from orders.catalogue import Catalogue, in_language
from tests.simulation.crowd import ADMIN, MAKER, STAFF, Crowd
from tests.simulation.telegram import Message, Telegram
from tests.simulation.world import World

_LINK = re.compile(r"start=(join_[0-9a-f]{32})")
_FIRST, _SECOND, _THIRD = 31, 32, 33
_GOAL = {"en": "Launch our new cold-brew tea, in 40 days", "zh": "推广我们的新品冷萃茶，40天后"}
#: What a rule of the demo has looked at by a person.
_DOUBTFUL = {
    "en": "Guaranteed followers for our tea page, in 40 days",
    "zh": "包涨粉，推广我们的茶，40天后",
}
_WISHES = {"en": "Warm colours, no faces", "zh": "暖色调，不拍人脸"}
_SKIPS = {"notes": "No notes", "attachments": "Nothing to attach"}
_STORY = "The colours are wrong / 颜色不对"

#: The houses, in the order in which they are furnished.
EMPTY, ORDERED, WORKING, DELIVERED, QUARREL, DECIDING, PARTING, LATE = (
    "empty",
    "ordered",
    "working",
    "delivered",
    "quarrel",
    "deciding",
    "parting",
    "late",
)
HOUSES = (EMPTY, ORDERED, WORKING, DELIVERED, QUARREL, DECIDING, PARTING, LATE)
#: Until what was ordered a moment ago is late.
_TOO_LONG = timedelta(days=16)
#: What of a Telegram a life that begins later must know.
_REMEMBERED = ("chats", "numbers", "past", "answered", "allowed", "charges", "returned", "topics")


class NotFurnished(AssertionError):
    """Not even in calm weather do people get where they want to."""


@dataclass(frozen=True, slots=True)
class House:
    """Where a life begins: the database keeps its part under the same name."""

    name: str
    now: datetime
    _telegram: bytes

    def enter(self, telegram: Telegram) -> None:
        """Have the chats as they were."""
        vars(telegram).update(pickle.loads(self._telegram))


async def furnish(world_of: Callable[[str], World], catalogue: Catalogue) -> dict[str, House]:
    """Every house. Raises NotFurnished where somebody does not see what they should."""
    try:
        houses = await _furnish(_People(world_of("houses"), catalogue))
        for name, before, further in _FURTHER:
            world = world_of(name)
            world.database.restore(before)
            world.clock.to(houses[before].now)
            houses[before].enter(world.telegram)
            await world.start()
            await further(_People(world, catalogue))
            houses[name] = await _kept(world, name)
            await world.kill()
    except AssertionError as error:
        raise NotFurnished(str(error)) from error
    return houses


async def _furnish(people: _People) -> dict[str, House]:
    """Those in which one thing leads to the next."""
    world = people.world
    await world.start()
    await people.engage()
    made = [await _kept(world, EMPTY)]
    await people.orders(_FIRST)
    await people.orders(_SECOND)
    await people.pays(_FIRST)
    made.append(await _kept(world, ORDERED))
    await people.press(MAKER, "✅ Accept")
    await people.pays(_SECOND)
    await people.orders(_THIRD, "onsite_shooting", "basic")
    made.append(await _kept(world, WORKING))
    await people.delivers()
    await people.press(MAKER, "✅ Accept")
    await people.pays(_THIRD)
    made.append(await _kept(world, DELIVERED))
    await people.disputes(_FIRST)
    await people.changes(_SECOND)
    made.append(await _kept(world, QUARREL))
    await world.kill()
    return {house.name: house for house in made}


async def _to_a_decision(people: _People) -> None:
    """Mediation has failed: somebody who had no part in it is to decide. An order that was done is done no more."""
    await people.press(MAKER, "💬 Answer")
    await people.says(MAKER, _STORY)
    await people.press(_FIRST, "🙋 Ask for a mediator")
    for label in ("✋ I mediate", "🧭 Propose a way out", "Do it once more", "5 days"):
        await people.press(ADMIN, label, STAFF)
    await people.press(ADMIN, "A part of the work can be used.", STAFF)
    await people.says(ADMIN, "/reason zh 文字部分可用，标志部分不可用。", STAFF)
    await people.says(ADMIN, "/reason en The text can be used, the logo cannot.", STAFF)
    await people.press(ADMIN, "Send this proposal", STAFF)
    await people.press(MAKER, "✖️ I do not agree")


async def _to_parting(people: _People) -> None:
    """One asks to end it by agreement; another's brief is looked at by a person; a third order is done."""
    await people.delivers()
    await people.press(_FIRST, "✅ Accept it")
    await people.says(ADMIN, f"/reopen {people.number(_FIRST)} The subtitles are missing", STAFF)
    await people.press(MAKER, "✅ Accept")
    for label in ("✖️ Cancel order", "It takes too long", "%", "✅ Propose it"):
        await people.press(_SECOND, label)
    await people.orders(_THIRD, goal=_DOUBTFUL)
    await people.pays(_THIRD)


async def _to_lateness(people: _People) -> None:
    """What was begun is not delivered in time."""
    await people.world.pass_time(_TOO_LONG)


#: Houses that are made from others: the name, from which, and what happens there.
_FURTHER = (
    (DECIDING, QUARREL, _to_a_decision),
    (PARTING, WORKING, _to_parting),
    (LATE, WORKING, _to_lateness),
)


async def _kept(world: World, name: str) -> House:
    """Keep what there is, as the bot left it when it was killed at rest."""
    await world.rest()
    await world.kill()
    telegram = world.telegram
    if telegram.wrong or telegram.queue or world.crowd.asked:
        raise NotFurnished(f"the house {name!r} is not at rest: {telegram.wrong}")
    world.database.keep(name)
    known = pickle.dumps({part: getattr(telegram, part) for part in _REMEMBERED})
    house = House(name, world.clock.now(), known)
    await world.start()
    return house


@dataclass(frozen=True, slots=True)
class _People:
    """They do what they are told; whoever does not find their button says what they see instead."""

    world: World
    catalogue: Catalogue

    @property
    def crowd(self) -> Crowd:
        return self.world.crowd

    def t(self, message: str, who: int, chat: int | None = None) -> str:
        """In the language of whoever reads it; staff read English."""
        language = "en" if chat == STAFF else self.crowd.language(who)
        return translations(language).gettext(message)

    def number(self, customer: int) -> str:
        """Of the customer's first order."""
        query = (
            "select o.number from orders o join people p on p.id = o.customer_id "
            "where p.user_id = :who order by o.id limit 1"
        )
        return str(self.world.database.rows(query, who=customer)[0].number)

    async def says(self, who: int, text: str, chat: int | None = None) -> None:
        self.crowd.says(who, text, chat)
        await self.world.rest()

    async def press(self, who: int, label: str, chat: int | None = None) -> None:
        """The newest button of that msgid."""
        wanted, where = self.t(label, who, chat), who if chat is None else chat
        messages = self.world.telegram.chats.get(where, {})
        for message in reversed(messages.values()):
            for text, data in message.buttons:
                if wanted in text:
                    self.crowd.taps(who, where, message, data)
                    await self.world.rest()
                    return
        raise NotFurnished(f"{who} does not see {wanted!r} but:\n{_shown(messages)}")

    # -- the usual ways ---------------------------------------------------------------------------

    async def engage(self) -> None:
        """Somebody is invited, and answers the profile's questions with the least."""
        await self.says(ADMIN, "/invite", STAFF)
        texts = [m.text for m in self.world.telegram.chats[STAFF].values()]
        link = next(found for text in texts if (found := _LINK.search(text)))
        language = self.crowd.language(MAKER)
        finished = {"en": "done", "zh": "好了"}[language]
        for line in (
            f"/start {link[1]}",
            LANGUAGE_NAMES[language],
            finished,
            in_language(self.catalogue.categories[0].title, language),
            finished,
            finished,
            "9",
            self.t("Every day, 9 to 21", MAKER),
            self.t("None: write any time", MAKER),
            self.t("Nothing to add", MAKER),
            {"en": "save", "zh": "保存"}[language],
        ):
            await self.says(MAKER, line)
        if not self.world.database.rows("select * from providers"):
            raise NotFurnished("there is no specialist:\n" + "\n".join(self.world.telegram.log))

    async def orders(
        self,
        who: int,
        service: str = "short_video",
        plan: str = "standard",
        goal: Mapping[str, str] = _GOAL,
    ) -> None:
        language = self.crowd.language(who)
        await self.says(who, f"/start {service}-{plan}")
        await self.says(who, goal[language])
        found = self.catalogue.service(service)
        assert found is not None
        for part in found.ask:
            if part == "requirements":
                await self.says(who, _WISHES[language])
            else:
                await self.press(who, _SKIPS[part])
        await self.press(who, "✅ Confirm and get the invoice")

    async def pays(self, who: int) -> None:
        sheets = [m for m in self.world.telegram.chats[who].values() if m.invoice and not m.paid]
        self.crowd.opens_invoice(who, sheets[-1])
        await self.world.rest()
        self.crowd.settle()
        await self.world.rest()
        if not sheets[-1].paid:
            raise NotFurnished(f"{who} may not pay")

    async def delivers(self) -> None:
        await self.press(MAKER, "📦 Deliver")
        await self.says(MAKER, "All of it: https://example.com/film")
        for label in ("☑️ Tick them all", "👀 Preview", "✅ Send to the customer"):
            await self.press(MAKER, label)

    async def disputes(self, who: int) -> None:
        for label in ("⚖️ Open a dispute", "It is not what was agreed", "Full refund"):
            await self.press(who, label)
        await self.says(who, _STORY)
        await self.press(who, "⚖️ Open the dispute")

    async def changes(self, who: int) -> None:
        for label in ("🔄 Change the order", "Another plan"):
            await self.press(who, label)
        title = self.catalogue.service("short_video").plan("premium").title  # type: ignore[union-attr]
        await self.press(who, in_language(title, self.crowd.language(who)))
        await self.press(who, "✅ Ask for it")


def _shown(messages: dict[int, Message]) -> str:
    return "\n".join(
        f"#{m.id} {m.text[:60]!r} {[label for label, _ in m.buttons]}"
        for m in list(messages.values())[-6:]
    )
