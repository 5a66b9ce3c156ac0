"""People who act by script and do not lose their temper: they wait, look again, and press once more."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from dialogs.words import LANGUAGE_NAMES
from orders.catalogue import in_language
from playground.people import Group, NotSeen, Person, Playground, PlaygroundError, Seen, Toast
from playground.seen import Json, Wanted
from tests.conversations.steps import NUMBER, Guest, demo, number_in

#: Real seconds until somebody gives up waiting for a message: longer than any series of kills.
_GIVES_UP = 300.0
#: How long a tap's answer is waited for, and a screen before the button is pressed again.
_ANSWER, _AGAIN = 1.0, 3.0
SAVED = "Your profile is saved. Orders that fit are offered to you here; /work shows what you have in hand, /pause stops new offers for a while."
LINK = re.compile(r"start=(join_[0-9a-f]{32})")


@dataclass
class Actor(Guest):
    """A guest whose bot may be away at any moment."""

    #: The button pressed last, if pressing was the last thing done: pressed again while nothing happens.
    pressed: tuple[str, Seen | int | None] | None = None
    #: How often anybody pressed once more, by name.
    insisted: Counter[str] = field(default_factory=Counter)

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
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            try:
                return await super().sees(
                    *texts,
                    button=button,
                    photo=photo,
                    document=document,
                    invoice=invoice,
                    service=service,
                    where=where,
                    ever=ever,
                    timeout=min(_AGAIN, timeout),
                )
            except NotSeen:
                if loop.time() > deadline:
                    raise
            await self._press_again()

    async def tap(
        self,
        button: str | tuple[int, int],
        *,
        message: Seen | int | None = None,
        wait: bool = True,
    ) -> Toast:
        toast = await super().tap(button, message=message, wait=wait)
        self.pressed = (button, message) if isinstance(button, str) else None
        return toast

    async def _press_again(self) -> None:
        """Looks at what came since the first time, as people do."""
        if self.pressed is None:
            return
        (button, message), since = self.pressed, self.since
        self.insisted[self.name] += 1
        with contextlib.suppress(PlaygroundError):
            # Where the button is gone, something has happened: what is waited for is on its way.
            await super().tap(button, message=message)
        self.since = since

    async def _act(self, what: str, **body: Any) -> Json:
        self.pressed = None
        return await super()._act(what, **body)

    async def _tap(self, message: Seen | int | None, **what: Any) -> Toast:
        # The tap is on its way at once; its answer may never come when the bot dies in between.
        try:
            return await asyncio.wait_for(super()._tap(message, **what), _ANSWER)
        except TimeoutError:
            return Toast(None, False)

    async def press(
        self,
        button: str,
        *texts: Wanted,
        then: str | None = None,
        where: Callable[[Seen], bool] | None = None,
    ) -> Seen:
        """Waits for a button, presses it, and waits for what comes of it."""
        await self.sees(button=button, ever=True)
        await self.tap(button)
        return await self.sees(*texts, button=then, where=where)

    async def pays_until_paid(self, number: str) -> Seen:
        """Pays the invoice; once more when the app says that the shop does not answer."""
        await self.sees(invoice=True, ever=True)
        loop = asyncio.get_running_loop()
        until = loop.time() + _GIVES_UP
        while loop.time() < until:
            paying = asyncio.ensure_future(self.pay())
            done, _ = await asyncio.wait({paying}, timeout=_AGAIN)
            if not done:
                # Nobody waits ten real seconds: for the app, they are over.
                await self.playground.post("/clock/advance", seconds=11)
            if (await paying).result == "paid":
                break
        return await self.sees(self.t("Payment received, thank you!"), number, ever=True)

    async def confirms_after(self, earlier: str) -> str:
        """Confirms the summary of another order than that one; its number.

        The earlier order's confirmation may lose its buttons at this very moment, and then counts as new.
        """
        await self.taps("✅ Confirm and get the invoice")
        said = self.t("Order %(number)s is confirmed.")
        return number_in(await self.sees(said, NUMBER, where=lambda seen: earlier not in seen.text))

    def again(self) -> Actor:
        """The same person, looking at something else meanwhile."""
        return replace(self, since=0, pressed=None)

    def there(self, group: Group) -> Actor:
        """The same person in a group."""
        return replace(self, chat_id=group.id, since=0, pressed=None)


async def actor(playground: Playground, name: str, language: str, insisted: Counter[str]) -> Actor:
    made = await playground.person(name, language)
    return Actor(playground, made.id, name, language=language, insisted=insisted)


def played(person: Person, insisted: Counter[str], language: str = "en") -> Actor:
    """Somebody of the cast."""
    return Actor(person.playground, person.id, person.name, language=language, insisted=insisted)


async def specialist(admin: Actor, staff: Group, name: str, language: str) -> Actor:
    """Somebody new follows an invitation and answers the profile's questions with the least."""
    assert isinstance(admin.playground, Playground)
    inviting = admin.there(staff)
    await inviting.say("/invite")
    link = LINK.search((await inviting.sees(LINK)).text)
    assert link is not None
    maker = await actor(admin.playground, name, language, admin.insisted)
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
    home = maker.t("📋 My orders")
    # Whoever presses "save" again before they saw the answer sees the menu instead.
    await maker.press(save, where=lambda seen: maker.t(SAVED) in seen.text or home in seen.labels)
    return maker


def _ticked(seen: Seen, option: str) -> bool:
    return any(label.startswith("☑️") and option in label for label in seen.labels)
