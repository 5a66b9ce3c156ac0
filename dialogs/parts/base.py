"""What parts have in common: by default they offer nothing, understand nothing, lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialogs.model import Json, Offer, Outcome, Scene


def in_rows(offers: Iterable[Offer], columns: int) -> list[list[Offer]]:
    """Buttons side by side, `columns` to a row."""
    line = list(offers)
    return [line[at : at + columns] for at in range(0, len(line), columns)]


@dataclass(frozen=True, slots=True, kw_only=True)
class BasePart:
    """Parts are values without state; `key` names one within its step."""

    key: str

    @property
    def fields(self) -> tuple[str, ...]:
        return ()

    @property
    def targets(self) -> tuple[str, ...]:
        return ()

    @property
    def needs(self) -> tuple[str, ...]:
        return ()

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        return ()

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        return None

    def said(self, scene: Scene, text: str) -> Outcome | None:
        return None

    def sent(self, scene: Scene, files: Sequence[Json], caption: str) -> Outcome | None:
        return None
