"""HTML, templates, formats, formulas and invisible characters through whatever a person can type."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.spreadsheet import csv_text
from playground.people import Seen
from tests.conversations.conftest import Stage
from tests.conversations.steps import guest
from tests.conversations.working import job

pytestmark = pytest.mark.asyncio(loop_scope="session")
ROOT = Path(__file__).resolve().parents[2]

#: Markup, a link, a mention, two template languages, Python's formats, gettext's, SQL, an entity.
EVIL = (
    "<b>big</b> <a href='https://evil.example'>x</a> {{7*7}} {% raise %} ${7*7} {0} {words} "
    "%(number)s %s '); drop table orders;-- &lt;i&gt;"
)
#: The links that we make: to a person, and to a message of a group.
OURS = r"tg://user\?id=\d+|https://t\.me/c/\d+/\d+"
SIGNS = ("<b>big</b>", "{{7*7}}", "%(number)s", "{0}", "&lt;i&gt;")


def harmless(messages: list[Seen]) -> int:
    """How many messages quote what was typed; each as it was typed, none as markup."""
    quoting = [one for one in messages if one.from_bot and "{{7*7}}" in one.text]
    for one in quoting:
        assert "<b>big</b>" in one.text, one
        assert "&lt;b&gt;big&lt;/b&gt;" in one.html, one
        assert "<a href='https://evil" not in one.html, one
        # The chat app makes a link of an address; the words on it are the address itself. Staff reach a
        # person by their name, and a ticket by its number.
        for href, words in re.findall(r'<a href="([^"]*)">([^<]*)</a>', one.html):
            assert href == words or re.fullmatch(OURS, href), one
        assert "49" not in one.text.replace("7*7", ""), one
    return len(quoting)


async def test_html_and_templates_come_back_as_they_were_typed(stage: Stage) -> None:
    """Goal, requirements, notes, name, file name, commands and their arguments, messages, reports."""
    anna = await guest(stage.playground, f"Eve {EVIL}"[:60], "en")
    await anna.to_goal("short_video", "standard")
    await anna.say(EVIL)
    await anna.say("in 40 days")
    for _ in range(6):
        seen = await anna.sees(where=lambda one: bool(one.labels))
        if any("Confirm" in label for label in seen.labels):
            break
        await anna.say(EVIL)
    for typed in (
        f"/order {EVIL}",
        f"/{EVIL}",
        f"/start {EVIL}",
        f"/support {EVIL}",
        f"/ask {EVIL}",
    ):
        await anna.say(typed)
    await anna.send_document(b"%PDF-1.4", f"{EVIL[:40]}.pdf")
    await stage.playground.quiet()
    assert harmless(await anna.messages()) >= 1
    assert harmless(await stage.support.at(stage.staff).messages()) >= 1
    task = await job(stage, "en", goal=EVIL)
    await task.customer.tap(
        "Message your specialist",
        message=await task.customer.sees(button="Message your specialist", ever=True),
    )
    await task.customer.say(EVIL)
    await task.maker.sees("{{7*7}}", ever=True)
    await stage.playground.quiet()
    assert harmless(await task.maker.messages()) >= 2
    assert harmless(await stage.support.at(stage.staff).messages()) >= 1
    await task.end()
    names = [row["name"] for row in await stage.rows("select name from people")]
    assert any(name.startswith("Eve <b>big</b>") for name in names)


#: Reverses what follows, hides, looks like nothing, changes the direction of a whole line.
TRICKS = "\u202e\u2066\u200b\u200f\u2060\ufeff\u3164\u00ad"


async def test_invisible_characters_in_names_are_not_kept(stage: Stage) -> None:
    eve = await guest(stage.playground, f"{TRICKS}gpj.eve{TRICKS}", "en")
    await eve.to_summary(goal=f"Four{TRICKS} films of our tea garden")
    await eve.send_document(b"%PDF-1.4", f"invoice{TRICKS}fdp.exe")
    await stage.playground.quiet()
    await eve.say("/start")
    await eve.say("/support")
    rows = await stage.rows("select name from people where user_id = :id", id=eve.id)
    assert rows == [{"name": "gpj.eve"}]
    await stage.support.at(stage.staff).sees("gpj.eve")
    said = await eve.messages() + await stage.support.at(stage.staff).messages()
    for one in said:
        if one.from_bot:
            assert not set(TRICKS) & set(one.text), one
    hidden = await guest(stage.playground, TRICKS, "en")
    await hidden.start()
    await hidden.sees()
    rows = await stage.rows("select name from people where user_id = :id", id=hidden.id)
    assert rows == [{"name": str(hidden.id)}]


async def test_a_formula_in_a_table_is_text(stage: Stage) -> None:
    cells = (
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        '=HYPERLINK("x")',
        "＝1",
        "plain",
        "a=1",
    )
    written = csv_text(("name", "amount"), [(cell, -5) for cell in cells])
    rows = list(csv.reader(io.StringIO(written, newline="")))[1:]
    assert [row[1] for row in rows] == ["-5"] * len(cells)
    for (text, _), cell in zip(rows, cells, strict=True):
        assert text.lstrip("'") == cell
        assert not text.startswith(("=", "+", "-", "@", "\t", "\r", "＝")), text
    assert rows[-1][0] == "a=1"


def _modules() -> Iterator[Path]:
    for room in ("orders", "dialogs", "storage", "handlers", "bot"):
        yield from (ROOT / room).rglob("*.py")


async def test_every_table_is_written_by_the_one_safe_function(stage: Stage) -> None:
    """Whoever writes CSV without it forgets the formulas."""
    users = []
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if "csv" in names:
                users.append(path.relative_to(ROOT).as_posix())
    assert users == ["bot/spreadsheet.py"]


async def test_nothing_a_person_typed_is_ever_a_template_or_a_format(stage: Stage) -> None:
    """Templates come from files; texts with places are msgids, never what somebody sent."""
    made = []
    for path in _modules():
        text = path.read_text(encoding="utf-8")
        if "from_string(" in text or "Template(" in text:
            made.append(path.relative_to(ROOT).as_posix())
    assert made == []
