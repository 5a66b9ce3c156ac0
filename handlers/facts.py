"""The facts that flows ask for, by name: catalogue, dates, quote, ways to pay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from dialogs.model import Answers, FactSource, Json, Option
from dialogs.parts.ask import Dates
from dialogs.search import Index
from dialogs.words import LANGUAGE_NAMES, LANGUAGES, N_, Words
from handlers.business import Business
from handlers.schedules import HOURS, QUIET
from handlers.turn import Shelf
from handlers.views import (
    PlanView,
    RatingView,
    ServiceView,
    plan_view,
    rating_view,
    service_view,
)
from orders.catalogue import Plan, Service, in_language
from orders.deadlines import Deadline, earliest_delivery, latest_deadline, suggested_deadlines
from orders.methods import Method, Offer, methods_for
from orders.money import Money
from orders.quote import Quote, quote_plan
from orders.ratings import Rating
from orders.refusal import Refusal

POPULAR = 6

METHOD_LABELS: Mapping[Method, str] = {
    Method.STARS: N_("⭐ Telegram Stars"),
    Method.PROVIDER: N_("💳 Card or wallet, in this chat"),
    Method.TRANSFER: N_("🏦 Bank transfer"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """How a price is paid when there is store credit."""

    used: Money
    left: Money


class Stand(Protocol):
    """What the facts stand on: a turn, or whatever else has a catalogue and a business."""

    @property
    def shelf(self) -> Shelf: ...

    @property
    def business(self) -> Business: ...

    @property
    def facts(self) -> dict[str, FactSource]: ...

    def credit(self, price: Money) -> Money: ...
    def rating_of(self, service: str) -> Rating | None:
        """What customers say about a service; None while nobody has."""


#: Facts that follow from the catalogue, the language and a choice alone: worked out once for everybody.
_SHARED = frozenset({"popular", "categories", "in_category", "service", "plan", "plans", "methods"})


class Facts:
    """Answers facts for one person in one turn."""

    def __init__(self, turn: Stand, words: Words) -> None:
        self._turn = turn
        self._words = words

    def __call__(self, name: str, answers: Answers, view: Mapping[str, Json]) -> Any:
        if name not in _SHARED:
            return _TABLE[name](self, answers, view)
        choice = (answers.get("service"), answers.get("plan"), view.get("category"))
        key = (name, self._words.language, *map(str, choice))
        shared = self._turn.shelf.facts
        if key not in shared:
            made = _TABLE[name](self, answers, view)
            if not made:  # a choice that is not in the catalogue; there is no end of those
                return made
            shared[key] = made
        return shared[key]

    # -- finding ------------------------------------------------------------------------------------

    def _option(self, service: Service) -> Option:
        category = self._turn.shelf.catalogue.category(service.category)
        emoji = category.emoji if category else ""
        label = f"{emoji} {in_language(service.title, self._words.language)}".strip()
        return Option(value=service.key, label=label, aliases=(*service.title.values(),))

    def _popular(self, answers: Answers, view: Mapping[str, Json]) -> tuple[Option, ...]:
        return tuple(
            self._option(service) for service in self._turn.shelf.catalogue.popular(POPULAR)
        )

    def _categories(self, answers: Answers, view: Mapping[str, Json]) -> tuple[Option, ...]:
        return tuple(
            Option(
                value=category.key,
                label=f"{category.emoji} {in_language(category.title, self._words.language)}",
                aliases=tuple(category.title.values()),
            )
            for category in self._turn.shelf.catalogue.categories
        )

    def _category(self, answers: Answers, view: Mapping[str, Json]) -> str:
        category = self._turn.shelf.catalogue.category(str(view.get("category", "")))
        return in_language(category.title, self._words.language) if category else ""

    def _in_category(self, answers: Answers, view: Mapping[str, Json]) -> tuple[Option, ...]:
        services = self._turn.shelf.catalogue.in_category(str(view.get("category", "")))
        return tuple(self._option(service) for service in services)

    def _hits(self, answers: Answers, view: Mapping[str, Json]) -> tuple[Option, ...]:
        index: Index = self._turn.shelf.index
        found = index.search(str(view.get("q", "")), self._words.language)
        services = (self._turn.shelf.catalogue.service(hit.service) for hit in found)
        return tuple(self._option(service) for service in services if service is not None)

    # -- one service --------------------------------------------------------------------------------

    def service(self, answers: Answers) -> Service | None:
        return self._turn.shelf.catalogue.service(str(answers.get("service", "")))

    def plan(self, answers: Answers) -> Plan | None:
        service = self.service(answers)
        return service.plan(str(answers.get("plan", ""))) if service else None

    def _service_view(self, answers: Answers, view: Mapping[str, Json]) -> ServiceView | None:
        service = self.service(answers)
        if service is None:
            return None
        return service_view(service, self._words, self._offers)

    def _rating(self, answers: Answers, view: Mapping[str, Json]) -> RatingView | None:
        """Stars, punctuality and the newest words: never shared, they change with every review."""
        service = self.service(answers)
        rating = self._turn.rating_of(service.key) if service else None
        return rating_view(rating) if rating else None

    def _plan_view(self, answers: Answers, view: Mapping[str, Json]) -> PlanView | None:
        service, plan = self.service(answers), self.plan(answers)
        return plan_view(service, plan, self._words, self._offers) if service and plan else None

    def _plan_name(self, answers: Answers, view: Mapping[str, Json]) -> str:
        """What a plan is called while its service is not chosen yet."""
        for service in self._turn.shelf.catalogue.services:
            plan = service.plan(str(answers.get("plan", "")))
            if plan is not None:
                return in_language(plan.title, self._words.language)
        return ""

    def _picture(self, answers: Answers, view: Mapping[str, Json]) -> str | None:
        service = self.service(answers)
        return service.picture or None if service else None

    def _plans(self, answers: Answers, view: Mapping[str, Json]) -> tuple[Option, ...]:
        service = self.service(answers)
        if service is None:
            return ()
        made = []
        for plan in service.plans:
            shown = plan_view(service, plan, self._words, self._offers)
            if shown.price or plan.is_custom:
                label = f"{shown.title} · {shown.price}" if shown.price else shown.title
                made.append(Option(value=plan.key, label=label, aliases=tuple(plan.title.values())))
        return tuple(made)

    def _asked(self, answers: Answers, view: Mapping[str, Json]) -> tuple[str, ...]:
        service = self.service(answers)
        return service.ask if service else ()

    # -- a provider's profile ----------------------------------------------------------------------

    def _labels(self, table: Mapping[str, str]) -> tuple[Option, ...]:
        return tuple(
            Option(value=key, label=self._words.gettext(label)) for key, label in table.items()
        )

    def _languages(self, answers: Answers, view: Mapping[str, Json]) -> tuple[Option, ...]:
        return tuple(Option(value=key, label=LANGUAGE_NAMES[key]) for key in LANGUAGES)

    def _skills(self, answers: Answers, view: Mapping[str, Json]) -> tuple[Option, ...]:
        return tuple(
            Option(
                value=skill.key,
                label=in_language(skill.title, self._words.language),
                aliases=tuple(skill.title.values()),
            )
            for skill in self._turn.shelf.catalogue.skills
        )

    def _profile(self, answers: Answers, view: Mapping[str, Json]) -> Mapping[str, str]:
        """The profile's answers in words."""

        def names(options: tuple[Option, ...], chosen: object) -> str:
            values = chosen if isinstance(chosen, list) else [chosen]
            joint = "、" if self._words.language == "zh" else ", "
            return joint.join(option.label for option in options if option.value in values)

        return {
            "languages": names(self._languages(answers, view), answers.get("languages")),
            "categories": names(self._categories(answers, view), answers.get("categories")),
            "skills": names(self._skills(answers, view), answers.get("skills")),
            "hours": names(self._labels({k: v[0] for k, v in HOURS.items()}), answers.get("hours")),
            "quiet": names(self._labels({k: v[0] for k, v in QUIET.items()}), answers.get("quiet")),
        }

    # -- dates and money ----------------------------------------------------------------------------

    def _dates(self, answers: Answers, view: Mapping[str, Json]) -> Dates:
        plan = self.plan(answers)
        period = plan.period_days if plan else None
        today = self._words.today
        return Dates(
            suggested=suggested_deadlines(today, period),
            earliest=earliest_delivery(today, period),
            latest=latest_deadline(today),
            period_days=period,
        )

    def _offers(self, service: Service, plan: Plan) -> tuple[Offer, ...]:
        business = self._turn.business
        made = methods_for(
            service.nature, plan.prices, business.policy, business.enabled, self._words.language
        )
        return () if isinstance(made, Refusal) else made

    def offer(self, answers: Answers) -> Offer | None:
        """The way to pay that was chosen, else the first there is."""
        service, plan = self.service(answers), self.plan(answers)
        if service is None or plan is None:
            return None
        offers = self._offers(service, plan)
        chosen = [offer for offer in offers if offer.method == answers.get("method")]
        return next(iter(chosen or offers), None)

    def _methods(self, answers: Answers, view: Mapping[str, Json]) -> tuple[Option, ...]:
        service, plan = self.service(answers), self.plan(answers)
        if service is None or plan is None:
            return ()
        return tuple(
            Option(
                value=str(offer.method),
                label=f"{self._words.gettext(METHOD_LABELS[offer.method])} · {self._words.money(offer.price)}",
            )
            for offer in self._offers(service, plan)
        )

    def _method_label(self, answers: Answers, view: Mapping[str, Json]) -> str:
        offer = self.offer(answers)
        return self._words.gettext(METHOD_LABELS[offer.method]) if offer else ""

    def quote(self, answers: Answers) -> Quote | Refusal | None:
        """The quote for what has been answered; None while there is nothing to quote."""
        offer, plan, service = self.offer(answers), self.plan(answers), self.service(answers)
        if offer is None or plan is None or service is None:
            return None
        deadline = Deadline.from_iso(answers["deadline"]) if answers.get("deadline") else None
        return quote_plan(service.key, plan, offer.currency, self._words.today, deadline=deadline)

    def _quote_view(self, answers: Answers, view: Mapping[str, Json]) -> Quote | None:
        made = self.quote(answers)
        return made if isinstance(made, Quote) else None

    def _credit_view(self, answers: Answers, view: Mapping[str, Json]) -> Paying | None:
        """What store credit pays of the quote, and what is left to pay; None without any."""
        made = self.quote(answers)
        if not isinstance(made, Quote):
            return None
        used = self._turn.credit(made.total)
        return Paying(used=used, left=made.total - used) if used else None


