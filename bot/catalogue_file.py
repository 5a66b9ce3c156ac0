"""The catalogue as the operator writes it: one YAML file, pictures beside it.

Reading reports every mistake with its line, all at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.catalogue_entries import (
    TITLE,
    Allowed,
    read_category,
    read_service,
    read_skill,
    read_words,
)
from bot.errors import BotError
from bot.yaml_places import Mistake, Mistakes, Place, open_yaml
from orders.catalogue import PLAN_KEYS, Catalogue, Service


class CatalogueErrors(BotError):
    """The catalogue file has mistakes: correct the lines that are listed and load it again."""

    def __init__(self, path: Path, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(path, mistakes)
        self.path = path
        self.mistakes = mistakes

    def lines(self) -> Iterator[str]:
        """One line per mistake: `file:line: where: what to do`."""
        for mistake in self.mistakes:
            where = f"{mistake.where}: " if mistake.where else ""
            yield f"{self.path}:{mistake.line}: {where}{mistake.message}"

    def __str__(self) -> str:
        return "\n".join(self.lines())


def read_catalogue(path: Path) -> Catalogue:
    """The catalogue in that file. Raises CatalogueErrors with every mistake, in file order."""
    mistakes = Mistakes()
    catalogue = None
    try:
        data = path.read_bytes()
    except OSError as error:
        mistakes.add(1, "", f"cannot be read ({error.strerror}): check the path")
    else:
        root = open_yaml(data, mistakes)
        if root is not None:
            catalogue = _catalogue(root, path.parent)
    if catalogue is None or mistakes.found:
        raise CatalogueErrors(path, tuple(sorted(mistakes.found)))
    return catalogue


def _catalogue(root: Place, folder: Path) -> Catalogue:
    parts = root.fields(("categories", "services"), ("skills", "plan_titles"))
    categories = _entries(parts["categories"], "category")
    skills = parts["skills"].entries()
    titles = parts["plan_titles"].fields((), PLAN_KEYS)
    allowed = Allowed(
        folder=folder,
        categories=tuple(categories),
        skills=tuple(skills),
        plan_titles={key: read_words(at, TITLE) for key, at in titles.items() if not at.absent},
    )
    places = _entries(parts["services"], "service")
    services = [read_service(key, place, allowed) for key, place in places.items()]
    _check_ranks(places, services)
    _check_names(places, services)
    return Catalogue(
        categories=tuple(read_category(key, place) for key, place in categories.items()),
        services=tuple(services),
        skills=tuple(read_skill(key, place) for key, place in skills.items()),
    )


def _entries(place: Place, what: str) -> Mapping[str, Place]:
    entries = place.entries()
    if place.is_mapping and not entries:
        place.wrong(f"has no {what}: write at least one")
    return entries


def _check_ranks(places: Mapping[str, Place], services: Sequence[Service]) -> None:
    ranks: dict[int, str] = {}
    for service in services:
        if not service.popular:
            continue
        first = ranks.setdefault(service.popular, service.key)
        if first != service.key:
            places[service.key].below("popular").wrong(
                f"rank {service.popular} is taken by `{first}`: choose another"
            )


def _check_names(places: Mapping[str, Place], services: Sequence[Service]) -> None:
    """A name that people type must mean one service."""
    owners: dict[str, str] = {}
    titles: set[str] = set()
    for service in services:
        for language, title in service.title.items():
            name = _folded(title)
            first = owners.setdefault(name, service.key)
            if name and first != service.key:
                places[service.key].below("title", language).wrong(
                    f"`{title}` is the title of `{first}`: choose another"
                )
            titles.add(name)
    for service in services:
        seen: set[str] = set()
        for index, alias in enumerate(service.aliases):
            name = _folded(alias)
            place = places[service.key].below("aliases", index)
            first = owners.setdefault(name, service.key)
            if first != service.key:
                kind = "the title" if name in titles else "an alias"
                place.wrong(f"`{alias}` is {kind} of `{first}`: keep it in one of them")
            elif name in seen:
                place.wrong(f"`{alias}` is here twice: remove one")
            seen.add(name)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
