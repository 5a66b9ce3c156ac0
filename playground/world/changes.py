"""What changed in the world, told to whoever shows it.

The browser client subscribes with `world.changes.subscribe(callback)`; HTTP watchers wait with
`world.changes.newer(version)`. Callbacks run at once, in the event loop, and must not block.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.world.clock import Pulse

Kind = Literal[
    "message",  # a new message stands in a chat
    "edited",  # a message changed: text, media, buttons, reactions, paid
    "deleted",  # a message is gone
    "keyboard",  # a person's reply keyboard appeared or went away
    "action",  # a bot is typing, uploading …: data["action"]
    "draft",  # a bot shows what it is about to say: data["text"]
    "toast",  # a callback query was answered: data["text"], data["alert"], data["url"]
    "pinned",  # what is pinned in a chat changed
    "person",  # a person appeared, blocked, unblocked, left …
    "chat",  # a chat appeared or changed: title, members, rights
    "topic",  # a forum topic was made, changed, closed, deleted
    "bot",  # a bot appeared or changed its commands, menu, descriptions
    "call",  # a Bot API call ended: data is its row of the call log
    "clock",  # virtual time jumped
]


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `version` grows with every change and never restarts lower."""

    version: int
    kind: Kind
    #: Key of the chat it happened in (`Chat.key`), if it did in one.
    chat: str | None = None
    message_id: int | None = None
    #: Id of the person it concerns, if it is one person's affair.
    person: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


class Changes:
    def __init__(self) -> None:
        # Above every version of an earlier process: a watcher may outlive a restart.
        self.version = int(time.time() * 1000)
        self._pulse = Pulse()
        self._closed = False
        self._listeners: list[Callable[[Change], None]] = []

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call `listener` with each change from now on. Returns what ends it."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def tell(
        self,
        kind: Kind,
        chat: str | None = None,
        message_id: int | None = None,
        person: int | None = None,
        **data: Any,
    ) -> int:
        self.version += 1
        change = Change(self.version, kind, chat, message_id, person, data)
        for listener in tuple(self._listeners):
            listener(change)
        self._pulse.beat()
        return self.version

    def close(self) -> None:
        """The process ends: nobody waits for changes any more."""
        self._closed = True
        self._pulse.beat()

    async def newer(self, version: int, seconds: float) -> bool:
        """Wait until something changed after `version`, at most so many real seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self.version <= version and not self._closed:
            left = deadline - loop.time()
            if left <= 0 or not await self._pulse.wait(left):
                return self.version > version
        return True
