"""Somebody to play: acts in a chat and looks at what comes."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from playground.remote import WAIT, Remote
from playground.seen import Group, Json, NotSeen, Payment, Seen, Toast, Wanted, Wish, picture, seen

Outcome = Literal["approve", "decline", "abandon", "duplicate", "late", "again", "other_amount"]


@dataclass
class Person:
    """Somebody to play, in one chat: the private one with the bot, or a group by `at`."""

    playground: Remote
    id: int
    name: str
    chat_id: int | None = None
    thread: int | None = None
    #: Version of the world before this person's last act here: `sees` looks at what came since.
    since: int = 0

    def at(self, group: Group | int, thread: int | None = None) -> Person:
        """The same person in a group, or in one topic of it."""
        chat = group.id if isinstance(group, Group) else group
        return Person(self.playground, self.id, self.name, chat, thread)

    async def _act(self, what: str, **body: Any) -> Json:
        look = await self._look(after=2**31)
        told = await self.playground.post(f"/people/{self.id}/{what}", chat=self.chat_id, **body)
        self.since = int(look["version"])
        return told

    # --- acting -----------------------------------------------------------------------------

    async def start(self, payload: str = "") -> int:
        """Press START, or follow a deep link with a payload."""
        return await self.say(f"/start {payload}".strip())

    async def say(self, text: str, *, reply_to: int | None = None) -> int:
        """Send a text; returns the message's id."""
        return await self.send(text=text, reply_to=reply_to)

    async def send(self, **what: Any) -> int:
        """Send anything the control API knows: text, photo, document, voice, location …"""
        told = await self._act("send", thread=self.thread, **what)
        return int(told["message_id"])

    async def send_photo(
        self, data: bytes | None = None, *, name: str = "photo.png", caption: str | None = None
    ) -> int:
        """Send a photo; without data a small picture is drawn."""
        return await self.send(photo=_file(name, data or picture()), caption=caption)

    async def send_document(self, data: bytes, name: str, *, caption: str | None = None) -> int:
        return await self.send(document=_file(name, data), caption=caption)

    async def send_voice(self, data: bytes = b"OggS voice", *, seconds: int = 3) -> int:
        return await self.send(voice={**_file("voice.ogg", data), "duration": seconds})

    async def send_sticker(self, emoji: str = "🙂", data: bytes | None = None) -> int:
        """Send a sticker; without data a small picture is drawn."""
        return await self.send(sticker={**_file("sticker.webp", data or picture()), "emoji": emoji})

    async def send_album(self, *photos: bytes, caption: str | None = None) -> int:
        """Send 2 to 10 photos as an album; the caption goes with the first. Returns its id."""
        items: list[Json] = [{"photo": _file(f"{n}.png", data)} for n, data in enumerate(photos)]
        if caption is not None and items:
            items[0]["caption"] = caption
        return await self.send(album=items)

    async def share_contact(self) -> int:
        """Send the own phone number."""
        return await self.send(contact=True)

    async def send_location(self, latitude: float, longitude: float) -> int:
        return await self.send(location={"latitude": latitude, "longitude": longitude})

    async def edit(self, message_id: int, text: str) -> None:
        """Edit an own message."""
        await self._act("edit", message_id=message_id, text=text)

    async def tap(
        self,
        button: str | tuple[int, int],
        *,
        message: Seen | int | None = None,
        wait: bool = True,
    ) -> Toast:
        """Press an inline or reply button by its label, a unique part of it, or (row, column).

        Waits for the bot's answer to the tap; `wait=False` does not, for quick double taps.
        """
        label = button if isinstance(button, str) else list(button)
        return await self._tap(message, button=label, wait=wait)

    async def forge(self, data: str, *, message: Seen | int | None = None) -> Toast:
        """Send callback data that no button has."""
        return await self._tap(message, data=data)

    async def _tap(self, message: Seen | int | None, **what: Any) -> Toast:
        target = message.message_id if isinstance(message, Seen) else message
        thread = None if target is not None else self.thread
        told = await self._act("tap", message_id=target, thread=thread, **what)
        return Toast(
            told["answer"], bool(told["answered"]), bool(told.get("alert")), told.get("url")
        )

    async def pay(
        self,
        outcome: Outcome = "approve",
        *,
        message: Seen | int | None = None,
        amount: int | None = None,
        delay: float | None = None,
        forwarded_by: Person | None = None,
    ) -> Payment:
        """Open an invoice (by default the newest unpaid one) and pay it."""
        told = await self._act(
            "pay",
            message_id=message.message_id if isinstance(message, Seen) else message,
            outcome=outcome,
            amount=amount,
            delay=delay,
            forwarded_by=forwarded_by.id if forwarded_by else None,
        )
        return Payment(
            told["result"], told.get("charge_id"), told.get("error_message"), told.get("start")
        )

    async def block(self) -> None:
        """Block the bot."""
        await self._act("block")

    async def unblock(self) -> None:
        await self._act("unblock")

    async def deactivate(self) -> None:
        """Delete the account: nothing reaches this person any more."""
        await self.playground.post(f"/people/{self.id}/deactivate")

    async def leave(self) -> None:
        """Leave the group this person is played in."""
        await self._act("leave")

    async def react(self, message: Seen | int, emoji: str) -> None:
        """React to a message; an empty emoji takes the reaction back."""
        target = message.message_id if isinstance(message, Seen) else message
        await self._act("react", message_id=target, emoji=emoji)

    # --- seeing -----------------------------------------------------------------------------

    async def _look(self, **query: Any) -> Json:
        return await self.playground.get(
            f"/people/{self.id}/chat", chat=self.chat_id, thread=self.thread, **query
        )

    async def messages(self, after: int = 0) -> list[Seen]:
        """All messages this person sees here, oldest first."""
        return [seen(one, self.id) for one in (await self._look(after=after))["messages"]]

    async def last(self) -> Seen:
        """The newest message here. Raises NotSeen when there is none."""
        messages = await self.messages()
        if not messages:
            raise NotSeen(f"{self.name} sees no message at all")
        return messages[-1]

    async def keyboard(self) -> list[list[str]]:
        """Labels of the reply keyboard that is shown now; empty when none is."""
        shown = (await self._look(after=2**31))["keyboard"]
        return [[key["text"] for key in row] for row in shown["rows"]] if shown else []

    async def transcript(self) -> str:
        """The whole chat as text, for people to read."""
        return "\n".join(str(one) for one in await self.messages())

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
        timeout: float = WAIT,
    ) -> Seen:
        """Wait for one message by somebody else that has all of this; returns the newest such.

        Counts what came or was edited since this person's last own act here; `ever` counts
        everything that stands in the chat. `timeout` is in real seconds. Raises NotSeen.
        """
        wanted = Wish(texts, button, photo, document, invoice, service, where)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        look = await self._look()
        while True:
            messages = [seen(one, self.id) for one in look["messages"]]
            for one in reversed(messages):
                new = ever or one.raw["version"] > self.since
                if new and (not one.mine or one.service) and wanted.granted(one):
                    return one
            left = deadline - loop.time()
            if left <= 0:
                chat = "\n".join(str(one) for one in messages) or "(nothing)"
                raise NotSeen(
                    f"{self.name} does not see {wanted} within {timeout} s. Sees:\n{chat}"
                )
            look = await self._look(version=look["version"], wait=max(1, round(left)))

    async def does_not_see(self, *texts: Wanted, ever: bool = False) -> None:
        """Wait until the bot rests, then make sure that no message has all of these texts."""
        await self.playground.quiet()
        wish = Wish(texts, None, False, False, False, None, None)
        for one in await self.messages():
            new = ever or one.raw["version"] > self.since
            if new and not one.mine and wish.granted(one):
                raise NotSeen(f"{self.name} sees what should not be there:\n{one}")

    @asynccontextmanager
    async def silence(self) -> AsyncIterator[None]:
        """Make sure that nothing comes and nothing changes here inside the block."""
        before = int((await self._look(after=2**31))["version"])
        yield
        await self.playground.quiet()
        for one in await self.messages():
            if one.raw["version"] > before and not one.mine:
                raise NotSeen(f"{self.name} was to be left alone, but sees:\n{one}")


def _file(name: str, data: bytes) -> Json:
    return {"name": name, "data": base64.b64encode(data).decode()}
