"""What the rules answer when something cannot be done: a code and its parameters, never words.

`dialogs` has the words of every code in every language; `python -m bot check` proves that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orders.errors import BadRefusal
from orders.refusal_codes import CODES

__all__ = ["CODES", "Refusal", "refuse"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """No, and why. `params` hold values (Money, date, int, str), which `dialogs` formats.

    Raises BadRefusal when the code is not registered or the parameters are not exactly its own.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        names = CODES.get(self.code)
        if names is None:
            raise BadRefusal(f"{self.code!r} is not a refusal code: add it to orders.refusal_codes")
        if set(names) != set(self.params):
            raise BadRefusal(
                f"{self.code} takes {', '.join(names) or 'no parameters'}, "
                f"not {', '.join(self.params) or 'none'}"
            )


def refuse(code: str, **params: object) -> Refusal:
    """Shorter way to write a Refusal. Raises BadRefusal."""
    return Refusal(code, params)
