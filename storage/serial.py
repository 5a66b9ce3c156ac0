"""The one serializer: values to plain JSON data and back, derived from their types."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Any, TypeVar, cast

import orjson
from pydantic import TypeAdapter

from dialogs.keeping import json_of

T = TypeVar("T")
_EMPTY: dict[type, str] = {dict: "{}", list: "[]"}


class Written(str):
    """JSON text that goes into a JSON column as it is, written once instead of by way of dicts."""

    __slots__ = ()


def written(value: object, kind: Any = None) -> Written:
    """What `plain` gives, as text."""
    return Written(
        _adapter(cast("Hashable", kind or type(value)))
        .dump_json(value, exclude_defaults=True)
        .decode()
    )


def dumps(value: object) -> str:
    """The text of a JSON column."""
    if type(value) is Written:
        # The driver asks of anything but a plain text what it is to be taken for, which costs five times as much.
        return str(value)
    # Most lists and mappings of hot rows are empty.
    known = None if value else _EMPTY.get(type(value))
    return known or json_of(value)


def loads(text: str) -> Any:
    """What the text of a JSON column says. Only names are remembered beyond the call, not what people wrote."""
    return [] if text == "[]" else orjson.loads(str(text))


@lru_cache(maxsize=256)
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def plain(value: object, kind: Any = None) -> Any:
    """`value` as JSON-ready data; fields at their default are left out."""
    return _adapter(cast("Hashable", kind or type(value))).dump_python(
        value, mode="json", exclude_defaults=True
    )


def typed(kind: type[T], data: object) -> T:
    """The value of `kind` that `plain` made `data` from.

    Raises:
        pydantic.ValidationError: the data does not fit the type (it is a ValueError).
    """
    result: T = _adapter(cast("Hashable", kind)).validate_python(data)
    return result


def read(kind: Any, text: str) -> Any:
    """What `typed` gives, from the text of a JSON column.

    Raises:
        pydantic.ValidationError: the data does not fit the type (it is a ValueError).
    """
    return _adapter(cast("Hashable", kind)).validate_json(text)
