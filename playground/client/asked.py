"""What a page asks for over its socket, checked like everything that comes from outside."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from playground.client import panel, show
from playground.client.hub import Hub, Page
from playground.sim import lookup
from playground.sim.errors import Refused
from playground.world import view
from playground.world.model import Chat, Json

_NEWEST_CALLS = 300


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Hello(_Asked):
    what: Literal["hello"]


class History(_Asked):
    what: Literal["history"]
    person: int
    chat: str
    thread: int | None = None
    before: int | None = None
    until: int | None = None
    limit: int = Field(default=60, ge=1, le=500)


class Read(_Asked):
    what: Literal["read"]
    person: int
    chat: str
    thread: int
    upto: int


class Calls(_Asked):
    what: Literal["calls"]
    on: bool


class Press(_Asked):
    what: Literal["press"]
    button: int = Field(ge=0)


Asked = Annotated[Hello | History | Read | Calls | Press, Field(discriminator="what")]
_ASKED: TypeAdapter[Asked] = TypeAdapter(Asked)


async def answer(hub: Hub, page: Page, given: Any) -> Json:
    """Do what a page asks. Raises Refused, or pydantic's ValidationError."""
    asked = _ASKED.validate_python(given)
    match asked:
        case Hello():
            hub.pages.add(page)
            page.send(hub.everything())
        case History():
            return _history(hub, page, asked)
        case Read():
            hub.read(asked.person, asked.chat, asked.thread, asked.upto)
        case Calls():
            page.calls = asked.on
            if asked.on:
                rows = list(hub.world.calls.rows)[-_NEWEST_CALLS:]
                return {"rows": [row.as_json() for row in rows]}
        case Press():
            return {"error": await _press(hub, asked.button)}
    return {}


def _history(hub: Hub, page: Page, asked: History) -> Json:
    world = hub.world
    chat = _chat(hub, asked.person, asked.chat)
    page.chats.add(chat.key)
    told = show.history(world, chat, asked.thread, asked.before, asked.until, asked.limit)
    return {
        **told,
        "keyboard": view.current_keyboard(world, chat, asked.person),
        "pinned": show.pinned(world, chat),
    }


def _chat(hub: Hub, person: int, key: str) -> Chat:
    """A chat this person is in; a private one comes into being when it is first looked at."""
    who = lookup.person(hub.world, person)
    bot, between, _ = key.partition(":")
    if between:
        if not bot.isdigit() or key != f"{bot}:{person}":
            raise Refused(f"{who.name} has no chat {key!r}")
        return lookup.chat(hub.world, who, int(bot), None)
    try:
        return lookup.chat(hub.world, who, int(key), None)
    except ValueError as error:
        raise Refused(f"there is no chat {key!r}") from error


async def _press(hub: Hub, number: int) -> str | None:
    if number >= len(hub.panel.buttons):
        raise Refused(f"there is no button {number}")
    return await panel.press(hub.panel.buttons[number])
