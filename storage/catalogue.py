"""The catalogue as stored: every version of every service, and which one is on offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, case, delete, func, insert, select, update

from orders.catalogue import Catalogue, Category, Skill, canonical, service_from_canonical
from storage.records import CategoryRow, ServiceVersion, SkillRow

_versions = cast("Table", ServiceVersion.__table__)
_skills = cast("Table", SkillRow.__table__)
_categories = cast("Table", CategoryRow.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What loading a catalogue changed, by service key."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The catalogue on offer, with the id of each service's current version."""

    catalogue: Catalogue
    versions: dict[str, int]
    stamp: tuple[int, int]


#: Of all versions; see `stamp`.
STAMP = (
    func.coalesce(func.max(_versions.c.id), 0),
    func.coalesce(func.sum(case((_versions.c.current, _versions.c.id), else_=0)), 0),
)


def stamp(connection: Connection) -> tuple[int, int]:
    """Changes whenever another catalogue was loaded; cheap to ask."""
    row = connection.execute(select(*STAMP)).one()
    return int(row[0]), int(row[1])


def fetch(connection: Connection) -> Stored:
    """The catalogue on offer; empty when none was loaded yet."""
    categories = tuple(
        Category(key=row.key, title=row.title, emoji=row.emoji)
        for row in connection.execute(select(_categories).order_by(_categories.c.rank))
    )
    current = connection.execute(
        select(_versions.c.id, _versions.c.key, _versions.c.body)
        .where(_versions.c.current)
        .order_by(_versions.c.rank)
    ).all()
    skills = tuple(
        Skill(key=row.key, title=row.title)
        for row in connection.execute(select(_skills).order_by(_skills.c.rank))
    )
    services = tuple(service_from_canonical(row.body) for row in current)
    return Stored(
        catalogue=Catalogue(categories=categories, services=services, skills=skills),
        versions={row.key: row.id for row in current},
        stamp=stamp(connection),
    )


def store(connection: Connection, catalogue: Catalogue, now: datetime) -> Changes:
    """Make `catalogue` the one on offer: a new version of each service that changed, none of the rest.

    Orders keep the version they were made with.
    """
    current = {
        row.key: row
        for row in connection.execute(
            select(_versions.c.id, _versions.c.key, _versions.c.body).where(_versions.c.current)
        )
    }
    newest = select(_versions.c.key, func.max(_versions.c.version)).group_by(_versions.c.key)
    latest = {key: version for key, version in connection.execute(newest)}  # noqa: C416 - typed
    connection.execute(delete(_skills))
    if catalogue.skills:
        connection.execute(
            insert(_skills),
            [
                {"key": skill.key, "title": dict(skill.title), "rank": rank}
                for rank, skill in enumerate(catalogue.skills)
            ],
        )
    connection.execute(delete(_categories))
    if catalogue.categories:
        connection.execute(
            insert(_categories),
            [
                {"key": c.key, "title": dict(c.title), "emoji": c.emoji, "rank": rank}
                for rank, c in enumerate(catalogue.categories)
            ],
        )
    added: list[str] = []
    changed: list[str] = []
    wanted = {
        service.key: (rank, canonical(service)) for rank, service in enumerate(catalogue.services)
    }
    for key, (rank, body) in wanted.items():
        old = current.get(key)
        if old is not None and old.body == body:
            connection.execute(update(_versions).where(_versions.c.id == old.id).values(rank=rank))
            continue
        (changed if old is not None else added).append(key)
        if old is not None:
            connection.execute(
                update(_versions).where(_versions.c.id == old.id).values(current=False)
            )
        connection.execute(
            insert(_versions).values(
                key=key,
                version=latest.get(key, 0) + 1,
                body=body,
                current=True,
                rank=rank,
                loaded_at=now,
            )
        )
    removed = [key for key in current if key not in wanted]
    if removed:
        gone = [current[key].id for key in removed]
        connection.execute(update(_versions).where(_versions.c.id.in_(gone)).values(current=False))
    return Changes(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(removed),
        unchanged=len(wanted) - len(added) - len(changed),
    )
