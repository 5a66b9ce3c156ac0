"""`python -m bot vetting`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import env_file, settings_for
from bot.errors import BotError
from orders.money import Money, from_major, major
from orders.vetting import Reason, Rule, Subject, Tier, Verdict, vet

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database
    from storage.vetting import Figures

FILE = click.Path(path_type=Path, dir_okay=False)
_OUTCOMES = {
    Tier.PASS: "a provider is looked for at once",
    Tier.REVIEW: "a person of the staff decides within 24 hours",
    Tier.REFUSE: "the customer is told at the summary; if paid all the same, everything goes back",
}


@click.group("vetting")
def command() -> None:
    """Prove the vetting rules, try them on a text, count what they did."""


def _rules(path: Path, file: Path | None) -> tuple[Path, tuple[Rule, ...]]:
    from bot.vetting_file import read_rules

    chosen = file or settings_for(path).vetting_file
    return chosen, read_rules(chosen)


@command.command("check")
@click.argument("file", type=FILE, required=False)
@env_file
def check(path: Path, file: Path | None) -> None:
    """Prove FILE (default: VETTING_RULES). Every mistake is told with its line; exit code 2 then."""
    chosen, rules = _rules(path, file)
    refusing = sum(rule.tier is Tier.REFUSE for rule in rules)
    click.echo(f"{chosen}: ok, {len(rules)} rules in force, {refusing} of them refuse")


@command.command("show")
@click.argument("file", type=FILE, required=False)
@env_file
def show(path: Path, file: Path | None) -> None:
    """Print all rules in force in the notation of the file."""
    from bot.vetting_file import as_yaml

    click.echo(as_yaml(_rules(path, file)[1]), nl=False)


@command.command("try")
@click.argument("text")
@click.option("--category", default="", help="Key of the category that is ordered from.")
@click.option("--service", default="", help="Key of the service.")
@click.option("--plan", default="", help="Key of the plan.")
@click.option(
    "--risk", default="low", type=click.Choice(["low", "medium", "high"]), show_default=True
)
@click.option("--amount", metavar="PRICE", help='What it costs, such as "5000 CNY".')
@click.option("--file", "names", multiple=True, help="Name of an attached file; may be repeated.")
@click.option("--rules", "rules_file", type=FILE, help="Rules to try.  [default: VETTING_RULES]")
@env_file
def attempt(
    path: Path,
    text: str,
    category: str,
    service: str,
    plan: str,
    risk: str,
    amount: str | None,
    names: tuple[str, ...],
    rules_file: Path | None,
) -> None:
    """Explain what becomes of a brief that says TEXT, and why."""
    _, rules = _rules(path, rules_file)
    subject = Subject(
        service=service, category=category, plan=plan, risk=risk, price=_price(amount)
    )
    verdict = vet({"text": text}, names, subject, rules)
    for line in _explained(text, verdict, rules):
        click.echo(line)


def _price(text: str | None) -> Money | None:
    if text is None:
        return None
    number, _, currency = text.strip().rpartition(" ")
    price = from_major(number.replace(",", ""), currency.upper()) if number else None
    if not isinstance(price, Money):
        raise BotError(f'--amount: {text!r} is no price; write it like "5000 CNY"')
    return price


def _explained(text: str, verdict: Verdict, rules: tuple[Rule, ...]) -> Iterator[str]:
    from orders.folding import fold

    yield f"{verdict.tier}: {_OUTCOMES[verdict.tier]}"
    plain = fold(text).plain
    if plain != text:
        yield f"  read as: {plain}"
    for reason in verdict.reasons:
        rule = next(rule for rule in rules if rule.key == reason.rule)
        yield f"  {reason.rule} ({rule.kind}, {reason.tier}) in the {reason.where}: {_found(reason)}"
    if not verdict.reasons:
        yield f"  none of {len(rules)} rules applies"


def _found(reason: Reason) -> str:
    number, _, currency = reason.found.partition(" ")
    if reason.where == "order" and number.isdigit():
        return f"{major(Money(int(number), currency))} {currency}"
    return repr(reason.found)


@command.command("figures")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
@click.option("--database-url", metavar="URL", help="The database.  [default: DATABASE_URL]")
@env_file
def figures(path: Path, as_json: bool, database_url: str | None) -> None:
    """Count for each rule how often it applied, and what became of those briefs."""
    from bot.commands.reading import with_reader

    settings = settings_for(path)

    async def look(database: Database, now: datetime) -> tuple[int, int, list[Figures]]:
        from storage import vetting

        return await database.read(lambda c: vetting.figures(c, settings.bot_id or None))

    total, passed, found = with_reader(settings, database_url, look)
    if as_json:
        rows = [dataclasses.asdict(row) for row in found]
        click.echo(json.dumps({"vetted": total, "passed": passed, "rules": rows}))
        return
    click.echo(f"{total} briefs vetted, {passed} passed at once")
    names = [field.name for field in dataclasses.fields(found[0])][1:] if found else []
    width = max((len(row.rule) for row in found), default=0)
    if found:
        heads = [name.replace("_", " ") for name in names]
        click.echo("  ".join(["rule".ljust(width), *heads]))
        for row in found:
            cells = [str(getattr(row, n)).rjust(len(h)) for n, h in zip(names, heads, strict=True)]
            click.echo("  ".join([row.rule.ljust(width), *cells]))
