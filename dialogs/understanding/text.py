"""How the grammar sees a text: one plain alphabet, clauses, and what can be no date at all.

Every step keeps the length of the text, so a span found here fits what the person wrote.
"""

from __future__ import annotations

import re
from functools import cache

Span = tuple[int, int]

#: Takes the place of what may not be read again.
BLANK = "\x00"

# Traditional characters of the words we know, each with the simplified one, and 板 as it is often typed for 版.
_TRADITIONAL = (
    "週周 號号 點点 內内 後后 個个 兩两 禮礼 鐘钟 這这 國国 慶庆 節节 聖圣 誕诞 開开 萬万 塊块 錢钱 預预 達达 時时 間间 無无 "
    "處处 單单 設设 計计 標标 準准 過过 歲岁 級级 結结 賬账 還还 幫帮 問问 謝谢 錯错 選选 確确 認认 繼继 續续 轉转 從从 東东 "
    "線线 業业 務务 專专 產产 價价 臺台 檔档 發发 於于 約约 嗎吗 麼么 沒没 關关 係系 費费 獨独 雙双 當当 頭头 條条 飯饭 夠够 "
    "買买 給给 請请 讓让 閉闭 誰谁 電电 話话 來来 現现 實实 舊旧 僅仅 會会 們们 麗丽 應应 遲迟 農农 曆历 陰阴 臘腊 運运 類类 "
    "裡里 為为 別别 辦办 動动 終终 剛刚 樣样 飛飞 網网 頁页 圖图 廣广 視视 頻频 訂订 報报 試试 鈔钞 圓圆 歐欧 鎊镑 幣币 參参 "
    "貳贰 板版"
)

_CLAUSE_END = re.compile(r"[,;。!?\n、]|\.(?=\s|$)")

# What is never a date, however it is written: addresses, versions, measures.
_NOT_DATES = r"""
    (?:https?://|www\.)[^\s,。]+
  | (?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+
  | (?<!\w)@\w+
  | (?<![a-z])v\d+(?:\.\d+)*
  | (?<![a-z])(?:ios|android|python|html|css|v|version|ver\.?|版本)[ ]?\d+(?:\.\d+)+
  | \d{1,3}(?:\.\d{1,3}){3}
  | (?<!\d)\d{1,6}[ ]?[x×*][ ]?\d{1,6}
"""
# Telephone numbers and other long numbers, in groups or not.
_DIGIT_RUN = re.compile(r"(?<![a-z0-9./:-])\+?\(?\d[\d ()-]{5,}\d(?!\d)")
_DATE_SHAPE = re.compile(r"\(?(?:20\d\d[- ]\d{1,2}[- ]\d{1,2}|\d{1,2}[- ]\d{1,2}[- ]20\d\d)(?!\d)")
_PHONE_DIGITS = 7
# 3000-5000: a range of amounts.
_RANGE = re.compile(r"(\d{3,6}) ?- ?(\d{3,6})")


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The regular expression, compiled when it is first used: the large ones would make a slow start."""
    return re.compile(pattern)


@cache
def _alphabet() -> dict[int, str]:
    table = {0xFF01 + i: chr(0x21 + i) for i in range(94)}
    table |= {0xFF21 + i: chr(0x61 + i) for i in range(26)}
    table |= {0x41 + i: chr(0x61 + i) for i in range(26)}
    table |= dict.fromkeys((0x3000, 0xA0, 0x09, 0x200B, 0x202F, 0xFEFF), " ")
    table |= dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
    table |= dict.fromkeys(map(ord, "〜∼"), "~")
    table |= dict.fromkeys(map(ord, "‘’`"), "'")
    table |= dict.fromkeys(map(ord, "【「『〔"), "(")
    table |= dict.fromkeys(map(ord, "】」』〕"), ")")
    table |= {ord("〇"): "零", ord("\r"): "\n", ord("￥"): "¥"}
    table |= {ord(pair[0]): pair[1] for pair in _TRADITIONAL.split()}
    return table


def plain(text: str) -> str:
    """The text in small ASCII letters, half-width digits and signs, simplified characters; same length."""
    if text.isascii() and text.isprintable() and "`" not in text:
        return text.lower()
    return text.translate(_alphabet())


def is_chinese(text: str) -> bool:
    """Whether any Chinese character is in it."""
    return any("一" <= char <= "鿿" for char in text)


def blank(text: str, span: Span) -> str:
    """The text with that part made unreadable."""
    start, end = span
    return text[:start] + BLANK * (end - start) + text[end:]


@cache
def _not_dates() -> re.Pattern[str]:
    return re.compile(_NOT_DATES, re.VERBOSE | re.ASCII)


def without_numbers_of_other_things(text: str, *, longest: int = _PHONE_DIGITS - 1) -> str:
    """The plain text with addresses, telephone numbers, versions and measures blanked.

    A number of more digits than `longest`, or in groups and as long as a telephone number, is one.
    """
    if not any(char.isdigit() for char in text):
        return text
    for found in _not_dates().finditer(text):
        text = blank(text, found.span())
    for found in _DIGIT_RUN.finditer(text):
        if _is_long_number(found.group(), longest):
            text = blank(text, found.span())
    return text


def _is_long_number(run: str, longest: int) -> bool:
    if run.isdigit():
        return len(run) > longest
    if sum(char.isdigit() for char in run) < _PHONE_DIGITS or _DATE_SHAPE.match(run):
        return False
    ends = _RANGE.fullmatch(run)
    return not (ends and int(ends[1]) < int(ends[2]))


def clause_around(text: str, span: Span) -> Span:
    """The part between two punctuation marks that holds the span."""
    start = 0
    for found in _CLAUSE_END.finditer(text, 0, span[0]):
        start = found.end()
    after = _CLAUSE_END.search(text, span[1])
    return start, after.start() if after else len(text)


def clauses(text: str) -> list[Span]:
    """The parts between punctuation marks, empty ones left out."""
    found: list[Span] = []
    start = 0
    for mark in [*_CLAUSE_END.finditer(text), None]:
        end = mark.start() if mark else len(text)
        if text[start:end].strip(f" {BLANK}"):
            found.append((start, end))
        start = mark.end() if mark else end
    return found