_TABLE: Mapping[str, Callable[[Facts, Answers, Mapping[str, Json]], Any]] = {
    "popular": Facts._popular,
    "categories": Facts._categories,
    "category": Facts._category,
    "in_category": Facts._in_category,
    "query": lambda self, answers, view: str(view.get("q", "")),
    "hits": Facts._hits,
    "found": lambda self, answers, view: len(self._hits(answers, view)),
    "names": lambda self, answers, view: self._turn.shelf.names,
    "service": Facts._service_view,
    "rating": Facts._rating,
    "picture": Facts._picture,
    "plans": Facts._plans,
    "plan": Facts._plan_view,
    "plan_name": Facts._plan_name,
    "asked": Facts._asked,
    "dates": Facts._dates,
    "methods": Facts._methods,
    "method": Facts._method_label,
    "quote": Facts._quote_view,
    "credit": Facts._credit_view,
    "terms": lambda self, answers, view: self._turn.business.terms_version,
    "languages": Facts._languages,
    "skills": Facts._skills,
    "hours": lambda self, answers, view: self._labels({k: v[0] for k, v in HOURS.items()}),
    "quiet": lambda self, answers, view: self._labels({k: v[0] for k, v in QUIET.items()}),
    "profile": Facts._profile,
    "files": lambda self, answers, view: answers.get("attachments") or [],
}


def source(turn: Stand, words: Words) -> FactSource:
    """The facts for one person, as the engine asks for them."""
    if words.language not in turn.facts:
        turn.facts[words.language] = Facts(turn, words)
    return turn.facts[words.language]


def standing(turn: Stand, words: Words) -> list[Json]:
    """What the facts stand on, for `dialogs.carrying.carry`: another catalogue or another day may change them."""
    return [*turn.shelf.stamp, words.today.isoformat()]
