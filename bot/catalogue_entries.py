"""One category, skill, service or plan of the catalogue file, read and checked.

Limits on titles, summaries and Stars are Telegram's (Bot API, sendInvoice: title 1-32,
description 1-255; a Stars invoice 1-25,000; captions 1,024; photos 10 MB).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.yaml_places import Place
from orders.catalogue import (
    FIXED_PLAN_KEYS,
    PLAN_KEYS,
    RISKS,
    Category,
    Nature,
    Plan,
    Service,
    Skill,
    Words,
)
from orders.methods import STARS_MAX
from orders.money import EXPONENTS, MAX_AMOUNT, XTR

LANGUAGES = ("zh", "en")

TITLE = 32
SUMMARY = 255
AUDIENCE = 160
GUIDANCE = 400
DELIVERABLE = 80
#: all deliverables of a plan together: with the summary they still fit a caption
DELIVERABLES = 480
ALIAS = 40

LONGEST_PERIOD_DAYS = 365
MOST_REVISIONS = 20
MOST_PICTURE_BYTES = 10_000_000
PICTURE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")

WANTED_PRICES = {Nature.DIGITAL: (XTR,), Nature.REAL_WORLD: ("CNY", "USD")}

SLUG = re.compile(r"[a-z][a-z0-9_]{0,23}")
BRIEF_PARTS = ("requirements", "notes", "attachments")

SERVICE_FIELDS = (
    "category",
    "title",
    "summary",
    "audience",
    "goal_guidance",
    "goal_example",
    "requirements_guidance",
    "requirements_example",
    "aliases",
    "picture",
    "nature",
    "plans",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the services of a file may refer to."""

    #: the folder of the catalogue file
    folder: Path
    categories: tuple[str, ...]
    skills: tuple[str, ...]
    #: titles of plans that do not have one of their own
    plan_titles: Mapping[str, Words]


def read_category(key: str, place: Place) -> Category:
    _check_key(key, place)
    fields = place.fields(("title", "emoji"))
    return Category(
        key=key, title=read_words(fields["title"], TITLE), emoji=fields["emoji"].text(most=8)
    )


def read_skill(key: str, place: Place) -> Skill:
    _check_key(key, place)
    return Skill(key=key, title=read_words(place, TITLE))


def read_words(place: Place, most: int) -> Words:
    return {code: value.text(most=most) for code, value in place.fields(LANGUAGES).items()}


def read_service(key: str, place: Place, allowed: Allowed) -> Service:
    _check_key(key, place)
    fields = place.fields(SERVICE_FIELDS, ("skills", "ask", "popular"))
    nature = fields["nature"].choice("nature", tuple(Nature))
    return Service(
        key=key,
        category=fields["category"].choice("category", allowed.categories) or "",
        title=read_words(fields["title"], TITLE),
        summary=read_words(fields["summary"], SUMMARY),
        audience=read_words(fields["audience"], AUDIENCE),
        goal_guidance=read_words(fields["goal_guidance"], GUIDANCE),
        goal_example=read_words(fields["goal_example"], GUIDANCE),
        requirements_guidance=read_words(fields["requirements_guidance"], GUIDANCE),
        requirements_example=read_words(fields["requirements_example"], GUIDANCE),
        aliases=tuple(item.text(most=ALIAS) for item in fields["aliases"].items(least=1, most=60)),
        picture=_picture(fields["picture"], allowed.folder),
        nature=Nature(nature or Nature.DIGITAL),
        skills=fields["skills"].choices("skill", allowed.skills),
        ask=fields["ask"].choices("part of the brief", BRIEF_PARTS),
        popular=fields["popular"].whole(0, 1000) or 0,
        plans=_plans(fields["plans"], Nature(nature) if nature else None, allowed),
    )


def _check_key(key: str, place: Place) -> None:
    if not SLUG.fullmatch(key):
        place.wrong(
            f"`{key}` cannot be a key: write a-z, 0-9 and _, a letter first, at most 24 characters"
        )


