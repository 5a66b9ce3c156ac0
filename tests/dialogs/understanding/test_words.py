"""Words in place of buttons, and places in a list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import words
from dialogs.understanding.text import compiled, plain
from dialogs.understanding.words import _WORDS, asks, bare, read_ordinal, read_word

WORDS = {
    "yes": "yes|Yes!|OK|ok 吧|好的|好的。|好的，谢谢|确认|確認|请确认|可以|嗯|对|没问题|sounds good|👍|✅|行吧",
    "no": "no|No.|nope|不|不是|不要|不用了|no thanks|👎",
    "back": "back|Back|go back please|返回|上一步|返回上一步|retrun|previous step",
    "cancel": "cancel|cancle|算了|算了吧|取消|退出|stop|never mind|不要了",
    "skip": "skip|skip it|Skip this step|跳过|没有了|无|none|暂时没有",
    "help": "help|help me|帮助|怎么用|?|？",
    "human": "human|agent|talk to a human|人工|转人工|人工客服|我要人工|real person|customer service",
    "menu": "menu|menue|菜单|首页|main menu|home",
    "more": "more|next page|更多|下一页|show more",
    "previous": "previous page|上一页",
    "edit": "edit|change|修改|我要修改|改一下",
    "pay": "pay|付款|支付|去付款|I want to pay|pay now",
    "done": "done|好了|就这些|that's all|完成",
    "resume": "continue|继续|继续吧|resume",
    "restart": "start over|重新开始|从头开始",
    "orders": "my orders|我的订单|查订单|订单",
    "later": "later|稍后|等一下|以后再说",
    "thanks": "thanks|thank you|谢谢|thx",
    "hello": "hi|hello|你好|在吗",
}
ROWS = [(text, word) for word, texts in WORDS.items() for text in texts.split("|")]


@pytest.mark.parametrize(("text", "word"), ROWS)
def test_words_are_read(text: str, word: str) -> None:
    assert read_word(text) == word


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yes but cheaper",
        "no rush",
        "好的标准版",
        "不急",
        "I want a standard plan",
        "可以吗",
        "pya",
        "yse",
        "confrim",
        "paid yesterday",
        "back pain clinic logo",
        "home page design",
        "帮我做个网站",
        "没有预算",
        "下周五前",
    ],
)
def test_a_message_that_says_more_is_no_word(text: str) -> None:
    assert read_word(text) is None


def test_every_phrase_means_one_thing() -> None:
    phrases = [phrase.strip() for texts in _WORDS.values() for phrase in texts.split(" | ")]
    assert sorted(phrases) == sorted(set(phrases))
    for word, texts in _WORDS.items():
        for phrase in texts.split(" | "):
            assert read_word(phrase.strip()) == word, phrase
            assert read_word(f" {phrase.strip().upper()} ! ") == word, phrase


ORDINALS = {
    1: "first|the first one|1st|第一个|第一个吧|1|one|一|no. 1|number one|①|1️⃣|the top one|首个|option 1",
    2: "2|2.|the second one|the 2nd option|第二个|我选第二个|选2|#2|②|number two|第2款|第二|2号|second please",
    3: "3|third|第三个|the 3rd|option 3",
    12: "12|第十二个|the twelfth one|12th",
    21: "twenty-first|21st|第二十一个",
    -1: "last|the last one|last one please|最后一个|最后|the final one",
    -2: "second to last|倒数第二个|the 2nd from the end",
}
PLACES = [(text, place) for place, texts in ORDINALS.items() for text in texts.split("|")]


@pytest.mark.parametrize(("text", "place"), PLACES)
def test_places_are_read(text: str, place: int) -> None:
    assert read_ordinal(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "100",
        "2 logos",
        "两个",
        "三个logo",
        "second hand shop",
        "12/15",
        "2.5",
        "first of all",
        "最好",
        "last week",
        "3k",
        "三千",
    ],
)
def test_quantities_and_other_words_are_no_places(text: str) -> None:
    assert read_ordinal(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "标准版多少钱？",
        "what is in the standard plan",
        "How much is it?",
        "有什么区别",
        "能开发票吗",
    ],
)
def test_questions_are_told(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text", ["标准版", "the second one", "我要做一个网站", "show me the standard plan"]
)
def test_answers_are_no_questions(text: str) -> None:
    assert not asks(text)


def test_small_words_fall_off_the_ends() -> None:
    assert bare(" OK 吧! ") == "ok"
    assert bare("please") == "please"
    assert bare("我要标准版吧，谢谢") == "标准版"
    assert bare("I want to pay now, thanks.") == "pay"


@given(st.text(max_size=120))
def test_any_text_can_be_read(text: str) -> None:
    read_word(text)
    asks(text)
    place = read_ordinal(text)
    assert place is None or 1 <= abs(place) <= 99


_PIECES = (*words._OPENERS, *words._PLEASE, *words._THANKS, *words._PARTICLES, *words._MARKS_AFTER)


@given(
    st.lists(st.sampled_from([*_PIECES, "/", " ", ", ", "，", "tea", "茶", "ok", "7"]), max_size=6)
)
def test_small_words_are_looked_for_wherever_there_are_any(pieces: list[str]) -> None:
    text = " ".join(plain("".join(pieces)).split())
    taken = text
    while (shorter := compiled(words._SMALL).sub("", taken)) and shorter != taken:
        taken = shorter
    assert bare(text) == taken
