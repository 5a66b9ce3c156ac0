"""Records in a person's language, ready for templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dialogs.words import N_, Words
from orders.catalogue import Nature, Plan, Service, in_language
from orders.methods import Offer, currency_for
from orders.money import XTR, Money
from orders.ratings import Rating, row_of_stars

Offers = Callable[[Service, Plan], tuple[Offer, ...]]

NATURE_LABELS = {Nature.DIGITAL: N_("digital service"), Nature.REAL_WORLD: N_("on-site service")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    key: str
    title: str
    summary: str
    deliverables: tuple[str, ...]
    period_days: int | None
    revisions: int
    #: What this person would pay, formatted; empty when it is quoted or cannot be paid here.
    price: str
    #: The same in money, when it is paid in Stars: for comparison only.
    about: str
    is_custom: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    key: str
    title: str
    summary: str
    audience: str
    goal_guidance: str
    goal_example: str
    requirements_guidance: str
    requirements_example: str
    nature: str
    plans: tuple[PlanView, ...]


def plan_view(service: Service, plan: Plan, words: Words, offers: Offers) -> PlanView:
    language = words.language
    payable = [] if plan.is_custom else [offer.price for offer in offers(service, plan)]
    return PlanView(
        key=plan.key,
        title=in_language(plan.title, language),
        summary=in_language(plan.summary, language),
        deliverables=plan.deliverables.get(language) or next(iter(plan.deliverables.values()), ()),
        period_days=plan.period_days,
        revisions=plan.revisions,
        price=words.money(payable[0]) if payable else "",
        about=_about(plan, payable, words),
        is_custom=plan.is_custom,
    )


def _about(plan: Plan, payable: list[Money], words: Words) -> str:
    if not payable or payable[0].currency != XTR:
        return ""
    currency = currency_for(words.language, plan.prices)
    return words.price(plan.prices[currency], currency) if currency else ""


def service_view(service: Service, words: Words, offers: Offers) -> ServiceView:
    language = words.language
    return ServiceView(
        key=service.key,
        title=in_language(service.title, language),
        summary=in_language(service.summary, language),
        audience=in_language(service.audience, language),
        goal_guidance=in_language(service.goal_guidance, language),
        goal_example=in_language(service.goal_example, language),
        requirements_guidance=in_language(service.requirements_guidance, language),
        requirements_example=in_language(service.requirements_example, language),
        nature=words.gettext(NATURE_LABELS[service.nature]),
        plans=tuple(plan_view(service, plan, words, offers) for plan in service.plans),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingView:
    #: "4.8"; empty without reviews.
    average: str
    reviews: int
    #: Percent of finished orders on time; None without any.
    punctuality: int | None
    #: (★★★★☆, words) of the newest.
    words: tuple[tuple[str, str], ...]


def rating_view(rating: Rating) -> RatingView:
    average = rating.average
    return RatingView(
        average=f"{average / 100:.1f}" if average is not None else "",
        reviews=rating.reviews,
        punctuality=rating.punctuality,
        words=tuple((row_of_stars(stars), text) for stars, text in rating.words),
    )
