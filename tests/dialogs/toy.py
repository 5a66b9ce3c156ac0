"""A small flow with every part, its facts and its words: planning a party.

`Hall` is the world behind the facts; closing a theme or shortening the year changes what is possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import DictLoader, Environment, StrictUndefined

from dialogs.declared import Field, Flow, Step
from dialogs.model import Answers, FactSource, Json, Option, Reading, Scene
from dialogs.parts import (
    Address,
    Attachments,
    Calendar,
    Choice,
    Confirm,
    Contact,
    Dates,
    FreeText,
    Link,
    MultiChoice,
    Number,
    PagedList,
    Rating,
    Row,
    Tell,
)
from dialogs.words import Words
from orders.brief import check_goal, check_notes

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = NOW.astimezone(ZONE).date()

#: Theme to its sizes; a size to the days it takes to prepare.
SIZES = {"sea": ("small", "big"), "space": ("small", "big", "huge"), "farm": ("small",)}
DAYS = {"small": 2, "big": 10, "huge": 30}
EXTRAS = ("cake", "music", "magic")
MORE = tuple(f"theme{n}" for n in range(12))


@dataclass
class Hall:
    """What is on offer; `stamp` changes with it."""

    closed: set[str] = field(default_factory=set)
    stamp: int = 1
    today: date = TODAY

    def change(self, theme: str) -> None:
        """Close a theme, or open it again."""
        self.closed ^= {theme}
        self.stamp += 1

    def facts(self) -> FactSource:
        return _Facts(self)


class _Facts:
    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def __call__(self, name: str, answers: Answers, view: Mapping[str, Json]) -> Any:
        match name:
            case "themes":
                return self._options(SIZES)
            case "all_themes":
                return self._options((*SIZES, *MORE))
            case "sizes":
                sizes = SIZES.get(str(answers.get("theme")), ("small",))
                return tuple(Option(value=size, label=size.title()) for size in sizes)
            case "extras":
                taken = () if answers.get("size") == "small" else ("magic",)
                return tuple(
                    Option(value=extra, label=extra.title())
                    for extra in EXTRAS
                    if extra not in taken
                )
            case "dates":
                days = DAYS.get(str(answers.get("size")), 1)
                earliest = self._hall.today + timedelta(days=days)
                return Dates(
                    suggested=tuple(earliest + timedelta(days=n) for n in (0, 3, 7)),
                    earliest=earliest,
                    latest=self._hall.today + timedelta(days=365),
                    period_days=days,
                )
            case "contacts":
                return (Option(value="@anna_lee", label="@anna_lee"),)
            case "theme_name":
                return str(answers["theme"]).title()
        raise KeyError(name)

    def _options(self, names: Mapping[str, object] | tuple[str, ...]) -> tuple[Option, ...]:
        return tuple(
            Option(value=name, label=name.title())
            for name in names
            if name not in self._hall.closed
        )


def _open(value: Json, answers: Answers, facts: FactSource) -> bool:
    return any(option.value == value for option in facts("all_themes", answers, {}))


def _size_fits(value: Json, answers: Answers, facts: FactSource) -> bool:
    return "theme" not in answers or value in (o.value for o in facts("sizes", answers, {}))


def _day_fits(value: Json, answers: Answers, facts: FactSource) -> bool:
    dates = facts("dates", answers, {})
    return bool(dates.earliest <= date.fromisoformat(value[:10]) <= dates.latest)


def _extras_fit(value: Json, answers: Answers, facts: FactSource) -> bool:
    known = {option.value for option in facts("extras", answers, {})}
    return all(extra in known for extra in value)


def _delivered(answers: Answers, facts: FactSource) -> bool:
    return answers.get("deliver") is True


def _big(answers: Answers, facts: FactSource) -> bool:
    return answers.get("size") != "small"


def read_party(text: str, scene: Scene) -> Reading | None:
    """`size=big wish=cats_and_dogs day=2026-12-24`; `day=?` is ambiguous."""
    pairs = dict(word.split("=", 1) for word in text.split() if word.count("=") == 1)
    known = {"theme", "size", "wish", "day"}
    values: dict[str, Json] = {name: value for name, value in pairs.items() if name in known}
    views: dict[str, Mapping[str, Json]] = {}
    day = values.pop("day", None)
    if day == "?":
        views["day"] = {"candidates": ["2026-12-30", "2027-01-06"]}
    elif day is not None:
        values["day"] = "2027-01-15"
    if "theme" in values and not _open(values["theme"], {}, scene.facts):
        return None
    answers = {**scene.answers, **values}
    if "size" in values and not _size_fits(values["size"], answers, scene.facts):
        return None
    return Reading(values=values, views=views) if values or views else None


PARTY = Flow(
    name="party",
    fields=(
        Field(name="theme", holds=_open),
        Field(name="size", after=("theme",), holds=_size_fits),
        Field(name="day", after=("size",), keep=True, holds=_day_fits),
        Field(name="guests", kind=int, after=("size",), keep=True),
        Field(name="extras", kind=list, after=("size",), keep=True, holds=_extras_fit),
        Field(name="wish"),
        Field(name="note", optional=True),
        Field(name="files", kind=list, optional=True),
        Field(name="contact"),
        Field(name="deliver", kind=bool),
        Field(name="address", after=("deliver",)),
        Field(name="mood", kind=int, optional=True),
    ),
    steps=(
        Step(
            name="home",
            asks="theme",
            parts=(
                Choice(key="theme", field="theme", options="themes", columns=2),
                Row(
                    key="ways",
                    parts=(
                        Link(key="all", label="All themes", to="themes"),
                        Tell(key="help", label="Help"),
                    ),
                ),
            ),
        ),
        Step(
            name="themes",
            parts=(PagedList(key="list", field="theme", options="all_themes", size=4),),
        ),
        Step(
            name="size",
            asks="size",
            needs=("theme_name",),
            parts=(
                Choice(key="size", field="size", options="sizes"),
                Link(key="home", label="Another theme", to="home"),
            ),
        ),
        Step(name="day", asks="day", parts=(Calendar(key="day", field="day"),)),
        Step(
            name="guests",
            asks="guests",
            parts=(Number(key="n", field="guests", minimum=2, maximum=40, steps=(1, 10)),),
        ),
        Step(
            name="extras",
            asks="extras",
            parts=(MultiChoice(key="pick", field="extras", options="extras", maximum=2),),
        ),
        Step(
            name="wish",
            asks="wish",
            after=("theme",),
            needs=("theme_name",),
            parts=(FreeText(key="text", field="wish", check=check_goal),),
        ),
        Step(
            name="note",
            asks="note",
            when=_big,
            parts=(FreeText(key="text", field="note", check=check_notes, skip="No note"),),
        ),
        Step(
            name="files",
            asks="files",
            when=_big,
            parts=(Attachments(key="files", field="files", caption="note", check=check_notes),),
        ),
        Step(
            name="contact",
            asks="contact",
            parts=(Contact(key="contact", field="contact", known="contacts"),),
        ),
        Step(name="deliver", asks="deliver", parts=(Confirm(key="yes_no", field="deliver"),)),
        Step(
            name="address",
            asks="address",
            when=_delivered,
            parts=(Address(key="address", field="address"),),
        ),
        Step(name="mood", asks="mood", parts=(Rating(key="stars", field="mood"),)),
        Step(
            name="summary",
            needs=("theme_name",),
            parts=(
                Tell(key="book", label="Book it", aliases=("yes", "确认"), style="success"),
                *(
                    Link(key=name, label=f"Change {name}", to=name)
                    for name in ("size", "day", "guests", "extras", "wish", "note", "deliver")
                ),
                Link(key="theme", label="Change theme", to="home"),
                Link(key="mood", label="My mood", to="mood"),
            ),
        ),
    ),
    hub="summary",
    reader=read_party,
)

TEMPLATES = {
    f"party/{step.name}.html": (
        "{{ notice }} {{ echo | join(',') }} "
        + "".join("{{ " + name + " }} " for name in step.needs)
        + f"{step.name}"
    )
    for step in PARTY.steps
}


@lru_cache(maxsize=8)
def _environment(templates: tuple[tuple[str, str], ...]) -> Environment:
    return Environment(
        loader=DictLoader(dict(templates)), undefined=StrictUndefined, autoescape=True
    )


@dataclass(frozen=True)
class ToyWords(Words):
    """The product's words, with templates of the toy's own."""

    templates: Mapping[str, str] = field(default_factory=lambda: TEMPLATES)

    def html(self, template: str, **variables: Any) -> str:
        return (
            _environment(tuple(self.templates.items()))
            .get_template(f"{template}.html")
            .render(words=self, **variables)
        )


def words(language: str = "en") -> ToyWords:
    return ToyWords(language, ZONE, TODAY)


def renamed(flow: Flow, old: str, new: str) -> Flow:
    """The flow with a step under another name, wherever it is named."""
    return replace(
        flow,
        steps=tuple(
            replace(
                step,
                name=new if step.name == old else step.name,
                parts=tuple(retarget(part, old, new) for part in step.parts),
            )
            for step in flow.steps
        ),
        hub=new if flow.hub == old else flow.hub,
    )


def retarget(part: Any, old: str, new: str) -> Any:
    """A part that leads to `new` where it led to `old`."""
    changes: dict[str, Any] = {
        name: new for name in ("to", "then") if getattr(part, name, None) == old
    }
    if isinstance(part, Row):
        changes["parts"] = tuple(retarget(inner, old, new) for inner in part.parts)
    return replace(part, **changes) if changes else part
