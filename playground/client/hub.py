"""Between the world and the open pages: gathers what changed and sends each page its share.

Changes of one instant travel together. Messages go only to pages that have opened their chat;
lists of people and chats go to all.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from playground.client import directory, show
from playground.client.panel import Panel
from playground.client.reads import Reads
from playground.world import view
from playground.world.changes import Change
from playground.world.model import Json
from playground.world.world import World

#: Real seconds that changes are gathered before they are sent.
_GATHER = 0.01
#: Real seconds between two looks at what nobody announces: faults set, the follower's next date.
_LOOK_EVERY = 1.0


class Page:
    """One open browser page. `send` takes operations as JSON text and returns at once."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        #: Keys of the chats it shows or has shown.
        self.chats: set[str] = set()
        #: The call log is open.
        self.calls = False

    def send(self, *operations: Json) -> None:
        if operations:
            # ASCII, because a text of a bot may hold halves of surrogate pairs.
            self._send(json.dumps(operations, separators=(",", ":")))


class Hub:
    def __init__(self, world: World, panel: Panel | None = None) -> None:
        self.world = world
        self._kept = world.folder / "panel.json" if world.folder is not None else None
        self.panel = panel or self._kept_panel()
        self.reads = Reads(world.folder)
        self.pages: set[Page] = set()
        self._changes: list[Change] = []
        self._chats: set[str] = set()
        self._flushing: asyncio.TimerHandle | None = None
        self._status: Json = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._watching: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Listen to the world, in the running event loop."""
        self._unsubscribe = self.world.changes.subscribe(self._note)
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def stop(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._flushing is not None:
            self._flushing.cancel()
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        self.reads.save()

    # --- what pages need at once ------------------------------------------------------------

    def everything(self) -> Json:
        """All that a page needs to begin with."""
        world = self.world
        return {
            "op": "world",
            "people": directory.people(world),
            "bots": directory.bots(world),
            "chats": [directory.chat(world, one, self.reads) for one in world.chats.values()],
            "panel": self.panel.model_dump(),
            "status": self._told_status(directory.status(world)),
        }

    def show_panel(self, panel: Panel) -> None:
        """Show another panel from now on, also after a restart."""
        self.panel = panel
        if self._kept is not None:
            self._kept.write_text(panel.model_dump_json(), encoding="utf-8")
        self.tell_all({"op": "panel", "panel": panel.model_dump()})

    def _kept_panel(self) -> Panel:
        if self._kept is None or not self._kept.exists():
            return Panel()
        try:
            return Panel.model_validate_json(self._kept.read_bytes())
        except ValidationError:
            return Panel()  # of another version: whoever gave it will give it again

    def tell_all(self, *operations: Json) -> None:
        for page in list(self.pages):
            page.send(*operations)

    def read(self, person: int, chat: str, thread: int, upto: int) -> None:
        """A person has read up to a message."""
        if chat in self.world.chats and self.reads.mark(person, chat, thread, upto):
            self._chats.add(chat)
            self._soon()

    def _told_status(self, status: Json) -> Json:
        return {**status, "now": self.world.clock.now()}

    # --- from changes to operations ---------------------------------------------------------

    def _note(self, change: Change) -> None:
        if self.pages:
            self._changes.append(change)
            self._soon()

    def _soon(self) -> None:
        if self._flushing is None:
            loop = asyncio.get_running_loop()
            self._flushing = loop.call_later(_GATHER, self._flush)

    def _flush(self) -> None:
        self._flushing = None
        changes, self._changes = self._changes, []
        everywhere, by_chat, calls = self._sorted(changes)
        chats, self._chats = self._chats, set()
        for key in chats:
            if key in self.world.chats:
                entry = directory.chat(self.world, self.world.chats[key], self.reads)
                everywhere.append({"op": "chat", "chat": entry})
        for page in list(self.pages):
            operations: list[Json] = []
            for key, found in by_chat.items():
                if key in page.chats:
                    operations += found
            operations += everywhere
            if calls:
                told = calls if page.calls else []
                operations.append({"op": "calls", "rows": told, "trouble": _trouble(calls)})
            page.send(*operations)
        self._tell_status()

    def _sorted(
        self, changes: list[Change]
    ) -> tuple[list[Json], dict[str, list[Json]], list[Json]]:
        everywhere: list[Json] = []
        by_chat: dict[str, list[Json]] = {}
        calls: list[Json] = []
        told: set[tuple[Any, ...]] = set()
        # The last change of a message is the one that counts, and all look the same by now.
        for change in changes:
            about = (change.kind, change.chat, change.message_id, change.person)
            match change.kind:
                case "call":
                    calls.append(change.data)
                    continue
                case "toast" | "action":
                    everywhere.append(self._passing(change))
                    continue
                case "message" | "edited":
                    about = ("message", change.chat, change.message_id, None)
            if change.chat is not None:
                self._chats.add(change.chat)
            if about in told:
                continue
            told.add(about)
            match change.kind:
                case "person":
                    everywhere.append({"op": "people", "people": directory.people(self.world)})
                case "bot":
                    everywhere.append({"op": "bots", "bots": directory.bots(self.world)})
                case _ if change.chat is not None:
                    if (operation := self._in_chat(change, change.chat)) is not None:
                        by_chat.setdefault(change.chat, []).append(operation)
        return everywhere, by_chat, calls

    @staticmethod
    def _passing(change: Change) -> Json:
        """What is shown for a moment."""
        return {"op": change.kind, "chat": change.chat, "person": change.person, **change.data}

    def _in_chat(self, change: Change, key: str) -> Json | None:
        chat = self.world.chats.get(key)
        if chat is None:
            return None
        match change.kind:
            case "message" | "edited":
                message = self.world.message(chat, change.message_id)
                if message is None:
                    return None
                told = show.message(self.world, message)
                return {"op": "message", "chat": key, "message": told}
            case "deleted":
                return {"op": "deleted", "chat": key, "id": change.message_id}
            case "keyboard" if change.person is not None:
                shown = view.current_keyboard(self.world, chat, change.person)
                return {"op": "keyboard", "chat": key, "person": change.person, "keyboard": shown}
            case "draft" if change.person is not None:
                shown = show.draft(self.world, chat, change.person)
                return {"op": "draft", "chat": key, "person": change.person, "draft": shown}
            case "pinned":
                return {"op": "pinned", "chat": key, "pinned": show.pinned(self.world, chat)}
        return None

    # --- time and trouble -------------------------------------------------------------------

    def _tell_status(self) -> None:
        status = directory.status(self.world)
        if status != self._status:
            self._status = status
            self.tell_all({"op": "status", "status": self._told_status(status)})

    async def _watch(self) -> None:
        while True:
            await self.world.clock.changed.wait(_LOOK_EVERY)
            self._tell_status()
            self.reads.save()
            # A follower may report many times a second.
            await asyncio.sleep(_GATHER)


def _trouble(calls: list[Json]) -> Json:
    """How many of these calls failed, and how many brought warnings."""
    return {
        "failed": sum(1 for one in calls if not one["ok"]),
        "warned": sum(1 for one in calls if one["warnings"]),
    }
