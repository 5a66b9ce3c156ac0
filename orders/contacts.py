"""Contact details in what two parties write to each other: found, and covered.

Phones, mail addresses, @names, links to messengers, and ids announced as such ("微信: abc123"). Dates, prices and
figures are left alone: a bare number counts only when it looks like a phone number.
"""

from __future__ import annotations

import re
from typing import Final

COVER: Final = "•••"

_MESSENGERS: Final = (
    r"t\.me|telegram\.me|telegram\.dog|wa\.me|(?:chat\.|api\.)?whatsapp\.com|m\.me|line\.me|lin\.ee|"
    r"discord\.gg|discord\.com/invite|signal\.me|viber\.me|(?:u|weixin)\.wechat\.com|u\.wechat\.com|"
    r"weixin\.qq\.com|qm\.qq\.com|work\.weixin\.qq\.com|zalo\.me|kakao\.com|instagram\.com|facebook\.com"
)
_LINK: Final = rf"(?:https?://)?(?:www\.)?(?:{_MESSENGERS})(?:/[^\s,，。;；)）]*)?|(?:tg|weixin|whatsapp)://[^\s,，。]+"
_MAIL: Final = (
    r"[\w.+-]+\s?(?:[@＠]|\(at\)|\[at\])\s?[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\])\s?[A-Za-z]{2,})+"
)
_NAME: Final = r"(?<![\w@＠/.])[@＠][A-Za-z][A-Za-z0-9_]{3,31}"
#: Said to be an id somewhere: the id may be anything.
_SAID: Final = (
    r"(?:微信|薇信|威信|wechat|weixin|(?<![A-Za-z])(?:vx|wx|qq|whatsapp|skype|line id|telegram|tg))"
    r"(?:\s*(?:号码|号|id|is|是|群))?"
    r"(?P<id>\s*[:：=]\s*[A-Za-z0-9_+][A-Za-z0-9_.+-]{3,24}|\s*(?=[a-z_.-]*\d)[A-Za-z0-9_+][A-Za-z0-9_.+-]{4,24})"
)
_PHONES: Final = (
    # International: a plus and 8 to 15 digits.
    r"(?<![\d.])[+＋]\s?\d(?:[\s().-]{0,2}\d){7,14}(?!\d)",
    # Chinese mobile numbers, however they are grouped.
    r"(?<![\d.,])(?:86[\s-]?)?1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)",
    r"(?<![\d.,])1[\s.-]?[3-9](?:[\s.-]?\d){9}(?!\d)",
    # Area code and number: 010-6552 9988, (555) 123-4567, 555-123-4567.
    r"(?<![\d-])\(?0?\d{2,3}\)?[\s-]\d{3,4}[\s-]\d{4}(?![\d-])",
    r"(?<![\d-])0\d{2,3}[\s-]?\d{7,8}(?!\d)",
    # Announced as one.
    r"(?i:(?:tel|phone|mobile|call me(?: at| on)?|text me(?: at| on)?|电话|手机|联系方式|打我))"
    r"(?:\s*(?:号码|号|number|is|是))?\s*[:：]?\s*\d(?:[\s().-]{0,2}\d){5,14}",
    # Spelled in Chinese characters.
    r"[一二三四五六七八九零〇幺两壹贰叁肆伍陆柒捌玖]{7,}",
)
_ALL: Final = re.compile(
    "|".join(
        [
            f"(?P<link>{_LINK})",
            f"(?P<mail>{_MAIL})",
            f"(?P<name>{_NAME})",
            f"(?P<said>{_SAID})",
            *_PHONES,
        ]
    ),
    re.IGNORECASE,
)


#: Digits and signs of the Chinese keyboard, one for one.
_NARROW: Final = str.maketrans("０１２３４５６７８９＠．", "0123456789@.")
#: Invisible, and put into numbers by those who know that somebody looks.
_INVISIBLE: Final = re.compile("[\u200b\u200c\u2060\ufeff\u00ad]")


def cover_contacts(text: str) -> tuple[str, int]:
    """The text with its contact details covered, and how many there were."""
    text = _INVISIBLE.sub("", text)
    parts: list[str] = []
    count = end = 0
    for found in _ALL.finditer(text.translate(_NARROW)):
        count += 1
        start = found.start()
        if found["id"]:
            # What was announced is covered, the announcement stays.
            start = found.end() - len(found["id"].lstrip(" \t:：="))
        parts += [text[end:start], COVER]
        end = found.end()
    return "".join([*parts, text[end:]]), count
