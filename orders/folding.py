"""Folding text for vetting: whatever looks the same reads the same, and nothing hides between
letters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Letters of other scripts that look like Latin ones (Unicode confusables, the common part).
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝвкмнтгпαβγεικνορτυχϲꜱıɡɑℓ", "aeopcyxijshdqwbkmhtrnabyeikvoptuxcsigal"
)
#: Traditional characters, as far as rules use them, to simplified ones.
_SIMPLIFIED = str.maketrans(
    "買賣贊讚單漲評論點機殭屍銷閱讀關數據虛賭軍絲發貸幣醫藥價鏈號帳賬實險詐騙熱門觀眾訂閲",
    "买卖赞赞单涨评论点机僵尸销阅读关数据虚赌军丝发贷币医药价链号账账实险诈骗热门观众订阅",
)
_ZERO = re.compile(r"(?<=[a-z])0+(?=[a-z])")
_SPELLED = re.compile(r"(?<![^\W_])[a-z0-9](?:[\s.\-_*·]+[a-z0-9]){2,}(?![^\W_])")
_GAP = re.compile(r"[\s.\-_*·]+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text made comparable, twice.

    `plain` keeps words and punctuation, for patterns and for words with letters. `tight` has only
    letters and digits, for Chinese words, which need no spaces; `origin[i]` is where `tight[i]`
    stands in `plain`.
    """

    plain: str
    tight: str
    origin: tuple[int, ...]


def fold(text: str) -> Folded:
    """NFKC, without invisible characters and accents, small letters, look-alikes to Latin."""
    compatible = unicodedata.normalize("NFKC", text)
    visible = "".join(
        " " if unicodedata.category(character) == "Cc" else character
        for character in compatible
        if unicodedata.category(character) != "Cf"
    )
    bare = "".join(
        character
        for character in unicodedata.normalize("NFD", visible.casefold())
        if unicodedata.category(character) != "Mn"
    )
    plain = unicodedata.normalize("NFC", bare).translate(_LOOKALIKES).translate(_SIMPLIFIED)
    plain = _ZERO.sub(lambda match: "o" * len(match.group()), plain)
    plain = _SPELLED.sub(lambda match: _GAP.sub("", match.group()), plain)
    plain = " ".join(plain.split())
    places = tuple(index for index, character in enumerate(plain) if character.isalnum())
    return Folded(plain, "".join(plain[index] for index in places), places)
