"""Loading a catalogue again makes new versions of what changed, and of nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.catalogue_file import read_catalogue
from orders.catalogue import Catalogue
from storage.catalogue import Changes, fetch, stamp, store
from storage.database import Database
from storage.migrate import upgrade

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo() -> Catalogue:
    return read_catalogue(Path("catalogue/demo.yaml"))


async def load(database: Database, catalogue: Catalogue) -> Changes:
    return await database.write(1, lambda connection: store(connection, catalogue, NOW))


def dearer(catalogue: Catalogue) -> Catalogue:
    """The first service's first plan one minor unit dearer."""
    first = catalogue.services[0]
    plan = first.plans[0]
    prices = {currency: amount + 1 for currency, amount in plan.prices.items()}
    changed = replace(first, plans=(replace(plan, prices=prices), *first.plans[1:]))
    return replace(catalogue, services=(changed, *catalogue.services[1:]))


async def test_what_was_stored_comes_back(database_url: str, demo: Catalogue) -> None:
    database = await Database.open(database_url)
    try:
        await upgrade(database)
        changes = await load(database, demo)
        assert len(changes.added) == len(demo.services)
        stored = await database.read(fetch)
        assert stored.catalogue.services == demo.services
        assert stored.catalogue.categories == demo.categories
    finally:
        await database.close()


async def test_only_what_changed_gets_a_new_version(database_url: str, demo: Catalogue) -> None:
    database = await Database.open(database_url)
    try:
        await upgrade(database)
        await load(database, demo)
        before = await database.read(fetch)
        assert (await load(database, demo)).unchanged == len(demo.services)
        assert await database.read(stamp) == before.stamp

        key = demo.services[0].key
        changes = await load(database, dearer(demo))
        assert (changes.changed, changes.added, changes.removed) == ((key,), (), ())
        after = await database.read(fetch)
        assert after.versions[key] != before.versions[key]
        assert {k: v for k, v in after.versions.items() if k != key} == {
            k: v for k, v in before.versions.items() if k != key
        }
    finally:
        await database.close()


async def test_what_was_taken_out_and_put_back(database_url: str, demo: Catalogue) -> None:
    database = await Database.open(database_url)
    try:
        await upgrade(database)
        await load(database, demo)
        key = demo.services[0].key
        changes = await load(database, replace(demo, services=demo.services[1:]))
        assert changes.removed == (key,)
        assert (await database.read(fetch)).catalogue.service(key) is None
        assert (await load(database, demo)).added == (key,)
        assert (await database.read(fetch)).catalogue.services == demo.services
    finally:
        await database.close()
