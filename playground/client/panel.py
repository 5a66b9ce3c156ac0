"""What a demo adds to the client: its columns, links and buttons. The client knows no demo.

Given as a JSON file at start (`--panel FILE`) or by `POST /sim/panel`, at any time and as often as
wanted: every open page follows at once. The data folder keeps it across restarts.

::

    {
      "title": {"en": "Tea shop", "zh": "茶店"},
      "columns": [
        {"person": {"en": 500000001, "zh": 500000002}, "title": {"en": "Customer", "zh": "客户"}},
        {"person": 500000003, "chat": -1002000000001, "title": "Staff"}
      ],
      "links": [{"label": "Manual", "url": "http://127.0.0.1:8080/manual"}],
      "buttons": [{"label": "Play the tour", "url": "http://127.0.0.1:9000/tour"}]
    }
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from playground.client.markup import safe_url

_HERE = frozenset({"127.0.0.1", "localhost", "::1"})

#: One text for every language, or one per language.
Words = str | dict[str, str]


def _linkable(url: str) -> str:
    if safe_url(url) is None:
        raise ValueError("a link starts with http:// or https://")
    return url


def _on_this_machine(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in _HERE:
        raise ValueError("a button posts to http://127.0.0.1:PORT/…, nowhere else")
    return url


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Column(_Model):
    #: Who is played there, or who in which language of the client.
    person: int | dict[str, int]
    #: Id of a group, or of a bot to be alone with; by default of the first bot.
    chat: int | None = None
    #: A topic of a forum (0 the general one), or all its messages; without it the list of topics.
    thread: int | Literal["all"] | None = None
    title: Words | None = None


class Link(_Model):
    label: Words
    url: Annotated[str, AfterValidator(_linkable)]


class Button(_Model):
    label: Words
    url: Annotated[str, AfterValidator(_on_this_machine)]
    hint: Words | None = None
    style: Literal["plain", "primary"] = "plain"
    icon: Literal["play", "pause", "stop", "again"] | None = None


class Panel(_Model):
    title: Words | None = None
    #: Language of the client where nobody has chosen one: zh or en.
    language: Literal["zh", "en"] | None = None
    columns: list[Column] = Field(default_factory=list, max_length=6)
    links: list[Link] = Field(default_factory=list, max_length=12)
    buttons: list[Button] = Field(default_factory=list, max_length=6)


async def press(button: Button) -> str | None:
    """Press a button: POST to its address. Returns what went wrong, if something did."""
    try:
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=20) as http:
            answer = await http.post(button.url)
    except httpx.HTTPError as error:
        return f"{button.url}: {error or type(error).__name__}"
    if answer.is_success:
        return None
    return f"{button.url}: {answer.status_code} {answer.text[:200]}".strip()
