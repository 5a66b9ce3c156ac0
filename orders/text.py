"""Text as people send it, made safe to keep and show: no control, bidirectional or invisible
characters.
"""

from __future__ import annotations

import re
import unicodedata

_JOINER = "\u200d"
#: Look like nothing but are letters or symbols to Unicode: Hangul fillers, Braille blank.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" *\n *")
_GAPS = re.compile(r"\n{3,}")


def clean_text(text: str) -> str:
    """The text without characters that hide, reorder or break: what remains is what a reader sees.

    Line ends become `\\n` (at most one empty line between), other white space one space. Emoji made
    of several parts keep their joiners. Letters are composed (NFC) but never replaced.
    """
    if text.isprintable() and (text.isascii() or _is_plain(text)):
        # One line of nothing but what is seen, as nearly every message is. Of white space only the space is printable.
        return (_SPACES.sub(" ", text) if "  " in text else text).strip()
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n")
    kept = "".join(
        character
        for index, character in enumerate(text)
        if _stays(character) or (character == _JOINER and _joins_emoji(text, index))
    )
    return _GAPS.sub("\n\n", _LINES.sub("\n", _SPACES.sub(" ", kept))).strip()


def _is_plain(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text) and _BLANKS.isdisjoint(text)


def clean_line(text: str) -> str:
    """As clean_text, on one line."""
    return " ".join(clean_text(text).split())


def pieces(text: str, size: int) -> list[str]:
    """The text in pieces of at most `size` characters, cut between lines or words where there are any."""
    made = []
    left = text.strip()
    while len(left) > size:
        room = left[: size + 1]
        cut = max(room.rfind("\n"), room.rfind(" "))
        if cut < size // 2:
            cut = size
        made.append(left[:cut].rstrip())
        left = left[cut:].lstrip()
    return [*made, left] if left else made


def has_words(text: str) -> bool:
    """Whether there is a letter, of any script: not only emoji, digits or punctuation."""
    return any(character.isalpha() for character in text)


def _stays(character: str) -> bool:
    if character in "\n\t":
        return True
    if character in _BLANKS:
        return False
    # Cc control, Cf format (bidi, zero-width), Cs lone surrogates, Co private use.
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}


def _joins_emoji(text: str, index: int) -> bool:
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return (
        bool(before and after)
        and (before == "\ufe0f" or unicodedata.category(before) in {"So", "Sk"})
        and unicodedata.category(after) == "So"
    )
