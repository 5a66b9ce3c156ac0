"""Who and what there is, as the lists of the browser client show it."""

from __future__ import annotations

from playground.client import show
from playground.client.reads import Reads
from playground.world import view
from playground.world.model import Chat, Json
from playground.world.world import World

_LOOK_BACK = 400


def people(world: World) -> list[Json]:
    return [
        {
            "id": one.id,
            "name": one.name,
            "username": one.username,
            "language": one.language_code,
            "phone": one.phone,
            "started": one.started,
            "blocked": one.blocked,
            "deactivated": one.deactivated,
        }
        for one in world.people.values()
    ]


def bots(world: World) -> list[Json]:
    return [
        {
            "id": one.id,
            "name": one.first_name,
            "username": one.username,
            "commands": one.commands,
        }
        for one in world.bots.values()
    ]


def chat(world: World, of: Chat, reads: Reads) -> Json:
    """A chat with its last message and what is unread, topic by topic."""
    told = view.summary(world, of)
    newest: dict[int, Json] = {}
    wanted = len(of.topics) + 1
    messages = world.messages[of.key]
    for _, one in zip(range(_LOOK_BACK), reversed(messages.values()), strict=False):
        thread = one.thread or 0
        if thread not in newest:
            newest[thread] = show.preview(world, one)
            if len(newest) == wanted:
                break
    last = max(newest.values(), key=lambda one: one["id"], default=None)
    told |= {"key": of.key, "last": last, "unread": reads.unread(world, of)}
    if of.is_forum:
        told["topics"] = [
            {**topic, "color": of.topics[str(topic["thread"])].get("icon_color")}
            for topic in told["topics"]
        ]
        told["newest"] = {str(thread): one for thread, one in newest.items()}
        told["general"] = str(of.general.get("name", "General"))
    return told


def status(world: World) -> Json:
    """Time and trouble, for the bar. `now` is left to whoever sends it."""
    report = world.clock.report
    return {
        "offset": world.clock.offset,
        "followed": report is not None,
        "next_due": report.next_due if report is not None else None,
        "faults": [
            {"method": one.method, "times": one.times, "delay": one.delay, "error": _error(one)}
            for one in world.faults.waiting
        ],
        "pace": world.pace.on,
    }


def _error(fault: object) -> str | None:
    error = getattr(fault, "error", None)
    return error if error is None or isinstance(error, str) else str(getattr(error, "code", ""))
