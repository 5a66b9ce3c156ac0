"""The bot and the chats the suite expects to find at Telegram, made in a playground."""

from __future__ import annotations

import base64
import json

import httpx

from playground.people import Playground

TOKEN = "5796947140:AAF-the_bot_that_plays_the_suite_0"
OTHER = "5796947141:AAF-a_second_bot_in_the_channel_00"
USERNAME = "playground_suite_bot"
_CHANNEL = "playground_suite_tests"


async def prepare(url: str) -> dict[str, str]:
    """Make the chats; returns the environment variables that tell the suite of them."""
    async with Playground(url) as playground:
        bot = await playground.bot(TOKEN, USERNAME, "Suite")
        other = await playground.bot(OTHER, "playground_other_bot", "Other")
        # The suite knows its test user by this name, as the channel's owner.
        owner = await playground.person("PTB", last_name="Test user")
        guests = [await playground.person(name) for name in ("Anna", "Bob")]
        await owner.start()
        title = f">>> telegram.Bot(test) @{USERNAME}"
        group = await playground.group(title, [owner, *guests])
        forum = await playground.group("Forum", [owner, *guests], forum=True)
        channel = await playground.group(
            "Channel", [owner, *guests], kind="channel", username=_CHANNEL
        )
        paid = await playground.group("Subscribers", [owner], kind="channel")
        await playground.set_member(channel, other, "administrator")
        assert bot != other
    async with httpx.AsyncClient(base_url=url, trust_env=False, verify=False) as http:
        # The suite takes the first message of the chat for an old one that cannot be deleted.
        await http.get(f"/bot{TOKEN}/deleteMessage", params={"chat_id": owner.id, "message_id": 1})
    told = {
        "token": TOKEN,
        "payment_provider_token": "284685063:TEST:playground",
        "chat_id": str(owner.id),
        "super_group_id": str(group.id),
        "forum_group_id": str(forum.id),
        "channel_id": f"@{_CHANNEL}",
        "subscription_channel_id": paid.id,
        "name": "Suite",
        "username": f"@{USERNAME}",
    }
    # Job 0 adds checks of the suite on itself; every other job just runs.
    bots = base64.b64encode(json.dumps([told, told]).encode()).decode()
    return {
        "GITHUB_ACTIONS": "true",
        "TEST_WITH_OPT_DEPS": "true",
        "JOB_INDEX": "1",
        "BOTS": bots,
    }
