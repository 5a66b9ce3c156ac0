"""Money, dates and lengths of time as people read them; the words complete, and gaps found."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from bot.catalogue_file import read_catalogue
from dialogs.template_check import TEMPLATES
from dialogs.understanding.deadlines import read_deadline
from dialogs.understanding.message import Names, understand
from dialogs.wording import REFUSALS, refusal_text
from dialogs.words import LANGUAGES, Blanks, Words, environment, short
from dialogs.words_check import (
    ROOT,
    length_problems,
    problems,
    refusal_problems,
    untranslated,
)
from dialogs.words_use import CONFIG, Use, uses
from orders.balances import PaymentStatus
from orders.brief import AttachmentKind
from orders.catalogue import Catalogue
from orders.deadlines import Deadline, check_deadline
from orders.lifecycle import FULL, TIMERS, transition
from orders.methods import Method
from orders.money import Money
from orders.payments import Outcome
from orders.refusal import refuse

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZH = Words("zh", SHANGHAI, date(2026, 11, 21))
EN = Words("en", SHANGHAI, date(2026, 11, 21))
CATALOGUE = "dialogs/locales/zh/LC_MESSAGES/messages.po"


# -- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "currency", "zh", "en"),
    [
        (199900, "CNY", "¥1,999", "CN¥1,999"),
        (199950, "CNY", "¥1,999.50", "CN¥1,999.50"),
        (5, "CNY", "¥0.05", "CN¥0.05"),
        (0, "CNY", "¥0", "CN¥0"),
        (123456789012345, "CNY", "¥1,234,567,890,123.45", "CN¥1,234,567,890,123.45"),
        (5900, "USD", "US$59", "$59"),
        (29905, "USD", "US$299.05", "$299.05"),
        (-5900, "USD", "-US$59", "-$59"),
        (500, "XTR", "⭐ 500", "⭐ 500"),
        (25000, "XTR", "⭐ 25,000", "⭐ 25,000"),
        (1500, "JPY", "JP¥1,500", "¥1,500"),
        (1234, "KWD", "KWD1.234", "KWD1.234"),
        (2000, "KWD", "KWD2", "KWD2"),
    ],
)
def test_money(amount: int, currency: str, zh: str, en: str) -> None:
    assert ZH.money(Money(amount, currency)) == zh
    assert EN.price(amount, currency) == en


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        (date(2026, 12, 4), "12月4日 周五", "Fri, Dec 4"),
        (date(2026, 11, 22), "11月22日 周日", "Sun, Nov 22"),
        (date(2027, 1, 1), "2027年1月1日 周五", "Fri, Jan 1, 2027"),
        ("2026-12-04", "12月4日 周五", "Fri, Dec 4"),
        ("2026-12-04T18:00", "12月4日 周五", "Fri, Dec 4"),
        # half past five in the afternoon of the 3rd in London is the 4th in Shanghai
        (datetime(2026, 12, 3, 17, 30, tzinfo=UTC), "12月4日 周五", "Fri, Dec 4"),
        # and New Year comes eight hours earlier
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2027年1月1日 周五", "Fri, Jan 1, 2027"),
    ],
)
def test_days(day: date | datetime | str, zh: str, en: str) -> None:
    assert ZH.date(day) == zh
    assert EN.date(day) == en


@pytest.mark.parametrize(
    ("iso", "zh", "en"),
    [
        ("2026-12-04", "12月4日 周五", "Fri, Dec 4"),
        ("2026-12-04T18:00", "12月4日 周五 18:00", "Fri, Dec 4 18:00"),
        ("2027-03-01T08:05", "2027年3月1日 周一 08:05", "Mon, Mar 1, 2027 08:05"),
    ],
)
def test_deadlines(iso: str, zh: str, en: str) -> None:
    assert ZH.deadline(iso) == zh
    assert EN.deadline(iso) == en


def test_moments_are_told_in_the_persons_zone() -> None:
    at = datetime(2026, 12, 3, 17, 30, tzinfo=UTC)
    assert ZH.moment(at) == "12月4日 周五 01:30"
    assert EN.moment(at) == "Fri, Dec 4 01:30"
    assert Words("en", UTC, date(2026, 11, 21)).moment(at) == "Thu, Dec 3 17:30"


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (timedelta(seconds=5), "1 分钟", "1 minute"),
        (timedelta(minutes=25), "25 分钟", "25 minutes"),
        (timedelta(minutes=31), "1 小时", "1 hour"),
        (timedelta(hours=1), "1 小时", "1 hour"),
        (timedelta(hours=20), "20 小时", "20 hours"),
        (timedelta(hours=47), "47 小时", "47 hours"),
        (timedelta(hours=48), "2 天", "2 days"),
        (timedelta(days=10, hours=3), "10 天", "10 days"),
    ],
)
def test_spans(length: timedelta, zh: str, en: str) -> None:
    assert ZH.span(length) == zh
    assert EN.span(length) == en


def test_days_as_a_number() -> None:
    assert (ZH.days(1), ZH.days(14)) == ("1 天", "14 天")
    assert (EN.days(1), EN.days(14)) == ("1 day", "14 days")


def test_shares() -> None:
    assert (ZH.percent(50), EN.percent(50)) == ("50%", "50 %")


def test_calendar_heads() -> None:
    assert [ZH.weekday(n) for n in range(7)] == list("一二三四五六日")
    assert [EN.weekday(n) for n in range(7)] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    assert ZH.month(date(2026, 12, 20)) == "2026年12月"
    assert EN.month(date(2026, 12, 20)) == "Dec 2026"


def test_short_cuts_with_an_ellipsis() -> None:
    assert short("四个字啊", 4) == "四个字啊"
    assert short("五个字不行", 4) == "五个字…"
    assert short("one two", 5) == "one…"


# -- texts ----------------------------------------------------------------------------------------


def test_the_language_button_names_the_other_language() -> None:
    assert EN.gettext("🌐 中文") == "🌐 中文"
    assert ZH.gettext("🌐 中文") == "🌐 English"
    assert ZH.gettext("I speak English now.") == "已切换为中文。"
    assert ZH.gettext("中文 / English") == "中文 / English"


def test_what_a_person_wrote_is_escaped_and_never_filled_in() -> None:
    text = ZH.html("order/search", query="50% <b>{n}%(n)s", found=0, notice="", echo=())
    assert "50% &lt;b&gt;{n}%(n)s" in text


def test_echoes_read_as_one_line() -> None:
    shown = {"query": "x", "found": 2, "notice": "", "echo": ("短视频制作", "下周五")}
    assert "📝 已记下：短视频制作 · 下周五\n\n" in ZH.html("order/search", **shown)
    assert "📝 Noted: 短视频制作 · 下周五\n\n" in EN.html("order/search", **shown)


def test_one_form_serves_every_number_in_chinese() -> None:
    shown = {"query": "直播", "notice": "", "echo": ()}
    assert "找到 1 项服务" in ZH.html("order/search", found=1, **shown)
    assert "one service fits" in EN.html("order/search", found=1, **shown)
    assert "3 services fit" in EN.html("order/search", found=3, **shown)


def test_sentences_do_not_run_together() -> None:
    assert EN.html("told/nudge", last=False).endswith(
        "answered.\nOne tap continues where you were."
    )


def test_chinese_sentences_have_no_space_between_them() -> None:
    assert ZH.html("support/back", open=True).count(" ") == 1  # after the sign
    assert "where you left it. Our team" in EN.html("support/back", open=True)


def test_what_follows_a_sentence_and_a_share_is_left_to_the_language() -> None:
    for path in (ROOT / TEMPLATES).rglob("*.html"):
        if path.stem.endswith((".zh", ".en")):
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"[.?!:]\{% endtrans %\}(</b>|\{% endif %\})* \{[{%]", text), path
        assert not re.search(r"\{% (el)?if [^%]*%\} \{% trans", text), path
        outside = re.sub(r"\{% trans.*?endtrans %\}", "", text, flags=re.DOTALL)
        assert not re.search(r"\}\} ?%", outside), path


def test_refusals_format_what_they_are_given() -> None:
    early = refuse(
        "deadline_too_early",
        wanted=date(2026, 11, 27),
        earliest=date(2026, 12, 3),
        period_days=12,
    )
    assert refusal_text(early, ZH).startswith(
        "这个套餐需要 12 天，11月27日 周五 来不及。最早可以选 12月3日 周四"
    )
    assert "so Fri, Nov 27 is too early" in refusal_text(early, EN)
    listed = refuse("policy_unknown", stage="paid", allowed=("before_work", "delivered"))
    assert refusal_text(listed, ZH).endswith("：before_work、delivered。")
    assert refusal_text(listed, EN).endswith(": before_work, delivered.")


@pytest.fixture(scope="module")
def shop() -> Catalogue:
    """The demo's catalogue."""
    return read_catalogue(ROOT / "catalogue/demo.yaml")


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
@pytest.mark.parametrize("day", range(16, 23))
def test_the_examples_work_when_they_are_typed(words: Words, day: int, shop: Catalogue) -> None:
    """On every day of the week, in the demo's shop: an example that is refused teaches nothing."""
    now = datetime(2026, 11, day, 12, tzinfo=SHANGHAI)
    names = Names(
        services={one.key: (*one.title.values(), *one.aliases) for one in shop.services},
        plans={plan.key: tuple(plan.title.values()) for plan in shop.services[0].plans},
    )
    greeting = words.html("order/home", business={"name": "x"}, notice="", echo=())
    example = re.findall("<i>(.*?)</i>", greeting)[-1]
    read = understand(example, names=names, now=now, zone=SHANGHAI)
    service = shop.service(read.service or "")
    plan = service.plan(read.plan or "") if service else None
    assert plan is not None
    assert read.goal
    (wanted,) = read.deadline.candidates
    assert isinstance(check_deadline(Deadline(wanted.day), now, plan.period_days), Deadline)
    assert example in words.html("pages/help")


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_the_examples_of_days_are_understood(words: Words) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=SHANGHAI)
    plan = SimpleNamespace(period_days=5)
    shown = {"plan": plan, "dates": SimpleNamespace(earliest=now.date()), "answers": Blanks()}
    question = words.html("order/deadline", view=Blanks(), notice="", echo=(), **shown)
    examples = re.findall("<i>(.*?)</i>", question)
    assert len(examples) == 3
    for example in examples:
        assert len(read_deadline(example, now=now, zone=SHANGHAI).candidates) == 1


