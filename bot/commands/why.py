"""`python -m bot why ORDER`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands.common import env_file, settings_for
from bot.commands.reading import with_reader
from bot.errors import BotError
from bot.settings import Settings
from orders.money import EXPONENTS, Money, major

if TYPE_CHECKING:
    from storage.database import Database
    from storage.story import Line, Story

Facts = Mapping[str, Any]


@click.command("why")
@click.argument("order")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
@click.option("--database-url", metavar="URL", help="The database.  [default: DATABASE_URL]")
@env_file
def command(path: Path, order: str, as_json: bool, database_url: str | None) -> None:
    """Tell the whole story of an order: events, transitions, messages, money.

    ORDER is its number, in any spelling. Only ids, states, amounts and times are told. An order that does not exist
    ends with exit code 2.
    """
    settings = settings_for(path)
    found = with_reader(settings, database_url, _told(settings, order))
    zone = settings.timezone
    if as_json:
        click.echo(json.dumps(_plain(found, zone), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_text(found, zone)))


def _told(settings: Settings, number: str) -> Callable[[Database, datetime], Any]:
    async def look(database: Database, now: datetime) -> Story:
        from storage.story import UnknownOrder, story

        groups = {
            settings.staff_chat: "staff",
            settings.providers_chat: "providers",
            settings.support_chat: "support",
        }
        chats = {chat: purpose for chat, purpose in groups.items() if chat is not None}
        bot = settings.bot_id or None
        try:
            return await database.read(lambda c: story(c, bot, number, chats=chats))
        except UnknownOrder as error:
            raise BotError(str(error)) from None

    return look


# -- for programs ---------------------------------------------------------------------------------------


def _plain(found: Story, zone: tzinfo) -> dict[str, Any]:
    return {
        "order": _dated(found.order, zone),
        "lines": [
            {
                "at": line.at.astimezone(zone).isoformat(),
                "what": line.kind,
                **_dated(line.facts, zone),
            }
            for line in found.lines
        ],
    }


def _dated(facts: Facts, zone: tzinfo) -> dict[str, Any]:
    return {
        name: value.astimezone(zone).isoformat() if isinstance(value, datetime) else value
        for name, value in facts.items()
    }


# -- for people -----------------------------------------------------------------------------------------


def _text(found: Story, zone: tzinfo) -> Iterator[str]:
    order = found.order
    price = _money(order["price"], order["currency"]) if order["price"] else "no price yet"
    flags = [name for name in ("late", "on_hold", "change_pending", "revived") if order[name]]
    yield f"Order {order['number']}: {', '.join([order['state'], *flags])}, version {order['version']}"
    yield (
        f"{order['plan']} plan, {price}{' by ' + order['method'] if order['method'] else ''}, "
        f"customer {order['customer']}, provider {order['provider'] or 'none yet'}, bot {order['bot']}"
    )
    yield f"times in {zone}"
    yield ""
    for line in found.lines:
        yield f"{_moment(line.at, zone)}  {line.kind:<10}  {_line(line, zone)}"


def _line(line: Line, zone: tzinfo) -> str:
    words = _WORDS[line.kind](line, zone)
    event = line.facts.get("event") if line.kind != "event" else None
    return f"{words}  [{event}]" if event else words


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _since(line: Line, at: datetime, zone: tzinfo) -> str:
    """A moment, without the day when it is the line's own."""
    shown, began = _moment(at, zone), _moment(line.at, zone)
    return shown.partition(" ")[2] if shown[:10] == began[:10] else shown


def _money(amount: int, currency: str) -> str:
    if currency not in EXPONENTS:
        return f"{amount} {currency}"
    return f"{major(Money(amount, currency))} {currency}"


def _by(facts: Facts) -> str:
    return f" by {facts['by']}" if facts.get("by") else ""


def _transition(line: Line, zone: tzinfo) -> str:
    facts = line.facts
    actor, by = facts["actor"], facts["by"]
    who = actor if by in (None, actor) else f"{actor} ({by})"
    return f"{facts['n']} {facts['transition']}: {facts['source']} -> {facts['target']}, by {who}"


