"""Matching: which provider an order is offered to first, and why.

Scores are whole points, so that equal cases stay equal on every machine; reasons are codes with
parameters, worded by `dialogs`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from orders.refusal import Refusal, refuse

#: Points. Skills decide; language, free capacity, rating and punctuality order the rest.
SKILL, CATEGORY, LANGUAGE, FREE, RATING, PUNCTUALITY = 30, 20, 25, 5, 4, 15
#: Without reviews a provider counts as this good, in hundredths of a star.
UNRATED = 400
#: Without deliveries a provider counts as this punctual, in percent.
UNPROVEN = 80

#: Codes of reasons and the names of their parameters; `dialogs` has the words.
REASONS: Mapping[str, tuple[str, ...]] = {
    "skills": ("skills",),
    "category": ("category",),
    "language": ("language",),
    "free": ("free",),
    "rating": ("stars", "reviews"),
    "punctuality": ("percent",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A provider as matching sees one."""

    id: int
    skills: frozenset[str]
    categories: frozenset[str]
    languages: frozenset[str]
    #: orders at a time, and how many there are now
    capacity: int
    load: int
    #: hundredths of a star over all published reviews, and how many there are
    rating: int | None = None
    reviews: int = 0
    #: percent of deliveries on time
    punctuality: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an order asks of a provider."""

    skills: frozenset[str]
    category: str
    language: str


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Match:
    """A provider who may do the order, with the points and what they are for."""

    provider: int
    score: int
    reasons: tuple[Reason, ...]


def rank(
    wanted: Wanted, candidates: Iterable[Candidate], excluded: Collection[int] = ()
) -> tuple[Match, ...]:
    """The providers who may do it, best first; the lower id first among equals.

    Who has none of the skills and does not work in the category may not, nor who is full or among
    the `excluded` (those who declined, and the customer).
    """
    matches = [
        _match(wanted, candidate)
        for candidate in candidates
        if candidate.id not in excluded
        and candidate.load < candidate.capacity
        and (wanted.skills & candidate.skills or wanted.category in candidate.categories)
    ]
    return tuple(sorted(matches, key=lambda match: (-match.score, match.provider)))


def check_room(load: int, capacity: int, *, paused: bool) -> Refusal | None:
    """None when a provider may take one more order by themselves; staff may give them one all the same."""
    if paused:
        return refuse("provider_paused")
    return refuse("provider_full", load=load, capacity=capacity) if load >= capacity else None


def _match(wanted: Wanted, candidate: Candidate) -> Match:
    score = 0
    reasons: list[Reason] = []
    shared = wanted.skills & candidate.skills
    if shared:
        score += SKILL * len(shared)
        reasons.append(Reason("skills", {"skills": tuple(sorted(shared))}))
    if wanted.category in candidate.categories:
        score += CATEGORY
        reasons.append(Reason("category", {"category": wanted.category}))
    if wanted.language in candidate.languages:
        score += LANGUAGE
        reasons.append(Reason("language", {"language": wanted.language}))
    free = candidate.capacity - candidate.load
    score += FREE * min(free, 3)
    reasons.append(Reason("free", {"free": free}))
    rating = UNRATED if candidate.rating is None else candidate.rating
    score += RATING * (rating - 300) // 50
    if candidate.rating is not None:
        reasons.append(Reason("rating", {"stars": rating, "reviews": candidate.reviews}))
    percent = UNPROVEN if candidate.punctuality is None else candidate.punctuality
    score += PUNCTUALITY * percent // 100
    if candidate.punctuality is not None:
        reasons.append(Reason("punctuality", {"percent": percent}))
    return Match(candidate.id, score, tuple(reasons))
