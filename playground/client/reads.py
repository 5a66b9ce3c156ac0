"""How far each person has read, shared by every browser tab and kept in the data folder."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from playground.world.model import Chat
from playground.world.world import World

#: Only so many of the newest messages are looked through for unread ones.
_LOOK_BACK = 400


class Reads:
    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "reads.json" if folder is not None else None
        #: "person|chat|thread" → id of the last message read.
        self._marks: dict[str, int] = {}
        self._changed = False
        if self._path is not None and self._path.exists():
            self._marks = json.loads(self._path.read_text(encoding="utf-8"))

    def mark(self, person: int, chat: str, thread: int, upto: int) -> bool:
        """Remember that a person has read up to a message. False when that was known."""
        key = f"{person}|{chat}|{thread}"
        if self._marks.get(key, 0) >= upto:
            return False
        self._marks[key] = upto
        self._changed = True
        return True

    def upto(self, person: int, chat: str, thread: int) -> int:
        return self._marks.get(f"{person}|{chat}|{thread}", 0)

    def save(self) -> None:
        """Write what changed since the last time."""
        if self._path is None or not self._changed:
            return
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(self._marks), encoding="utf-8")
        fresh.replace(self._path)
        self._changed = False

    def unread(self, world: World, chat: Chat) -> dict[str, dict[str, int]]:
        """Person → thread → how many messages of others are unread; nothing where there are none."""
        if chat.person is not None:
            people = [chat.person]
        else:
            people = [int(one) for one in chat.members if int(one) in world.people]
        counts: dict[int, Counter[str]] = {person: Counter() for person in people}
        messages = world.messages[chat.key]
        for _, message in zip(range(_LOOK_BACK), reversed(messages.values()), strict=False):
            if message.service:
                continue
            thread = message.thread or 0
            for person in people:
                if message.sender == person:
                    continue
                if message.id > self.upto(person, chat.key, thread):
                    counts[person][str(thread)] += 1
        return {str(person): dict(found) for person, found in counts.items() if found}
