"""A table of edges: the states something can be in, and where it can go from each. Whatever is not in it is a defect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from orders.errors import IllegalStep

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge(Generic[S]):
    """One line of such a table; `note` says what makes it happen, for docs/lifecycle.md."""

    name: str
    sources: tuple[S, ...]
    target: S
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges(Generic[S]):
    """The life of a `thing`: the states it may begin in, and every step it may take."""

    thing: str
    begins: tuple[S, ...]
    table: tuple[Edge[S], ...]

    def pairs(self) -> Iterator[tuple[S, S]]:
        """Source and target of every step."""
        for edge in self.table:
            for source in edge.sources:
                yield source, edge.target

    @property
    def ends(self) -> frozenset[S]:
        """The states that nothing leads out of."""
        return frozenset(edge.target for edge in self.table) - {one for one, _ in self.pairs()}

    def checked(self, source: str | None, target: str) -> str:
        """The target, when it can be reached from `source` (None: it begins there). Raises IllegalStep."""
        if source is None:
            if target in self.begins:
                return target
            raise IllegalStep(f"a new {self.thing} is {target}: it can begin {_or(self.begins)}")
        there = [to for one, to in self.pairs() if one == source]
        if target in there:
            return target
        raise IllegalStep(
            f"{self.thing}: {source} -> {target} is no step; from {source} it can go to {_or(there)}"
        )


def _or(states: list[S] | tuple[S, ...]) -> str:
    return " or ".join(states) or "no other state"
