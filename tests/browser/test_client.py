"""The playground's own page in a browser: quick, safe, and still there after a restart."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from playground.people import Person, Playground, picture
from playground.sim import acting, bodies
from playground.world.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = Path(__file__).parents[2]
START_WITHIN = 90
WITHIN = 20_000
#: Id of the bot whose chat is long.
LONG_CHAT = 6_000_000


def write_a_long_chat(folder: Path) -> None:
    """Leave a chat of 2,000 messages in a data folder."""
    world = World(folder)
    world.add_bot(f"{LONG_CHAT}:AAF-tests_of_the_playground_itself0", "patient_bot")
    writer = world.add_person("Writer")
    for number in range(2000):
        text = f"row {number} " + "words " * (number % 9)
        acting.send(world, writer.id, bodies.Send(text=text))
    world.close()


class Served:
    """A playground as a process of its own, which can be started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.url = ""
        self._process: subprocess.Popen[str] | None = None
        self._bots = 0

    def start(self) -> None:
        command = [sys.executable, "-m", "playground", "--port", str(self.port)]
        process = subprocess.Popen(
            [*command, "--data", str(self.folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        self._process = process
        late = threading.Timer(START_WITHIN, process.kill)
        late.start()
        assert process.stdout is not None
        line = next((one for one in process.stdout if one.startswith("playground ")), "")
        late.cancel()
        assert line, "the playground did not start"
        self.url = line.split()[1]
        self.port = int(self.url.rpartition(":")[2])
        with httpx.Client(trust_env=False, verify=False) as http:
            for _ in range(START_WITHIN * 10):
                with contextlib.suppress(httpx.TransportError):
                    if http.get(f"{self.url}/sim/people").is_success:
                        return
                time.sleep(0.1)
        raise AssertionError("the playground does not answer")

    def new_token(self) -> str:
        """The token of a bot that nobody else uses."""
        self._bots += 1
        return f"{7_000_000 + self._bots}:AAF-tests_of_the_playground_itself0"

    def stop(self) -> None:
        if self._process is not None:
            with self._process as process:
                process.terminate()
            self._process = None


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    one = Served(tmp_path_factory.mktemp("playground"))
    write_a_long_chat(one.folder)
    one.start()
    yield one
    one.stop()


class Scene:
    """A person and a bot who are new to each other, in a page that shows only their chat."""

    def __init__(
        self, served: Served, http: httpx.AsyncClient, token: str, who: Person, page: Page
    ) -> None:
        self.served, self.http, self.token, self.who, self.page = served, http, token, who, page
        self.column = page.locator("section.column").first

    async def bot(self, method: str, **params: Any) -> Any:
        params.setdefault("chat_id", self.who.id)
        body = (await self.http.post(f"/bot{self.token}/{method}", json=params)).json()
        assert body["ok"], body
        return body["result"]

    async def say(self, text: str) -> None:
        """Send a text past the page."""
        body = {"text": text, "chat": int(self.token.partition(":")[0])}
        (await self.http.post(f"/sim/people/{self.who.id}/send", json=body)).raise_for_status()

    async def update(self, kind: str) -> Any:
        """The first update of a kind that waits or comes."""
        offset = 0
        async with asyncio.timeout(20):
            while True:
                for one in await self.bot("getUpdates", chat_id=None, offset=offset, timeout=5):
                    if kind in one:
                        return one[kind]
                    offset = one["update_id"] + 1

    def bubble(self, text: str) -> Locator:
        return self.column.locator(".bubble", has_text=text)


@pytest_asyncio.fixture(loop_scope="session")
async def scene(served: Served, browser: Browser) -> AsyncIterator[Scene]:
    expect.set_options(timeout=WITHIN)
    async with (
        httpx.AsyncClient(base_url=served.url, timeout=30, trust_env=False, verify=False) as http,
        Playground(served.url) as playground,
    ):
        token = served.new_token()
        bot = await playground.bot(token, f"tested_{token[:7]}_bot", "Tested")
        who = await playground.person("Anna", "en", phone="+6581234567")
        await playground.post(f"/people/{who.id}/send", text="/start", chat=bot)
        await playground.post("/panel", columns=[{"person": who.id, "chat": bot}])
        context = await browser.new_context(
            viewport={"width": 620, "height": 800},
            locale="en-GB",
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(WITHIN)
        page = await context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(f"dialog {dialog.message}"))
        try:
            await page.goto(served.url)
            one = Scene(served, http, token, who, page)
            await expect(one.column.locator(".composer")).to_be_visible()
            yield one
            assert problems == []
        finally:
            await context.close()


async def test_a_message_appears_within_a_tenth_of_a_second(scene: Scene) -> None:
    await scene.page.evaluate("""() => {
        window.seen = {};
        new MutationObserver((changes) => {
            for (const change of changes) for (const node of change.addedNodes) {
                const found = /quick-(\\d+)-/.exec(node.textContent || "");
                if (found) window.seen[found[1]] ??= Date.now();
            }
        }).observe(document.body, { childList: true, subtree: true });
    }""")
    sent: list[float] = []
    for number in range(15):
        sent.append(float(await scene.page.evaluate("Date.now()")))
        await scene.bot("sendMessage", text=f"quick-{number}-")
        await expect(scene.bubble(f"quick-{number}-")).to_be_visible()
    seen = await scene.page.evaluate("window.seen")
    delays = [seen[str(number)] - begun for number, begun in enumerate(sent)]
    assert statistics.median(delays) < 100, delays


async def test_nothing_a_bot_says_runs(scene: Scene) -> None:
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    await scene.bot(
        "sendMessage",
        text=f"{attack} link",
        entities=[
            {
                "type": "text_link",
                "offset": len(attack) + 1,
                "length": 4,
                "url": "http://a.b/'\"><b>",
            }
        ],
        reply_markup={"inline_keyboard": [[{"text": attack, "callback_data": "x"}]]},
    )
    await scene.say(attack)
    await expect(scene.bubble("onerror=alert(1)")).to_have_count(2)
    await expect(scene.column.locator(".key", has_text="<script>")).to_be_visible()
    assert await scene.column.locator(".stream img, .stream script").count() == 0


async def test_two_thousand_messages_stand_in_a_small_page(scene: Scene) -> None:
    async with Playground(scene.served.url) as playground:
        writer = await playground.somebody("Writer")
        await playground.post("/panel", columns=[{"person": writer.id, "chat": LONG_CHAT}])
    await scene.page.reload()
    await expect(scene.bubble("row 1999 ")).to_be_in_viewport()
    stream = scene.column.locator(".stream")
    await stream.hover()
    most = 0
    async with asyncio.timeout(90):
        while await scene.bubble("row 0 ").count() == 0:
            await scene.page.mouse.wheel(0, -2500)
            await asyncio.sleep(0.02)
            most = max(most, await scene.column.locator(".msg").count())
    assert most <= 200
    await scene.column.get_by_role("button", name="To the newest message").click()
    await expect(scene.bubble("row 1999 ")).to_be_in_viewport()


async def test_what_is_read_stays_in_place_when_older_messages_come(scene: Scene) -> None:
    for number in range(200):
        await scene.say(f"line {number} ")
    await scene.page.reload()
    await expect(scene.bubble("line 199 ")).to_be_in_viewport()
    stream = scene.column.locator(".stream")
    await stream.hover()
    await scene.page.mouse.wheel(0, -900)
    await asyncio.sleep(0.5)
    place = (
        "e => { const box = e.getBoundingClientRect(); const one = [...e.querySelectorAll('.msg')]"
    )
    place += ".find(m => m.getBoundingClientRect().top > box.top); return [one.dataset.id, Math.round(one.getBoundingClientRect().top)] }"
    before = await stream.evaluate(place)
    await scene.bot("sendMessage", text="news from below")
    await expect(scene.column.locator(".to-end .count")).to_have_text("1")
    assert await stream.evaluate(place) == before


async def test_everything_works_by_keyboard(scene: Scene) -> None:
    """Writing, a key of the bot, the menu of a message, a reply, an edit."""
    keyboard = {"inline_keyboard": [[{"text": "Order", "callback_data": "order"}]]}
    await scene.bot("sendMessage", text="Tea?", reply_markup=keyboard)
    await scene.column.get_by_role("textbox").focus()
    await scene.page.keyboard.type("Yes please")
    await scene.page.keyboard.press("Enter")
    await expect(scene.bubble("Yes please")).to_be_visible()

    await scene.column.get_by_role("button", name="Order").focus()
    await scene.page.keyboard.press("Enter")
    query = await scene.update("callback_query")
    assert query["data"] == "order"
    await scene.bot(
        "answerCallbackQuery", chat_id=None, callback_query_id=query["id"], text="Noted!"
    )
    await expect(scene.column.get_by_role("status")).to_have_text("Noted!")

    await scene.column.locator(".stream").focus()
    await scene.page.keyboard.press("ArrowUp")
    await scene.page.keyboard.press("Enter")
    await scene.column.get_by_role("menuitem", name="Edit").focus()
    await scene.page.keyboard.press("Enter")
    await expect(scene.column.get_by_role("textbox")).to_be_focused()
    await scene.column.get_by_role("textbox").fill("Yes, two please")
    await scene.page.keyboard.press("Enter")
    await expect(scene.bubble("Yes, two please")).to_contain_text("edited")


async def test_files_go_out_and_come_in(scene: Scene, tmp_path: Path) -> None:
    first, second = tmp_path / "a.png", tmp_path / "b.png"
    first.write_bytes(picture())
    second.write_bytes(picture())
    await scene.page.locator("input[type=file]").set_input_files([first, second])
    sheet = scene.column.get_by_role("dialog")
    await sheet.get_by_role("textbox").fill("Two views")
    await sheet.get_by_role("button", name="Send").click()
    await expect(scene.column.locator(".pictures img")).to_have_count(2)
    updates = await scene.bot("getUpdates", chat_id=None)
    album = [one["message"] for one in updates if "photo" in one["message"]]
    assert len({one["media_group_id"] for one in album}) == 1
    assert album[0]["caption"] == "Two views"

    paper = tmp_path / "brief.pdf"
    paper.write_bytes(b"%PDF-1.4 nothing")
    await scene.page.locator("input[type=file]").set_input_files(paper)
    await sheet.get_by_role("button", name="Send").click()
    link = scene.column.locator("a.file", has_text="brief.pdf")
    await expect(link).to_be_visible()
    found = await scene.http.get(str(await link.get_attribute("href")))
    assert found.content == b"%PDF-1.4 nothing"


async def test_a_number_is_shared_by_the_key_that_asks_for_it(scene: Scene) -> None:
    keys = {
        "keyboard": [[{"text": "My number", "request_contact": True}], [{"text": "Later"}]],
        "one_time_keyboard": True,
    }
    await scene.bot("sendMessage", text="How do we reach you?", reply_markup=keys)
    await scene.column.locator(".reply-keys").get_by_role("button", name="My number").click()
    await expect(scene.bubble("+6581234567")).to_be_visible()
    await expect(scene.column.locator(".reply-keys")).to_be_hidden()


async def test_a_link_to_the_bot_starts_it_here(scene: Scene) -> None:
    url = f"https://t.me/tested_{scene.token[:7]}_bot?start=tea-large"
    await scene.bot(
        "sendMessage",
        text="Go",
        reply_markup={"inline_keyboard": [[{"text": "Large tea", "url": url}]]},
    )
    await scene.column.get_by_role("button", name="Large tea").click()
    await expect(scene.bubble("/start tea-large")).to_be_visible()


async def test_the_log_shows_calls_with_what_was_wrong(scene: Scene) -> None:
    await scene.page.get_by_role("button", name="API calls").click()
    log = scene.page.get_by_role("complementary", name="API calls")
    await scene.http.post(
        f"/bot{scene.token}/sendMessage", json={"chat_id": scene.who.id, "text": ""}
    )
    await expect(log.locator(".call.bad").first).to_contain_text("message text is empty")
    await scene.page.keyboard.press("Escape")
    await expect(log).to_be_hidden()


async def test_faults_are_set_and_cleared_from_the_bar(scene: Scene) -> None:
    opener = scene.page.get_by_role("button", name="Faults on demand")
    await opener.click()
    await scene.page.get_by_role("menuitem", name="Bad gateway").click()
    answer = await scene.http.post(f"/bot{scene.token}/getMe")
    assert answer.status_code == 502
    await scene.page.get_by_role("menuitem", name="No more faults").click()
    await expect(scene.page.get_by_role("menuitem", name="No more faults")).to_be_hidden()
    assert (await scene.http.post(f"/bot{scene.token}/getMe")).status_code == 200


async def test_two_tabs_and_a_restart(scene: Scene) -> None:
    other = await scene.page.context.new_page()
    await other.goto(scene.served.url)
    await scene.bot("sendMessage", text="before the restart")
    for page in (scene.page, other):
        await expect(page.locator(".bubble", has_text="before the restart")).to_be_visible()
    await scene.column.get_by_role("textbox").fill("half a thought")

    await asyncio.to_thread(scene.served.stop)
    await asyncio.to_thread(scene.served.start)
    await scene.bot("sendMessage", text="after the restart")
    for page in (scene.page, other):
        await expect(page.locator(".bubble", has_text="after the restart")).to_be_visible()
        await expect(page.locator(".bubble", has_text="before the restart")).to_be_visible()
    await expect(scene.column.get_by_role("textbox")).to_have_value("half a thought")
