"""What the owners of groups do: members, rights, topics, the upgrade to a supergroup."""

from __future__ import annotations

from playground.sim import bodies, lookup
from playground.sim.errors import Refused
from playground.world import forum, membership, posting, wire
from playground.world.model import Chat, Json
from playground.world.world import World


def _group(world: World, chat_id: int) -> Chat:
    chat = world.chats.get(str(chat_id))
    if chat is None or chat.private:
        raise Refused(f"there is no group {chat_id}")
    return chat


def _owner(chat: Chat) -> int:
    """Who does it when nobody is named: the owner, else the first there is."""
    for user, state in chat.members.items():
        if state["status"] == "creator":
            return int(user)
    return int(next(iter(chat.members)))


def set_member(world: World, chat_id: int, body: bodies.Member) -> Json:
    """Let somebody in, give or take rights, restrict, remove, ban. Service messages tell of it."""
    chat = _group(world, chat_id)
    user = lookup.somebody(world, body.user)
    by = _owner(chat) if body.by is None else lookup.person(world, body.by).id
    was, now = membership.inside(chat, user), body.status in membership.INSIDE
    rights = dict(body.rights)
    state: Json = {"status": body.status}
    known: tuple[str, ...] = ()
    if body.status == "administrator":
        state = membership.administrator(chat.type == "channel", body.is_anonymous)
        known = tuple(state)
        state |= rights
    elif body.status == "creator":
        state["is_anonymous"] = body.is_anonymous
    elif body.status == "restricted":
        state = membership.restricted()
        known = tuple(state)
        state |= rights
    elif body.status == "kicked":
        state["until_date"] = 0
    if unknown := sorted(set(rights) - set(known)):
        raise Refused(f"a {body.status} has no right {unknown[0]!r}")
    told = wire.user(world, user)
    if was and not now and chat.type != "channel":
        posting.post(world, chat, by, {"left_chat_member": told}, service=True)
    membership.set_member(world, chat, user, state, by=by)
    if now and not was and chat.type != "channel":
        posting.post(world, chat, by, {"new_chat_members": [told]}, service=True)
    return {}


def upgrade(world: World, chat_id: int) -> Json:
    """Turn a basic group into a supergroup, which has another id."""
    old = _group(world, chat_id)
    if old.type != "group" or old.migrated_to is not None:
        raise Refused(f"chat {chat_id} is not a basic group")
    by = _owner(old)
    new = world.new_group(old.title or "", "supergroup")
    new.members = {user: dict(state) for user, state in old.members.items()}
    posting.post(world, old, by, {"migrate_to_chat_id": new.id}, service=True)
    old.migrated_to = new.id
    posting.post(world, new, by, {"migrate_from_chat_id": old.id}, service=True)
    for one in (old, new):
        world.touch(one)
        world.changes.tell("chat", one.key)
    return {"id": new.id}


def _topic(world: World, chat_id: int, thread: int) -> Chat:
    chat = world.chats.get(str(chat_id))
    if chat is None or str(thread) not in chat.topics:
        raise Refused(f"there is no topic {thread} in chat {chat_id}")
    return chat


def new_topic(world: World, chat_id: int, body: bodies.NewTopic) -> Json:
    chat = _group(world, chat_id)
    if not chat.is_forum:
        raise Refused(f"chat {chat_id} is not a forum")
    by = _owner(chat) if body.by is None else lookup.person(world, body.by).id
    return {"thread": forum.create(world, chat, by, body.name, forum.COLORS[0])}


def delete_topic(world: World, chat_id: int, thread: int) -> Json:
    forum.delete(world, _topic(world, chat_id, thread), thread)
    return {}


def close_topic(world: World, chat_id: int, thread: int, closed: bool) -> Json:
    """Close or reopen a topic; what is so already stays so."""
    chat = _topic(world, chat_id, thread)
    topic = chat.topics[str(thread)]
    if bool(topic.get("closed")) != closed:
        topic["closed"] = closed
        service: Json = {"forum_topic_closed": {}} if closed else {"forum_topic_reopened": {}}
        forum.said(world, chat, _owner(chat), thread, service)
    return {}
