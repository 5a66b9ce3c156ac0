"""Sample answers for the check of the flows: every plan of the catalogue on offer, short and as long as can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.business import business_of
from bot.catalogue_file import CatalogueErrors, read_catalogue
from bot.settings import Settings
from dialogs.flow_check import Sample, problems
from dialogs.flows import FLOWS
from dialogs.model import FactSource
from dialogs.search import Index, names
from dialogs.understanding.message import Names
from dialogs.words import LANGUAGES, Words
from handlers.business import Business
from handlers.facts import source
from handlers.turn import Shelf
from orders.brief import ATTACHMENTS_MAX, GOAL_MAX, NAME_MAX, NOTES_MAX, REQUIREMENTS_MAX
from orders.catalogue import Catalogue
from orders.deadlines import suggested_deadlines
from orders.money import Money
from orders.ratings import Rating

#: Steps that look the same whatever was chosen.
_PLAIN = frozenset({"home", "categories", "search"})


@dataclass(frozen=True, slots=True)
class _Stand:
    shelf: Shelf
    business: Business
    facts: dict[str, FactSource] = field(default_factory=dict)

    def credit(self, price: Money) -> Money:
        """Some, so that its line is tried too."""
        return Money(price.amount // 3, price.currency)

    def rating_of(self, service: str) -> Rating | None:
        """As much as a service card ever shows."""
        return Rating(stars=48, reviews=10, finished=10, on_time=9, words=((5, "w" * 400),) * 2)


def check_flows(settings: Settings) -> list[str]:
    """The problems of every flow, tried with the catalogue of the settings."""
    try:
        catalogue = read_catalogue(settings.catalogue_file)
    except CatalogueErrors:
        # Its own check names every mistake.
        return []
    shelf = Shelf(catalogue, Index(catalogue), {}, Names(**names(catalogue)), (0, 0))
    stand = _Stand(shelf, business_of(settings, "bot"))
    now = datetime.now(UTC)
    today = now.astimezone(settings.timezone).date()
    spoken = [
        Words(language, settings.timezone, today, {"business": stand.business})
        for language in LANGUAGES
    ]
    samples: Mapping[str, Iterable[Sample]] = {
        "order": list(_orders(catalogue, today)),
        "profile": [_profile(catalogue)],
    }
    found: list[str] = []
    for name, flow in FLOWS.items():
        if name not in samples:
            found.append(f"flow {name}: there are no samples to check it with")
            continue
        found += problems(flow, samples[name], lambda words: source(stand, words), spoken, now)
    return found


def _orders(catalogue: Catalogue, today: Any) -> Iterable[Sample]:
    yield Sample(name="nothing chosen", answers={}, view={"q": "x" * 80}, steps=_PLAIN)
    rest = frozenset(step.name for step in FLOWS["order"].steps) - _PLAIN
    for service in catalogue.services:
        for plan in service.plans:
            answers = {
                "service": service.key,
                "plan": plan.key,
                "goal": "g" * GOAL_MAX,
                "deadline": suggested_deadlines(today, plan.period_days)[0].isoformat(),
                "requirements": "r" * REQUIREMENTS_MAX,
                "notes": "n" * NOTES_MAX,
                "budget": "b" * 80,
                "attachments": [
                    {
                        "kind": "document",
                        "file_id": "f",
                        "file_unique_id": str(n),
                        "name": "n" * NAME_MAX,
                    }
                    for n in range(ATTACHMENTS_MAX)
                ],
            }
            yield Sample(
                name=f"{service.key}-{plan.key}",
                answers=answers,
                view={"category": service.category},
                steps=rest,
            )


def _profile(catalogue: Catalogue) -> Sample:
    return Sample(
        name="everything",
        answers={
            "languages": list(LANGUAGES),
            "categories": [category.key for category in catalogue.categories],
            "skills": [skill.key for skill in catalogue.skills],
            "capacity": 3,
            "hours": "office",
            "quiet": "night",
            "qualifications": "q" * NOTES_MAX,
        },
    )