_REASONS = (
    *(outcome for outcome in Outcome if outcome not in (Outcome.CREDITED, Outcome.DUPLICATE)),
    "cancelled",
    "refused",
    *(rule.fires for rule in TIMERS if rule.fires and transition(rule.fires).refund == FULL),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("macro", "codes"),
    [
        ("method", tuple(Method)),
        ("payment", tuple(PaymentStatus)),
        ("reason", _REASONS),
        ("file", tuple(AttachmentKind)),
    ],
)
def test_codes_have_words(language: str, macro: str, codes: tuple[str, ...]) -> None:
    names = environment(language).get_template("names.html").make_module()
    spoken = {code: str(getattr(names, macro)(str(code))) for code in codes}
    for code, words in spoken.items():
        assert words == words.strip() != ""
        assert "_" not in words
        if language == "zh":
            assert words != code
            assert not list(untranslated(words))
    assert len(set(spoken.values())) == len(codes)


# -- the check --------------------------------------------------------------------------------------


def test_the_words_are_complete() -> None:
    assert problems() == []


def test_the_check_sees_code_and_templates() -> None:
    used = uses(ROOT)
    assert used["✅ Confirm and get the invoice"].label
    assert used["Already done."].toast
    assert used["Keep it ›"].label
    assert used["Which plan suits you?"].in_template
    assert used["{n} day"].plural == "{n} days"
    assert set(REFUSALS.values()) <= set(used)


