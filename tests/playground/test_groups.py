"""Groups: rights, privacy, members, anonymous administrators, topics, channels, migration."""

from __future__ import annotations

from typing import Any

import pytest

from playground.people import Person, Playground, PlaygroundError
from tests.playground.conftest import TOKEN, BareBot

ANONYMOUS = 1087968824


@pytest.fixture
async def anna(playground: Playground) -> Person:
    return await playground.person("Anna")


@pytest.fixture
async def bob(playground: Playground) -> Person:
    return await playground.person("Bob")


async def heard(bot: BareBot, kind: str = "message") -> list[dict[str, Any]]:
    """Updates of a kind, and forget all."""
    updates = await bot.updates()
    if updates:
        await bot.updates(offset=updates[-1]["update_id"] + 1)
    return [update[kind] for update in updates if kind in update]


@pytest.mark.parametrize(
    ("privacy", "admin", "expected"),
    [
        (True, False, ["/start", "/start@tested_bot", "an answer"]),
        (True, True, None),
        (False, False, None),
    ],
)
async def test_privacy_mode(
    anna: Person,
    bot: BareBot,
    playground: Playground,
    privacy: bool,
    admin: bool,
    expected: list[str] | None,
) -> None:
    await playground.bot(TOKEN, privacy=privacy)
    group = await playground.group("Tea", [anna], bot_is_admin=admin)
    said = (await bot.ok("sendMessage", chat_id=group.id, text="?"))["message_id"]
    here = anna.at(group)
    texts = ["hello", "/start", "/start@tested_bot", "/start@other_bot", "an answer"]
    for text in texts:
        await here.say(text, reply_to=said if text == "an answer" else None)
    assert [one["text"] for one in await heard(bot)] == (expected or texts)
    assert (await bot.ok("getMe"))["can_read_all_group_messages"] is not privacy


async def test_members_come_and_go(
    anna: Person, bob: Person, bot: BareBot, playground: Playground
) -> None:
    await bot.updates(allowed_updates=["chat_member", "my_chat_member", "message"])
    group = await playground.group("Tea", [anna])
    await playground.set_member(group, bob, "member")
    await playground.set_member(group, bob, "administrator", can_delete_messages=False)
    await playground.set_member(group, bob, "restricted", can_send_messages=True)
    await bob.at(group).say("still here")
    await playground.set_member(group, bob, "kicked")
    updates = await bot.updates()
    changes = [update["chat_member"] for update in updates if "chat_member" in update]
    assert [(one["old_chat_member"]["status"], one["new_chat_member"]["status"]) for one in changes] == [
        ("left", "member"),
        ("member", "administrator"),
        ("administrator", "restricted"),
        ("restricted", "kicked"),
    ]  # fmt: skip
    assert changes[1]["new_chat_member"]["can_delete_messages"] is False
    assert {one["from"]["id"] for one in changes} == {anna.id}
    services = [set(update["message"]) for update in updates if "message" in update]
    assert "new_chat_members" in services[0]
    assert "left_chat_member" in services[-1]
    told = await bot.ok("getChatMember", chat_id=group.id, user_id=bob.id)
    assert (told["status"], told["until_date"]) == ("kicked", 0)
    with pytest.raises(PlaygroundError, match="no right"):
        await playground.set_member(group, bob, "administrator", can_fly=True)
    with pytest.raises(PlaygroundError, match="not a member"):
        await bob.at(group).say("hello?")


async def test_updates_about_members_need_to_be_asked_for(
    anna: Person, bob: Person, bot: BareBot, playground: Playground
) -> None:
    group = await playground.group("Tea", [anna])
    await playground.set_member(group, bob, "member")
    said = await bob.at(group).say("x")
    await anna.at(group).react(said, "👍")
    kinds = {kind for update in await bot.updates() for kind in update} - {"update_id"}
    assert kinds == {"my_chat_member", "message"}


