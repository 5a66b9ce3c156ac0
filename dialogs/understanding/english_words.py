"""The vocabulary of the rules for English days: what each name in their patterns stands for."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from dialogs.understanding import clock, holidays, lengths
from dialogs.understanding.numerals import ORDINALS

WEEKDAYS: Final = (
    "monday|mon",
    "tuesday|tues|tue",
    "wednesday|wednsday|wensday|weds|wed",
    "thursday|thurs|thur|thu",
    "friday|fri",
    "saturday|sat",
    "sunday|sun",
)
MONTHS: Final = (
    "january|jan",
    "february|feb",
    "march|mar",
    "april|apr",
    "may",
    "june|jun",
    "july|jul",
    "august|aug",
    "september|sept|sep",
    "october|oct",
    "november|nov",
    "december|dec",
)

_THIS_OR_NEXT: Final = "this|the|next|current|coming|the coming|the next|the current|the following"


def _longest_first(names: str) -> str:
    return "|".join(sorted(names.split("|"), key=len, reverse=True))


def _holiday_names() -> str:
    return _longest_first(
        "|".join(name for name in holidays.by_name() if name.isascii() and not name.isdigit())
    )


WORDS: Final = MappingProxyType(
    {
        **clock.WORDS,
        **lengths.WORDS,
        "weekof": r"(?:the )?(?:week|wk) (?:of|commencing|beginning|starting)(?: on)? (?:the )?|w/c ",
        "wd": _longest_first("|".join(WEEKDAYS)),
        "rel": r"this coming |this |coming |the coming |the next |next |last |past |the following ",
        "month": _longest_first("|".join(MONTHS)),
        "day": r"\d{1,2}",
        "suffix": r"(?<=1)st|(?<=2)nd|(?<=3)rd|(?<=\d)th",
        "ordinal": _longest_first("|".join(ORDINALS)),
        # A year, unless it is a sum of money.
        "anyyear": r"20\d\d|\d\d",
        "year": r"(?:20\d\d|'\d\d)(?! ?(?:yuan|rmb|cny|usd|dollars?|bucks|stars?|euros?|eur|pounds|元|块))",
        "bit": (
            r"(?:the )?(?:very )?(?:end|close|beginning|start|middle|last day) (?:of|in) |earl(?:y|ier)(?: in)? |late(?: in)? "
            r"|mid(?:dle of)?[ -]?"
        ),
        "andhalf": " ?and a half ?",
        "thisnext": _THIS_OR_NEXT,
        "span": "week|month|quarter|year",
        "longspan": "month|quarter|year",
        "code": "eow|eom|eoq|eoy",
        "eoy": "eoy|(?:the )?year[- ]end",
        "nth": "first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th",
        "quarter": r"q[1-4]|(?:the )?(?:first|second|third|fourth|last|1st|2nd|3rd|4th) quarter",
        "yearword": "next year|this year|the year",
        # "the 2nd one", "the 3rd option": places in a list.
        "noitem": r"(?! ?(?:one|option|plan|choice|item|version|anniversary|birthday|floor|street|st\b|grade|gen|draft"
        r"|edition|package|tier|of (?!this|the month|next)))",
        "range": "-|~|to|through|thru|until|till|and",
        "holiday": _holiday_names(),
        "weekword": "this week|next week|(?:the )?week after next|after next",
        "monthword": "this month|next month|the month|the next month",
        "relday": (
            r"today|tonight|tonite|(?:the )?day after (?:tomorrow|tmrw?)|overmorrow|tomorrow|tommorow|tomorow|tommorrow"
            r"|tmrw|tmr|tmw|2morrow|this morning|this afternoon|this evening"
        ),
        "anyweek": "this coming|this|the coming|the next|next|the following|coming|last|past|the",
        # "you may 3", "3 may be": the verb.
        "nomodal": r"(?<!i )(?<!we )(?<!it )(?<!you )(?<!they )(?<!this )",
        "noverb": r"(?! ?(?:be|not|have|need|also|want|work|take|help|get|use|do|come|go)\b)",
        "nodigit": r"(?<!\d[ .-])(?<!\d)",
        "notmore": r"(?![:/%]\d|-\d\d| ?(?:pcs|people|posts|logos|times|am\b|pm\b|a\.m|p\.m))",
        "notplural": r"(?!s)",
        "nothing": "",
    }
)
