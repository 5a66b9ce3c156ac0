"""Numbers, ratings, yes or no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.content import ButtonStyle
from dialogs.model import Deny, FlowError, Hint, Json, Look, Offer, Outcome, Put, Scene
from dialogs.parts.base import BasePart
from dialogs.understanding.numerals import whole
from dialogs.understanding.text import plain
from dialogs.words import N_

_BETWEEN = N_("Please choose a number from {minimum} to {maximum}.")
_STARS = re.compile(r"\s*(?:stars?|points?|颗星|颗|星|分|/ ?\d+)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(BasePart):
    """A whole number from `minimum` to `maximum`: stepped with buttons, or typed in digits or words."""

    field: str
    minimum: int
    maximum: int
    #: What the buttons add and take away, the smallest first.
    steps: tuple[int, ...] = (1,)
    #: Shown until something else was chosen.
    start: int | None = None

    def __post_init__(self) -> None:
        if self.minimum > self.maximum or not self.steps or min(self.steps) < 1:
            raise FlowError(
                f"number {self.key}: minimum, maximum and steps leave nothing to choose"
            )

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    def _shown(self, scene: Scene) -> int:
        for value in (scene.view.get(f"{self.key}_n"), scene.answers.get(self.field), self.start):
            if isinstance(value, int):
                return min(max(value, self.minimum), self.maximum)
        return self.minimum

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        shown = self._shown(scene)
        less = [(f"−{n}", shown - n) for n in reversed(self.steps) if shown - n >= self.minimum]
        more = [(f"+{n}", shown + n) for n in self.steps if shown + n <= self.maximum]
        row = [Offer(label=label, part=self.key, value={"n": n}) for label, n in (*less, *more)]
        take = Offer(
            label=f"✅ {shown}",
            part=self.key,
            value={"take": shown},
            style="primary",
            aliases=("ok", "done"),
        )
        return [row, [take]] if row else [[take]]

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        if "n" in value:
            return Look({f"{self.key}_n": value["n"]})
        return self._take(value["take"])

    def said(self, scene: Scene, text: str) -> Outcome | None:
        number = whole(plain(text).strip())
        return None if number is None else self._take(number, echo=True)

    def _take(self, number: int, *, echo: bool = False) -> Outcome:
        if not self.minimum <= number <= self.maximum:
            return Deny(Hint(_BETWEEN, {"minimum": self.minimum, "maximum": self.maximum}))
        return Put({self.field: number}, echo=echo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(BasePart):
    """One to `best` stars."""

    field: str
    best: int = 5

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        stars = range(1, self.best + 1)
        return [
            [
                Offer(label=f"{n} ★", part=self.key, value=n, aliases=("★" * n, "⭐" * n))
                for n in stars
            ]
        ]

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        return Put({self.field: value})

    def said(self, scene: Scene, text: str) -> Outcome | None:
        said = plain(text).strip()
        if said and not said.strip("⭐★"):
            number: int | None = len(said)
        else:
            number = whole(_STARS.sub("", said))
        if number is None:
            return None
        if not 1 <= number <= self.best:
            return Deny(Hint(_BETWEEN, {"minimum": 1, "maximum": self.best}))
        return Put({self.field: number}, echo=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(BasePart):
    """Yes or no; the labels are msgids. Every way of saying yes or no means the same."""

    field: str
    yes: str = N_("Yes")
    no: str = N_("No")
    style: ButtonStyle = "primary"

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        words = scene.words
        return [
            [
                Offer(
                    label=words.gettext(self.yes),
                    part=self.key,
                    value=True,
                    style=self.style,
                    aliases=("yes", "是"),
                ),
                Offer(
                    label=words.gettext(self.no), part=self.key, value=False, aliases=("no", "否")
                ),
            ]
        ]

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        return Put({self.field: value})
