"""Finding services by what people type: names and aliases first, then words, pairs, typos.

A score is between 0 and 1: how much of what was typed a service explains, rare words counting more,
and by which of its texts. The same question always gets the same answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from math import log
from typing import TypedDict

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogs.search_words import Query, is_latin, pairs, pieces, query, singular, stem
from orders.catalogue import Catalogue, Service, Words

TITLE = 1.0
ALIAS = 0.95
CATEGORY = 0.6
SUMMARY = 0.45
AUDIENCE = 0.35
DELIVERABLE = 0.4
#: texts in another language than the person's count a little less
FOREIGN = 0.95

LONGEST_QUERY = 200
#: below this share of what was typed a service is not a find
WORST_SCORE = 0.33
#: and below this share of the best score it is not shown beside the best
WORST_OF_BEST = 0.5
NEAREST_NAME = 0.66
#: scores that differ by less count as equal, and the more popular service comes first
ALIKE = 0.05

Found = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Hit:
    #: key of the service
    service: str
    #: 0 to 1
    score: float


class Names(TypedDict):
    """What things are called, in all languages: key to titles and aliases."""

    services: Mapping[str, tuple[str, ...]]
    plans: Mapping[str, tuple[str, ...]]


def names(catalogue: Catalogue) -> Names:
    """Names for whoever has to recognise services and plans in a sentence."""
    plans: dict[str, dict[str, None]] = defaultdict(dict)
    for service in catalogue.services:
        for plan in service.plans:
            plans[plan.key].update(dict.fromkeys(plan.title.values()))
    return Names(
        services={
            service.key: tuple(dict.fromkeys([*service.title.values(), *service.aliases]))
            for service in catalogue.services
        },
        plans={key: tuple(titles) for key, titles in plans.items()},
    )


class Index:
    """A catalogue made searchable; keep it while it is valid.

    For each language it is made when somebody first searches in it, which costs some ten milliseconds.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        languages = sorted({code for service in catalogue.services for code in service.title})
        #: Who speaks another language searches in English, or in any there is.
        self._instead = "en" if "en" in languages else next(iter(languages), "")
        self._languages = frozenset(languages)
        self._view = cache(partial(_View, catalogue))
        # One screen asks three times, and people ask for the same things.
        self._searched = lru_cache(maxsize=512)(self._search)

    def search(self, text: str, language: str, limit: int | None = None) -> tuple[Hit, ...]:
        """The services that fit, best first; equal ones by popularity, then as in the catalogue."""
        return self._searched(text[:LONGEST_QUERY], language)[:limit]

    def _search(self, text: str, language: str) -> tuple[Hit, ...]:
        spoken = language if language in self._languages else self._instead
        return self._view(spoken).search(text)


