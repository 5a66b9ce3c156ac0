"""What people do: send, edit, react, block, leave."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from playground.sim import bodies, lookup
from playground.sim.errors import Refused
from playground.text import utf16
from playground.text.detect import detect
from playground.text.formatted import formatted
from playground.world import files, membership, pictures, posting, reactions, wire
from playground.world.files import Upload
from playground.world.model import GROUP_ANONYMOUS_BOT, Chat, Json, Person
from playground.world.world import World

_TEXT_MOST = 4096
_CAPTION_MOST = 1024
_KINDS = (
    "text", "photo", "document", "voice", "video", "sticker", "contact", "location", "album",
)  # fmt: skip


def send(world: World, person_id: int, body: bodies.Send) -> Json:
    """Send one message, or an album. Texts too long arrive in pieces, as apps send them."""
    who = lookup.person(world, person_id)
    chat = lookup.chat(world, who, body.chat, body.bot)
    _may_write(world, who, chat, body.thread)
    if body.reply_to is not None:
        lookup.message(world, chat, body.reply_to)
    contents = _contents(world, who, body)
    extra: Json = {}
    if body.album is not None:
        extra["media_group_id"] = str(world.number("album", 13_900_000_000_000_001))
    _arrive(world, who, chat)
    sender, secret = who.id, {}
    if membership.anonymous(chat, who.id):
        # The administrator writes as the group; only the playground knows who it was.
        sender, secret = GROUP_ANONYMOUS_BOT, {"author": who.id}
        extra["sender_chat"] = wire.chat(world, chat)
    sent = [
        posting.post(
            world,
            chat,
            sender,
            content,
            thread=body.thread or None,
            reply_to=body.reply_to,
            extra=dict(extra),
            secret=dict(secret),
        )
        for content in contents
    ]
    return {"message_id": sent[0].id, "message_ids": [message.id for message in sent]}


def _may_write(world: World, who: Person, chat: Chat, thread: int | None) -> None:
    if who.deactivated:
        raise Refused(f"{who.name} deleted the account")
    if chat.private:
        if thread:
            raise Refused("a private chat has no topics")
        assert chat.bot is not None
        if chat.bot in who.blocked:
            raise Refused(f"{who.name} has blocked the bot: unblock it first")
        return
    if chat.type == "channel" and not membership.may(chat, who.id, "can_post_messages"):
        raise Refused(f"{who.name} may not post in the channel {chat.title!r}")
    if not chat.members[str(who.id)].get("can_send_messages", True):
        raise Refused(f"{who.name} may not write in {chat.title!r}")
    if chat.migrated_to is not None:
        raise Refused(f"chat {chat.id} is a supergroup now: {chat.migrated_to}")
    if thread and str(thread) not in chat.topics:
        raise Refused(f"there is no topic {thread} in chat {chat.id}")
    topic = chat.topics[str(thread)] if thread else chat.general
    closed = chat.is_forum and topic.get("closed")
    if closed and not membership.may(chat, who.id, "can_manage_topics"):
        raise Refused(f"the topic {topic['name']!r} is closed")


def _arrive(world: World, who: Person, chat: Chat) -> None:
    """The first message to a bot starts it."""
    if chat.bot is not None and chat.bot not in who.started:
        who.started.append(chat.bot)
        world.touch(who)
        world.changes.tell("person", chat.key, person=who.id)


def _contents(world: World, who: Person, body: bodies.Send) -> list[Json]:
    given = [name for name in _KINDS if getattr(body, name) is not None]
    if len(given) != 1:
        raise Refused(f"send one of {', '.join(_KINDS)}; given: {', '.join(given) or 'none'}")
    kind = given[0]
    if kind == "text":
        return [_text(piece) for piece in pieces(body.text or "")]
    if kind == "album":
        items = body.album or []
        if not 2 <= len(items) <= 10:
            raise Refused("an album has 2 to 10 items")
        return [_album_item(world, item) for item in items]
    if kind == "contact":
        return [{"contact": _contact(who, body.contact)}]
    if kind == "location":
        assert body.location is not None
        return [{"location": body.location.model_dump()}]
    return [_media(world, kind, getattr(body, kind), body.caption)]


def pieces(text: str) -> list[str]:
    """A long text as apps send it: several messages, none over the limit."""
    if not text.strip():
        raise Refused("the text is empty")
    found = []
    while utf16.length(text) > _TEXT_MOST:
        # Characters beyond the BMP count twice: half as many always fit.
        size = _TEXT_MOST if utf16.length(text[:_TEXT_MOST]) == _TEXT_MOST else _TEXT_MOST // 2
        found.append(text[:size])
        text = text[size:]
    return [piece for piece in [*found, text] if piece.strip()]


def _text(text: str) -> Json:
    shown, entities = formatted(text, "", None)
    return {"text": shown, **({"entities": entities} if entities else {})}


def _caption(text: str | None) -> Json:
    if not text or not text.strip():
        return {}
    if utf16.length(text) > _CAPTION_MOST:
        raise Refused(f"a caption has at most {_CAPTION_MOST} characters")
    entities = detect(text, [])
    return {"caption": text, **({"caption_entities": entities} if entities else {})}


def _media(world: World, kind: str, file: bodies.File, caption: str | None) -> Json:
    try:
        data = base64.b64decode(file.data, validate=True)
    except binascii.Error as error:
        raise Refused(f"{kind}.data is not base64: {error}") from error
    if not data:
        raise Refused(f"{kind}.data is empty")
    if kind == "photo" and not pictures.sizes(data):
        raise Refused("photo.data is no picture: send it as a document")
    upload = Upload(file.name or kind, data, file.mime)
    stored = files.store(world, kind, upload, file.duration)
    if isinstance(file, bodies.Sticker):
        # Telegram Bot API: a sticker has no caption.
        return files.media_content(world, stored, {"emoji": file.emoji})
    return {**files.media_content(world, stored), **_caption(caption)}


def _album_item(world: World, item: bodies.AlbumItem) -> Json:
    given = [name for name in ("photo", "document", "video") if getattr(item, name) is not None]
    if len(given) != 1:
        raise Refused("an album's item is one of photo, document, video")
    return _media(world, given[0], getattr(item, given[0]), item.caption)


def _contact(who: Person, given: Any) -> Json:
    if isinstance(given, bodies.OtherContact):
        return given.model_dump(exclude_none=True)
    if not who.phone:
        raise Refused(f"{who.name} has no phone number: give one when making the person")
    told: Json = {"phone_number": who.phone, "first_name": who.first_name, "user_id": who.id}
    if who.last_name:
        told["last_name"] = who.last_name
    return told


def edit(world: World, person_id: int, body: bodies.Edit) -> Json:
    who = lookup.person(world, person_id)
    chat = lookup.chat(world, who, body.chat, body.bot)
    message = lookup.message(world, chat, body.message_id)
    if who.id not in (message.sender, message.secret.get("author")) or message.service:
        raise Refused(f"message {message.id} is not one of {who.name}'s")
    if "text" in message.content:
        content = {**_text(pieces(body.text)[0])}
    else:
        kept = {k: v for k, v in message.content.items() if not k.startswith("caption")}
        content = {**kept, **_caption(body.text)}
    posting.edit(world, message, content, message.markup)
    posting.announce(world, chat, message, "edited_message")
    return {"message_id": message.id}


def react(world: World, person_id: int, body: bodies.React) -> Json:
    who = lookup.person(world, person_id)
    chat = lookup.chat(world, who, body.chat, body.bot)
    message = lookup.message(world, chat, body.message_id)
    old = message.reactions.get(str(who.id), [])
    new = [body.emoji] if body.emoji else []
    if new:
        message.reactions[str(who.id)] = new
    else:
        message.reactions.pop(str(who.id), None)
    posting.touch(world, message)
    reactions.announce(world, chat, message, who, old, new)
    return {}


def block(world: World, person_id: int, body: bodies.OnlyChat, blocked: bool) -> Json:
    who = lookup.person(world, person_id)
    chat = lookup.chat(world, who, body.chat, body.bot)
    if not chat.private:
        raise Refused("only the bot of a private chat can be blocked")
    membership.set_blocked(world, chat, blocked)
    return {}


def leave(world: World, person_id: int, body: bodies.OnlyChat) -> Json:
    who = lookup.person(world, person_id)
    chat = lookup.chat(world, who, body.chat, body.bot)
    if chat.private:
        raise Refused("name the group to leave as chat")
    posting.post(world, chat, who.id, {"left_chat_member": wire.person_user(who)}, service=True)
    membership.set_member(world, chat, who.id, {"status": "left"}, by=who.id)
    return {}


def deactivate(world: World, person_id: int) -> Json:
    """The person deletes the account."""
    who = lookup.person(world, person_id)
    who.deactivated = True
    world.touch(who)
    world.changes.tell("person", person=who.id)
    return {}


def new_chat(world: World, body: bodies.NewChat) -> Json:
    """A group with its members; the bot joins and is told so."""
    if body.is_forum and body.type != "supergroup":
        raise Refused("only a supergroup can be a forum")
    if body.type == "channel" and not body.bot_is_admin:
        raise Refused("a bot can be in a channel as an administrator only")
    members = [lookup.person(world, one) for one in body.members]
    bot = lookup.bot(world, body.bot)
    chat = world.new_group(body.title, body.type, body.is_forum)
    chat.username = body.username
    for number, member in enumerate(members):
        status: Json = {"status": "member"}
        if number == 0:
            status = {"status": "creator", "is_anonymous": False}
        chat.members[str(member.id)] = status
    by = members[0].id if members else bot.id
    state: Json = {"status": "member"}
    if body.bot_is_admin:
        state = membership.administrator(channel=body.type == "channel")
    membership.set_member(world, chat, bot.id, state, by=by)
    return {"id": chat.id}
