"""An operator's own vetting rules, as read from a file, checked and laid over the default ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from orders.money import EXPONENTS
from orders.refusal import Refusal, refuse
from orders.vetting import Rule, RuleKind, Tier
from orders.vetting_rules import DEFAULT_RULES


def rules_from(
    entries: Sequence[Mapping[str, object]], base: Sequence[Rule] = DEFAULT_RULES
) -> tuple[Rule, ...] | tuple[Refusal, ...]:
    """The base rules with an operator's entries: a known key replaces that rule, another adds one.

    An entry has the fields of Rule (`amounts` as a mapping, lists for the rest); `{"key": …, "off":
    true}` removes a rule. Returns every mistake when there is one.
    """
    rules = {rule.key: rule for rule in base}
    mistakes: list[Refusal] = []
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        key = entry.get("key")
        name = key if isinstance(key, str) and key else f"#{number}"
        if name in seen:
            mistakes.append(refuse("rule_twice", rule=name))
        seen.add(name)
        if entry.get("off") is True:
            rules.pop(name, None)
            continue
        problems = _problems(name, entry)
        mistakes += problems
        if not problems:
            rules[name] = _rule(name, entry)
    return tuple(mistakes) if mistakes else tuple(rules.values())


_FIELDS = ("key", "tier", "kind", "values", "unless", "negatable", "amounts", "off")
_TIERS = (Tier.REVIEW, Tier.REFUSE)
_TOPICS = ("service:", "category:", "plan:", "risk:")


def _problems(name: str, entry: Mapping[str, object]) -> list[Refusal]:
    found: list[Refusal] = []

    def wrong(field: str, *allowed: str) -> None:
        found.append(refuse("rule_malformed", rule=name, field=field, allowed=allowed))

    kind, values = entry.get("kind"), _texts(entry.get("values", ()))
    for field in entry:
        if field not in _FIELDS:
            wrong(field, *_FIELDS)
    if name.startswith("#"):
        wrong("key", "text")
    if entry.get("tier") not in _TIERS:
        wrong("tier", *_TIERS)
    if kind not in tuple(RuleKind):
        wrong("kind", *RuleKind)
    if values is None or (not values and kind != RuleKind.AMOUNT):
        wrong("values", "list of texts")
    if _texts(entry.get("unless", ())) is None:
        wrong("unless", "list of texts")
    if not isinstance(entry.get("negatable", False), bool):
        wrong("negatable", "true", "false")
    if kind == RuleKind.PATTERN:
        found += _bad_patterns(name, values or ())
    if kind == RuleKind.CATEGORY and any(not v.startswith(_TOPICS) for v in values or ()):
        wrong("values", *_TOPICS)
    found += _bad_amounts(name, entry.get("amounts", {}), wanted=kind == RuleKind.AMOUNT)
    return found


def _bad_patterns(name: str, values: Sequence[str]) -> list[Refusal]:
    found = []
    for value in values:
        try:
            matches_nothing = re.compile(value).search("") is not None
        except re.error as error:
            found.append(refuse("rule_pattern", rule=name, pattern=value, problem=str(error)))
            continue
        if matches_nothing:
            problem = "matches an empty text, so every brief"
            found.append(refuse("rule_pattern", rule=name, pattern=value, problem=problem))
    return found


def _bad_amounts(name: str, amounts: object, *, wanted: bool) -> list[Refusal]:
    if not isinstance(amounts, Mapping) or (wanted and not amounts):
        allowed = ("minor units by currency",)
        return [refuse("rule_malformed", rule=name, field="amounts", allowed=allowed)]
    return [
        refuse("rule_amount", rule=name, currency=str(currency))
        for currency, amount in amounts.items()
        if currency not in EXPONENTS or type(amount) is not int or amount < 0
    ]


def _texts(value: object) -> tuple[str, ...] | None:
    if isinstance(value, (list, tuple)) and all(isinstance(text, str) and text for text in value):
        return tuple(value)
    return None


def _rule(name: str, entry: Mapping[str, object]) -> Rule:
    amounts = entry.get("amounts", {})
    return Rule(
        key=name,
        tier=Tier(str(entry["tier"])),
        kind=RuleKind(str(entry["kind"])),
        values=_texts(entry.get("values", ())) or (),
        unless=_texts(entry.get("unless", ())) or (),
        negatable=entry.get("negatable") is True,
        amounts=dict(amounts) if isinstance(amounts, Mapping) else {},
    )
