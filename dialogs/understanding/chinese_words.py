"""The vocabulary of the rules for Chinese days: what each name in their patterns stands for."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from dialogs.understanding import clock, holidays, lengths

_MEASURE = "个张份款次套种条篇段期名家位件只页版层批场首集"
_CN = "零一二两三四五六七八九十百廿卅"

# Names of holidays that are numbers or other words as well: only before what shows they are meant.
_TERSE: Final = (
    "十一",
    "七一",
    "八一",
    "五四",
    "三八",
    "五一",
    "六一",
    "六一八",
    "618",
    "520",
    "五二零",
    "大年",
)


def _holiday_names() -> str:
    names = [name for name in holidays.by_name() if not name.isascii() and name not in _TERSE]
    long = "|".join(sorted(names, key=len, reverse=True))
    terse = "|".join(sorted(_TERSE, key=len, reverse=True))
    shown = "节|假期|长假|黄金周|小长假|大促|购物节|活动|之?前|以前|到|截止|就要"
    return rf"(?:{long})|(?<![\d.{_CN}双第])(?:{terse})(?={shown})"


WORDS: Final = MappingProxyType(
    {
        **clock.WORDS,
        **lengths.WORDS,
        "year": r"(?<!\d)20\d\d|二零[零一二三四五六七八九]{2}|(?<![\d.])[23]\d(?=年)",
        "relyear": "今年|本年|明年|来年|次年|后年|去年",
        "month": rf"(?<![\d.])(?:1[0-2]|0?[1-9])|(?<![{_CN}第])(?:十[一二]?|[一二三四五六七八九])",
        "day": (
            rf"(?<![\d.])\d{{1,2}}(?!\d)|(?<![{_CN}])(?:三十一?|[二廿]?十[一二三四五六七八九]?"
            rf"|廿[一二三四五六七八九]?|[一二三四五六七八九])(?![{_CN}])"
        ),
        "between": "[-~到至、或和]",
        "digits": r"(?<![\d.])\d{1,2}",
        "number": r"\d{1,2}",
        "relday": (
            "大大后天|大后天|(?<![然以之前])后[天日](?![天然])|今明两天|明后两天|明后天"
            "|今[天儿]|今日(?!头条)|明[天日儿]|今(?=[早晚夜])|明(?=[早晚])"
        ),
        "relmonth": "下{1,4}一?个?月|次月|本月|这个?月|当月|上一?个?月",
        "monthbit": "底|末|初|[上中下]旬|中(?![国文英心间小学大])|之内|以内|内(?![容部])|里(?!程)|结束",
        "tendays": "(?<!月)[上中下]旬",
        "bit": "底|末|初|中(?![国文英心间小学大])|之内|以内|内(?![容部])|里(?!程)|结束",
        "rel": "下{1,4}(?:一?个|一)?|上{1,2}(?:一?个|一)?|[这本](?:一?个)?",
        "week": "周|星期|礼拜",
        # 下周一定 is next week for certain, 下周三个 may be three of something.
        "weekday": (
            rf"一(?![{_MEASURE}定样直共般致起些切并])|[二三四五六](?![{_MEASURE}])|日(?![常历程记志用])|天(?!天)"
            "|[1-6](?=$|[ ,。;!?、)\n]|之?前|以前|上午|下午|晚|早|中午|凌晨|交)"
        ),
        # 周五六点 is Friday at six.
        "secondday": "[二三四五六日](?=$|[ ,。;!?、)\\n]|之?前|以前|上午|下午|左右|都|交|要)",
        "stop": "(?=$|[ ,。;!?、()\n~-]|之?前|以前|上午|下午|晚|早|中午|凌晨|交|要|[到至])",
        "nonumber": "(?![楼线店门院厅机桌厂仓馆室铺码令召方选模链套版码])",
        "nodaily": "(?![常语系本用程均游历志期报记元])",
        "nth": "第[一二三四五1-5]|最后一?",
        "quarter": "[一二三四1-4]",
        "half1or2": "[上下]",
        "lunarday": rf"初[一二三四五六七八九十]|[{_CN}]{{1,3}}|\d{{1,2}}",
        "lunarfirst": "初[一二三四五六七八九十]",
        "lunarmonth": r"[正冬腊一二三四五六七八九]|十[一二]?|1?\d",
        "lunaronly": "[正冬腊]",
        "holiday": _holiday_names(),
        "feast": "小?长假|假期|黄金周|大促|购物节|当天|那天|节",
        # Not the last sign of a count, of 今年 and the like, or of another word.
        "noyear": rf"(?<![\d{_CN}半几多每周成少青近历今明后去来本次前生百数学新过财])",
        "nomonth": rf"(?<![\d{_CN}个下本这当上次])",
    }
)
