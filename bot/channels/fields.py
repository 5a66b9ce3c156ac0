"""Single values of an update, read and checked: what comes out of here any database can keep.

What no chat app sends and no database keeps, numbers beyond 64 bits, half characters, zero bytes, is put right here
or raises: one update with such a thing in it must not stop the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

#: Telegram's ids and amounts fit into 64 bits, and so do the columns they go to.
_LARGEST = 2**63 - 1


class Json:
    """A JSON object read by attributes, as the libraries name them. What is not there is None."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def __getattr__(self, name: str) -> Any:
        value = self._fields.get("from" if name == "from_user" else name)
        return _wrapped(value) if isinstance(value, (dict, list)) else value


def _wrapped(value: Any) -> Any:
    if isinstance(value, dict):
        return Json(value)
    return [_wrapped(item) for item in value] if isinstance(value, list) else value


def names_of(found: Any) -> Set[str] | None:
    """The names of the fields that are there; None where the object does not say."""
    if type(found) is Json:
        return found._fields.keys()
    names: Set[str] | None = getattr(found, "model_fields_set", None)
    return names


def number(value: Any) -> int | None:
    """None for what is no whole number, or none that a column takes."""
    if type(value) is not int and (not isinstance(value, int) or isinstance(value, bool)):
        return None
    return value if -_LARGEST <= value <= _LARGEST else None


def whole(value: Any) -> int:
    if type(value) is int and -_LARGEST <= value <= _LARGEST:
        return value
    found = number(value)
    if found is None:
        raise TypeError("not a number")
    return found


def decimal(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("not a number")
    return float(value)


def text(value: Any) -> str:
    """A text that can be stored: no half characters, and no NUL, which PostgreSQL refuses."""
    if type(value) is str and value.isascii() and "\x00" not in value:
        return value
    if not isinstance(value, str):
        raise TypeError("not a text")
    found: str = value
    if "\x00" in found:
        found = found.replace("\x00", "")
    if found.isascii():
        return found
    try:
        found.encode()
    except UnicodeEncodeError:
        return found.encode("utf-8", "replace").decode()
    return found


def maybe_text(value: Any) -> str | None:
    return None if value is None else text(value)


def plain(value: Any) -> Any:
    """The value of a library's string enum."""
    return getattr(value, "value", value)
