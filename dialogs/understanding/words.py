"""Words in place of buttons: yes, 确认, back, 返回, skip, "the second one", 第二个.

Only whole messages count, small words aside: "yes" agrees, "yes but cheaper" says more than that. What pays,
agrees or refuses must be spelled right; elsewhere one slip in a longer English word is forgiven.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final, Literal

from dialogs.understanding.numerals import ORDINALS, whole
from dialogs.understanding.text import compiled, plain

Word = Literal[
    "yes",
    "no",
    "back",
    "cancel",
    "skip",
    "help",
    "human",
    "menu",
    "more",
    "previous",
    "edit",
    "pay",
    "done",
    "resume",
    "restart",
    "orders",
    "later",
    "thanks",
    "hello",
]

_WORDS: Final[Mapping[Word, str]] = MappingProxyType(
    {
        "yes": (
            "yes | y | yeah | yep | yup | yea | sure | ok | okay | k | right | correct | confirm | confirmed | agreed"
            " | i agree | i confirm | sounds good | looks good | looks good to me | lgtm | go ahead | of course"
            " | that's right | that is right | exactly | fine | perfect | great | do it | absolutely | all good"
            " | 是 | 是的 | 对 | 对的 | 没错 | 好 | 好的 | 好滴 | 好嘞 | 行 | 可以 | 可以的 | 确认 | 确定 | 同意 | 没问题"
            " | 嗯 | 嗯嗯 | 恩 | 要 | 要的 | 正确 | 就这样 | 就这样吧 | 就这个 | 确认无误 | 当然 | 没毛病 | ok的 | 👍 | ✅ | 👌 | ✔️ | ✔"
        ),
        "no": (
            "no | n | nope | nah | no thanks | no thank you | not really | wrong | incorrect | that's wrong | i don't"
            " | don't | not this | not now | not correct | 不 | 不是 | 不对 | 不要 | 不行 | 不可以 | 不同意 | 错了 | 不用"
            " | 不用了 | 不需要 | 没有 | 否 | 不确认 | 不好 | 不了 | 拒绝 | 👎 | ❌ | ✖️"
        ),
        "back": (
            "back | go back | back please | previous step | one step back | undo | return | take me back | step back"
            " | 返回 | 上一步 | 后退 | 回去 | 退回 | 退回上一步 | 返回上一步 | 回到上一步 | 回上一步 | 上一页面 | ⬅️ | 🔙 | ←"
        ),
        "cancel": (
            "cancel | cancel it | cancel this | stop | quit | exit | abort | forget it | never mind | nevermind"
            " | drop it | close | 取消 | 算了 | 算了吧 | 退出 | 不做了 | 不弄了 | 不要了 | 停止 | 停 | 放弃 | 不下单了 | 取消吧"
            " | 关闭 | 结束"
        ),
        "skip": (
            "skip | skip it | skip this | skip this step | pass | none | nothing | no comment | n/a | na | not needed"
            " | no notes | 跳过 | 略过 | 跳过这步 | 跳过吧 | 无 | 没 | 没有了 | 没了 | 暂无 | 暂时没有 | 先跳过 | 略 | 不填 | 没什么"
        ),
        "help": (
            "help | help me | ? | ?? | how does this work | what can you do | i need help | how do i use this"
            " | how to use | instructions | 帮助 | 帮忙 | 帮帮我 | 怎么用 | 怎么弄 | 怎么操作 | 使用说明 | 说明 | 不懂 | 不会用 | 不明白"
            " | 看不懂 | 教程 | 怎么下单"
        ),
        "human": (
            "human | agent | person | operator | support | a human | real person | a real person | talk to a human"
            " | talk to a person | talk to someone | speak to someone | speak to a human | speak to an agent"
            " | customer service | customer support | live agent | live chat | representative | staff"
            " | contact support | i want a human | 人工 | 转人工 | 人工客服 | 客服 | 找客服 | 找人工 | 真人 | 联系客服 | 人工服务"
            " | 要人工 | 找人 | 接人工 | 呼叫客服 | 我要人工 | 叫人工 | 在线客服 | 转人工客服 | 转客服 | 真人客服 | 我要找客服"
        ),
        "menu": (
            "menu | main menu | home | start | start page | go home | services | what do you offer | show menu | catalogue"
            " | catalog | 菜单 | 主菜单 | 首页 | 主页 | 目录 | 回到首页 | 返回首页 | 回首页 | 服务列表 | 有什么服务 | 有哪些服务 | 都有什么"
        ),
        "more": (
            "more | next | next page | show more | more please | see more | others | other options | 更多 | 下一页 | 下页"
            " | 还有吗 | 还有别的吗 | 还有什么 | 还有呢 | 往下 | 继续看 | 查看更多 | 看更多 | 换一批 | ➡️ | →"
        ),
        "previous": "previous page | last page | page back | prev | previous | 上一页 | 上页 | 前一页 | 往上",
        "edit": (
            "edit | change | change it | change something | correct it | modify | fix it | i want to change something"
            " | let me change | edit it | 修改 | 改 | 改一下 | 改下 | 更改 | 编辑 | 我要改 | 我要修改 | 重新填 | 变更 | 有误 | 填错了"
            " | 写错了"
        ),
        "pay": (
            "pay | pay now | checkout | check out | pay please | i want to pay | to pay | let me pay | i'll pay"
            " | proceed to payment | 付款 | 支付 | 去付款 | 去支付 | 立即支付 | 付钱 | 结账 | 买单 | 现在付 | 我要付款 | 马上付款"
        ),
        "done": (
            "done | finished | finish | that's all | that's it | that is all | all done | nothing else | end | complete"
            " | 完成 | 好了 | 完了 | 就这些 | 就这么多 | 没有别的了 | 没别的了 | 发完了 | 传完了 | 结束了 | 搞定 | 提交"
        ),
        "resume": (
            "continue | resume | go on | carry on | keep going | proceed | where were we | 继续 | 接着来 | 继续吧 | 接着 | 继续下单"
            " | 继续填写 | 往下走 | 继续刚才的"
        ),
        "restart": (
            "restart | start over | start again | from the beginning | begin again | reset | 重新开始 | 重来 | 从头开始 | 重新来"
            " | 从头来 | 重置 | 再来一次 | 重新下单"
        ),
        "orders": (
            "my orders | orders | order status | where is my order | status | track | track my order | my order"
            " | 我的订单 | 订单 | 查订单 | 查看订单 | 订单查询 | 订单进度 | 进度 | 订单状态 | 查进度 | 订单列表"
        ),
        "later": (
            "later | not yet | maybe later | remind me later | remind me | wait | 以后再说 | 待会 | 待会儿 | 等会 | 等会儿 | 等一下"
            " | 晚点 | 稍后 | 下次 | 下次再说 | 过会儿 | 再说吧 | 再说 | 稍等"
        ),
        "thanks": "thanks | thank you | thx | ty | many thanks | cheers | 谢谢 | 谢谢你 | 谢了 | 多谢 | 感谢 | 🙏",
        "hello": "hello | hi | hey | hi there | good morning | good evening | good afternoon | 你好 | 您好 | 嗨 | 在吗"
        " | 在不在 | 有人吗 | 哈喽 | hello there | 早上好 | 👋",
    }
)

# A slip in one of these could cost money or agree to something.
_EXACT: Final = frozenset({"yes", "no", "pay", "done", "later"})


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split(" | "))


# Marks and small words around what is said, each as it stands in a pattern: what may come last, and first.
_MARKS_AFTER: Final = ".,!。~…;:\"'()"
_MARKS_BEFORE: Final = ".,!。~…/\"'()"
_THANKS: Final = _listed("谢谢你 | 谢谢 | 多谢 | thanks | thank you")
_PARTICLES: Final = "吧啊呀哦噢呢啦嘛哈喽了"
_PLEASE: Final = _listed(
    "please | pls | plz | thanks | thank you | now | then | mate | man | bro | sir"
)
_OPENERS: Final = _listed(
    "please | pls | plz | well | oh | hmm | um | uh | 哦 | 啊 | 嗯 | 呃 | 那就 | 那 | 那么 | 请 | 麻烦 | 我想 | 我要 | 我选 | 给我 | 帮我"
    " | i want to | i'd like to | let's | can you | can i | could you | i want | i would like to"
)
_SMALL: Final = (
    rf"(?:\s|[{_MARKS_AFTER}])+$|^(?:\s|[{_MARKS_BEFORE}])+"
    rf"|[,，]? *(?:{'|'.join(_THANKS)})$|(?:[{_PARTICLES}]|\s(?:{'|'.join(_PLEASE)}))$"
    rf"|^(?:{'|'.join(_OPENERS)})[ ,]*(?=.)"
)
#: Without one of these the pattern finds nothing, and need not look.
_LAST: Final = (" ", *_MARKS_AFTER, *_PARTICLES, *_THANKS, *_PLEASE)
_FIRST: Final = (" ", *_MARKS_BEFORE, *_OPENERS)
_MIN_FORGIVEN: Final = 5
_MAX_FORGIVEN: Final = 30
_MIN_KNOWN: Final = 4


@cache
def _table() -> Mapping[str, Word]:
    return MappingProxyType(
        {
            phrase.strip(): word
            for word, phrases in _WORDS.items()
            for phrase in phrases.split(" | ")
        }
    )


@cache
def _longest() -> int:
    """How many characters the longest phrase has, with one slip in it."""
    return max(_MAX_FORGIVEN, *map(len, _table())) + 1


@cache
def _forgivable() -> Mapping[int, Sequence[tuple[str, Word]]]:
    """The phrases in letters that are long enough, by their length."""
    phrases: dict[int, list[tuple[str, Word]]] = {}
    for phrase, word in _table().items():
        if len(phrase) >= _MIN_KNOWN and phrase.isascii():
            phrases.setdefault(len(phrase), []).append((phrase, word))
    return MappingProxyType(phrases)


def bare(text: str) -> str:
    """The plain text without marks and small words around it: " OK 吧!" is "ok"."""
    return _bared(" ".join(plain(text).split()))


# A message is looked at by several, one after the other.
@lru_cache(maxsize=64)
def _bared(text: str) -> str:
    if len(text) > 80:
        return text
    while text.endswith(_LAST) or text.startswith(_FIRST):
        shorter = compiled(_SMALL).sub("", text)
        if not shorter or shorter == text:
            break
        text = shorter
    return text


@lru_cache(maxsize=64)
def read_word(text: str) -> Word | None:
    """The command a whole message is, or None when it says something else or more."""
    whole_text = " ".join(plain(text).split())
    if (
        len(whole_text) > _longest()
        and not whole_text.endswith(_LAST)
        and not whole_text.startswith(_FIRST)
    ):
        return None
    words = (whole_text, whole_text.strip(" .,!。~…"), _bared(whole_text))
    for candidate in words:
        if word := _table().get(candidate):
            return word
    return _forgiven(words[-1])


def _forgiven(text: str) -> Word | None:
    """The one command a single slip away: "cancle", "retrun"."""
    if not _MIN_FORGIVEN <= len(text) <= _MAX_FORGIVEN or not text.isascii():
        return None
    from rapidfuzz.distance import OSA

    near = {
        word
        for length in (len(text) - 1, len(text), len(text) + 1)
        for phrase, word in _forgivable().get(length, ())
        if OSA.distance(text, phrase, score_cutoff=1) <= 1
    }
    return near.pop() if len(near) == 1 and not near & _EXACT else None


_ASKS: Final = (
    r"(?<![a-z])(?:how (?:much|many|long|do|does|about)|what|which|why|who|when|where|difference|included?|includes|explain"
    r"|tell me|do you|does it|is there|are there)(?![a-z])"
    r"|多少|什么|怎么|如何|为啥|为什么|哪[个些种里]|区别|不同|包含|包括|介绍|多久|几天能|有没有|是不是|[吗么呢]\s*[?。!]*$"
)


def asks(text: str) -> bool:
    """Whether the text asks for information: a name in it is not a choice."""
    return compiled(_ASKS).search(plain(text)) is not None


_CHINESE_PLACE: Final = r"[一二三四五六七八九十]{1,3}|\d{1,2}"
_THINGS: Final = r"(?:个|款|种|项|条|档|套|家|位|版|号|张|份|件|行|类)?(?:的|方案|套餐|选项|服务|计划|版本|订单|时间|日期|那个)?"
_ENGLISH_THINGS: Final = (
    r"(?: (?:one|option|choice|item|plan|service|package|button|slot|order|please|pls))*"
)
_SQUARE: Final = MappingProxyType(
    {ord("①") + i: str(i + 1) for i in range(9)} | {0x20E3: "", 0xFE0F: "", ord("🔟"): "10"}
)


@cache
def _ordinals() -> tuple[re.Pattern[str], ...]:
    spelled = "|".join(sorted(ORDINALS, key=len, reverse=True))
    place = rf"(?P<word>{spelled})|(?P<number>\d{{1,2}})(?:st|nd|rd|th)"
    return (
        re.compile(rf"(?P<back>倒数)?第(?P<place>{_CHINESE_PLACE}){_THINGS}"),
        # Without 第 a bare number or 3号: 两个 is a quantity.
        re.compile(rf"(?P<place>{_CHINESE_PLACE})号?"),
        re.compile(rf"(?P<back>最后一?|末尾|最下面|最后面的?){_THINGS}"),
        re.compile(rf"(?P<top>首|头一?|最上面|最前面的?){_THINGS}"),
        re.compile(
            rf"(?:the )?(?:{place})(?P<back> (?:to|from the|from) (?:last|end|the end|bottom))?{_ENGLISH_THINGS}"
        ),
        re.compile(rf"(?:the )?(?:very )?(?P<back>last|final|bottom){_ENGLISH_THINGS}"),
        re.compile(rf"(?:the )?(?:very )?(?P<top>top){_ENGLISH_THINGS}"),
        re.compile(
            r"(?:(?:number|no\.?|num|option|choice|nr\.?|item|plan|选项?|方案|选择) ?|#|\()?(?P<place>\d{1,2})[.)]?"
            rf"{_ENGLISH_THINGS}"
        ),
        re.compile(
            r"(?:(?:number|no\.?|option|choice) )?(?P<place>one|two|three|four|five|six|seven|eight|nine|ten)"
        ),
    )


def read_ordinal(text: str) -> int | None:
    """A place in a list: 2 for "the second one", 第二个, "2" or ②; -1 for the last, -2 for the one before it.

    Only when the whole message says so. Places count from 1 and go up to 99.
    """
    words = bare(text.translate(_SQUARE))
    for pattern in _ordinals():
        found = pattern.fullmatch(words)
        if found is None:
            continue
        said = found.groupdict()
        if said.get("top"):
            return 1
        place = said.get("place") or said.get("number")
        number = whole(place) if place else ORDINALS.get(said.get("word") or "", 1)
        if number is None or not 1 <= number <= 99:
            return None
        return -number if said.get("back") else number
    return None
