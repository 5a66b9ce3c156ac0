"""How search sees a text: one plain alphabet, words for Latin script, runs for Chinese.

Chinese is not cut into words: a run is compared by its pairs of characters, which finds words of
two characters anywhere without a dictionary.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

#: Traditional characters of shops, media and everyday questions, each before its simplified one.
_TRADITIONAL = (
    "視视頻频運运營营設设計计攝摄廣广網网頁页圖图貨货帶带開开裝装腳脚輯辑電电會会場场檯台訓训診诊斷断諮咨詢询"
    "顧顾問问寫写編编禮礼標标籤签產产詳详紅红書书達达團团隊队號号經经獨独亞亚馬马遜逊蝦虾檢检測测師师課课學学"
    "樣样買买賣卖單单優优廠厂間间燈灯綠绿體体訂订價价錄录製制劃划業业務务專专創创發发現现實实傳传銷销鋪铺舖铺"
    "關关鍵键詞词語语話话論论評评術术線线級级記记筆笔貼贴內内點点機机構构認认識识種种幫帮請请嗎吗麼么們们個个"
    "錢钱這这還还給给對对後后時时動动畫画戶户門门觀观眾众數数據据擇择誰谁讓让應应該该幾几條条樂乐"
)
_SIMPLIFIED = str.maketrans(dict(zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)))

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_ACCENTED = re.compile(r"[\u00c0-\u036f\u1e00-\u1eff]")
_PIECE = re.compile(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9]")

# What people say around the thing they want. Longer phrases stand before their parts.
_CHINESE_PHRASES = """
有没有人 有没有 能不能 可不可以 多少钱 怎么样 怎么做 怎么办 你好 您好 请问 我们 你们 咱们 我想
我要 想要 想找 想做 需要 帮我 帮忙 找人 找个 做一个 做个 做点 一个 一下 一些 一点 一条 可以 怎么
怎样 如何 什么 哪里 哪个 多少 有吗 服务 现在 我 你 您 帮 请 找 做 想 要 给 个 的 了 吗 呢 吧 啊
呀 和 与 及 在 把
"""
_ENGLISH_WORDS = """
a about am an and any are be can could do does for from get have hello help hi hire how i if im
in is it looking make me my need of on one or our please some somebody someone service services
that the there this to us want we what where which who will with would you your
"""
_CHINESE_FILLERS = re.compile("|".join(_CHINESE_PHRASES.split()))
_ENGLISH_FILLERS = frozenset(_ENGLISH_WORDS.split())
_SUFFIXES = (
    *("ements", "ement", "ings", "ing", "ions", "ion", "ers", "er", "ors", "or"),
    *("ies", "es", "ed", "s", "e", "y"),
)


@dataclass(frozen=True, slots=True)
class Query:
    """A text in pieces. `pieces` is without fillers; the two plain forms have no spaces."""

    pieces: tuple[str, ...]
    plain: str
    whole: str

    @property
    def spaced(self) -> str:
        return f" {' '.join(self.pieces)} "


def folded(text: str) -> str:
    """Lower case, full-width to plain, accents off, traditional to simplified."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    plain = plain.replace("'", "").replace("’", "").translate(_SIMPLIFIED)
    if not _ACCENTED.search(plain):
        return plain
    letters = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def pieces(text: str) -> tuple[str, ...]:
    """Latin words and Chinese runs, in order."""
    return tuple(_PIECE.findall(folded(text)))


def query(text: str) -> Query:
    plain = folded(text)
    everything = _PIECE.findall(plain)
    wanted = tuple(
        piece
        for piece in _PIECE.findall(_CHINESE_FILLERS.sub(" ", plain))
        if piece not in _ENGLISH_FILLERS
    )
    return Query(pieces=wanted, plain="".join(wanted), whole="".join(everything))


def is_latin(piece: str) -> bool:
    return bool(_LATIN.match(piece))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The word without its common English endings, of which four letters are always kept."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return singular(word)


def singular(word: str) -> str:
    return word[:-1] if len(word) > 2 and re.search("[^sui]s$", word) else word


def pairs(run: str) -> tuple[str, ...]:
    """The pairs of characters of a Chinese run, in order."""
    return tuple(run[at : at + 2] for at in range(len(run) - 1))
