"""Parts to choose with: buttons for options, lists with pages, ways to other steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dialogs.content import ButtonStyle
from dialogs.model import (
    Answers,
    Do,
    FactSource,
    FlowError,
    Go,
    Json,
    Look,
    Offer,
    Option,
    Outcome,
    Put,
    Scene,
)
from dialogs.parts.base import BasePart, in_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(BasePart):
    """One of the options that the fact `options` lists; the choice answers `field`.

    What is typed is matched against the labels and aliases on the screen by the engine.
    """

    field: str
    options: str
    columns: int = 1
    #: The step that follows, else the next open question.
    then: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.then,) if self.then else ()

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.options,)

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        options: Sequence[Option] = scene.fact(self.options)
        return in_rows(
            (
                Offer(label=o.label, part=self.key, value=o.value, style=o.style, aliases=o.aliases)
                for o in options
            ),
            self.columns,
        )

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        # The option may have gone since the screen was made: a price, a date, a service taken out.
        if all(o.value != value for o in scene.fact(self.options)):
            return Look(gone=True)
        return Put({self.field: value}, self.then)


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedList(BasePart):
    """Options over several pages. A choice answers `field`, or leads to `then` with the value in its view."""

    options: str
    field: str | None = None
    then: str | None = None
    #: Name of the view variable that gets the value when there is no field.
    variable: str = "value"
    size: int = 6
    columns: int = 1

    def __post_init__(self) -> None:
        if self.field is None and self.then is None:
            raise FlowError(f"list {self.key}: say which field a choice answers, or where it leads")

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,) if self.field else ()

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.then,) if self.then else ()

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.options,)

    def _page(self, scene: Scene, options: Sequence[Option]) -> tuple[int, int]:
        pages = max(1, -(-len(options) // self.size))
        page = scene.view.get("page")
        return min(max(0, page if isinstance(page, int) else 0), pages - 1), pages

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        options: Sequence[Option] = scene.fact(self.options)
        page, pages = self._page(scene, options)
        shown = options[page * self.size : (page + 1) * self.size]
        rows = in_rows(
            (
                Offer(
                    label=o.label,
                    part=self.key,
                    value={"pick": o.value},
                    style=o.style,
                    aliases=o.aliases,
                )
                for o in shown
            ),
            self.columns,
        )
        if pages > 1:
            words = scene.words
            turn = []
            if page > 0:
                turn.append(
                    Offer(
                        label=words.gettext("‹ Previous"),
                        part=self.key,
                        value={"page": page - 1},
                        aliases=("previous page", "上一页"),
                    )
                )
            if page < pages - 1:
                label = words.gettext("More ({page}/{pages}) ›", page=page + 1, pages=pages)
                turn.append(
                    Offer(
                        label=label,
                        part=self.key,
                        value={"page": page + 1},
                        aliases=("more", "更多", "下一页"),
                    )
                )
            rows.append(turn)
        return rows

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        if "page" in value:
            return Look({"page": value["page"]})
        picked = value["pick"]
        if all(o.value != picked for o in scene.fact(self.options)):
            return Look(gone=True)
        if self.field is not None:
            return Put({self.field: picked}, self.then)
        return Go(self.then, {self.variable: picked}) if self.then is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(BasePart):
    """A button to another step. `label` is a msgid; `when` hides it."""

    label: str
    to: str
    aliases: tuple[str, ...] = ()
    when: Callable[[Answers, FactSource], bool] | None = None
    style: ButtonStyle = ""

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.to,)

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        if self.when is not None and not self.when(scene.answers, scene.facts):
            return ()
        label = scene.words.gettext(self.label)
        return ((Offer(label=label, part=self.key, style=self.style, aliases=self.aliases),),)

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        return Go(self.to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(BasePart):
    """Several parts whose buttons stand side by side."""

    parts: tuple[BasePart, ...]
    columns: int = 2

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name for part in self.parts for name in part.fields)

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(name for part in self.parts for name in part.targets)

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(name for part in self.parts for name in part.needs)

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        offers = [
            Offer(
                label=offer.label,
                part=self.key,
                value={"part": part.key, "value": offer.value},
                style=offer.style,
                aliases=offer.aliases,
            )
            for part in self.parts
            for row in part.offers(scene)
            for offer in row
        ]
        return in_rows(offers, self.columns)

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        for part in self.parts:
            if part.key == value["part"]:
                return part.press(scene, value["value"])
        return None

    def said(self, scene: Scene, text: str) -> Outcome | None:
        return next((made for part in self.parts if (made := part.said(scene, text))), None)

    def sent(self, scene: Scene, files: Sequence[Json], caption: str) -> Outcome | None:
        return next(
            (made for part in self.parts if (made := part.sent(scene, files, caption))), None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(BasePart):
    """A button whose meaning is the handler's: confirm, help, my orders. `label` is a msgid."""

    label: str
    aliases: tuple[str, ...] = ()
    style: ButtonStyle = ""
    when: Callable[[Answers, FactSource], bool] | None = None

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        if self.when is not None and not self.when(scene.answers, scene.facts):
            return ()
        label = scene.words.gettext(self.label)
        return ((Offer(label=label, part=self.key, style=self.style, aliases=self.aliases),),)

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        return Do(self.key)