_TALK = """
from dialogs.words import N_

STEP = Step(label=N_("Go on"), skip=N_("Not now"))

def talk(turn, words, price):
    words.gettext("Pay {price}", price=price)
    words.ngettext("{n} day", "{n} days", 3)
    turn.toast(N_("Already done."), alert=True)
    words.gettext(CHOSEN, **price)
"""
_HOME = """{% import "names.html" as names %}
{% include "head.html" %}
{% trans name=name %}Hello <b>{{ name }}</b>!{% endtrans %}

{% if n %}
{% trans n=n | length %}{{ n }} file{% pluralize n %}{{ n }} files{% endtrans %}

{{ names.kind(code) | upper }} · /start
<a href="https://{{ link }}">{{ name }}</a>
{% endif %}
"""
_NAMES = "{% macro kind(code) %}{% trans %}photo{% endtrans %}{% endmacro %}"
_CHINESE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Go on"
msgstr "继续"

msgid "Not now"
msgstr "先不用"

msgid "Pay {price}"
msgstr "支付 {price}"

msgid "{n} day"
msgid_plural "{n} days"
msgstr[0] "{n} 天"

msgid "Already done."
msgstr "已经处理过了。"

msgid "Hello <b>%(name)s</b>!"
msgstr "您好，<b>%(name)s</b>！"

msgid "%(n)s file"
msgid_plural "%(n)s files"
msgstr[0] "%(n)s 个文件"

