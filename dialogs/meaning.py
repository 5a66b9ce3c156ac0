"""Which button of the screen a typed message means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dialogs.understanding.choose import Ambiguous, Sure, match_choice, squeezed
from dialogs.understanding.words import Word, bare, read_word

#: (label, part key, value, aliases), as a state remembers its buttons.
Offered = Sequence[tuple[str, str, Any, tuple[str, ...]]]

#: More names than these are too many to list.
_UNSURE_MAX = 4


@dataclass(frozen=True, slots=True)
class Meant:
    """The buttons a message may mean: none, one, or several."""

    indices: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()


def _same(said: str, name: str) -> bool:
    """A number is the name only as it stands: "10" is not "+10"."""
    return (name.strip() if said.isdigit() else squeezed(name)) == said


def exactly(text: str, word: Word | None, offered: Offered) -> int | None:
    """The button whose very name the whole message is, or whose name is the same word (yes, 好的, ok)."""
    if not offered:
        return None
    said = squeezed(bare(text))
    if said:
        hits = [
            index
            for index, (label, _, _, aliases) in enumerate(offered)
            if any(_same(said, name) for name in (label, *aliases))
        ]
        if len(hits) == 1:
            return hits[0]
    if word is not None:
        hits = [
            index
            for index, (_, _, _, aliases) in enumerate(offered)
            if any(read_word(alias) == word for alias in aliases)
        ]
        if len(hits) == 1:
            return hits[0]
    return None


def roughly(text: str, offered: Offered, besides: Sequence[str]) -> Meant:
    """The buttons whose names, places or prices the message is like; those of the parts `besides` do not count."""
    indices = [index for index, (_, part, _, _) in enumerate(offered) if part not in besides]
    match match_choice(text, [(offered[i][0], *offered[i][3]) for i in indices]):
        case Sure(index, _):
            chosen: tuple[int, ...] = (indices[index],)
        case Ambiguous(found, _) if len(found) <= _UNSURE_MAX:
            chosen = tuple(indices[i] for i in found)
        case _:
            return Meant()
    return Meant(chosen, tuple(offered[i][0] for i in chosen))
