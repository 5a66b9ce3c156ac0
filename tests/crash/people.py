"""People who act by script and do not lose their temper: they wait, look again, and press once more."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dialogs.words import LANGUAGE_NAMES
from orders.catalogue import in_language
from playground.people import Group, NotSeen, Person, Playground, Seen, Toast
from playground.seen import Wanted
from tests.conversations.steps import Guest, demo

#: Real seconds until somebody gives up waiting for a message: longer than any series of kills.
_GIVES_UP = 40.0
#: How long a tap's answer is waited for, and a screen before the button is pressed again.
_ANSWER, _AGAIN = 1.0, 3.0
_PRESSES = 12
SAVED = "Your profile is saved. Orders that fit are offered to you here; /work shows what you have in hand, /pause stops new offers for a while."
LINK = re.compile(r"start=(join_[0-9a-f]{32})")


@dataclass
class Actor(Guest):
    """A guest whose bot may be away at any moment."""

    async def sees(
        self,
        *texts: Wanted,
        button: str | None = None,
        photo: bool = False,
        document: bool = False,
        invoice: bool = False,
        service: str | None = None,
        where: Callable[[Seen], bool] | None = None,
        ever: bool = False,
        timeout: float = _GIVES_UP,
    ) -> Seen:
        return await super().sees(
            *texts,
            button=button,
            photo=photo,
            document=document,
            invoice=invoice,
            service=service,
            where=where,
            ever=ever,
            timeout=timeout,
        )

    async def _tap(self, message: Seen | int | None, **what: Any) -> Toast:
        # The tap is on its way at once; its answer may never come when the bot dies in between.
        try:
            return await asyncio.wait_for(super()._tap(message, **what), _ANSWER)
        except TimeoutError:
            return Toast(None, False)

    async def press(
        self, button: str, *texts: Wanted, then: str | None = None, invoice: bool = False
    ) -> Seen:
        """Press a button until something with these texts, or the button `then`, is there."""
        await self.sees(button=button, ever=True)
        since = None
        for _ in range(_PRESSES):
            try:
                await self.tap(button)
            except Exception as error:
                if "no button" not in str(error):
                    raise
            if since is None:
                since = self.since
            self.since = since
            try:
                return await self.sees(*texts, button=then, invoice=invoice, timeout=_AGAIN)
            except NotSeen:
                continue
        raise NotSeen(
            f"{self.name} pressed {button!r} again and again, and does not see {texts or then}:\n"
            f"{await self.transcript()}"
        )

    async def pays_until_paid(self, number: str) -> Seen:
        """Pays the invoice; once more when the app says that the shop does not answer."""
        await self.sees(invoice=True, ever=True)
        for _ in range(_PRESSES):
            paying = asyncio.ensure_future(self.pay())
            done, _ = await asyncio.wait({paying}, timeout=_AGAIN)
            if not done:
                # Nobody waits ten real seconds: for the app, they are over.
                await self.playground.advance(seconds=11)
            if (await paying).result == "paid":
                break
        return await self.sees(self.t("Payment received, thank you!"), number, ever=True)

    def again(self) -> Actor:
        """The same person, looking at something else meanwhile."""
        return Actor(self.playground, self.id, self.name, language=self.language)

    def there(self, group: Group) -> Actor:
        """The same person in a group."""
        return Actor(
            self.playground, self.id, self.name, chat_id=group.id, language=self.language
        )


async def actor(playground: Playground, name: str, language: str) -> Actor:
    made = await playground.person(name, language)
    return Actor(playground, made.id, name, language=language)


def played(person: Person, language: str = "en") -> Actor:
    """Somebody of the cast."""
    return Actor(person.playground, person.id, person.name, language=language)


async def specialist(admin: Actor, staff: Group, name: str, language: str) -> Actor:
    """Somebody new follows an invitation and answers the profile's questions with the least."""
    assert isinstance(admin.playground, Playground)
    inviting = admin.there(staff)
    await inviting.say("/invite")
    link = LINK.search((await inviting.sees(LINK)).text)
    assert link is not None
    maker = await actor(admin.playground, name, language)
    await maker.start(link[1])
    finished = {"en": "done", "zh": "好了"}[language]
    video = in_language(demo().categories[0].title, language)
    # Typed, not tapped: what is typed twice by somebody impatient is ticked once.
    for question, answer in (
        ("In which languages do you work? Tap all of them.", LANGUAGE_NAMES[language]),
        ("In which fields do you work? Tap all of them; orders are matched by this.", video),
    ):
        await maker.hears(question)
        await maker.say(answer)
        await maker.sees(where=lambda seen, answer=answer: _ticked(seen, answer))  # type: ignore[misc]
        await maker.say(finished)
    await maker.hears("Which of these can you do? Tap all of them.")
    await maker.say(finished)
    await maker.hears("How many orders do you want to work on at a time?")
    await maker.say("9")
    hours, quiet = maker.t("Every day, 9 to 21"), maker.t("None: write any time")
    await maker.sees(button=hours)
    await maker.press(hours, then=quiet)
    await maker.press(quiet, then=maker.t("Nothing to add"))
    save = maker.t("✅ Save my profile")
    await maker.press(maker.t("Nothing to add"), then=save)
    await maker.press(save, maker.t(SAVED))
    return maker


def _ticked(seen: Seen, option: str) -> bool:
    return any(label.startswith("☑️") and option in label for label in seen.labels)