msgid "photo"
msgstr "图片"
"""
_TALKING, _GREETING = "handlers/talk.py", f"{TEMPLATES}/home.html"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house that speaks: one module, a few templates, a catalogue."""
    files = {
        CONFIG: (ROOT / CONFIG).read_text(encoding="utf-8"),
        CATALOGUE: _CHINESE,
        _TALKING: _TALK,
        _GREETING: _HOME,
        f"{TEMPLATES}/head.html": "",
        f"{TEMPLATES}/names.html": _NAMES,
        f"{TEMPLATES}/terms.en.html": "Terms: {{ version }}",
        f"{TEMPLATES}/terms.zh.html": "条款：{{ version }}",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_small_house_is_clean(house: Path) -> None:
    assert problems(house) == []


@dataclass(frozen=True)
class Break:
    """Something to change in a file, and what the check must say then."""

    file: str
    old: str
    new: str
    says: str


_MISTAKES = {
    "missing msgid": Break(
        _TALKING, "Not now", "Later", f"{_TALKING}:4: {CATALOGUE} lacks “Later”"
    ),
    "unused msgid": Break(
        _TALKING, "Not now", "Later", f"{CATALOGUE}: nothing says “Not now” any more"
    ),
    "new sentence in a template": Break(
        _GREETING, "Hello", "Welcome", f"{_GREETING}:3: {CATALOGUE} lacks “Welcome <b>"
    ),
    "empty": Break(CATALOGUE, '"先不用"', '""', "“Not now” is not translated"),
    "fuzzy": Break(CATALOGUE, 'msgid "Not now"', '#, fuzzy\nmsgid "Not now"', "“Not now” is fuzzy"),
    "obsolete": Break(
        CATALOGUE,
        'msgid "Not now"',
        '#~ msgid "Gone"\n#~ msgstr "没了"\n\nmsgid "Not now"',
        "obsolete entry “Gone”",
    ),
    "placeholder of code lost": Break(
        CATALOGUE, "支付 {price}", "支付", "nothing where the msgid has {price}"
    ),
    "placeholder of code misspelt": Break(
        CATALOGUE, "支付 {price}", "支付 {cost}", "{cost} where the msgid has {price}"
    ),
    "placeholder of a template misspelt": Break(
        CATALOGUE, "，<b>%(name)s", "，<b>%(who)s", "%(who)s where the msgid has %(name)s"
    ),
    "placeholder of a plural lost": Break(
        CATALOGUE, "%(n)s 个文件", "几个文件", "nothing where the msgid has %(n)s"
    ),
    "placeholder invented": Break(
        CATALOGUE, "已经", "{who} 已经", "{who} where the msgid has nothing"
    ),
    "stray percent": Break(CATALOGUE, "您好，", "100% 欢迎，", "a stray % or brace"),
    "stray brace": Break(CATALOGUE, "支付 {price}", "支付 {price} }", "a stray % or brace"),
    "tag lost": Break(
        CATALOGUE, "<b>%(name)s</b>！", "%(name)s！", "nothing where the msgid has </b>, <b>"
    ),
    "tag mistyped": Break(
        CATALOGUE, "%(name)s</b>！", "%(name)s<b>！", "<b> where the msgid has </b>, <b>"
    ),
    "English left": Break(CATALOGUE, '"先不用"', '"Not now，谢谢"', "English left in it: Not, now"),
    "half width": Break(CATALOGUE, "过了。", "过了.", "punctuation of half width: 了."),
    "two forms": Break(
        CATALOGUE, 'msgstr[0] "{n} 天"', 'msgstr[0] "{n} 天"\nmsgstr[1] "{n} 天"', "cannot be read"
    ),
    "another plural": Break(_TALKING, "{n} days", "{n} long days", "has the plural “{n} days”"),
    "not given": Break(
        _TALKING, "price=price", "cost=price", f"{_TALKING}:7: “Pay {{price}}” is not given price"
    ),
    "toast not given": Break(
        _TALKING, "Already done.", "Done, {name}.", "“Done, {name}.” is not given name"
    ),
    "toast too long": Break(
        _TALKING, "Already done.", "Already done. " * 15, "a toast has room for 200"
    ),
    "toast too long in Chinese": Break(
        CATALOGUE, "已经处理过了。", "已经处理过了。" * 30, "in zh, “Already done.” comes to 210"
    ),
    "button too long": Break(_TALKING, "Not now", "Not now " * 6, "a button has room for 40"),
    "button too long in Chinese": Break(
        CATALOGUE, '"先不用"', f'"{"先不用" * 14}"', "in zh, “Not now” has 42"
    ),
    "template does not parse": Break(
        _GREETING, "{% trans n", "{% trains n", "Encountered unknown tag 'trains'"
    ),
    "unknown filter": Break(
        _GREETING, "| upper", "| louder", f"{_GREETING}:8: there is no filter louder"
    ),
    "unknown test": Break(_GREETING, "{% if n %}", "{% if n is many %}", "there is no test many"),
    "unknown macro": Break(
        _GREETING, "names.kind(", "names.sort(", f"{_GREETING}:8: names has no macro sort"
    ),
    "undeclared call": Break(
        _GREETING, "names.kind(", "kind(", f"{_GREETING}:8: kind is not declared"
    ),
    "macro not there to import": Break(
        _GREETING,
        '{% import "names.html" as names %}',
        '{% from "names.html" import sort %}{{ sort(1) }}',
        f"{_GREETING}:1: sort is not declared",
    ),
    "include of nothing": Break(
        _GREETING, '"head.html"', '"heads.html"', f"{_GREETING}: there is no {TEMPLATES}/heads.html"
    ),
    "bare words": Break(
        _GREETING,
        "· /start",
        "· Begin /start",
        f"{_GREETING}:8: not in {{% trans %}}: · Begin /start",
    ),
    "bare Chinese": Break(_GREETING, "· /start", "· 开始 /start", "not in {% trans %}: · 开始"),
    "English on a Chinese page": Break(
        f"{TEMPLATES}/terms.zh.html", "条款", "Terms", "terms.zh.html:1: English left in it: Terms"
    ),
    "Chinese on an English page": Break(
        f"{TEMPLATES}/terms.en.html", "Terms", "条款", "terms.en.html:1: Chinese on a page in en"
    ),
}


@pytest.mark.parametrize("mistake", _MISTAKES.values(), ids=_MISTAKES.keys())
def test_a_mistake_is_found(house: Path, mistake: Break) -> None:
    path = house / mistake.file
    text = path.read_text(encoding="utf-8")
    assert mistake.old in text
    path.write_text(text.replace(mistake.old, mistake.new, 1), encoding="utf-8")
    found = problems(house)
    assert any(mistake.says in line for line in found), found
    assert all("\n" not in line for line in found)


def test_a_page_in_one_language_only_is_found(house: Path) -> None:
    (house / TEMPLATES / "terms.en.html").unlink()
    assert problems(house) == [f"{TEMPLATES}/terms.en.html is missing; there is zh"]


def test_a_missing_catalogue_is_found(house: Path) -> None:
    (house / CATALOGUE).unlink()
    assert problems(house) == [f"{CATALOGUE}: there is no such catalogue"]


def test_a_copy_of_the_real_words_is_checked_as_they_are(tmp_path: Path) -> None:
    for package in ("dialogs", "handlers"):
        shutil.copytree(ROOT / package, tmp_path / package)
    path = tmp_path / CATALOGUE
    text = path.read_text(encoding="utf-8")
    assert text.count('msgstr "已切换为中文。"') == 1
    path.write_text(text.replace('msgstr "已切换为中文。"', 'msgstr ""'), encoding="utf-8")
    (found,) = problems(tmp_path)
    assert found.endswith(f"{CATALOGUE}: “I speak English now.” is not translated")


@pytest.mark.parametrize(
    ("refusals", "says"),
    [
        ({}, "too_big has no words"),
        ({"too_big": "At most {maximum}.", "gone": "Gone."}, "gone is no refusal code"),
        ({"too_big": "At most {limit}."}, "too_big has given, maximum, its words want limit"),
    ],
)
def test_refusals_without_fitting_words_are_found(refusals: dict[str, str], says: str) -> None:
    (found,) = refusal_problems(refusals, {"too_big": ("maximum", "given")})
    assert says in found


def test_words_may_leave_a_parameter_out() -> None:
    assert list(refusal_problems({"too_big": "Too big."}, {"too_big": ("maximum",)})) == []


def test_a_refusal_is_measured_filled_in() -> None:
    msgid = "{name} is too big. " + "x" * 150
    used = {msgid: Use(msgid, places=["dialogs/wording.py:1"])}
    (found,) = length_problems(used, str, "en", {"attachment_too_big": msgid})
    assert "comes to 203 characters" in found
    assert list(length_problems(used, str, "en", {})) == []


@pytest.mark.parametrize(
    "text",
    [
        "请发送 /support，或用 <code>/quote NUMBER</code> 报价。",
        "付款用 Telegram 星星（Stars），最多 20 MB。",
        "订单 %(number)s：<b>%(price)s</b>，{when} 前。",
        "请写成 1999 或 299.50 这样。",
    ],
)
def test_chinese_may_name_commands_brands_and_figures(text: str) -> None:
    assert list(untranslated(text)) == []


@pytest.mark.parametrize(
    "text",
    ["请用 button 操作。", "好的, 谢谢", "价格(人民币)", "为什么?", "OK，好的", "您的：Order"],
)
def test_what_is_not_chinese_is_named(text: str) -> None:
    assert list(untranslated(text))
