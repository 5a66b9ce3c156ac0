"""States and contents as they are kept: JSON text and back. By hand, as it is done with every update: a schema library takes twice
as long, and every further field of a state costs it more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from pydantic_core import to_json

from dialogs.content import Button, Content
from dialogs.model import State


def json_of(plain: Any) -> str:
    """The text of plain JSON data."""
    try:
        return orjson.dumps(plain).decode()
    except TypeError:
        # Numbers beyond 64 bits, keys that are numbers.
        return to_json(plain).decode()


def dump(states: Iterable[State]) -> str:
    """The text of `states`; fields at their default are left out."""
    return json_of([_plain(state) for state in states])


def _plain(state: State) -> dict[str, Any]:
    # Every field is named: one that is added makes this fail at once.
    (
        flow, fingerprint, step, answers, trail, view, revision, offered, misses, nudges, nudge_at, dropped, seen,
    ) = state  # fmt: skip
    plain: dict[str, Any] = {"flow": flow, "fingerprint": fingerprint, "step": step}
    if answers:
        plain["answers"] = answers
    if trail:
        plain["trail"] = trail
    if view:
        plain["view"] = view
    if revision != 1:
        plain["revision"] = revision
    if offered:
        plain["offered"] = offered
    if misses:
        plain["misses"] = misses
    if nudges:
        plain["nudges"] = nudges
    if nudge_at is not None:
        plain["nudge_at"] = nudge_at
    if dropped:
        plain["dropped"] = dropped
    if seen is not None:
        plain["seen"] = seen
    return plain


def plain_content(content: Content) -> dict[str, Any] | None:
    """What nearly every screen is, words and buttons, as plain JSON data; None for anything else."""
    if content.media is not None or content.invoice is not None or content.keyboard:
        return None
    if content.remove_keyboard or content.reply_to is not None or content.silent:
        return None
    plain: dict[str, Any] = {}
    if content.text:
        plain["text"] = content.text
    if content.buttons:
        plain["buttons"] = [[_button(button) for button in row] for row in content.buttons]
    return plain


def _button(button: Button) -> dict[str, Any]:
    if button.url is None and not button.pay and not button.style and button.action is not None:
        return {"label": button.label, "action": button.action}
    plain: dict[str, Any] = {"label": button.label}
    if button.action is not None:
        plain["action"] = button.action
    if button.url is not None:
        plain["url"] = button.url
    if button.pay:
        plain["pay"] = True
    if button.style:
        plain["style"] = button.style
    return plain


def load(text: str) -> tuple[State, ...]:
    """What `dump` wrote.

    Raises:
        ValueError: one of them is no state; `readable` gives the others.
    """
    return tuple(map(_state, orjson.loads(str(text))))


def readable(text: str) -> tuple[State, ...]:
    """The states that can be read."""
    made = []
    for data in orjson.loads(str(text)):
        try:
            made.append(_state(data))
        except ValueError:
            continue
    return tuple(made)


def _state(data: Any) -> State:
    """What is unknown is left out: a newer release may have written it."""
    if not isinstance(data, dict):
        raise ValueError("a state is an object")
    given = {name: value for name, value in data.items() if name in _KINDS}
    for name, make in _TUPLES:
        if name in given:
            given[name] = make(given[name])
    try:
        state = State(**given)
    except TypeError:
        raise ValueError("a state has a flow, its fingerprint and a step") from None
    for name, value in given.items():
        if not isinstance(value, _KINDS[name]):
            raise ValueError(f"{name} of a state is no {type(value).__name__}")
    return state


def _texts(given: Any) -> tuple[str, ...]:
    return tuple(_checked(str, each) for each in _checked(list, given))


def _trail(given: Any) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    return tuple(
        (_checked(str, name), _checked(dict, view)) for name, view in _checked(list, given)
    )


def _offered(given: Any) -> tuple[tuple[str, str, Any, tuple[str, ...]], ...]:
    return tuple(
        (_checked(str, label), _checked(str, part), value, _texts(aliases) if aliases else ())
        for label, part, value, aliases in _checked(list, given)
    )


def _checked(kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"not a {kind.__name__}")
    return value


#: JSON knows no tuples.
_TUPLES: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("trail", _trail),
    ("offered", _offered),
    ("dropped", _texts),
)
_KINDS: Mapping[str, Any] = {
    "flow": str,
    "fingerprint": str,
    "step": str,
    "answers": dict,
    "trail": tuple,
    "view": dict,
    "revision": int,
    "offered": tuple,
    "misses": int,
    "nudges": int,
    "nudge_at": int | None,
    "dropped": tuple,
    "seen": object,
}
