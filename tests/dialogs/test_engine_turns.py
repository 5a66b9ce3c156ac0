"""What goes wrong in other frameworks, through real turns and a real database.

Named in the tests below: aiogram_dialog 2.6, where a button's data names neither step nor revision, a handler that
fails after a side effect runs it again, and a renamed state makes every further message fail.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from dialogs.flows.order import ORDER
from handlers.carrying import START, Stand, carry_all
from handlers.dispatch import handle
from handlers.turn import Turn
from storage.database import Connection
from storage.flow_counts import standings
from storage.work import Work
from tests.dialogs.counter import BOT, Counter, counter, stocked
from tests.dialogs.ordering import BUSINESS, NOW, demo_shelf
from tests.surfaces import SURFACES

ANNA, BO = 11, 22


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(stocked(tmp_path_factory.mktemp("stock") / "stock.db"))


@pytest.fixture
async def here(stock: Path, tmp_path: Path) -> AsyncIterator[Counter]:
    async with counter(stock, tmp_path / "here.db") as made:
        yield made


async def to_summary(here: Counter, who: int = ANNA) -> None:
    await here.says(who, "/start", "Short video production", "Standard", "Launch our tea")
    await here.does(here.tapped(who, f"{(await here.screen(who))[1]}.0"))
    assert (await here.state(who)).step == "summary"


# -- two quick taps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two batches"])
async def test_two_quick_taps_confirm_once(here: Counter, together: bool) -> None:
    """aiogram_dialog: the second tap runs whatever has the same id on the next screen, such as "pay"."""
    await to_summary(here)
    data = await here.button(ANNA, "Confirm")
    taps = [here.tapped(ANNA, data), here.tapped(ANNA, data)]
    if together:
        done = await here.does(*taps)
        assert len(done.answers) == 2, "every tap is answered"
    else:
        for tap in taps:
            assert len((await here.does(tap)).answers) == 1
    assert await here.count("orders") == 1
    assert await here.count("invoices") == 1


async def test_the_same_update_twice_runs_once(here: Counter) -> None:
    await to_summary(here)
    tap = here.tapped(ANNA, await here.button(ANNA, "Confirm"))
    await here.does(tap)
    again = await here.does(tap)
    assert (again.done, again.repeated) == (0, 1)
    assert await here.count("orders") == 1


async def test_a_tap_on_an_old_screen_shows_the_current_one(here: Counter) -> None:
    await to_summary(here)
    old = await here.button(ANNA, "✏️ Goal")
    await here.does(here.tapped(ANNA, old))
    await here.says(ANNA, "Launch our coffee")
    before = await here.state(ANNA)
    done = await here.does(here.tapped(ANNA, old, message=1))
    assert "earlier screen" in done.answers[0].text
    after = await here.state(ANNA)
    assert (after.step, after.answers) == (before.step, before.answers)


async def test_forged_data_does_nothing(here: Counter) -> None:
    await to_summary(here)
    before = await here.state(ANNA)
    for data in ("1.1.999", "1.-1.0", "1.1", "x.y.z", "999.1.0", "1.1.0.0", ""):
        done = await here.does(here.tapped(ANNA, data))
        assert len(done.answers) == 1
        after = await here.state(ANNA)
        assert (after.step, after.answers) == (before.step, before.answers)


async def test_the_button_of_another_person_does_nothing(here: Counter) -> None:
    await to_summary(here)
    await to_summary(here, BO)
    hers = await here.button(ANNA, "Confirm")
    done = await here.does(here.tapped(BO, hers))
    assert "no longer in use" in done.answers[0].text
    assert await here.count("orders") == 0
    assert (await here.state(ANNA)).step == (await here.state(BO)).step == "summary"


# -- a handler that fails -------------------------------------------------------------------------------


def failing(times: int, when: Callable[[Turn], bool]) -> Callable[[Turn], None]:
    """The real handlers, which do all their work and then fail."""
    left = [times]

    def handler(turn: Turn) -> None:
        handle(turn)
        if when(turn) and left[0]:
            left[0] -= 1
            raise RuntimeError("the disk of a colleague is on fire")

    return handler


def confirms(turn: Turn) -> bool:
    return bool(turn.work.connection.exec_driver_sql("select count(*) from orders").scalar())


async def test_a_handler_that_fails_after_its_side_effect_has_none(
    stock: Path, tmp_path: Path
) -> None:
    """aiogram_dialog: the side effect stays, the state does not move, the next tap does it once more."""
    async with counter(stock, tmp_path / "here.db", failing(2, confirms)) as here:
        await to_summary(here)
        before = await here.state(ANNA)
        tap = here.tapped(ANNA, await here.button(ANNA, "Confirm"))
        # The batch fails and is rolled back, the event alone as well: it is parked.
        done = await here.does(tap)
        assert (done.done, done.parked) == (0, 1)
        assert [entry["event"] for entry in here.log] == ["turn failed", "turn failed"]
        assert "went wrong on our side" in done.answers[0].text
        for table in ("orders", "invoices", "consents"):
            assert await here.count(table) == 0, table
        assert await here.state(ANNA) == before
        sent = await here.rows("select label from outbox where label like '%invoice%'")
        assert sent == []
        # The same update again is known; the parked one is run again once, and then never more.
        assert (await here.does(tap)).repeated == 1
        assert await here.turns.retry_parked(everything=True) == 1
        assert await here.turns.retry_parked(everything=True) == 0
        assert await here.count("orders") == 1
        assert await here.count("invoices") == 1


async def test_others_in_the_batch_go_on(stock: Path, tmp_path: Path) -> None:
    async with counter(stock, tmp_path / "here.db", failing(2, confirms)) as here:
        await to_summary(here)
        tap = here.tapped(ANNA, await here.button(ANNA, "Confirm"))
        done = await here.does(here.said(BO, "/start"), tap, here.said(BO, "Copywriting"))
        assert (done.done, done.parked) == (2, 1)
        assert (await here.state(BO)).step in ("service", "search")


async def test_after_a_failure_the_person_goes_on_where_they_were(
    stock: Path, tmp_path: Path
) -> None:
    async with counter(stock, tmp_path / "here.db", failing(2, confirms)) as here:
        await to_summary(here)
        data = await here.button(ANNA, "Confirm")
        await here.does(here.tapped(ANNA, data))
        await here.does(here.tapped(ANNA, data))
        assert await here.count("orders") == 1
        # The parked tap, retried later, is now one on an earlier screen.
        await here.turns.retry_parked(everything=True)
        assert await here.count("orders") == 1


# -- flows that changed -----------------------------------------------------------------------------------


def older(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda state: {**state, "fingerprint": "000000000000", **changes}


async def test_a_renamed_state_goes_on(here: Counter) -> None:
    """aiogram_dialog: every further message raises UnregisteredDialogError or KeyError."""
    await here.says(ANNA, "/start", "Short video production", "Standard")
    await here.rewrite(ANNA, older(step="what_is_it_for"))
    await here.says(ANNA, "Launch our new cold-brew tea")
    state = await here.state(ANNA)
    assert state.step == "deadline"
    assert state.answers["goal"] == "Launch our new cold-brew tea"
    assert await here.count("parked") == 0


async def test_a_tap_after_a_release_shows_the_screen_again(here: Counter) -> None:
    """The message is the current one, but its buttons are of the older version."""
    await to_summary(here)
    data = await here.button(ANNA, "Confirm")
    await here.delivered(ANNA, message=1)
    await here.rewrite(ANNA, older())
    await here.does(here.tapped(ANNA, data, message=1))
    assert await here.count("orders") == 0
    assert await here.button(ANNA, "Confirm") != data
    await here.does(here.tapped(ANNA, await here.button(ANNA, "Confirm")))
    assert await here.count("orders") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"step": "nowhere"},
        {"flow": "booking", "step": "hotel"},
        {"flow": "booking", "answers": None},
        {"answers": {"service": 7, "plan": [], "colour": "red"}},
        {"answers": {"service": "short_video", "plan": "gone"}, "step": "goal"},
        {"trail": [["nowhere", {}], ["home", {}]], "view": {"page": "x"}},
        {"trail": "what", "offered": 7},
    ],
)
async def test_no_old_state_breaks_a_chat(here: Counter, changes: dict[str, Any]) -> None:
    await to_summary(here)
    await here.rewrite(ANNA, older(**changes))
    for line in ("hello there", "back", "/menu", "Short video production", "/start"):
        await here.says(ANNA, line)
    for label in range(3):
        await here.does(here.tapped(ANNA, f"{(await here.screen(ANNA))[1]}.{label}"))
    assert await here.count("parked") == 0
    await to_summary(here)
    assert (await here.state(ANNA)).fingerprint == ORDER.fingerprint()


async def test_a_second_tap_on_the_current_screen_is_quiet(here: Counter) -> None:
    await to_summary(here)
    data = await here.button(ANNA, "✏️ Goal")
    await here.delivered(ANNA, message=1)
    await here.does(here.tapped(ANNA, data, message=1))
    sent = await here.count("outbox")
    done = await here.does(here.tapped(ANNA, data, message=1))
    assert [answer.text for answer in done.answers] == [""]
    assert await here.count("outbox") == sent


async def test_an_unreadable_state_uncovers_the_one_below_with_new_buttons(here: Counter) -> None:
    await here.says(ANNA, "/start", "Short video production", "Standard", "Launch our tea")
    below = await here.state(ANNA)
    await here.says(ANNA, "/start copywriting", "Standard", "Words for our tea", "back", "back")
    above = await here.state(ANNA)
    assert above.answers["service"] == "copywriting"
    revisions = [above.revision]
    await here.rewrite(ANNA, lambda state: {"of": "another planet"})
    for line in ("🎈", "back", "back", "Standard"):
        await here.says(ANNA, line)
        revisions.append((await here.state(ANNA)).revision)
    assert min(revisions[1:]) > revisions[0], "no button of the one above fits any more"
    assert revisions == sorted(revisions)
    after = await here.state(ANNA)
    assert (after.step, after.answers) == (below.step, below.answers)


async def test_a_flow_that_is_gone_leaves_no_buttons_that_fit(here: Counter) -> None:
    """A button of the flow that has gone must not press the one below it."""
    await to_summary(here)
    data = await here.button(ANNA, "Confirm")
    await here.rewrite(ANNA, older(flow="booking"))
    await here.does(here.tapped(ANNA, data))
    await to_summary(here)
    revision = int((await here.screen(ANNA))[1].split(".")[1])
    assert revision > int(data.split(".")[1])
    await here.does(here.tapped(ANNA, data))
    assert await here.count("orders") == 0


# -- restarts ---------------------------------------------------------------------------------------------


LINES = (
    "/start",
    "short video",
    "standard",
    "back",
    "Standard",
    "Launch our tea, by 2027-03-01, budget 3000",
    "skip",
    "✏️ Goal",
    "Launch our coffee",
    "3/4",
    "/help",
    "确认",
)


async def test_a_restart_between_any_two_messages_changes_nothing(
    stock: Path, tmp_path: Path
) -> None:
    rows = []
    for restarts in (True, False):
        async with counter(stock, tmp_path / f"{restarts}.db") as here:
            events = [here.said(ANNA, line) for line in LINES]
            if restarts:
                for event in events:
                    await here.does(event)
                    await here.restart()
            else:
                await here.does(*events)
            stored = await here.rows(
                "select chat_id, flow, step, revision, state from conversations order by chat_id"
            )
            shown = await here.rows(
                f"select chat_id, kind, subject, revision, content from {SURFACES} order by id"
            )
            # When they are reminded depends on the second at which it was said.
            for row in stored:
                row["state"] = re.sub(r'"nudge_at":\d+', "", row["state"])
            rows.append((stored, len(shown)))
    assert rows[0] == rows[1]


# -- a release at start-up ---------------------------------------------------------------------------------


async def carried(here: Counter, limit: int) -> list[int]:
    """Bring everybody along, batch by batch; how many were in each."""
    counts: list[int] = []
    after: int | None = START
    while after is not None:

        def batch(connection: Connection, after: int = after) -> tuple[int, int | None]:
            work = Work(connection, bot=BOT, now=NOW)
            return carry_all(work, Stand(demo_shelf(), BUSINESS), after=after, limit=limit)

        count, after = await here.database.write(BOT, batch)
        counts.append(count)
    return counts


async def test_everybody_is_brought_along_in_batches(here: Counter) -> None:
    people = range(1, 8)
    for who in people:
        await here.says(who, "/start", "Short video production", "Standard")
        if who != 3:
            await here.rewrite(who, older(step="what_is_it_for"))
    await here.rewrite(7, older(flow="booking"))
    untouched = await here.rows("select * from conversations where chat_id = 3")
    shown = await here.rows(f"select id, revision, actions, content, shown_hash from {SURFACES}")
    assert await carried(here, limit=3) == [3, 3, 0]
    assert await here.turns.carry_over() == 0, "who was brought along is not behind any more"
    standing = await here.rows("select chat_id, fingerprint, step from conversations")
    assert {row["step"] for row in standing if row["chat_id"] < 7} == {"goal"}
    assert {row["fingerprint"] for row in standing if row["chat_id"] < 7} == {ORDER.fingerprint()}
    assert next(row["step"] for row in standing if row["chat_id"] == 7) is None
    assert await here.rows("select * from conversations where chat_id = 3") == untouched
    assert (
        await here.rows(f"select id, revision, actions, content, shown_hash from {SURFACES}")
        == shown
    ), "nobody hears of a release"
    for who in people:
        if who != 3:  # their buttons are of the version before
            data = f"{(await here.screen(who))[1]}.0"
            await here.does(here.tapped(who, data, message=1))
        await here.says(who, "Launch our new cold-brew tea")
    assert {(await here.state(who)).step for who in range(1, 7)} == {"deadline"}
    assert await here.count("parked") == 0


async def test_counting_who_is_touched_changes_nothing(here: Counter) -> None:
    for who in (ANNA, BO):
        await here.says(who, "/start", "Short video production", "Standard")
    await here.rewrite(BO, older(step="gone"))
    before = await here.rows("select * from conversations")
    counted = await here.database.read(standings)
    assert [(row.flow, row.step, row.count) for row in counted] == [
        ("order", "gone", 1),
        ("order", "goal", 1),
    ]
    assert await here.rows("select * from conversations") == before
