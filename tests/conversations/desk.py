"""A support desk of its own: a forum, agents with roles, and ways to find a ticket's topic."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playground.people import Group, Person
from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest, wording

_numbers = itertools.count(1)


@dataclass
class Desk:
    """The forum and who works there. `lead` oversees, `sue` and `tom` are agents."""

    stage: Stage
    forum: Group
    lead: Person
    sue: Person
    tom: Person

    async def thread(self, name: str) -> int:
        """The topic whose name has this in it, once it is there."""
        await self.stage.playground.quiet()
        topics = await self.stage.playground.topics(self.forum)
        found = [thread for thread, title in topics.items() if name in title]
        assert found, f"no topic {name!r} among {topics}"
        return max(found)

    async def topic(self, guest: Person, agent: Person | None = None) -> Person:
        """An agent (sue, unless named) in the newest topic of somebody."""
        return (agent or self.sue).at(self.forum, await self.thread(guest.name))

    async def ticket(self, guest: Person) -> dict[str, object]:
        """The newest ticket of somebody as the database has it."""
        await self.stage.playground.quiet()
        rows = await self.stage.rows(
            "select t.* from tickets t join people p on p.id = t.person_id "
            "where p.user_id = :user order by t.id desc limit 1",
            user=guest.id,
        )
        return rows[0]

    async def state(self, guest: Person) -> str:
        return str((await self.ticket(guest))["state"])

    async def mode(self, guest: Person) -> str:
        await self.stage.playground.quiet()
        rows = await self.stage.rows(
            "select mode from conversations where chat_id = :chat", chat=guest.id
        )
        return str(rows[0]["mode"])


def says(message: str, **params: object) -> str:
    """What the desk, which speaks English here, says."""
    return wording("en", message, **params)


@asynccontextmanager
async def desk(stage: Stage, language: str = "en") -> AsyncIterator[Desk]:
    """Open a desk for a test, and close it behind. `language` is tom's."""
    playground = stage.playground
    tom = await playground.person(f"Tom{next(_numbers)}", language)
    forum = await playground.group("Support", [stage.admin, stage.support, tom], forum=True)
    admin = stage.admin.at(stage.staff)
    await admin.say(f"/role add agent {tom.id}")
    await admin.sees("is now")
    await stage.admin.at(forum).say("/support")
    await stage.admin.at(forum).sees(
        says(
            "This is now the support desk: each person who needs somebody gets a topic of their own here."
        ),
        ever=True,
    )
    try:
        yield Desk(stage, forum, stage.admin, stage.support, tom)
    finally:
        await playground.quiet()
        await admin.say(f"/role remove agent {tom.id}")
        await stage.admin.at(stage.staff).say("/support")
        await playground.quiet()


__all__ = ["Desk", "Guest", "desk", "says"]
