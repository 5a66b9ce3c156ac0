"""The bot itself: profile, menu button, commands, close and logOut, drafts, places."""

from __future__ import annotations

from typing import Any

import pytest

from playground.people import Person, Playground
from tests.playground.conftest import BareBot


@pytest.fixture
async def anna(playground: Playground) -> Person:
    anna = await playground.person("Anna", phone="+4930123")
    await anna.start()
    return anna


@pytest.mark.parametrize(
    ("what", "field", "default"),
    [("Name", "name", "Tested"), ("Description", "description", ""),
     ("ShortDescription", "short_description", "")],
)  # fmt: skip
async def test_texts_in_languages(bot: BareBot, what: str, field: str, default: str) -> None:
    async def told(language: str = "") -> str:
        return str((await bot.ok(f"getMy{what}", language_code=language))[field])

    assert await told() == default
    await bot.ok(f"setMy{what}", **{field: "茶"}, language_code="zh")
    assert (await told("zh"), await told("de")) == ("茶", default)
    await bot.ok(f"setMy{what}", **{field: "Tea"})
    assert (await told("zh"), await told("de"), await told()) == ("茶", "Tea", "Tea")
    await bot.ok(f"setMy{what}", language_code="zh")
    assert await told("zh") == "Tea"
    if what == "Name":
        assert (await bot.ok("getMe"))["first_name"] == "Tea"


async def test_menu_buttons(anna: Person, bot: BareBot) -> None:
    app = {"type": "web_app", "text": "Open", "web_app": {"url": "https://tea.example/"}}
    assert await bot.ok("getChatMenuButton") == {"type": "commands"}
    assert await bot.ok("getChatMenuButton", chat_id=anna.id) == {"type": "default"}
    await bot.ok("setChatMenuButton", chat_id=anna.id, menu_button=app)
    assert await bot.ok("getChatMenuButton", chat_id=anna.id) == app
    assert await bot.ok("getChatMenuButton") == {"type": "commands"}
    await bot.ok("setChatMenuButton", menu_button=app)
    await bot.ok("setChatMenuButton")
    assert await bot.ok("getChatMenuButton") == {"type": "commands"}


async def test_commands_by_scope_and_language(anna: Person, bot: BareBot) -> None:
    commands = [{"command": "start", "description": "Begin"}]
    scope = {"type": "chat", "chat_id": anna.id}
    await bot.ok("setMyCommands", commands=commands, scope=scope, language_code="en")
    assert await bot.ok("getMyCommands") == []
    assert await bot.ok("getMyCommands", scope=scope) == []
    assert await bot.ok("getMyCommands", scope=scope, language_code="en") == commands
    await bot.ok("deleteMyCommands", scope=scope, language_code="en")
    assert await bot.ok("getMyCommands", scope=scope, language_code="en") == []


async def test_close_is_refused_for_ten_minutes(bot: BareBot, playground: Playground) -> None:
    answer = await bot.raw("close")
    assert answer.status_code == 429
    assert 590 <= int(answer.headers["retry-after"]) <= 600
    await playground.advance(minutes=10)
    assert await bot.ok("close") is True
    assert (await bot.raw("close")).status_code == 429


async def test_a_bot_that_logged_out_is_away_for_ten_minutes(
    bot: BareBot, playground: Playground
) -> None:
    assert await bot.ok("logOut") is True
    answer = await bot.raw("getMe")
    assert (answer.status_code, answer.json()["description"]) == (400, "Logged out")
    await playground.advance(minutes=10)
    await bot.ok("getMe")


async def test_drafts_are_shown_for_a_while(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    async def shown() -> Any:
        return (await playground.get(f"/people/{anna.id}/chat"))["draft"]

    draft = {"chat_id": anna.id, "draft_id": 7}
    await bot.ok("sendMessageDraft", **draft)
    assert (await shown())["text"] == ""
    await bot.ok("sendMessageDraft", **draft, text="*Tea* is", parse_mode="Markdown")
    assert await shown() == {"text": "Tea is", "html": "<b>Tea</b> is"}
    await playground.advance(seconds=31)
    assert await shown() is None
    await bot.ok("sendMessageDraft", **draft, text="Tea is rea")
    await bot.ok("sendMessage", chat_id=anna.id, text="Tea is ready")
    assert await shown() is None
    assert (await anna.last()).text == "Tea is ready"


async def test_places_and_contacts(anna: Person, bot: BareBot) -> None:
    here = {"chat_id": anna.id, "latitude": 1.25, "longitude": 103.5}
    sent = await bot.ok("sendLocation", **here, live_period=60, heading=90)
    assert sent["location"] == {
        "latitude": 1.25, "longitude": 103.5, "live_period": 60, "heading": 90,
    }  # fmt: skip
    venue = await bot.ok("sendVenue", **here, title="Tea house", address="1 Road")
    assert venue["venue"]["title"] == "Tea house"
    assert venue["location"] == venue["venue"]["location"]
    contact = await bot.ok(
        "sendContact", chat_id=anna.id, phone_number="4930123", first_name="A", vcard="BEGIN:VCARD"
    )
    assert contact["contact"] == {
        "phone_number": "4930123", "first_name": "A", "vcard": "BEGIN:VCARD", "user_id": anna.id,
    }  # fmt: skip
    seen = await anna.messages()
    assert seen[-2].raw["venue"]["address"] == "1 Road"
