"""`python -m bot invariants`, `why` and `audit`, on a database with one paid order."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import cli
from playground.people import Playground
from storage.database import Database
from storage.migrate import upgrade
from tests.storage.trade import STARS_PLAN, Trade


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, and settings that name a database there."""
    monkeypatch.chdir(tmp_path)
    for name in ("BOT_TOKEN", "CLOCK", "BOT_API_URL", "DATA_DIR", "TIMEZONE", "STAFF_CHAT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///shop.db")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A database with one paid order, to be copied, and the number of the order."""
    path = tmp_path_factory.mktemp("made") / "shop.db"
    return path, asyncio.run(_one_order(path))


@pytest.fixture
def number(made: tuple[Path, str], shop: None) -> str:
    """The number of the order in the database."""
    shutil.copy(made[0], "shop.db")
    return made[1]


async def _one_order(path: Path) -> str:
    database = await Database.open(f"sqlite:///{path}")
    await upgrade(database)
    trade = Trade(database, datetime.now(UTC))
    await trade.open()
    ann = trade.person(5, "Ann")
    bill = await ann.order(STARS_PLAN)
    await ann.pay(bill)
    await database.close()
    return bill.number


def _break(statement: str) -> None:
    with sqlite3.connect("shop.db") as connection:
        connection.execute(statement)
    connection.close()


def test_a_healthy_database_is_ok(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["invariants"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("invariants: ok, checked 1 orders, 1 invoices, 1 payments, 0 refunds, ")
    assert out.count("\n") == 1


def test_breaches_are_lines_and_an_exit_code(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _break("UPDATE payments SET payer_id = 6")
    _break("UPDATE orders SET version = version + 1")
    assert cli.main(["invariants", "--database-url", "sqlite:///shop.db"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == ["invariant 5", "invariant 10"]
    assert number in lines[1]
    assert lines[-1] == "2 breaches"
    _break("UPDATE orders SET version = version - 1")
    assert cli.main(["invariants"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 breach"


@pytest.mark.parametrize("command", [["invariants"], ["why", "K7M-3QXA"]])
def test_a_database_that_is_not_there_is_not_made(
    number: str, command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*command, "--database-url", "sqlite:///shpo.db"]) == 2
    assert "there is no database shpo.db" in capsys.readouterr().err
    assert not (tmp_path / "shpo.db").exists()


@pytest.mark.parametrize("command", [["invariants"], ["why", "K7M-3QXA"]])
def test_a_schema_of_another_version_is_left_alone(
    number: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    _break("UPDATE alembic_version SET version_num = 'older'")
    assert cli.main(command) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "its schema is older" in told.err
    assert told.err.count("\n") == 1


def test_why_tells_the_story_in_the_zone_of_the_business(
    number: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["why", number.lower().replace("-", " ")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Order {number}: awaiting_provider, version 3"
    assert "1100 XTR by stars, customer person 1" in lines[1]
    assert lines[2] == "times in Asia/Shanghai"
    for words in (
        "transition  1 confirm: draft -> awaiting_payment, by customer  [update:",
        "issued: 1100 XTR by stars, to be paid by ",
        "payment     1 credited: 1100 XTR by stars from customer, for INV-",
        f"ledger      received: gateway:stars -1100 XTR, order:{number} +1100 XTR",
        "told/pay_customer to customer: sent ",
        "staff/announce to chat -100: sent ",
        "timer       no_provider of order:1 is waiting",
    ):
        assert any(words in line for line in lines), words
    shanghai = _time_of(lines[4])
    monkeypatch.setenv("TIMEZONE", "UTC")
    monkeypatch.setenv("STAFF_CHAT", "-100")
    assert cli.main(["why", number]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert shanghai - _time_of(lines[4]) == timedelta(hours=8)
    assert any("staff/announce to staff: sent" in line for line in lines)


def _time_of(line: str) -> datetime:
    return datetime.strptime(line[:19], "%Y-%m-%d %H:%M:%S")


def test_why_speaks_to_programs(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["why", number, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["order"]["number"] == number
    assert told["order"]["created_at"].endswith("+08:00")
    kinds = {line["what"] for line in told["lines"]}
    assert {"event", "transition", "invoice", "payment", "ledger", "message", "timer"} <= kinds
    ledger = next(line for line in told["lines"] if line["what"] == "ledger")
    assert sum(side["amount"] for side in ledger["postings"]) == 0


@pytest.mark.parametrize("order", ["K7M-3QXA", "hello"])
def test_an_unknown_order_is_one_line(
    number: str, order: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["why", order]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "order" in told.err
    assert order in told.err
    assert told.err.count("\n") == 1


async def test_what_is_overdue_is_judged_by_the_clock_the_bot_follows(
    number: str,
    playground: Playground,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BOT_API_URL", playground.url)
    monkeypatch.setenv("CLOCK", playground.url)
    assert await asyncio.to_thread(cli.main, ["invariants"]) == 0
    await playground.advance(days=5)
    assert await asyncio.to_thread(cli.main, ["invariants"]) == 1
    assert "no_provider) was due at " in capsys.readouterr().out


def test_a_playground_that_is_gone_is_not_waited_for(
    number: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CLOCK", "http://127.0.0.1:9")
    assert cli.main(["invariants"]) == 0
    assert "invariants: ok" in capsys.readouterr().out


def test_what_staff_did_as_lines_and_as_a_table(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _break("UPDATE people SET name = '=HYPERLINK(\"https://evil.example\")' WHERE user_id = 5")
    _break(
        "INSERT INTO audit (bot, at, actor_id, action, subject, detail) "
        "SELECT bot, 1795312800000, customer_id, 'refund.approve', 'order:' || id, '{\"why\": \"迟了\"}' FROM orders"
    )
    assert cli.main(["audit", "--about", number]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("2026-11-22 ")
    assert line.endswith(f' refund.approve order {number} {{"why": "迟了"}}')
    assert cli.main(["audit", "--csv"]) == 0
    header, row = csv.reader(io.StringIO(capsys.readouterr().out, newline=""))
    assert header == ["at", "by", "action", "subject", "detail"]
    # A name that a spreadsheet would run is text there.
    assert row[1:] == [
        '\'=HYPERLINK("https://evil.example") (5)',
        "refund.approve",
        f"order {number}",
        '{"why": "迟了"}',
    ]


def test_a_trail_with_nothing_in_it_says_so(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for options, wanted in (
        ([], ""),
        (["--by", "6"], " by user 6"),
        (["--about", number, "--by", "0"], f" about {number} by user 0"),
    ):
        assert cli.main(["audit", *options]) == 0
        assert capsys.readouterr().out == (f"nothing yet: no deed of staff{wanted} is on record\n")
    # A table is a table: programs that read it find its columns, and no rows.
    assert cli.main(["audit", "--csv"]) == 0
    assert capsys.readouterr().out.splitlines() == ["at,by,action,subject,detail"]
