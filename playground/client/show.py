"""Messages as the browser gets them: what a person sees, plus what a page needs to draw it."""

from __future__ import annotations

from playground.client.markup import safe_html, safe_url
from playground.world import view
from playground.world.model import Chat, Json, Message
from playground.world.world import World

_LINE = 140
_KINDS = (
    "photo", "video", "animation", "voice", "audio", "document", "sticker", "video_note",
    "contact", "venue", "location", "invoice",
)  # fmt: skip


def message(world: World, of: Message) -> Json:
    """One message, its text as safe HTML, its reply with the words it answers."""
    told = view.message(world, of)
    content = of.content
    entities = content.get("entities") or content.get("caption_entities") or []
    told["html"] = safe_html(told["text"], entities)
    told["buttons"] = [[_button(one) for one in row] for row in told["buttons"]]
    told["own_keyboard"] = bool((of.markup or {}).get("inline_keyboard"))
    replied = world.messages[of.chat].get(of.reply_to or 0)
    told["reply"] = preview(world, replied) if replied is not None else None
    if told["reply"] and (quote := of.extra.get("quote")):
        told["reply"]["text"] = str(quote.get("text", ""))
    if isinstance(pinned := content.get("pinned_message"), int):
        target = world.messages[of.chat].get(pinned)
        told["about"] = preview(world, target) if target is not None else None
    told["kind"] = kind(of)
    for name in ("voice", "audio", "video"):
        if isinstance(told.get(name), dict) and isinstance(content.get(name), dict):
            told[name]["duration"] = content[name].get("duration", 0)
    return told


def _button(button: Json) -> Json:
    """A button without an address that could run in the page."""
    if "url" in button and safe_url(str(button["url"])) is None:
        return {**{k: v for k, v in button.items() if k != "url"}, "disabled": True}
    return button


def kind(of: Message) -> str:
    """What a message is, in one word."""
    if of.service:
        return "service"
    return next((one for one in _KINDS if one in of.content), "text")


def author(world: World, of: Message) -> Json:
    """Who wrote a message; whoever writes in the name of a chat goes by its title."""
    told = view.author(world, of.sender)
    if of.sender in world.people or of.sender in world.bots:
        return told
    return {**told, "name": world.chats[of.chat].title or told["name"]}


def preview(world: World, of: Message) -> Json:
    """A message in one line: for lists, replies and the pinned bar."""
    text = str(of.content.get("text") or of.content.get("caption") or "")
    what = kind(of)
    told: Json = {
        "id": of.id,
        "from": author(world, of),
        "date": of.date,
        "kind": what,
        "text": " ".join(text[: _LINE * 4].split())[:_LINE],
    }
    if what == "service":
        told["service"] = view.message(world, of)["service"]
    elif what == "invoice":
        told["text"] = str(of.content["invoice"]["title"])
    elif what == "document":
        told["name"] = str(of.content["document"].get("file_name", ""))
    if _hides(of):
        # What is behind a spoiler stays there.
        told["text"] = "▒" * min(len(told["text"]), 12)
    return told


def _hides(of: Message) -> bool:
    entities = of.content.get("entities") or of.content.get("caption_entities") or []
    return any(one.get("type") == "spoiler" for one in entities)


def draft(world: World, of: Chat, person: int) -> Json | None:
    """What a bot is about to say to a person; `left` is for how many virtual seconds."""
    found = of.drafts.get(str(person))
    left = found["until"] - world.clock.now() if found is not None else 0
    if found is None or left <= 0:
        return None
    html = safe_html(found["text"], found["entities"])
    return {"html": html, "left": left} if html else None


def history(
    world: World,
    of: Chat,
    thread: int | None,
    before: int | None,
    until: int | None,
    limit: int,
) -> Json:
    """The newest messages before `before`, at least back to `until`.

    `thread` None means all of a chat, 0 the general topic of a forum. `complete` says that nothing
    older is left.
    """
    found = [
        one
        for one in world.messages[of.key].values()
        if (thread is None or (one.thread or 0) == thread) and (before is None or one.id < before)
    ]
    count = limit
    if until is not None:
        count = max(limit, sum(1 for one in found if one.id >= until) + limit // 2)
    shown = found[-count:]
    return {
        "messages": [message(world, one) for one in shown],
        "complete": len(shown) == len(found),
    }


def pinned(world: World, of: Chat) -> list[Json]:
    """What is pinned in a chat, newest last."""
    messages = world.messages[of.key]
    return [
        {**preview(world, messages[one]), "thread": messages[one].thread}
        for one in of.pinned
        if one in messages
    ]