async def test_the_bot_is_told_of_its_own_standing(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    group = await playground.group("Tea", [anna], bot_is_admin=False)
    assert await bot.error("pinChatMessage", chat_id=group.id, message_id=1) == (
        "Bad Request: message to pin not found"
    )
    await playground.set_member(group, "tested_bot", "administrator", can_pin_messages=False)
    said = (await bot.ok("sendMessage", chat_id=group.id, text="x"))["message_id"]
    assert await bot.error("pinChatMessage", chat_id=group.id, message_id=said) == (
        "Bad Request: not enough rights to manage pinned messages in the chat"
    )
    await playground.set_member(group, "tested_bot", "administrator")
    await bot.ok("pinChatMessage", chat_id=group.id, message_id=said)
    assert (await bot.ok("getChat", chat_id=group.id))["pinned_message"]["message_id"] == said
    await playground.set_member(group, "tested_bot", "restricted")
    assert await bot.error("sendMessage", chat_id=group.id, text="x") == (
        "Bad Request: not enough rights to send text messages to the chat"
    )
    standing = [one["new_chat_member"]["status"] for one in await heard(bot, "my_chat_member")]
    assert standing == ["member", "administrator", "administrator", "restricted"]


async def test_anonymous_administrators_write_as_the_group(
    anna: Person, bob: Person, bot: BareBot, playground: Playground
) -> None:
    await bot.updates(allowed_updates=["message", "edited_message", "message_reaction"])
    group = await playground.group("Tea", [anna, bob])
    await playground.set_member(group, bob, "administrator", anonymous=True)
    said = await bob.at(group).say("who am I?")
    await bob.at(group).edit(said, "who?")
    await bob.at(group).react(said, "🔥")
    updates = await bot.updates()
    message = updates[0]["message"]
    assert message["from"]["id"] == ANONYMOUS
    assert message["from"]["username"] == "GroupAnonymousBot"
    assert message["sender_chat"]["id"] == group.id
    assert updates[1]["edited_message"]["from"]["id"] == ANONYMOUS
    reaction = updates[2]["message_reaction"]
    assert reaction["actor_chat"]["id"] == group.id
    assert "user" not in reaction
    seen = await anna.at(group).sees("who?")
    assert seen.raw["from"]["name"] == "Tea"


async def test_reactions_are_told_by_name(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    await bot.updates(allowed_updates=["message_reaction"])
    group = await playground.group("Tea", [anna])
    said = (await bot.ok("sendMessage", chat_id=group.id, text="?"))["message_id"]
    await anna.at(group).react(said, "👍")
    await anna.at(group).react(said, "")
    told = await heard(bot, "message_reaction")
    assert told[0]["user"]["id"] == anna.id
    assert [one["new_reaction"] for one in told] == [[{"type": "emoji", "emoji": "👍"}], []]
    await playground.set_member(group, "tested_bot", "member")
    await anna.at(group).react(said, "👎")
    assert await heard(bot, "message_reaction") == []
    await bot.ok(
        "setMessageReaction", chat_id=group.id, message_id=said,
        reaction=[{"type": "emoji", "emoji": "🎉"}],
    )  # fmt: skip
    assert (await anna.at(group).sees("?")).raw["reactions"][str(7000001)] == ["🎉"]


async def test_channels(anna: Person, bob: Person, bot: BareBot, playground: Playground) -> None:
    await bot.updates(
        allowed_updates=["channel_post", "edited_channel_post", "message_reaction_count"]
    )
    channel = await playground.group("News", [anna, bob], kind="channel", username="tea_news")
    sent = await bot.ok("sendMessage", chat_id="@tea_news", text="posted")
    assert "from" not in sent
    assert sent["sender_chat"]["id"] == channel.id
    said = await anna.at(channel).say("by Anna")
    await anna.at(channel).edit(said, "by nobody")
    await bob.at(channel).react(said, "👍")
    with pytest.raises(PlaygroundError, match="may not post"):
        await bob.at(channel).say("me too")
    updates = await bot.updates()
    kinds = [next(kind for kind in update if kind != "update_id") for update in updates]
    assert kinds == ["channel_post", "edited_channel_post", "message_reaction_count"]
    assert updates[2]["message_reaction_count"]["reactions"] == [
        {"type": {"type": "emoji", "emoji": "👍"}, "total_count": 1}
    ]
    assert (await bob.at(channel).sees("by nobody")).raw["from"]["name"] == "News"
    forwarded = await bot.ok(
        "forwardMessage", chat_id=channel.id, from_chat_id=channel.id, message_id=said
    )
    assert forwarded["forward_origin"]["type"] == "channel"
    assert forwarded["forward_origin"]["message_id"] == said


async def test_topics_are_closed_and_reopened(
    anna: Person, bob: Person, bot: BareBot, playground: Playground
) -> None:
    forum = await playground.group("Support", [anna, bob], forum=True)
    topic = await bot.ok("createForumTopic", chat_id=forum.id, name="Order 1")
    thread = topic["message_thread_id"]
    there = {"chat_id": forum.id, "message_thread_id": thread}
    await bot.ok("closeForumTopic", **there)
    with pytest.raises(PlaygroundError, match="closed"):
        await bob.at(forum, thread).say("hello?")
    # Who may manage topics may write in closed ones.
    await bot.ok("sendMessage", **there, text="still open to me")
    await bot.ok("reopenForumTopic", **there)
    await bob.at(forum, thread).say("hello")
    await playground.close_topic(forum, thread)
    await playground.reopen_topic(forum, thread)
    await bot.ok("editForumTopic", **there, name="Order 1 (paid)")
    assert (await playground.topics(forum))[thread] == "Order 1 (paid)"
    said = [
        next(k for k in one if k.startswith("forum"))
        for one in await heard(bot)
        if "text" not in one
    ]
    assert said == [
        "forum_topic_created", "forum_topic_closed", "forum_topic_reopened", "forum_topic_closed",
        "forum_topic_reopened", "forum_topic_edited",
    ]  # fmt: skip
    await playground.delete_topic(forum, thread)
    assert await bot.error("sendMessage", **there, text="x") == (
        "Bad Request: message thread not found"
    )
    assert await bot.updates() == []


async def test_the_general_topic(bot: BareBot, anna: Person, playground: Playground) -> None:
    forum = await playground.group("Support", [anna], forum=True)
    bob = await playground.person("Bob")
    await playground.set_member(forum, bob, "member")
    for method, refused in (
        ("closeGeneralForumTopic", "closeGeneralForumTopic"),
        ("hideGeneralForumTopic", "hideGeneralForumTopic"),
        ("unhideGeneralForumTopic", "unhideGeneralForumTopic"),
        ("reopenGeneralForumTopic", "reopenGeneralForumTopic"),
    ):
        await bot.ok(method, chat_id=forum.id)
        assert await bot.error(refused, chat_id=forum.id) == "Bad Request: TOPIC_NOT_MODIFIED"
        if method == "closeGeneralForumTopic":
            with pytest.raises(PlaygroundError, match="closed"):
                await bob.at(forum).say("hello?")
    await bob.at(forum).say("hello")
    await bot.ok("editGeneralForumTopic", chat_id=forum.id, name="Lobby")


async def test_icons_of_topics(bot: BareBot, anna: Person, playground: Playground) -> None:
    forum = await playground.group("Support", [anna], forum=True)
    stickers = await bot.ok("getForumTopicIconStickers")
    assert len({one["custom_emoji_id"] for one in stickers}) == len(stickers) > 100
    icon = stickers[3]["custom_emoji_id"]
    made = await bot.ok("createForumTopic", chat_id=forum.id, name="x", icon_custom_emoji_id=icon)
    assert made["icon_custom_emoji_id"] == icon


async def test_a_group_becomes_a_supergroup_once(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    old = await playground.group("Tea", [anna], kind="group")
    new = await playground.upgrade(old)
    assert new.id < -1_000_000_000_000
    with pytest.raises(PlaygroundError, match="not a basic group"):
        await playground.upgrade(old)
    with pytest.raises(PlaygroundError, match=str(new.id)):
        await anna.at(old).say("anybody?")
    await anna.at(new).say("here")
    assert await bot.ok("getChatMemberCount", chat_id=new.id) == 2
