"""The port between the bot and a chat app's library.

A channel receives updates, performs outbound calls, and translates every failure into one of six kinds.
Nothing else in the project imports aiogram or telegram.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, Protocol

from handlers.events import Event


class ChannelError(Exception):
    """A call did not do what was asked. Subclasses say what that means for the row that wanted it."""


class Wait(ChannelError):
    """Too fast: try again after `seconds` (Telegram: 429 retry_after)."""

    def __init__(self, seconds: float, message: str = "") -> None:
        super().__init__(message or f"retry after {seconds:g} s")
        self.seconds = seconds


class Blocked(ChannelError):
    """The person or group cannot be written to: blocked, never started, deactivated, kicked."""


class Gone(ChannelError):
    """The target does not exist any more. `what` is message, query, thread or chat; closed: the topic is closed;
    forum: the group has no topics.

    A chat that moved (a group upgraded to a supergroup) carries its new id in `moved_to`.
    """

    def __init__(self, what: str, message: str = "", *, moved_to: int | None = None) -> None:
        super().__init__(message or f"{what} is gone")
        self.what = what
        self.moved_to = moved_to


class Unchanged(ChannelError):
    """The message already shows exactly this."""


class Refused(ChannelError):
    """The request is wrong and will be as wrong again: a defect of ours, kept with its reason."""


class UnknownOutcome(ChannelError):
    """The connection broke after the request left: it may or may not have been performed."""


#: No files, no names: what nearly every call has.
_NONE: Mapping[str, str] = MappingProxyType({})


class Call(NamedTuple):
    """One outbound call in the Bot API's own words: method name and parameters.

    `files` maps the place of a parameter to the path of a file to upload; the parameter then is left out
    of `params`. A place inside another parameter is written with dots: `media.media`, `media.0.media`.
    """

    method: str
    params: Mapping[str, object]
    files: Mapping[str, str] = _NONE
    #: Names under which the files are shown, by the same places; without one, the file's own.
    names: Mapping[str, str] = _NONE


class Done(NamedTuple):
    """What came of a call: the ids of the messages it made and of the files in them, if any."""

    message_ids: tuple[int, ...] = ()
    #: One for each message that shows a file.
    file_ids: tuple[str, ...] = ()
    #: The answer as plain data.
    result: object = None

    @property
    def file_id(self) -> str | None:
        return self.file_ids[0] if self.file_ids else None


@dataclass(frozen=True, slots=True, kw_only=True)
class BotIdentity:
    id: int
    username: str
    name: str


class Channel(Protocol):
    """A connection to a chat app. All coroutines raise only `ChannelError` (and cancellation)."""

    async def identity(self) -> BotIdentity: ...

    async def get_updates(
        self, offset: int | None, timeout: int, limit: int
    ) -> Sequence[tuple[int, Event]]:
        """Updates from `offset` on as (update id, event), in order; asking confirms all before `offset`."""
        ...

    async def perform(self, call: Call) -> Done: ...

    async def download(self, file_id: str) -> bytes: ...

    async def close(self) -> None: ...
