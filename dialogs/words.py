"""The words: templates and translations, in one person's language and time zone.

English sentences are the msgids; `locales/LANGUAGE/LC_MESSAGES/messages.po` has the other languages. Message
texts are `.html` templates, always escaped; buttons, toasts and titles go through gettext and are plain text.
No user text is ever a template.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.runtime import Context
from markupsafe import Markup

from dialogs.trans import Spoken
from orders.money import Money, exponent, major

HERE = Path(__file__).parent
#: Every language the product speaks; English is the language of the msgids.
LANGUAGES = ("zh", "en")
#: What each language calls itself.
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
_LOCALES = {"zh": "zh_Hans_CN", "en": "en_US"}
#: White space before the end of a line.
_TRAILING = re.compile(r"[ \t]+(?=\n)")


class Blanks(dict[str, Any]):
    """Answers or view variables in a template: what was not given is None."""

    def __missing__(self, key: str) -> None:
        return None


class _Environment(Environment):
    """Where `answers.goal` is looked up at once, not after Python has found that a dict has no such attribute."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return obj[attribute] if type(obj) is Blanks else super().getattr(obj, attribute)


def N_(message: str) -> str:
    """Mark a msgid that is looked up later."""
    return message


@lru_cache(maxsize=8)
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, compiled in memory from its .po file."""
    path = HERE / "locales" / language / "LC_MESSAGES" / "messages.po"
    if language == "en" or not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    buffer.seek(0)
    return Translations(buffer)


@lru_cache(maxsize=8)
def environment(language: str) -> Environment:
    """The templates in a language."""
    made = _Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        extensions=[Spoken],
    )
    made.extend(spoken=translations(language))
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.filters["short"] = short
    return made


def short(text: str, limit: int = 200) -> str:
    """`text` in at most `limit` characters, cut with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


@cache
def _template(language: str, name: str) -> tuple[Environment, Template]:
    spoken = environment(language)
    return spoken, spoken.get_template(f"{name}.html")


@dataclass(frozen=True, slots=True)
class Words:
    """Speaks one language in one time zone."""

    language: str
    zone: tzinfo
    #: The person's day: dates of this year are shown without it.
    today: dt.date
    #: Variables every template knows: the business's name, the bot's.
    common: Mapping[str, Any] = field(default_factory=dict)

    @property
    def locale(self) -> str:
        return _LOCALES[self.language]

    # -- texts --------------------------------------------------------------------------------------

    def gettext(self, message: str, **params: Any) -> str:
        """A plain text: a button, a toast, a title. `{name}` is filled from `params`."""
        text = translations(self.language).gettext(message)
        return text.format(**params) if params else text

    def ngettext(self, one: str, many: str, n: int, **params: Any) -> str:
        return translations(self.language).ngettext(one, many, n).format(n=n, **params)

    def html(self, template: str, **variables: Any) -> str:
        """A message text from `templates/TEMPLATE.html`; every variable is escaped."""
        spoken, found = _template(self.language, template)
        # As `found.render`, which takes the globals apart and together again for every text.
        known = {**spoken.globals, **self.common, **variables, "words": self}
        context = Context(spoken, known, found.name, found.blocks)
        try:
            text = "".join(found.root_render_func(context))
        except Exception:
            # Raises the same error, with the template's own lines.
            spoken.handle_exception()
        text = text.strip()
        return _TRAILING.sub("", text) if " \n" in text or "\t\n" in text else text

    @property
    def gap(self) -> str:
        """What follows the end of a sentence or a colon in a line: no space in Chinese."""
        return "" if self.language == "zh" else " "

    # -- figures ------------------------------------------------------------------------------------

    def money(self, money: Money) -> str:
        """¥1,999.00 → ¥1,999; whole amounts without decimals; Stars as ⭐ 500 (Babel prints XTR500.00)."""
        if money.currency == "XTR":
            return f"⭐ {money.amount:,}"
        decimals = exponent(money.currency)
        whole = money.amount % 10**decimals == 0
        pattern = "¤#,##0" if whole else f"¤#,##0.{'0' * decimals}"
        return format_currency(
            major(money), money.currency, pattern, locale=self.locale, currency_digits=False
        )

    def price(self, amount: int, currency: str) -> str:
        return self.money(Money(amount, currency))

    def date(self, day: dt.date | datetime | str) -> str:
        """A day with its weekday: Fri, Dec 4 / 12月4日 周五; with the year when it is not this one's."""
        if isinstance(day, str):
            day = dt.date.fromisoformat(day[:10])
        if isinstance(day, datetime):
            day = day.astimezone(self.zone).date()
        same_year = day.year == self.today.year
        if self.language == "zh":
            return format_date(
                day, "M月d日 EEE" if same_year else "y年M月d日 EEE", locale=self.locale
            )
        return format_date(day, "EEE, MMM d" if same_year else "EEE, MMM d, y", locale=self.locale)

    def day(self, day: dt.date | datetime) -> str:
        """A day as short as it can be said, for the axis of a chart: Dec 4 / 12月4日."""
        if isinstance(day, datetime):
            day = day.astimezone(self.zone).date()
        return format_date(day, "M月d日" if self.language == "zh" else "MMM d", locale=self.locale)

    def number(self, value: float) -> str:
        """A figure with at most two decimals, large ones as they are said: 1.2万 / 12,000, 3.4亿 / 340M."""
        scales = ((1e8, "亿"), (1e4, "万")) if self.language == "zh" else ((1e9, "B"), (1e6, "M"))
        for scale, unit in scales:
            if abs(value) >= scale:
                return f"{format_decimal(round(value / scale, 2), '#,##0.##', locale=self.locale)}{unit}"
        return format_decimal(round(value, 2), "#,##0.##", locale=self.locale)

    def percent(self, value: int) -> str:
        """A share: 50 % / 50%."""
        return self.gettext("{percent} %", percent=value)

    def deadline(self, iso: str) -> str:
        """A deadline as stored: a day, or a day and a wall time."""
        if len(iso) > 10:
            return f"{self.date(iso)} {self.clock(time.fromisoformat(iso[11:]))}"
        return self.date(iso)

    def clock(self, at: time) -> str:
        return format_time(at, "HH:mm", locale=self.locale)

    def moment(self, at: datetime) -> str:
        """A day and a time in the person's zone."""
        local = at.astimezone(self.zone)
        return f"{self.date(local)} {format_datetime(local, 'HH:mm', locale=self.locale)}"

    def weekday(self, number: int) -> str:
        """The shortest name of a weekday, Monday is 0: Mo / 一."""
        day = dt.date(2024, 1, 1) + timedelta(days=number)
        return format_date(day, "EEEEE" if self.language == "zh" else "EEEEEE", locale=self.locale)

    def month(self, day: dt.date) -> str:
        return format_date(day, "y年M月" if self.language == "zh" else "MMM y", locale=self.locale)

    def span(self, length: timedelta) -> str:
        """A rough length of time: 3 hours, 2 days."""
        hours = round(length.total_seconds() / 3600)
        if hours < 1:
            minutes = max(1, round(length.total_seconds() / 60))
            return self.ngettext("{n} minute", "{n} minutes", minutes)
        if hours < 48:
            return self.ngettext("{n} hour", "{n} hours", hours)
        return self.days(round(hours / 24))

    def days(self, n: int) -> str:
        return self.ngettext("{n} day", "{n} days", n)

    def markup(self, text: str) -> Markup:
        """Already rendered HTML, to be put into another template as it is."""
        return Markup(text)
