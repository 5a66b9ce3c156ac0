"""The canned replies as the operator writes them: one YAML file, every mistake told with its line."""

from __future__ import annotations

import re
from pathlib import Path

from bot.catalogue_entries import SLUG, read_words
from bot.errors import BotError
from bot.yaml_places import Mistake, Mistakes, Place, open_yaml
from dialogs.words import LANGUAGES
from handlers.business import PLACEHOLDERS, CannedReply

TITLE, TEXT, MOST = 32, 2000, 24
_PLACE = re.compile(r"\{([^{}]*)\}")


class RepliesErrors(BotError):
    """The file of replies has mistakes: correct the lines that are listed and start again."""

    def __init__(self, path: Path, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(path, mistakes)
        self.path = path
        self.mistakes = mistakes

    def __str__(self) -> str:
        return "\n".join(
            f"{self.path}:{one.line}: {one.where + ': ' if one.where else ''}{one.message}"
            for one in self.mistakes
        )


def read_replies(path: Path) -> tuple[CannedReply, ...]:
    """The replies in that file, in its order. Raises RepliesErrors."""
    mistakes = Mistakes()
    replies: tuple[CannedReply, ...] = ()
    try:
        data = path.read_bytes()
    except OSError as error:
        mistakes.add(1, "", f"cannot be read ({error.strerror}): check CANNED_REPLIES")
    else:
        root = open_yaml(data, mistakes)
        if root is not None:
            entries = root.entries()
            if len(entries) > MOST:
                root.wrong(
                    f"has {len(entries)} replies: keep it to {MOST}, a list is read on a phone"
                )
            replies = tuple(_reply(key, place) for key, place in entries.items())
    if mistakes.found:
        raise RepliesErrors(path, tuple(sorted(mistakes.found)))
    return replies


def _reply(key: str, place: Place) -> CannedReply:
    if not SLUG.fullmatch(key):
        place.wrong(f"`{key}` cannot be a key: write a-z, 0-9 and _, a letter first")
    fields = place.fields(("title", "text"))
    texts = fields["text"].fields(LANGUAGES)
    for text in texts.values():
        _check(text)
    return CannedReply(
        key=key,
        title=read_words(fields["title"], TITLE),
        text={language: text.long_text(most=TEXT) for language, text in texts.items()},
    )


def _check(place: Place) -> None:
    if place.absent:
        return
    # Read without noting anything twice: the text itself is read once more by the caller.
    said = Place(place.node, place.line, place.where, Mistakes()).long_text(most=TEXT)
    for name in _PLACE.findall(said):
        if name not in PLACEHOLDERS:
            known = ", ".join("{" + one + "}" for one in PLACEHOLDERS)
            place.wrong(f"{{{name}}} cannot be filled in: use {known}")