def _parked(line: Line, zone: tzinfo) -> str:
    facts = line.facts
    amount = _money(facts["amount"], facts["currency"])
    failed = f" after {facts['tries']} tries, {facts['error']}" if facts["tries"] else ""
    return f"{facts['type']} {amount}, charge {facts['charge']}: {facts['state']}{failed}"


def _invoice(line: Line, zone: tzinfo) -> str:
    facts = line.facts
    amount = _money(facts["amount"], facts["currency"])
    until = (
        f", to be paid by {_since(line, facts['expires_at'], zone)}"
        if "expires_at" in facts
        else ""
    )
    return f"{facts['number']} {facts['state']}: {amount} by {facts['method']}{until}"


def _payment(line: Line, zone: tzinfo) -> str:
    facts = line.facts
    amount = _money(facts["amount"], facts["currency"])
    return (
        f"{facts['id']} {facts['outcome']}: {amount} by {facts['gateway']} from {facts['by']}, "
        f"for {facts['invoice'] or 'no invoice'}, charge {facts['charge']}"
    )


def _case(line: Line, zone: tzinfo) -> str:
    facts = line.facts
    due = (
        f", {facts['owner']} by {_since(line, facts['due_at'], zone)}" if "due_at" in facts else ""
    )
    return f"{facts['id']} {facts['state']}: {facts['about']}, payment {facts['payment']}{due}{_by(facts)}"


def _ledger(line: Line, zone: tzinfo) -> str:
    facts = line.facts
    sides = ", ".join(
        f"{side['account']} {'+' if side['amount'] > 0 else ''}{_money(side['amount'], side['currency'])}"
        for side in facts["postings"]
    )
    return f"{facts['entry']}: {sides}"


def _refund(line: Line, zone: tzinfo) -> str:
    facts = line.facts
    amount = _money(facts["amount"], facts["currency"])
    tried = f", {facts['tries']} tries" if facts.get("tries") else ""
    error = f", {facts['error']}" if facts.get("error") else ""
    approved = f", approved by {facts['approved_by']}" if facts.get("approved_by") else ""
    return (
        f"{facts['id']} {facts['state']}: {amount} of payment {facts['payment']} by {facts['way']}, "
        f"{facts['reason']}{approved}{tried}{error}"
    )


def _change(line: Line, zone: tzinfo) -> str:
    facts = line.facts
    price = ""
    if facts.get("delta") is not None:
        price = f": {_money(facts['delta'], facts['currency'])}, {facts['days']} days"
    return f"{facts['n']} {facts['state']}, {facts['about']}, asked for by {facts['by']}{price}"


def _cancelling(line: Line, zone: tzinfo) -> str:
    facts = line.facts
    back = _money(facts["amount"], facts["currency"])
    share = f"{facts['percent']} % ({back}) back"
    return f"{facts['n']} {facts['state']}: {share}, by {facts['by']}, {facts['reason']}"


def _message(line: Line, zone: tzinfo) -> str:
    facts = line.facts
    tries = "1 try" if facts["tries"] == 1 else f"{facts['tries']} tries"
    ended = facts["settled_at"]
    when = (
        f" {_since(line, ended, zone)}" if ended else f", due {_since(line, facts['due_at'], zone)}"
    )
    reason = f" ({facts['reason']})" if facts["reason"] else ""
    return (
        f"{facts['id']} {facts['label'] or facts['kind']} to {facts['to']}: "
        f"{facts['state']}{when}, {tries}{reason}"
    )


#: How each kind of line reads.
_WORDS: Mapping[str, Callable[[Line, tzinfo], str]] = {
    "event": lambda line, zone: "{event} {type}".format(**line.facts),
    "parked": _parked,
    "brief": lambda line, zone: "version {version}".format(**line.facts),
    "consent": lambda line, zone: "to terms {terms} by {by}".format(**line.facts),
    "transition": _transition,
    "proof": lambda line, zone: "{id} {state}: {invoice}, by {by}".format(**line.facts),
    "invoice": _invoice,
    "payment": _payment,
    "case": _case,
    "ledger": _ledger,
    "refund": _refund,
    "change": _change,
    "cancelling": _cancelling,
    "staff": lambda line, zone: "{action} of {subject} by {by}".format(**line.facts),
    "message": _message,
    "timer": lambda line, zone: "{slot} of {subject} is waiting".format(**line.facts),
}
