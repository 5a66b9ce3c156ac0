"""Several of the options at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.model import Deny, Hint, Json, Look, Offer, Option, Outcome, Put, Scene
from dialogs.parts.base import BasePart, in_rows
from dialogs.understanding.choose import find_mentions
from dialogs.understanding.text import plain
from dialogs.words import N_

_TOO_FEW = N_("Please choose at least {minimum}.")
_TOO_MANY = N_("Please choose {maximum} at most; tap one again to take it out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiChoice(BasePart):
    """Options of the fact `options` to tick; done, the ticked values answer `field` (a list, in the options' order).

    Ticks are kept in the view until then. Typed names tick as well.
    """

    field: str
    options: str
    columns: int = 1
    minimum: int = 1
    maximum: int | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.options,)

    def _ticked(self, scene: Scene, options: Sequence[Option]) -> list[Json]:
        ticked = scene.view.get(f"{self.key}_ticked")
        if not isinstance(ticked, list):
            ticked = scene.answers.get(self.field) or []
        return [option.value for option in options if option.value in ticked]

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        options: Sequence[Option] = scene.fact(self.options)
        ticked = self._ticked(scene, options)
        rows = in_rows(
            (
                Offer(
                    label=f"{'☑️' if o.value in ticked else '⬜'} {o.label}",
                    part=self.key,
                    value={"tick": o.value},
                    style=o.style,
                    aliases=(o.label, *o.aliases),
                )
                for o in options
            ),
            self.columns,
        )
        if len(ticked) >= self.minimum:
            label = scene.words.gettext("✅ Done")
            rows.append([Offer(label=label, part=self.key, value={}, aliases=("done", "好了"))])
        return rows

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        options: Sequence[Option] = scene.fact(self.options)
        ticked = self._ticked(scene, options)
        if "tick" not in value:
            if len(ticked) < self.minimum:
                return Deny(Hint(_TOO_FEW, {"minimum": self.minimum}))
            return Put({self.field: ticked})
        picked = value["tick"]
        if all(option.value != picked for option in options):
            return Look(gone=True)
        if picked in ticked:
            return self._tick([one for one in ticked if one != picked])
        return self._tick([*ticked, picked])

    def said(self, scene: Scene, text: str) -> Outcome | None:
        options: Sequence[Option] = scene.fact(self.options)
        found = find_mentions(plain(text), [(o.label, *o.aliases) for o in options])
        if not found:
            return None
        ticked = self._ticked(scene, options)
        named = [options[mention.index].value for mention in found]
        return self._tick(
            [*ticked, *(value for value in dict.fromkeys(named) if value not in ticked)]
        )

    def _tick(self, ticked: list[Json]) -> Outcome:
        if self.maximum is not None and len(ticked) > self.maximum:
            return Deny(Hint(_TOO_MANY, {"maximum": self.maximum}))
        return Look({f"{self.key}_ticked": ticked})
