from __future__ import annotations

import pytest

from orders.refusal import Refusal, refuse
from orders.rules_file import rules_from
from orders.vetting import Rule, RuleKind, Subject, Tier, vet
from orders.vetting_rules import DEFAULT_RULES


def rules(*entries: dict[str, object]) -> tuple[Rule, ...]:
    found = rules_from(entries)
    assert all(isinstance(rule, Rule) for rule in found), found
    return tuple(rule for rule in found if isinstance(rule, Rule))


def mistakes(*entries: dict[str, object]) -> list[Refusal]:
    return [found for found in rules_from(entries) if isinstance(found, Refusal)]


def test_nothing_changes_nothing() -> None:
    assert rules() == DEFAULT_RULES


def test_a_rule_is_added() -> None:
    added = rules({"key": "ours", "tier": "review", "kind": "words", "values": ["直播带货"]})
    assert added[:-1] == DEFAULT_RULES
    verdict = vet({"goal": "直播带货"}, [], Subject(), added)
    assert (verdict.tier, verdict.reasons[0].rule) == (Tier.REVIEW, "ours")


def test_a_rule_is_replaced_where_it_stood() -> None:
    entry: dict[str, object] = {
        "key": "fake_engagement_zh",
        "tier": "review",
        "kind": "words",
        "values": ["刷粉"],
    }
    replaced = rules(entry)
    assert [rule.key for rule in replaced] == [rule.key for rule in DEFAULT_RULES]
    assert vet({"goal": "刷粉"}, [], Subject(), replaced).tier is Tier.REVIEW
    assert vet({"goal": "买赞"}, [], Subject(), replaced).tier is Tier.PASS


def test_a_rule_is_switched_off() -> None:
    without = rules({"key": "large_order", "off": True})
    assert "large_order" not in {rule.key for rule in without}
    assert len(without) == len(DEFAULT_RULES) - 1


def test_every_kind() -> None:
    own = rules(
        {
            "key": "p",
            "tier": "refuse",
            "kind": "pattern",
            "values": [r"\bx{3}\b"],
            "negatable": True,
        },
        {"key": "a", "tier": "review", "kind": "amount", "amounts": {"JPY": 5}},
        {"key": "c", "tier": "review", "kind": "category", "values": ["service:video"]},
        {"key": "w", "tier": "review", "kind": "words", "values": ["甲"], "unless": ["甲乙"]},
    )[-4:]
    assert own == (
        Rule(
            key="p",
            tier=Tier.REFUSE,
            kind=RuleKind.PATTERN,
            values=(r"\bx{3}\b",),
            negatable=True,
        ),
        Rule(key="a", tier=Tier.REVIEW, kind=RuleKind.AMOUNT, amounts={"JPY": 5}),
        Rule(key="c", tier=Tier.REVIEW, kind=RuleKind.CATEGORY, values=("service:video",)),
        Rule(key="w", tier=Tier.REVIEW, kind=RuleKind.WORDS, values=("甲",), unless=("甲乙",)),
    )
    assert vet({"goal": "no xxx"}, [], Subject(), own).tier is Tier.PASS
    assert vet({"goal": "xxx"}, [], Subject(), own).tier is Tier.REFUSE
    assert vet({}, [], Subject(service="video"), own).tier is Tier.REVIEW


GOOD: dict[str, object] = {"key": "k", "tier": "review", "kind": "words", "values": ["x"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": ""}, "key"),
        ({"key": 5}, "key"),
        ({"tier": "pass"}, "tier"),
        ({"tier": None}, "tier"),
        ({"kind": "smell"}, "kind"),
        ({"values": []}, "values"),
        ({"values": "x"}, "values"),
        ({"values": [5]}, "values"),
        ({"values": [""]}, "values"),
        ({"unless": "x"}, "unless"),
        ({"negatable": "yes"}, "negatable"),
        ({"amounts": []}, "amounts"),
        ({"kind": "amount", "amounts": {}}, "amounts"),
        ({"kind": "category", "values": ["video"]}, "values"),
        ({"weight": 3}, "weight"),
    ],
)
def test_mistakes_name_the_field(changes: dict[str, object], field: str) -> None:
    found = mistakes({**GOOD, **changes})
    assert [(one.code, one.params["field"]) for one in found] == [("rule_malformed", field)]


def test_other_mistakes() -> None:
    assert mistakes(GOOD, GOOD) == [refuse("rule_twice", rule="k")]
    broken, empty = mistakes({**GOOD, "kind": "pattern", "values": ["(", "x*"]})
    assert (broken.code, broken.params["pattern"]) == ("rule_pattern", "(")
    assert (empty.code, empty.params["pattern"]) == ("rule_pattern", "x*")
    amounts = {"XXX": 5, "CNY": -1, "USD": 1.5, "EUR": 100}
    found = mistakes({**GOOD, "kind": "amount", "amounts": amounts})
    assert found == [refuse("rule_amount", rule="k", currency=one) for one in ("XXX", "CNY", "USD")]


def test_all_mistakes_are_named_at_once() -> None:
    found = mistakes({"tier": "x"}, {**GOOD, "values": []})
    assert [(one.params["rule"], one.params["field"]) for one in found] == [
        ("#1", "key"),
        ("#1", "tier"),
        ("#1", "kind"),
        ("#1", "values"),
        ("k", "values"),
    ]


def test_the_default_rules_are_sound() -> None:
    """As an operator's file they would be accepted as they are."""
    entries: list[dict[str, object]] = [
        {
            "key": rule.key,
            "tier": str(rule.tier),
            "kind": str(rule.kind),
            "values": list(rule.values),
            "unless": list(rule.unless),
            "negatable": rule.negatable,
            "amounts": dict(rule.amounts),
        }
        for rule in DEFAULT_RULES
    ]
    assert rules_from(entries, base=()) == DEFAULT_RULES
    for rule in DEFAULT_RULES:
        assert len(set(rule.values)) == len(rule.values), rule.key
