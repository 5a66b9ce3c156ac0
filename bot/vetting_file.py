"""The operator's vetting rules: one YAML file over the rules that come with the program.

Reading reports every mistake with its line, all at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.errors import BotError
from bot.yaml_places import Mistake, Mistakes, Place, open_yaml
from orders.money import Money, from_major, major
from orders.refusal import Refusal
from orders.rules_file import rules_from
from orders.vetting import Rule, RuleKind


class RulesErrors(BotError):
    """The file of vetting rules has mistakes: correct the lines that are listed."""

    def __init__(self, path: Path, mistakes: Sequence[Mistake]) -> None:
        super().__init__(path, mistakes)
        self.path = path
        self.mistakes = tuple(sorted(mistakes))

    def lines(self) -> Iterator[str]:
        """One line per mistake: `file:line: where: what to do`."""
        for mistake in self.mistakes:
            where = f"{mistake.where}: " if mistake.where else ""
            yield f"{self.path}:{mistake.line}: {where}{mistake.message}"

    def __str__(self) -> str:
        return "\n".join(self.lines())


def read_rules(path: Path) -> tuple[Rule, ...]:
    """The rules in force with that file. Raises RulesErrors with every mistake, in file order."""
    mistakes = Mistakes()
    rules: tuple[Rule, ...] = ()
    try:
        data = path.read_bytes()
    except OSError as error:
        mistakes.add(1, "", f"cannot be read ({error.strerror}): check the path")
    else:
        root = open_yaml(data, mistakes, wanted="`rules`")
        if root is not None:
            rules = _rules(root)
    if mistakes.found:
        raise RulesErrors(path, mistakes.found)
    return rules


def _rules(root: Place) -> tuple[Rule, ...]:
    place = root.fields(("rules",))["rules"]
    if place.node is not None and place.node.tag.endswith(":null"):
        # Everything below it is commented out.
        return _checked({}, {})
    places = place.entries()
    return _checked(places, {key: _entry(key, at) for key, at in places.items()})


def _checked(
    places: Mapping[str, Place], entries: Mapping[str, Mapping[str, object]]
) -> tuple[Rule, ...]:
    made = rules_from(list(entries.values()))
    rules = [rule for rule in made if isinstance(rule, Rule)]
    for refusal in made:
        if isinstance(refusal, Refusal):
            _note(places[str(refusal.params["rule"])], refusal)
    return tuple(rules)


def _entry(key: str, place: Place) -> dict[str, object]:
    """A rule as `rules_from` takes it: minor units where the file has whole ones."""
    data = None if place.node is None else _plain(place.node)
    if not isinstance(data, dict):
        place.wrong("expected `tier`, `kind` and `values`, or `off: true`")
        return {"key": key, "off": True}
    entry: dict[str, object] = {**data, "key": key}
    amounts = data.get("amounts")
    if isinstance(amounts, dict):
        entry["amounts"] = {
            currency: _minor(amount, currency) for currency, amount in amounts.items()
        }
    return entry


def _plain(node: yaml.Node) -> Any:
    """Plain data, names as written: YAML 1.1 would read `off` as false."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return yaml.safe_load(yaml.serialize(node, Dumper=yaml.SafeDumper))


def _minor(amount: object, currency: object) -> object:
    """What is no amount stays as it is, to be found wrong."""
    if isinstance(amount, (int, float)) and not isinstance(amount, bool):
        price = from_major(str(amount), str(currency))
        if isinstance(price, Money):
            return price.amount
    return None


def _note(place: Place, refusal: Refusal) -> None:
    """Say what is wrong at the line where it stands."""
    from dialogs.wording import refusal_text
    from dialogs.words import Words

    params = refusal.params
    at = place
    match refusal.code:
        case "rule_malformed":
            at = place.below(str(params["field"]))
        case "rule_amount":
            at = place.below("amounts", str(params["currency"]))
        case "rule_pattern":
            values = _plain(place.node) if place.node is not None else {}
            listed = list(values.get("values") or ())
            at = place.below("values", listed.index(params["pattern"]))
    words = Words("en", ZoneInfo("UTC"), date.min)
    at.wrong(refusal_text(refusal, words))


def as_yaml(rules: Sequence[Rule]) -> str:
    """The rules in the notation of the file."""
    entries: dict[str, dict[str, object]] = {}
    for rule in rules:
        entry: dict[str, object] = {"tier": str(rule.tier), "kind": str(rule.kind)}
        if rule.kind is RuleKind.AMOUNT:
            entry["amounts"] = {
                currency: _whole(Money(amount, currency))
                for currency, amount in rule.amounts.items()
            }
        else:
            entry["values"] = list(rule.values)
        if rule.unless:
            entry["unless"] = list(rule.unless)
        if rule.negatable:
            entry["negatable"] = True
        entries[rule.key] = entry
    dumped: str = yaml.safe_dump(
        {"rules": entries}, allow_unicode=True, sort_keys=False, width=100, default_flow_style=None
    )
    return dumped


def _whole(price: Money) -> int | float:
    number = major(price)
    return int(number) if number == int(number) else float(number)
