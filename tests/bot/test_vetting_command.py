"""`python -m bot vetting`: rules proved with their lines, tried on texts, printed, counted."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot import cli
from bot.commands.vetting import _explained
from bot.vetting_file import RulesErrors, as_yaml, read_rules
from orders.vetting import RuleKind, Subject, Tier, vet
from orders.vetting_rules import DEFAULT_RULES
from storage.database import Connection, Database
from storage.migrate import upgrade
from storage.working import Vetting

SHIPPED = Path(__file__).resolve().parents[2] / "catalogue" / "vetting.yaml"

BAD = """\
rules:
  a:
    tier: reviw
    kind: words
    values: [x]
  b:
    tier: review
    kind: pattern
    values: ["ok", "(", "x*"]
  c:
    tier: review
    kind: amount
    amounts: {CNY: 5, ABC: 3}
  a:
    off: true
  d: nothing
  e:
    tier: refuse
    kind: words
    values: [x]
    unles: [y]
"""


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("BOT_TOKEN", "CLOCK", "BOT_API_URL", "VETTING_RULES", "DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///shop.db")


def test_the_shipped_file_changes_nothing_and_says_what_it_can() -> None:
    assert set(read_rules(SHIPPED)) == set(DEFAULT_RULES)
    text = SHIPPED.read_text(encoding="utf-8")
    for word in (*RuleKind, "tier", "values", "unless", "negatable", "amounts", "off: true"):
        assert word in text


def test_mistakes_are_named_with_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text(BAD, encoding="utf-8")
    assert cli.main(["vetting", "check", "mine.yaml"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [int(line.split(":")[1]) for line in lines] == [3, 9, 9, 13, 14, 16, 21]
    assert all(line.startswith("mine.yaml:") for line in lines)
    assert "review, refuse" in lines[0]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "is empty: write `rules`"),
        ("rule: {}\n", 1, "did you mean `rules`"),
        ("rules:\n  a: [\n", 3, "not valid YAML"),
        ("rules: 5\n", 1, "expected"),
    ],
)
def test_a_file_that_is_no_list_of_rules(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RulesErrors) as caught:
        read_rules(path)
    found = [mistake for mistake in caught.value.mistakes if says in mistake.message]
    assert found
    assert found[0].line == line


def test_rules_of_ones_own_replace_remove_and_add(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text(
        "rules:\n"
        "  regulated: {off: true}\n"
        "  large_order: {tier: review, kind: amount, amounts: {CNY: 99.5}}\n"
        "  our_brand: {tier: refuse, kind: words, values: [Example Tea], unless: [Example Teapot]}\n",
        encoding="utf-8",
    )
    assert cli.main(["vetting", "check", "mine.yaml"]) == 0
    assert f"{len(DEFAULT_RULES)} rules in force" in capsys.readouterr().out
    assert cli.main(["vetting", "try", "vape shop", "--rules", "mine.yaml"]) == 0
    assert capsys.readouterr().out.startswith("pass: ")
    given = ["vetting", "try", "ＥＸＡＭＰＬＥ tea", "--rules", "mine.yaml", "--amount", "100 CNY"]
    assert cli.main(given) == 0
    out = capsys.readouterr().out
    assert out.startswith("refuse: ")
    assert "our_brand (words, refuse) in the text: 'example tea'" in out
    assert "large_order (amount, review) in the order: 100.00 CNY" in out
    assert "read as: example tea" in out


def test_what_is_shown_can_be_read_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["vetting", "show"]) == 0
    shown = capsys.readouterr().out
    assert shown == as_yaml(read_rules(SHIPPED))
    assert set(yaml.safe_load(shown)["rules"]) == {rule.key for rule in DEFAULT_RULES}
    path = tmp_path / "again.yaml"
    path.write_text(shown, encoding="utf-8")
    assert set(read_rules(path)) == set(DEFAULT_RULES)


@pytest.mark.parametrize("amount", ["lots", "5", "CNY", "5 ABC"])
def test_a_price_that_is_none(amount: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["vetting", "try", "tea", "--amount", amount]) == 2
    assert "--amount" in capsys.readouterr().err


def test_a_text_that_passes_says_how_much_was_looked_at() -> None:
    verdict = vet({"text": "four films"}, (), Subject(), DEFAULT_RULES)
    lines = list(_explained("four films", verdict, DEFAULT_RULES))
    assert verdict.tier is Tier.PASS
    assert lines[-1] == f"  none of {len(DEFAULT_RULES)} rules applies"


def test_figures_count_what_became_of_each_rule(capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(_some_vettings())
    assert cli.main(["vetting", "figures", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["vetted"], told["passed"]) == (6, 1)
    by_rule = {row.pop("rule"): row for row in told["rules"]}
    none = dict.fromkeys(by_rule["trade"], 0)
    assert by_rule["trade"] == {**none, "applied": 3, "cleared": 1, "waiting": 1, "stopped": 1}
    assert by_rule["fake"] == {**none, "applied": 2, "refused_by_rules": 1, "stopped": 1}
    assert by_rule["dear"] == {**none, "applied": 1, "gone": 1, "asked": 1}
    assert cli.main(["vetting", "figures"]) == 0
    assert "6 briefs vetted, 1 passed at once" in capsys.readouterr().out


async def _some_vettings() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [
        ("pass", [], "passed", None),
        ("review", ["trade"], "cleared", None),
        ("review", ["trade"], "", None),
        ("refuse", ["fake", "trade"], "stopped", None),
        ("refuse", ["fake"], "refused", None),
        ("review", ["dear"], "gone", now),
    ]
    database = await Database.open("sqlite:///shop.db")
    await upgrade(database)

    def write(connection: Connection) -> None:
        from sqlalchemy.orm import Session

        with Session(connection) as session:
            for tier, rules, decision, asked in rows:
                reasons = [[rule, tier, "goal", "x"] for rule in rules]
                session.add(
                    Vetting(
                        bot=0, tier=tier, reasons=reasons, at=now, decision=decision, asked_at=asked
                    )
                )
            session.flush()

    await database.write(0, write)
    await database.close()
