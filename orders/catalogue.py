"""What can be ordered: categories, services and their plans, as plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

Words = Mapping[str, str]
"""Language code ("zh", "en") to text."""

PLAN_KEYS = ("basic", "standard", "premium", "custom")
FIXED_PLAN_KEYS = ("basic", "standard", "premium")
RISKS = ("low", "medium", "high")


def in_language(words: Words, language: str) -> str:
    """The text in that language, else in English, else in any (the first there is)."""
    if language in words:
        return words[language]
    if "en" in words:
        return words["en"]
    return next(iter(words.values()), "")


class Nature(StrEnum):
    """Decides which payments Telegram allows: digital services are sold for Stars only."""

    DIGITAL = "digital"
    REAL_WORLD = "real_world"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One way to buy a service. `custom` has no period and no prices: it is quoted."""

    #: basic, standard, premium or custom
    key: str
    title: Words
    summary: Words
    #: language code to the things that are handed over, in the order they are shown
    deliverables: Mapping[str, tuple[str, ...]]
    #: calendar days from payment to delivery; None only for custom
    period_days: int | None
    #: rounds of changes that are included after delivery
    revisions: int
    #: currency code (XTR is Telegram Stars) to minor units; empty for custom
    prices: Mapping[str, int]
    #: days between progress reports while the work goes on; None: none are promised
    report_every_days: int | None = None
    #: how closely an order is looked at before a provider sees it: low, medium or high
    risk: str = "low"

    @property
    def is_custom(self) -> bool:
        return self.key == "custom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Something that can be ordered, in one or more plans."""

    #: a-z, 0-9 and _; at most 24 characters: "<service>-<plan>" is a start payload of a deep link
    key: str
    category: str
    title: Words
    summary: Words
    #: whom it is for
    audience: Words
    goal_guidance: Words
    goal_example: Words
    requirements_guidance: Words
    requirements_example: Words
    #: what people type when they mean this service, in any language
    aliases: tuple[str, ...]
    #: path relative to the catalogue file
    picture: str
    nature: Nature
    #: keys of the skills wanted from a provider
    skills: tuple[str, ...]
    #: optional parts of the brief that are asked rather than only offered on the summary:
    #: requirements, notes, attachments
    ask: tuple[str, ...]
    #: rank among the popular ones, from 1; 0 is not popular
    popular: int
    plans: tuple[Plan, ...]

    def plan(self, key: str) -> Plan | None:
        return next((plan for plan in self.plans if plan.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    key: str
    title: Words
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """What a provider can do; services name the skills they want."""

    key: str
    title: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that is offered, in the order of the file."""

    categories: tuple[Category, ...]
    services: tuple[Service, ...]
    skills: tuple[Skill, ...] = ()

    def service(self, key: str) -> Service | None:
        return next((service for service in self.services if service.key == key), None)

    def category(self, key: str) -> Category | None:
        return next((category for category in self.categories if category.key == key), None)

    def in_category(self, key: str) -> tuple[Service, ...]:
        return tuple(service for service in self.services if service.category == key)

    def popular(self, n: int) -> tuple[Service, ...]:
        """The first n of the ranked services, best rank first."""
        ranked = sorted(
            (service for service in self.services if service.popular > 0),
            key=lambda service: service.popular,
        )
        return tuple(ranked[:n])


def canonical(service: Service) -> str:
    """Stable JSON text: equal services give equal text, whatever the order of their words."""
    return json.dumps(
        service, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


@lru_cache(maxsize=256)
def service_from_canonical(text: str) -> Service:
    """The service that `canonical` wrote. Raises ValueError when the text is not one.

    Remembered: every message about an order names its service.
    """
    try:
        values = json.loads(text)
        plans = tuple(_plan(plan) for plan in values.pop("plans"))
        for name in ("aliases", "skills", "ask"):
            values[name] = tuple(values[name])
        values["nature"] = Nature(values["nature"])
        return Service(**values, plans=plans)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"this is not a stored service: {error!r}") from error


def _plan(values: dict[str, Any]) -> Plan:
    values["deliverables"] = {
        language: tuple(items) for language, items in values["deliverables"].items()
    }
    return Plan(**values)


def _plain(value: object) -> dict[str, Any]:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a catalogue")
