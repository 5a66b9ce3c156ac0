"""The browser client without a browser: what it is told, and that none of it can run."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from playground.client import asked, directory, panel, show
from playground.client.hub import Hub, Page
from playground.client.panel import Panel
from playground.client.reads import Reads
from playground.server import free_socket
from playground.sim import acting, bodies
from playground.sim.errors import Refused
from playground.world import posting
from playground.world.model import Bot, Chat, Json, Message, Person
from playground.world.world import World
from tests.playground.conftest import TOKEN

STATIC = Path(panel.__file__).parent / "static"

# --- what pages are told ---------------------------------------------------------------------


class Town:
    """A bot, two people, a forum."""

    def __init__(self, folder: Path | None = None) -> None:
        self.world = World(folder)
        self.bot: Bot = self.world.add_bot(TOKEN, "tea_bot", "Tea")
        self.anna: Person = self.world.add_person("Anna")
        self.lin: Person = self.world.add_person("林晓")
        body = bodies.NewChat(
            title="Staff", is_forum=True, members=[self.anna.id, self.lin.id], bot_is_admin=True
        )
        self.forum: Chat = self.world.chats[str(acting.new_chat(self.world, body)["id"])]
        self.private: Chat = self.world.private_chat(self.bot, self.anna)

    def says(self, text: str, who: Person | None = None, chat: Chat | None = None) -> int:
        body = bodies.Send(text=text, chat=chat.id if chat else None)
        return int(acting.send(self.world, (who or self.anna).id, body)["message_id"])

    def bot_says(self, chat: Chat | None = None, **content: Any) -> Message:
        more = {
            name: content.pop(name)
            for name in ("markup", "reply_to", "thread", "secret", "extra")
            if name in content
        }
        return posting.post(self.world, chat or self.private, self.bot.id, content, **more)


@pytest.fixture
def town() -> Town:
    return Town()


def test_a_reply_brings_the_words_it_answers(town: Town) -> None:
    first = town.says("How much is the tea?")
    answer = town.bot_says(text="Five.", reply_to=first)
    told = show.message(town.world, answer)
    assert told["reply"]["text"] == "How much is the tea?"
    assert told["reply"]["from"]["name"] == "Anna"


def test_what_a_spoiler_hides_is_in_no_list(town: Town) -> None:
    message = town.bot_says(
        text="it was Bo", entities=[{"type": "spoiler", "offset": 7, "length": 2}]
    )
    assert "Bo" not in show.preview(town.world, message)["text"]


def test_a_button_whose_address_could_run_is_dead(town: Town) -> None:
    keyboard = [[{"text": "x", "url": "javascript:alert(1)"}, {"text": "y", "url": "https://a.b"}]]
    message = town.bot_says(text="press", markup={"inline_keyboard": keyboard})
    bad, good = show.message(town.world, message)["buttons"][0]
    assert bad == {"text": "x", "disabled": True}
    assert good["url"] == "https://a.b"


def test_history_comes_in_pages_and_back_to_a_message(town: Town) -> None:
    ids = [town.says(f"message {number}") for number in range(30)]
    newest = show.history(town.world, town.private, None, None, None, 10)
    assert [one["message_id"] for one in newest["messages"]] == ids[-10:]
    assert not newest["complete"]
    older = show.history(town.world, town.private, None, ids[-10], None, 10)
    assert [one["message_id"] for one in older["messages"]] == ids[-20:-10]
    back = show.history(town.world, town.private, None, ids[-10], ids[2], 10)
    assert ids[2] in [one["message_id"] for one in back["messages"]]
    assert show.history(town.world, town.private, None, ids[3], None, 10)["complete"]


def test_history_of_one_topic(town: Town) -> None:
    town.bot_says(town.forum, text="general")
    town.bot_says(town.forum, text="in the topic", thread=7)
    texts = {
        thread: [one["text"] for one in show.history(town.world, town.forum, thread, None, None, 9)["messages"]]
        for thread in (None, 0, 7)
    }  # fmt: skip
    assert texts == {None: ["general", "in the topic"], 0: ["general"], 7: ["in the topic"]}


def test_unread_is_what_others_wrote_since(town: Town) -> None:
    reads = Reads(None)
    town.says("mine", town.anna, town.forum)
    last = town.bot_says(town.forum, text="from the bot")
    anna, lin = str(town.anna.id), str(town.lin.id)
    assert reads.unread(town.world, town.forum) == {anna: {"0": 1}, lin: {"0": 2}}
    assert reads.mark(town.lin.id, town.forum.key, 0, last.id)
    assert not reads.mark(town.lin.id, town.forum.key, 0, last.id)
    assert reads.unread(town.world, town.forum) == {anna: {"0": 1}}


def test_what_was_read_stays_read_after_a_restart(tmp_path: Path) -> None:
    reads = Reads(tmp_path)
    reads.mark(1, "chat", 0, 12)
    reads.save()
    assert Reads(tmp_path).upto(1, "chat", 0) == 12


def test_a_chat_is_told_with_its_newest_message_per_topic(town: Town) -> None:
    town.bot_says(town.forum, text="old")
    town.bot_says(town.forum, text="new")
    told = directory.chat(town.world, town.forum, Reads(None))
    assert told["last"]["text"] == "new"
    assert told["newest"]["0"]["text"] == "new"


def test_a_draft_is_shown_until_its_time_is_up(town: Town) -> None:
    until = town.world.clock.now() + 30
    town.private.drafts[str(town.anna.id)] = {"text": "I am <", "entities": [], "until": until}
    shown = show.draft(town.world, town.private, town.anna.id)
    assert shown is not None
    assert shown["html"] == "I am &lt;"
    town.world.clock.shift(31)
    assert show.draft(town.world, town.private, town.anna.id) is None


# --- the hub ---------------------------------------------------------------------------------


class Watcher:
    """A page that keeps what it is told."""

    def __init__(self, hub: Hub) -> None:
        self.told: list[Json] = []
        self.page = Page(lambda operations: self.told.extend(json.loads(operations)))
        self.hub = hub

    async def ask(self, **question: Any) -> Json:
        return await asked.answer(self.hub, self.page, question)

    async def until(self, kind: str) -> Json:
        """The first operation of a kind, waited for."""
        async with asyncio.timeout(5):
            while True:
                for one in self.told:
                    if one["op"] == kind:
                        return one
                await asyncio.sleep(0.005)


@pytest.fixture
async def hub(town: Town) -> AsyncIterator[Hub]:
    one = Hub(town.world)
    one.start()
    yield one
    await one.stop()


@pytest.fixture
async def watcher(hub: Hub) -> Watcher:
    one = Watcher(hub)
    await one.ask(what="hello")
    return one


async def test_a_page_begins_with_all_there_is(town: Town, watcher: Watcher) -> None:
    told = await watcher.until("world")
    assert [one["name"] for one in told["people"]] == ["Anna", "林晓"]
    assert {one["key"] for one in told["chats"]} == {town.forum.key, town.private.key}


async def test_a_message_reaches_the_pages_that_opened_its_chat(
    town: Town, hub: Hub, watcher: Watcher
) -> None:
    elsewhere = Watcher(hub)
    await elsewhere.ask(what="hello")
    await watcher.ask(what="history", person=town.anna.id, chat=town.private.key)
    town.bot_says(text="<hello>")
    told = await watcher.until("message")
    assert told["message"]["html"] == "&lt;hello&gt;"
    entry = await elsewhere.until("chat")
    assert entry["chat"]["last"]["text"] == "<hello>"
    assert all(one["op"] != "message" for one in elsewhere.told)


async def test_changes_of_one_instant_are_told_once(town: Town, watcher: Watcher) -> None:
    await watcher.ask(what="history", person=town.anna.id, chat=town.private.key)
    message = town.bot_says(text="one")
    posting.edit(town.world, message, {"text": "two"}, None)
    await watcher.until("message")
    assert [one["message"]["text"] for one in watcher.told if one["op"] == "message"] == ["two"]


async def test_a_deleted_message_is_taken_away(town: Town, watcher: Watcher) -> None:
    await watcher.ask(what="history", person=town.anna.id, chat=town.private.key)
    message = town.bot_says(text="gone")
    await watcher.until("message")
    posting.delete(town.world, town.private, message)
    assert (await watcher.until("deleted"))["id"] == message.id


async def test_half_a_character_does_not_stop_a_page(town: Town, watcher: Watcher) -> None:
    await watcher.ask(what="history", person=town.anna.id, chat=town.private.key)
    town.bot_says(text="\ud83d half")
    assert (await watcher.until("message"))["message"]["text"] == "\ud83d half"


async def test_reading_is_told_to_every_page(town: Town, hub: Hub, watcher: Watcher) -> None:
    last = town.bot_says(text="news")
    assert (await watcher.until("chat"))["chat"]["unread"] == {str(town.anna.id): {"0": 1}}
    watcher.told.clear()
    reader = Watcher(hub)
    await reader.ask(
        what="read", person=town.anna.id, chat=town.private.key, thread=0, upto=last.id
    )
    assert (await watcher.until("chat"))["chat"]["unread"] == {}


async def test_calls_are_told_to_those_who_look(town: Town, hub: Hub, watcher: Watcher) -> None:
    other = Watcher(hub)
    await other.ask(what="hello")
    await watcher.ask(what="calls", on=True)
    row = town.world.calls.open(0.0, town.bot.id, "sendMessage")
    row.warnings.append("careful")
    town.world.calls.close(row)
    town.world.changes.tell("call", **row.as_json())
    assert (await watcher.until("calls"))["rows"][0]["method"] == "sendMessage"
    quiet = await other.until("calls")
    assert (quiet["rows"], quiet["trouble"]) == ([], {"failed": 1, "warned": 1})


async def test_a_fault_set_elsewhere_shows_on_the_bar(
    town: Town, hub: Hub, watcher: Watcher
) -> None:
    watcher.told.clear()
    town.world.pace.switch(True)
    town.world.clock.shift(3600)
    told = (await watcher.until("status"))["status"]
    assert told["pace"]
    assert told["offset"] >= 3600


@pytest.mark.parametrize(
    "question",
    [
        {"what": "fly"},
        {"what": "history", "person": 1},
        {"what": "history", "person": "1", "chat": "x"},
        {"what": "history", "person": 404, "chat": "x"},
        {"what": "history", "person": 500_000_001, "chat": "x"},
        {"what": "history", "person": 500_000_001, "chat": "7000001:500000002"},
        {"what": "history", "person": 500_000_001, "chat": "abc:500000001"},
        {"what": "history", "person": 500_000_001, "chat": "-1"},
        {"what": "press", "button": 0},
        {"what": "hello", "more": 1},
        None,
        [],
    ],
)
async def test_a_senseless_question_is_refused(watcher: Watcher, question: Any) -> None:
    with pytest.raises((Refused, ValidationError)):
        await asked.answer(watcher.hub, watcher.page, question)


# --- the panel -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given_panel",
    [
        {"buttons": [{"label": "x", "url": "https://example.com/"}]},
        {"buttons": [{"label": "x", "url": "http://127.0.0.1.example.com/"}]},
        {"links": [{"label": "x", "url": "javascript:alert(1)"}]},
        {"columns": [{"person": "Anna"}]},
        {"colums": []},
        {"language": "fr"},
    ],
)
def test_a_panel_that_cannot_be_is_refused(given_panel: Json) -> None:
    with pytest.raises(ValidationError):
        Panel.model_validate(given_panel)


async def test_a_button_posts_to_its_address(url: str) -> None:
    button = panel.Button(label="Faster", url=f"{url}/sim/pace")
    assert "422" in str(await panel.press(button))
    assert await panel.press(panel.Button(label="Mute", url=f"{url}/sim/nowhere")) is not None
    with free_socket() as closed:
        gone = panel.Button(label="Gone", url=f"http://127.0.0.1:{closed.getsockname()[1]}/")
        assert await panel.press(gone)


async def test_a_new_panel_is_shown_at_once(hub: Hub, watcher: Watcher) -> None:
    hub.show_panel(
        Panel.model_validate({"title": "Tea", "columns": [{"person": 1, "thread": "all"}]})
    )
    assert (await watcher.until("panel"))["panel"]["title"] == "Tea"


# --- words -----------------------------------------------------------------------------------


def test_every_word_is_there_in_both_languages() -> None:
    words = json.loads((STATIC / "words.json").read_text(encoding="utf-8"))
    for key, texts in words.items():
        assert set(texts) == {"zh", "en"}, key
        assert all(texts.values()), key
        names = [set(re.findall(r"{(\w+)}", text)) for text in texts.values()]
        assert names[0] == names[1] or key.endswith(".one"), key
    used = set()
    for path in STATIC.glob("*.js"):
        used |= set(
            re.findall(r"""\bt\(\s*['"`]([a-z_.]*[a-z_])['"`]""", path.read_text(encoding="utf-8"))
        )
    assert used - set(words) == set()


def test_the_page_names_no_other_machine() -> None:
    for path in STATIC.iterdir():
        found = re.findall(r"https?://([^/\s'\"`]+)", path.read_text(encoding="utf-8"))
        # Names of XML and of links that are followed inside the page are no requests.
        assert set(found) <= {"t.me", "www.w3.org"}, path.name
