"""Values: dataclasses that nobody changes, made as cheaply as others.

A frozen dataclass sets each of its fields through `object.__setattr__` and takes four times as long to make as one
that is not frozen; a turn makes some forty. Here the type checker is who sees to it that they are left as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """A dataclass with slots, equal and hashed by its fields, and frozen to the type checker."""
    return dataclass(slots=True, kw_only=kw_only, unsafe_hash=True)