def _picture(place: Place, folder: Path) -> str:
    name = place.text(most=200)
    if not name:
        return ""
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts:
        place.wrong(f"`{name}` must be a path below the folder of the catalogue file")
        return name
    try:
        with (folder / relative).open("rb") as file:
            start = file.read(8)
            size = file.seek(0, 2)
    except OSError as error:
        place.wrong(f"`{name}` cannot be read ({error.strerror}): add the file or correct the path")
        return name
    if not start.startswith(PICTURE_STARTS):
        place.wrong(f"`{name}` is neither PNG nor JPEG: convert it")
    elif size > MOST_PICTURE_BYTES:
        place.wrong(f"`{name}` has {size / 1e6:.1f} MB: Telegram takes photos up to 10 MB")
    return name


def _plans(place: Place, nature: Nature | None, allowed: Allowed) -> tuple[Plan, ...]:
    fields = place.fields(FIXED_PLAN_KEYS, ("custom",))
    return tuple(
        _plan(key, fields[key], nature, allowed) for key in PLAN_KEYS if not fields[key].absent
    )


def _plan(key: str, place: Place, nature: Nature | None, allowed: Allowed) -> Plan:
    custom = key == "custom"
    title = allowed.plan_titles.get(key)
    required = ["summary", "deliverables"] if title else ["title", "summary", "deliverables"]
    if not custom:
        required += ["period_days", "revisions", "prices"]
    optional = ("title", "risk") if custom else ("title", "risk", "report_every_days")
    fields = place.fields(required, [name for name in optional if name not in required])
    own_title = fields["title"]
    period = revisions = report = None
    if not custom:
        period = fields["period_days"].whole(1, LONGEST_PERIOD_DAYS)
        revisions = fields["revisions"].whole(0, MOST_REVISIONS)
        report = fields["report_every_days"].whole(1, period or LONGEST_PERIOD_DAYS)
    return Plan(
        key=key,
        title=title if title and own_title.absent else read_words(own_title, TITLE),
        summary=read_words(fields["summary"], SUMMARY),
        deliverables=_deliverables(fields["deliverables"]),
        period_days=period,
        revisions=revisions or 0,
        prices={} if custom else _prices(fields["prices"], nature),
        report_every_days=report,
        risk=fields["risk"].choice("risk", RISKS) or RISKS[0],
    )


def _deliverables(place: Place) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, value in place.fields(LANGUAGES).items():
        items = tuple(item.text(most=DELIVERABLE) for item in value.items(least=1, most=12))
        length = sum(len(item) for item in items)
        if length > DELIVERABLES:
            value.wrong(f"has {length} characters in all: shorten it to {DELIVERABLES}")
        found[code] = items
    counts = {len(items) for items in found.values() if items}
    if len(counts) > 1:
        place.wrong("lists a different number of things per language: write the same ones in each")
    return found


def _prices(place: Place, nature: Nature | None) -> Mapping[str, int]:
    entries = place.entries()
    prices: dict[str, int] = {}
    for currency, value in entries.items():
        if currency in EXPONENTS:
            prices[currency] = _minor_units(value, currency)
        else:
            value.wrong(
                f"`{currency}` is not a known currency: write its ISO code, such as CNY or USD, "
                "or XTR for Telegram Stars"
            )
    if place.is_mapping and nature is not None:
        for currency in WANTED_PRICES[nature]:
            if currency not in entries:
                place.wrong(
                    f"a {nature.replace('_', '-')} service needs a price in {currency}: add it"
                )
    return prices


def _minor_units(place: Place, currency: str) -> int:
    """The price in minor units; 0 when it cannot be one."""
    price = place.number()
    if price is None:
        return 0
    decimals = EXPONENTS[currency]
    written = -int(price.as_tuple().exponent)
    if written > decimals:
        place.wrong(
            f"{price} is written with decimals ({written}): {currency} has {decimals or 'none'}"
        )
        return 0
    minor = int(price.scaleb(decimals))
    if minor > MAX_AMOUNT:
        place.wrong(f"{price} is above what an invoice can hold")
    elif price == 0:
        place.wrong("is zero: write what the plan costs")
    elif currency == XTR and minor > STARS_MAX:
        place.wrong(f"{price} Stars is above Telegram's limit: write {STARS_MAX} at most")
    return minor
