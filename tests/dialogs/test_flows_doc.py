"""docs/flows.md is true: what stands there runs, and is as short as it says."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2 import ChoiceLoader, DictLoader

from dialogs import parts
from dialogs.content import Content
from dialogs.declared import Field, Flow, Step
from dialogs.flow_check import Sample, problems
from dialogs.flows import FLOWS
from dialogs.model import Option, Said
from dialogs.parts import Dates
from dialogs.talk import Talk
from dialogs.words import LANGUAGES, environment
from handlers import dialog
from handlers.events import MessageEvent
from handlers.turn import Turn
from tests.dialogs.counter import counter, stocked
from tests.dialogs.ordering import NOW, spoken

DOC = Path("docs/flows.md").read_text(encoding="utf-8")
TODAY = date(2026, 11, 21)
ANNA, STAFF = 11, -100


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Everything the page declares, put where it says."""
    templates = re.findall(r"`(call/\w+\.html)`\n\n```html\n(.*?)```", DOC, re.DOTALL)
    assert len(templates) == len(blocks("html"))
    for language in LANGUAGES:
        made = environment(language)
        assert made.loader is not None
        loader = ChoiceLoader([DictLoader(dict(templates)), made.loader])
        monkeypatch.setattr(made, "loader", loader)
    names: dict[str, Any] = {"Option": Option, "Talk": Talk, "Content": Content, "dialog": dialog}
    names |= {"words": spoken(), "now": NOW}
    for block in blocks("python"):
        exec(compile(block, "docs/flows.md", "exec"), names)
    names["facts"] = facts_of(names)
    monkeypatch.setitem(FLOWS, "call", names["CALL"])
    return names


def facts_of(names: dict[str, Any]) -> Any:
    def facts(name: str, answers: Any, view: Any) -> Any:
        if name == "topics":
            return names["topics"](answers, view)
        assert name == "dates"
        return Dates(
            suggested=(TODAY + timedelta(days=3),),
            earliest=TODAY + timedelta(days=1),
            latest=TODAY + timedelta(days=365),
            period_days=None,
        )

    return facts


def test_the_page_is_as_short_as_it_says() -> None:
    code = "\n".join((*blocks("python"), *blocks("html")))
    lines = [line for line in code.splitlines() if line.strip()]
    assert 40 < len(lines) < 60


def test_the_conversation_of_the_page_happens(page: dict[str, Any]) -> None:
    page["test_a_call_is_asked_for"]()


def test_the_flow_of_the_page_passes_the_check(page: dict[str, Any]) -> None:
    answers = {"topic": "offer", "day": "2026-12-04", "contact": "13800138000"}
    samples = [Sample(name="all", answers=answers)]
    speaking = [spoken(language) for language in LANGUAGES]
    assert problems(page["CALL"], samples, lambda words: page["facts"], speaking, NOW) == []


async def test_the_handlers_of_the_page_work_in_a_turn(
    page: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialog, "source", lambda turn, words: page["facts"])

    def handler(turn: Turn) -> None:
        event = turn.event
        assert isinstance(event, MessageEvent)
        if event.text == "/call":
            page["open_call"](turn)
            return
        made = dialog.advance(turn, Said(event.text))
        assert made is not None
        if made.do is not None and made.do.name == "ask_call":
            page["ask_call"](turn, dialog.current(turn))
        else:
            dialog.show(turn)

    stock = await stocked(tmp_path / "stock.db")
    async with counter(stock, tmp_path / "here.db", handler, staff_chat=STAFF) as here:
        await here.says(ANNA, "/call", "An offer", "Dec 4", "13800138000", "yes")
        content, _ = await here.screen(ANNA)
        assert "We call 13800138000 on Fri, Dec 4." in content.text
        assert content.buttons == ()
        told = await here.rows("select body from outbox where chat_id = :chat", chat=STAFF)
        assert ["offer · 2026-12-04 · 13800138000" in str(row) for row in told] == [True]
        assert await here.rows("select state from conversations") == [{"state": "[]"}]


def test_every_part_and_every_option_is_described() -> None:
    for name in parts.__all__:
        if name != "Dates":
            assert f"`{name}`" in DOC, name
    own = {"name", "parts", "back", "steps", "fields"}
    for kind in (Field, Step, Flow):
        for name in set(kind.__slots__) - own:
            assert name.startswith("_") or f"`{name}" in DOC, name
