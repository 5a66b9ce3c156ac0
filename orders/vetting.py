"""Vetting: what a brief asks for is checked before a provider sees it.

Rules are data (an operator's file may replace or add to the default ones). Three tiers: passes at
once, waits for a person, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from orders.folding import Folded, fold
from orders.money import Money

_MODEST = 40


class Tier(StrEnum):
    """What becomes of the order; the strictest of all rules that apply."""

    PASS = "pass"
    REVIEW = "review"
    REFUSE = "refuse"


class RuleKind(StrEnum):
    """What a rule looks at: words or regular expressions in texts, the price, what was ordered."""

    WORDS = "words"
    PATTERN = "pattern"
    AMOUNT = "amount"
    CATEGORY = "category"


_STRICTNESS = {Tier.PASS: 0, Tier.REVIEW: 1, Tier.REFUSE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. Raises ValueError for a tier of pass: such a rule would say nothing.

    `values` are words (kind words), regular expressions over the folded plain text (pattern), or
    `category:KEY`, `service:KEY`, `plan:KEY`, `risk:low|medium|high` (category). Chinese words are
    found however they are spaced out; others as whole words, in any number of spaces.
    """

    key: str
    tier: Tier
    kind: RuleKind
    values: tuple[str, ...] = ()
    #: words that make what overlaps them innocent: 印刷 (printing) for 刷单
    unless: tuple[str, ...] = ()
    #: "no fake followers", 不刷粉: said right before it, the wish is the opposite
    negatable: bool = False
    #: kind amount: minor units by currency from which the rule applies
    amounts: Mapping[str, int] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.tier is Tier.PASS:
            raise ValueError(f"rule {self.key} has the tier pass: name review or refuse")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What was ordered, in keys, and what it costs."""

    service: str = ""
    category: str = ""
    plan: str = ""
    risk: str = "low"
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the rule, where it applied (goal, requirements…, attachment, order), what it found
    there.
    """

    rule: str
    tier: Tier
    where: str
    found: str


@dataclass(frozen=True, slots=True)
class Verdict:
    tier: Tier
    reasons: tuple[Reason, ...] = ()


def vet(
    texts: Mapping[str, str],
    attachment_names: Sequence[str],
    subject: Subject,
    rules: Sequence[Rule],
) -> Verdict:
    """Judge a brief.

    `texts` are its parts by name; every rule gives at most one reason per place.
    """
    places = [(where, fold(text)) for where, text in texts.items()]
    places += [("attachment", fold(name.replace("_", " "))) for name in attachment_names]
    reasons: list[Reason] = []
    for rule in rules:
        if rule.kind in {RuleKind.AMOUNT, RuleKind.CATEGORY}:
            found = _about_order(rule, subject)
            reasons += [Reason(rule.key, rule.tier, "order", found)] if found else []
            continue
        for where, text in places:
            excerpt = next(_matches(rule, text), None)
            if excerpt is not None:
                reasons.append(Reason(rule.key, rule.tier, where, excerpt[:_MODEST]))
    return verdict_of(reasons)


def verdict_of(reasons: Iterable[Reason]) -> Verdict:
    """The verdict these reasons come to, the strictest first."""
    found = sorted(reasons, key=lambda reason: -_STRICTNESS[reason.tier])
    return Verdict(found[0].tier if found else Tier.PASS, tuple(found))


def _about_order(rule: Rule, subject: Subject) -> str:
    if rule.kind is RuleKind.AMOUNT:
        price = subject.price
        limit = rule.amounts.get(price.currency) if price is not None else None
        if price is None or limit is None or price.amount < limit:
            return ""
        return f"{price.amount} {price.currency}"
    mine = {
        f"service:{subject.service}",
        f"category:{subject.category}",
        f"plan:{subject.plan}",
        f"risk:{subject.risk}",
    }
    return next((value for value in rule.values if value in mine), "")


def _matches(rule: Rule, text: Folded) -> Iterator[str]:
    """What the rule finds in the text, innocent uses left out."""
    innocent = [span for phrase in rule.unless for span in _spans(phrase, text)]
    for value in rule.values:
        for start, end in _spans(value, text, pattern=rule.kind is RuleKind.PATTERN):
            if any(first < end and start < last for first, last in innocent):
                continue
            if rule.negatable and _NEGATED.search(text.plain[max(0, start - _MODEST) : start]):
                continue
            yield text.plain[start:end]


def _spans(value: str, text: Folded, *, pattern: bool = False) -> Iterator[tuple[int, int]]:
    """Where a word, phrase or pattern stands in the plain text."""
    wanted = re.compile(value) if pattern else _word(value)
    if isinstance(wanted, re.Pattern):
        for match in wanted.finditer(text.plain):
            yield match.span()
        return
    position = text.tight.find(wanted) if wanted else -1
    while position >= 0:
        last = position + len(wanted) - 1
        yield text.origin[position], text.origin[last] + 1
        position = text.tight.find(wanted, position + 1)


@lru_cache(maxsize=4096)  # a few hundred words are looked for in every brief
def _word(value: str) -> str | re.Pattern[str]:
    """What to look for: Chinese in the tight text, other words as a pattern in the plain one."""
    word = fold(value)
    if _is_chinese(word.tight) or not word.tight:
        return word.tight
    parts = [re.escape(part) for part in re.split(r"[\W_]+", word.plain) if part]
    return re.compile(r"(?<![^\W_])" + r"[\W_]+".join(parts) + r"(?![^\W_])")


def _is_chinese(word: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in word)


_NEGATED = re.compile(
    r"(?:不要|不能|不想|不会|不得|不许|不可以?|不靠|不做|不搞|不用|不买|不|别|勿|禁止|拒绝|杜绝|严禁|避免|防止|防范|防"
    r"|反|打击|识别|没有|清理|清除|检测|远离|揭秘|揭露|曝光|无)(?:任何|再|去|有|搞|做|用|靠|买|的|和|、|进行|给我|帮我){0,3}\s*$"
    r"|(?:\bno|\bnot|\bnever|\bwithout|\bavoid|\bavoiding|\bagainst|n't|\bdetect|\bdetecting"
    r"|\bremove|\bremoving|\bprevent|\bstop|\bzero|\bnon|\bexpose)[\s-]+"
    r"(?:(?:any|the|to|want|need|use|using|do|a|more|kind|of|or|and|bots|fake|buy|buying)\s+){0,3}$"
)
