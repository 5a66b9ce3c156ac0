"""The same people say the same things, and see the same: through either library, on either database.

`make test CHANNEL=ptb` and `make test DATABASE=postgresql` run every conversation that way; here a choice of them
is played twice and what everybody has in their chats is compared, message by message.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from playground.people import Person, Playground
from tests import postgres
from tests.conversations import (
    test_brief,
    test_cancelling,
    test_faults,
    test_finding,
    test_order,
    test_pages,
    test_paying,
    test_progress,
    test_summary,
    test_transfers,
)
from tests.conversations.conftest import Stage, opened

pytestmark = pytest.mark.long

Story = tuple[Callable[..., Awaitable[None]], tuple[str, ...]]

STORIES: tuple[Story, ...] = (
    (test_order.test_six_actions_and_the_payment_sheet, ()),
    (test_finding.test_a_plan_chosen_in_the_comparison_goes_on, ("zh",)),
    (test_summary.test_another_plan_asks_again_only_for_what_no_longer_fits, ("zh",)),
    (test_brief.test_photo_document_voice_and_an_album, ("en",)),
    (test_paying.test_stars, ("zh",)),
    (test_paying.test_card_or_wallet, ("en",)),
    (test_transfers.test_details_reference_proof_and_receipt, ("zh",)),
    (test_cancelling.test_cancelled_after_payment_everything_goes_back, ("en",)),
    (test_progress.test_files_voice_and_albums_are_passed_on, ("en",)),
    (test_progress.test_figures_become_a_chart_with_the_change, ("zh",)),
    (test_pages.test_blocked_and_unblocked, ("en",)),
    (test_faults.test_told_to_wait, ()),
)

#: What differs from run to run and means nothing: which id a thing got, how late it is, and how many bytes a
#: chart has, which shows the order's number.
_VARIES = frozenset(
    {"message_id", "date", "version", "edited", "file_id", "file_unique_id", "url"}
    | {"charges", "telegram_payment_charge_id", "size"}
)
_PLACES = (
    (re.compile(r"\b[2-9A-Z]{3}-[2-9A-Z]{4}\b"), "order"),
    (re.compile(r"\b[A-Z0-9]+-\d{4,}\b"), "invoice"),
    (re.compile(r"[0-9a-f]{32}"), "token"),
    (re.compile(r"(?:inv|order|join)_[\w-]{8,}"), "link"),
)
_TIME = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b")


class _Names:
    """Numbers and tokens by the order in which they first appear, so that two runs can be compared."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def plain(self, text: str) -> str:
        for pattern, kind in _PLACES:
            text = pattern.sub(lambda found, kind=kind: self._name(kind, found[0]), text)  # type: ignore[misc]
        return _TIME.sub("<time>", text)

    def _name(self, kind: str, found: str) -> str:
        return self._known.setdefault(found, f"<{kind} {len(self._known)}>")


def _told(value: Any, names: _Names) -> Any:
    if isinstance(value, dict):
        return {key: _told(item, names) for key, item in value.items() if key not in _VARIES}
    if isinstance(value, list):
        return [_told(item, names) for item in value]
    return names.plain(value) if isinstance(value, str) else value


async def _transcripts(stage: Stage) -> dict[str, list[Any]]:
    """What everybody has in their chats, by name."""
    playground, names = stage.playground, _Names()
    people = [Person(playground, one["id"], one["name"]) for one in await _people(stage)]
    chats = [(person.name, person) for person in people]
    chats += [("the staff", stage.admin.at(stage.staff))]
    chats += [("the providers", stage.provider.at(stage.providers))]
    found: dict[str, list[Any]] = {}
    for name, person in chats:
        messages = await person.messages()
        places = {message.message_id: place for place, message in enumerate(messages)}
        found[name] = [
            {**_told(message.raw, names), "reply_to": places.get(message.reply_to or 0)}
            for message in messages
        ]
    return found


async def _people(stage: Stage) -> list[dict[str, Any]]:
    answer = await stage.playground.get("/people")
    people: list[dict[str, Any]] = answer["people"]
    return people


class _Calm(Playground):
    """Nobody acts before what somebody else caused has been said: of two versions of a card, the first may be
    passed over when the second comes soon enough, and that would differ from run to run.
    """

    _last = ""

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        who = path.removeprefix("/people/").partition("/")[0]
        if who.isdigit() and who != self._last:
            await self.quiet(20)
            self._last = who
        return await super().post(path, **body)


async def _played(
    folder: Path, begin: datetime, channel: str, database_url: str = ""
) -> dict[str, list[Any]]:
    async with opened(folder, channel=channel, database_url=database_url, people=_Calm) as stage:
        wait = begin - await stage.playground.now()
        await stage.playground.advance(seconds=wait.total_seconds())
        for story, arguments in STORIES:
            await story(stage, *arguments)
            await stage.playground.quiet(20)
        assert await stage.breaches() == []
        return await _transcripts(stage)


async def test_what_people_see_is_the_same(
    tmp_path: Path, postgres_server: postgres.Server
) -> None:
    # The same morning for both: nine o'clock of the day after tomorrow, where the business is.
    begin = datetime.combine(date.today() + timedelta(days=2), time(1), UTC)
    one = await _played(tmp_path / "aiogram", begin, "aiogram")
    with postgres_server.database() as url:
        two = await _played(tmp_path / "ptb", begin, "ptb", url)
    assert one.keys() == two.keys()
    # Enough was said for this to mean something.
    assert sum(len(messages) for messages in one.values()) > 150
    for name, messages in one.items():
        for place, (first, second) in enumerate(zip_longest(messages, two[name])):
            assert first == second, f"{name}, message {place}"


def test_what_varies_is_named_and_nothing_else_is_lost() -> None:
    names = _Names()
    told = {
        "message_id": 7,
        "text": "Order 2BC-DEF4, at 08:15, ¥1,600; join_0123456789",
        "buttons": [[{"text": "2BC-DEF4"}]],
    }
    assert _told(told, names) == {
        "text": "Order <order 0>, at <time>, ¥1,600; <link 1>",
        "buttons": [[{"text": "<order 0>"}]],
    }
    assert _told({"text": "2BC-DEF5"}, names) != _told({"text": "2BC-DEF4"}, names)
