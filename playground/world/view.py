"""A chat as a person sees it: the shape of `GET /sim/people/{id}/chat`."""

from __future__ import annotations

from typing import Any

from playground.text.show import to_html
from playground.world import membership
from playground.world.model import GROUP_ANONYMOUS_BOT, Chat, Json, Message
from playground.world.money import show
from playground.world.world import World

_SERVICE = (
    "successful_payment", "refunded_payment", "pinned_message", "new_chat_members",
    "left_chat_member", "new_chat_title", "group_chat_created", "supergroup_chat_created",
    "migrate_to_chat_id", "migrate_from_chat_id", "forum_topic_created", "forum_topic_edited",
    "forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
)  # fmt: skip


def buttons(message: Message) -> list[list[Json]]:
    """The inline buttons under a message, as shown: an invoice always has one to pay with."""
    rows = (message.markup or {}).get("inline_keyboard", [])
    shown = [[_button(button) for button in row] for row in rows]
    if "invoice" in message.content and not shown:
        invoice = message.content["invoice"]
        price = show(invoice["currency"], invoice["total_amount"])
        shown = [[{"text": f"Pay {price}", "pay": True}]]
    return shown


def _button(button: Json) -> Json:
    shown: Json = {"text": button["text"]}
    for name in ("style", "url", "pay", "disabled"):
        if button.get(name):
            shown[name] = button[name]
    if "copy_text" in button:
        shown["copy_text"] = button["copy_text"]["text"]
    if "web_app" in button:
        shown["url"] = button["web_app"]["url"]
    return shown


def keyboard(message: Message) -> Json | None:
    """The reply keyboard a message brought, as shown."""
    markup = message.markup or {}
    if "keyboard" not in markup:
        return None
    rows = [
        [
            {
                name: value
                for name, value in button.items()
                if name in ("text", "style", "request_contact", "request_location") and value
            }
            for button in row
        ]
        for row in markup["keyboard"]
    ]
    shown: Json = {"message_id": message.id, "rows": rows}
    for name in ("one_time_keyboard", "is_persistent", "input_field_placeholder"):
        if markup.get(name):
            shown[name] = markup[name]
    return shown


def current_keyboard(world: World, chat: Chat, person: int) -> Json | None:
    message = world.message(chat, chat.keyboards.get(str(person)))
    return keyboard(message) if message is not None else None


def author(world: World, user_id: int) -> Json:
    if user_id in world.bots:
        return {"id": user_id, "name": world.bots[user_id].first_name, "bot": True}
    person = world.people.get(user_id)
    return {"id": user_id, "name": person.name if person else "Deleted Account", "bot": False}


def _sender(world: World, of: Message) -> Json:
    """The author of a message; anonymous administrators and channels go by the chat's name."""
    chat = world.chats[of.chat]
    if of.sender == GROUP_ANONYMOUS_BOT or chat.type == "channel":
        return {"id": of.sender, "name": chat.title, "bot": of.sender in world.bots}
    return author(world, of.sender)


def draft(of: Chat, person: int, now: float) -> Json | None:
    """What the bot is about to say to a person, while it is shown."""
    found = of.drafts.get(str(person))
    if found is None or found["until"] <= now:
        return None
    return {"text": found["text"], "html": to_html(found["text"], found["entities"])}


def message(world: World, of: Message) -> Json:
    """One message with everything a person sees of it; what it has not is null or empty."""
    content = of.content
    text = str(content.get("text") or content.get("caption") or "")
    entities = content.get("entities") or content.get("caption_entities") or []
    shown: Json = {
        "message_id": of.id,
        "from": _sender(world, of),
        "date": of.date,
        "edited": of.edited is not None,
        "text": text,
        "html": to_html(text, entities),
        "buttons": buttons(of),
        "photo": None,
        "document": None,
        "invoice": None,
        "service": _service(of),
        "reply_to": of.reply_to,
        "thread": of.thread,
        "version": of.version,
    }
    if "photo" in content:
        largest = content["photo"][-1]
        shown["photo"] = _file(world, largest, width=largest["width"], height=largest["height"])
    for kind in ("document", "voice", "video", "sticker"):
        if kind in content:
            shown[kind] = _file(world, content[kind])
    if "sticker" in content:
        shown["sticker"]["emoji"] = content["sticker"].get("emoji", "")
    for kind in ("contact", "location", "venue"):
        if kind in content:
            shown[kind] = content[kind]
    if "invoice" in content:
        shown["invoice"] = _invoice(world, of)
    for name in ("media_group_id", "forward_origin"):
        if name in of.extra:
            shown[name] = of.extra[name]
    if markup := keyboard(of):
        shown["keyboard"] = markup["rows"]
    if of.reactions:
        shown["reactions"] = of.reactions
    if of.id in world.chats[of.chat].pinned:
        shown["pinned"] = True
    return shown


def _service(of: Message) -> Json | None:
    """What a service message says: its kind, and its details under that name."""
    if not of.service:
        return None
    kind = next((name for name in _SERVICE if name in of.content), "other")
    return {"kind": kind, kind: of.content.get(kind)}


def _file(world: World, told: Json, **more: Any) -> Json:
    file = world.files[told["file_id"]]
    return {
        "name": file.name or file.path.rsplit("/", 1)[-1],
        "mime": file.mime,
        "size": file.size,
        "url": f"/sim/files/{file.unique}",
        **more,
    }


def _invoice(world: World, of: Message) -> Json:
    invoice, secret = of.content["invoice"], of.secret
    return {
        "title": invoice["title"],
        "description": invoice["description"],
        "currency": invoice["currency"],
        "total": invoice["total_amount"],
        "price": show(invoice["currency"], invoice["total_amount"]),
        "prices": secret.get("prices", []),
        "photo_url": secret.get("photo_url") or None,
        "start_parameter": invoice["start_parameter"],
        "paid": bool(secret.get("paid")),
        "charges": list(secret.get("paid", [])),
    }


def chat(world: World, of: Chat, person: int, after: int = 0, thread: int | None = None) -> Json:
    """Everything a person sees in a chat; `thread` 0 is the general topic of a forum."""
    messages = [
        message(world, one)
        for one in world.messages[of.key].values()
        if one.id > after and (thread is None or (one.thread or 0) == thread)
    ]
    return {
        "chat": summary(world, of),
        "version": world.changes.version,
        "messages": messages,
        "keyboard": current_keyboard(world, of, person),
        "pinned": list(of.pinned),
        "draft": draft(of, person, world.clock.now()),
    }


def summary(world: World, of: Chat) -> Json:
    """A chat as the lists of the control API name it."""
    told: Json = {"id": of.id, "type": of.type, "title": of.title}
    if of.private:
        assert of.bot is not None
        assert of.person is not None
        bot, person = world.bots[of.bot], world.people[of.person]
        told |= {
            "title": bot.first_name,
            "bot": of.bot,
            "person": of.person,
            "blocked": bot.id in person.blocked,
        }
        return told
    told["is_forum"] = of.is_forum
    told["members"] = [
        {"id": int(user), "status": state["status"]}
        for user, state in of.members.items()
        if membership.inside(of, int(user))
    ]
    told["topics"] = [
        {"thread": int(thread), "name": topic["name"], "closed": bool(topic.get("closed"))}
        for thread, topic in of.topics.items()
    ]
    if of.migrated_to is not None:
        told["migrated_to"] = of.migrated_to
    return told