class _View:
    """The index as seen by speakers of one language."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._language = language
        self._services = catalogue.services
        #: to services and their weight: stems of names, pairs of characters, single characters of
        #: names, and words of the other texts, these as they are and with "=" before them
        self._posts: dict[str, dict[int, float]] = defaultdict(dict)
        #: names without spaces, to services and their weight
        self._names: dict[str, dict[int, float]] = defaultdict(dict)
        #: names of Latin words, with spaces around each word
        self._spaced: dict[str, str] = {}
        vocabulary: set[str] = set()
        for number, service in enumerate(catalogue.services):
            category = catalogue.category(service.category)
            for text, weight in self._texts(service, category.title if category else {}):
                strong = weight >= CATEGORY * FOREIGN
                found = pieces(text)
                length = len("".join(found)) if strong else 0
                for piece in found:
                    self._post(piece, number, weight, length)
                    if strong and is_latin(piece) and not piece.isdecimal():
                        vocabulary.add(piece)
            for text, weight in self._named(service):
                self._name(text, number, weight)
        self._vocabulary = sorted(vocabulary)
        self._name_list = list(self._names)

    def search(self, text: str) -> tuple[Hit, ...]:
        asked = query(text)
        scores = self._by_words(asked)
        for number, score in self._by_name(asked).items():
            scores[number] = max(scores.get(number, 0.0), score)
        best = max(scores.values(), default=0.0)
        worst = max(WORST_SCORE, best * WORST_OF_BEST)
        ranked = sorted(
            (-round(score / ALIKE), self._services[number].popular or 10**6, number)
            for number, score in scores.items()
            if score >= worst
        )
        return tuple(Hit(self._services[number].key, scores[number]) for _, _, number in ranked)

    # -- building

    def _texts(self, service: Service, category: Words) -> Iterator[tuple[str, float]]:
        yield from self._named(service)
        for words, weight in (
            (category, CATEGORY),
            (service.summary, SUMMARY),
            (service.audience, AUDIENCE),
        ):
            for language, text in words.items():
                yield text, self._weight(weight, language)
        for plan in service.plans:
            for language, items in plan.deliverables.items():
                for item in items:
                    yield item, self._weight(DELIVERABLE, language)

    def _named(self, service: Service) -> Iterator[tuple[str, float]]:
        for language, title in service.title.items():
            yield title, self._weight(TITLE, language)
        for alias in service.aliases:
            yield alias, ALIAS

    def _weight(self, weight: float, language: str) -> float:
        return weight if language == self._language else weight * FOREIGN

    def _post(self, piece: str, number: int, weight: float, length: int) -> None:
        """`length` is that of the name the piece is from: more of a short name is explained by it.

        It is 0 for other texts. Their Latin words are found only as they are written, because
        their stems say little: who follows up an order has no followers.
        """
        if is_latin(piece):
            key = stem(piece) if length else "=" + singular(piece)
            self._raise(self._posts[key], number, weight * _part(piece, length))
            return
        for pair in pairs(piece):
            self._raise(self._posts[pair], number, weight * _part(pair, length))
        if length:
            for character in piece:
                self._raise(self._posts[character], number, weight * 0.6)

    def _name(self, text: str, number: int, weight: float) -> None:
        found = pieces(text)
        plain = "".join(found)
        if plain:
            self._raise(self._names[plain], number, weight)
            if all(is_latin(piece) for piece in found):
                self._spaced[plain] = f" {' '.join(found)} "

    @staticmethod
    def _raise(posts: dict[int, float], number: int, weight: float) -> None:
        posts[number] = max(posts.get(number, 0.0), weight)

    # -- asking

    def _by_name(self, asked: Query) -> Found:
        """Services whose name is what was typed, is in it, or is almost it."""
        found: dict[int, float] = {}
        for typed in {asked.whole, asked.plain} - {""}:
            for number, weight in self._names.get(typed, {}).items():
                self._raise(found, number, weight)
        typed = asked.plain
        if not typed:
            return found
        spaced = asked.spaced
        for name, posts in self._names.items():
            own = self._spaced.get(name)
            if (own in spaced) if own else (len(name) > 1 and name in typed):
                share = 0.45 + 0.55 * len(name) / len(typed)
                for number, weight in posts.items():
                    self._raise(found, number, weight * share)
        if len(typed) >= (5 if typed.isascii() else 3):
            for name, nearness, _ in process.extract(
                typed,
                self._name_list,
                scorer=OSA.normalized_similarity,
                score_cutoff=0.8 if typed.isascii() else NEAREST_NAME,
                limit=5,
            ):
                if len(name) >= 3:
                    for number, weight in self._names[name].items():
                        self._raise(found, number, weight * nearness * 0.9)
        return found

    def _by_words(self, asked: Query) -> dict[int, float]:
        """How much of what was typed each service explains."""
        sums: dict[int, float] = defaultdict(float)
        total = 0.0
        for found, weight in self._units(asked):
            total += weight
            for number, value in found.items():
                sums[number] += weight * value
        return {number: value / total for number, value in sums.items()} if total else {}

    def _units(self, asked: Query) -> Iterator[tuple[Found, float]]:
        """Each word, and each Chinese character as half a word, with its rarity."""
        words = list(asked.pieces)
        at = 0
        while at < len(words):
            piece = words[at]
            joined = piece + words[at + 1] if at + 1 < len(words) else ""
            if not is_latin(piece):
                yield from self._characters(piece)
            elif joined in self._names and not self._knows(piece, words[at + 1]):
                at += 1  # "tik tok"
                found = self._word(joined)
                yield found, self._rarity(found)
            elif len(piece) > 1 and (not piece.isdecimal() or self._knows(piece)):
                found = self._word(piece, still_typed=at == len(words) - 1)
                yield found, self._rarity(found)
            at += 1

    def _knows(self, *words: str) -> bool:
        return all(stem(word) in self._posts for word in words)

    def _characters(self, run: str) -> Iterator[tuple[Found, float]]:
        if len(run) == 1:
            found: Found = self._posts.get(run, {})
            yield found, self._rarity(found) / 2
            return
        matched = [self._posts.get(pair, {}) for pair in pairs(run)]
        for at in range(len(run)):
            around = [posts for posts in matched[max(0, at - 1) : at + 1] if posts]
            best: dict[int, float] = {}
            for posts in around:
                for number, weight in posts.items():
                    self._raise(best, number, weight)
            rarity = max((self._rarity(posts) for posts in around), default=self._rarity({}))
            yield best, rarity / 2

    def _word(self, word: str, still_typed: bool = False) -> Found:
        found = dict(self._posts.get(stem(word), {}))
        for number, weight in self._posts.get("=" + singular(word), {}).items():
            self._raise(found, number, weight)
        for known, share in self._beginning_with(word) if len(word) >= 4 - still_typed else ():
            for number, weight in self._posts[stem(known)].items():
                self._raise(found, number, weight * share)
        if not found:
            for known in self._almost(word):
                for number, weight in self._posts[stem(known)].items():
                    self._raise(found, number, weight * 0.75)
        return found

    def _beginning_with(self, word: str) -> Iterator[tuple[str, float]]:
        for known in self._vocabulary[bisect_left(self._vocabulary, word) :]:
            if not known.startswith(word):
                return
            yield known, 0.6 + 0.35 * len(word) / len(known)

    def _almost(self, word: str) -> Iterator[str]:
        """Known words with a typo or two less. Short words are near to too many others."""
        if len(word) < 4 or any(letter.isdecimal() for letter in word):
            return
        allowed = 1 if len(word) < 8 else 2
        for known, _, _ in process.extract(
            word, self._vocabulary, scorer=OSA.distance, score_cutoff=allowed, limit=5
        ):
            if len(known) < 4 or (len(word) <= 5 and known[0] != word[0]):
                continue
            same_letters = sorted(known) == sorted(word)
            if len(word) == 4 and len(known) == 4 and not same_letters:
                continue  # "love" is not "live"
            yield known

    def _rarity(self, found: Found) -> float:
        return log(1 + len(self._services) / max(1, len(found)))


def _part(piece: str, length: int) -> float:
    return 0.85 + 0.15 * min(1.0, len(piece) / length) if length else 1.0
