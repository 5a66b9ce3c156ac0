"""What no database can keep and no chat app sends: numbers beyond 64 bits, half characters, zero bytes.

One update with such a thing in it must not stop the others: it is put right here, or becomes unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from handlers.events import (
    Event,
    MessageEvent,
    PaidEvent,
    PreCheckoutEvent,
    RefundedEvent,
    TapEvent,
)

T = TypeVar("T")

_LEAST, _MOST = -(2**63), 2**63 - 1
_CURRENCY = re.compile(r"[A-Z]{3}")
#: ISO 4217: no currency. What asks for it is refused, what arrives in it is held.
NO_CURRENCY = "XXX"


class Unsound(ValueError):
    """A value that cannot be kept; the event says nothing that could be relied on."""


def sound(event: Event) -> Event:
    """The event with every value fit to be kept. Raises Unsound."""
    event = _checked(event)
    if isinstance(event, MessageEvent | TapEvent) and _somebody_elses(event):
        raise Unsound("a private chat of somebody else")
    if isinstance(event, PaidEvent | PreCheckoutEvent | RefundedEvent):
        if not isinstance(event, PreCheckoutEvent) and event.amount <= 0:
            raise Unsound("a payment of nothing")
        if not _CURRENCY.fullmatch(event.currency):
            return replace(event, currency=NO_CURRENCY)
    return event


def _somebody_elses(event: MessageEvent | TapEvent) -> bool:
    """A private chat has the id of the person in it: what is answered goes to nobody else."""
    return event.chat.kind == "private" and event.chat.id != event.sender.id


def _checked(value: T) -> T:
    changed: dict[str, Any] = {}
    kind: Any = type(value)
    names, values_of = _fields(kind)
    for name, old in zip(names, values_of(value), strict=True):
        if type(old) in _FIT:
            continue
        new = _fit(old)
        if new is not old:
            changed[name] = new
    return replace(value, **changed) if changed else value  # type: ignore[type-var]


@cache
def _fields(kind: type) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The names of its fields, and what takes the value of each; every one of these values has two at least."""
    names = tuple(field.name for field in fields(kind))
    return names, attrgetter(*names)


#: What always fits, whatever it says.
_FIT = frozenset({type(None), bool, datetime, float})


def _fit(value: Any) -> Any:
    if type(value) in _FIT:
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        if not _LEAST <= value <= _MOST:
            raise Unsound("a number beyond 64 bits")
        return value
    if isinstance(value, tuple):
        made = tuple(_fit(item) for item in value)
        return value if all(a is b for a, b in zip(made, value, strict=True)) else made
    return _checked(value) if is_dataclass(value) else value


def _text(value: str) -> str:
    if value.isascii():
        return value.replace("\0", "") if "\0" in value else value
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode("utf-8", "ignore").decode()
    return value.replace("\0", "") if "\0" in value else value
