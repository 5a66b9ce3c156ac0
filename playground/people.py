"""People to play, for tests and scripts: a small client of the control API.

::

    async with Playground("http://127.0.0.1:8081") as playground:
        anna = await playground.person("Anna", language="en")
        await anna.start("video-basic")
        card = await anna.sees("Video", button="Order")
        await anna.tap("Order")
        await anna.say("Promote our new tea")
        invoice = await anna.sees(invoice=True)
        await anna.pay()
        await anna.sees("Thank you", "paid")
        await playground.advance(hours=20)
        await anna.sees("How was it?")

`sees` looks at what came or changed since this person's last own act in the chat, waits for it, and
fails with the whole chat in its message. Nothing here knows any bot.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from playground.person import Outcome, Person
from playground.remote import Remote
from playground.seen import (
    Button,
    Group,
    Json,
    NotSeen,
    Payment,
    PlaygroundError,
    Seen,
    Toast,
    picture,
)

__all__ = [
    "Button",
    "Group",
    "NotSeen",
    "Outcome",
    "Payment",
    "Person",
    "Playground",
    "PlaygroundError",
    "Seen",
    "Toast",
    "picture",
]


class Playground(Remote):
    """A running playground. Use as an async context manager; people and groups come from it."""

    # --- who there is -----------------------------------------------------------------------

    async def bot(
        self,
        token: str,
        username: str | None = None,
        name: str | None = None,
        *,
        privacy: bool | None = None,
    ) -> int:
        """Make a bot before it calls, or give it a name. Returns its id."""
        told = await self.post("/bots", token=token, username=username, name=name, privacy=privacy)
        return int(told["id"])

    async def person(
        self,
        name: str,
        language: str | None = "en",
        *,
        username: str | None = None,
        phone: str | None = None,
        last_name: str | None = None,
        email: str | None = None,
    ) -> Person:
        """A new person. `language` is the language of the app, as bots are told it."""
        answer = await self.post(
            "/people",
            name=name,
            language_code=language,
            username=username,
            phone=phone,
            last_name=last_name,
            email=email,
        )
        return Person(self, int(answer["id"]), name)

    async def somebody(self, name: str) -> Person:
        """A person who exists already, by first name or username."""
        for one in (await self.get("/people"))["people"]:
            if name in (one["name"], one["username"]):
                return Person(self, one["id"], one["name"])
        raise PlaygroundError(f"there is no person {name!r}")

    async def group(
        self,
        title: str,
        members: Sequence[Person] = (),
        *,
        forum: bool = False,
        bot_is_admin: bool = True,
        kind: Literal["group", "supergroup", "channel"] = "supergroup",
        username: str | None = None,
    ) -> Group:
        """A new group with the bot in it. The first member owns it."""
        answer = await self.post(
            "/chats",
            title=title,
            type=kind,
            is_forum=forum,
            members=[one.id for one in members],
            bot_is_admin=bot_is_admin,
            username=username,
        )
        return Group(int(answer["id"]), title)

    async def set_member(
        self,
        group: Group,
        user: Person | int | str,
        status: Literal["creator", "administrator", "member", "restricted", "left", "kicked"],
        *,
        anonymous: bool = False,
        **rights: bool,
    ) -> None:
        """Let somebody (a person, or a bot by id or username) in or out, or change rights."""
        await self.post(
            f"/chats/{group.id}/members",
            user=user.id if isinstance(user, Person) else user,
            status=status,
            is_anonymous=anonymous,
            rights=rights,
        )

    async def upgrade(self, group: Group) -> Group:
        """Turn a basic group into a supergroup, which has another id."""
        told = await self.post(f"/chats/{group.id}/upgrade")
        return Group(int(told["id"]), group.title)

    async def topics(self, group: Group) -> dict[int, str]:
        """The topics of a forum: thread id → name."""
        for chat in (await self.get("/chats"))["chats"]:
            if chat["id"] == group.id:
                return {topic["thread"]: topic["name"] for topic in chat["topics"]}
        raise PlaygroundError(f"there is no chat {group.id}")

    async def delete_topic(self, group: Group, thread: int) -> None:
        """A moderator deletes a topic."""
        await self.post(f"/topics/{group.id}/{thread}/delete")

    async def new_topic(self, group: Group, name: str) -> int:
        """A moderator makes a topic; returns its thread."""
        return int((await self.post(f"/topics/{group.id}", name=name))["thread"])

    async def close_topic(self, group: Group, thread: int) -> None:
        """A moderator closes a topic."""
        await self.post(f"/topics/{group.id}/{thread}/close")

    async def reopen_topic(self, group: Group, thread: int) -> None:
        await self.post(f"/topics/{group.id}/{thread}/reopen")

    # --- time and quiet ---------------------------------------------------------------------

    async def now(self) -> datetime:
        return datetime.fromtimestamp((await self.get("/clock"))["now"], UTC)

    async def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Move virtual time on, through everything due on the way; returns the new time."""
        span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        answer = await self.post("/clock/advance", seconds=span.total_seconds())
        return datetime.fromtimestamp(answer["now"], UTC)

    async def to_next_event(self) -> datetime | None:
        """Move on to what the bot says is due next; None when nothing is."""
        answer = await self.get("/clock")
        if answer["next_due"] is None:
            return None
        return await self.advance(seconds=max(0.0, answer["next_due"] - answer["now"]))

    # --- trouble and insight ----------------------------------------------------------------

    async def fault(
        self,
        error: int | Literal["lost_answer", "drop"] | None = None,
        *,
        method: str | None = None,
        chat: int | None = None,
        description: str | None = None,
        retry_after: int | None = None,
        delay: float = 0,
        times: int = 1,
    ) -> None:
        """Let the next matching Bot API calls go wrong; a number is an error code."""
        what: Any = error
        if isinstance(error, int):
            what = {"code": error, "description": description, "retry_after": retry_after}
            what = {name: value for name, value in what.items() if value is not None}
        await self.post("/faults", error=what, method=method, chat=chat, delay=delay, times=times)

    async def no_faults(self) -> None:
        await self._ask("DELETE", "/faults")

    async def pace(self, on: bool) -> None:
        """Switch Telegram's pace limits (429) on or off."""
        await self.post("/pace", on=on)

    async def inject(self, update: Json) -> int:
        """Queue a raw update, whatever it is; returns its id."""
        answer = await self._ask("POST", "/updates", json=update)
        return int(answer["update_id"])

    async def calls(self, after: int = 0, method: str | None = None) -> list[Json]:
        """The log of Bot API calls: n, at, method, params, ok, error, warnings."""
        rows: list[Json] = (await self.get("/calls", after=after))["calls"]
        return [row for row in rows if method is None or row["method"] == method]
