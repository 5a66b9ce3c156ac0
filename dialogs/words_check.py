"""Proof that the words are complete: everything that is said is said in every language, and fits.

Every function returns lines, one for each problem; `python -m bot check` prints them. Nothing here is
run while the bot talks.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from dialogs.template_check import template_problems
from dialogs.wording import REFUSALS
from dialogs.words import LANGUAGES
from dialogs.words_use import Use, uses
from orders.refusal_codes import CODES

#: The folder that holds the packages.
ROOT = Path(__file__).parent.parent

#: Telegram Bot API: answerCallbackQuery; a refused pre-checkout is held to the same.
TOAST_MAX = 200
#: A longer button is cut off on a phone.
LABEL_MAX = 40
#: How long what is filled in may plausibly be; see _length.
_LENGTHS = {
    "n": 3,
    "length": 4,
    "minimum": 5,
    "maximum": 12,
    "maximum_mb": 2,
    "decimals": 1,
    "period_days": 3,
    "used": 2,
    "currency": 3,
    "order": 8,
    "name": 40,
    "given": 40,
    "allowed": 40,
    "pattern": 40,
    "problem": 40,
}
_LENGTH = 24

#: What Chinese sentences write in Latin letters: brands, currency codes, units, settings.
LATIN = frozenset(
    {"Telegram", "Stars", "English", "CNY", "USD", "XTR", "MB", "ADMIN_IDS", "CANNED_REPLIES"}
)

_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
_TAG = re.compile(r"</?[a-z][^<>]*>")
_CODE = re.compile(r"<code>.*?</code>")
_COMMAND = re.compile(r"(?<!\w)/[a-z_]+")
_WORD = re.compile(r"[A-Za-z_]{2,}")
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff] ?[,.;:!?](?!\w)|[\u4e00-\u9fff][()]|[()][\u4e00-\u9fff]")


def problems(root: Path = ROOT) -> list[str]:
    """Everything that is wrong with the words of the packages below `root`."""
    used = uses(root)
    found = [*refusal_problems(), *call_problems(used), *template_problems(root, untranslated)]
    for language in LANGUAGES:
        translate: Callable[[str], str] = str
        if language != "en":
            path = f"dialogs/locales/{language}/LC_MESSAGES/messages.po"
            catalogue = _read(root / path, language)
            if isinstance(catalogue, str):
                found.append(f"{path}: {catalogue}")
                continue
            found += catalogue_problems(catalogue, used, path)
            translate = _translator(catalogue)
        found += length_problems(used, translate, language)
    return found


def _read(path: Path, language: str) -> Catalog | str:
    """The catalogue, or why it cannot be read."""
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, abort_invalid=True)
    except FileNotFoundError:
        return "there is no such catalogue"
    except (PoFileError, ValueError) as error:
        return f"cannot be read: {error}"


def _translator(catalogue: Catalog) -> Callable[[str], str]:
    def translate(msgid: str) -> str:
        message = catalogue.get(msgid)
        return (_strings(message)[0] if message else "") or msgid

    return translate


# -- the catalogue against what is used -----------------------------------------------------------


def catalogue_problems(catalogue: Catalog, used: Mapping[str, Use], path: str) -> Iterator[str]:
    """What the catalogue lacks, what it has too much, and entries that would break a message."""
    for use in used.values():
        if catalogue.get(use.msgid) is None:
            yield f"{use.places[0]}: {path} lacks {_quoted(use.msgid)}"
    for message in catalogue:
        msgid, plural = _ids(message)
        if not msgid:
            continue
        use_of = used.get(msgid)
        if use_of is None:
            yield f"{path}: nothing says {_quoted(msgid)} any more: delete it"
            continue
        here = f"{use_of.places[0]}: {path}: {_quoted(msgid)}"
        if use_of.plural != plural:
            yield f"{here} has the plural {_quoted(plural or '')}, not {_quoted(use_of.plural or '')}"
        if message.fuzzy:
            yield f"{here} is fuzzy: check it and take the mark away"
        strings = _strings(message)
        if len(strings) != (catalogue.num_plurals if plural else 1):
            yield f"{here} has {len(strings)} forms, not {catalogue.num_plurals}"
        for string in strings:
            if not string.strip():
                yield f"{here} is not translated"
            else:
                yield from (f"{here}: {line}" for line in _entry(use_of, string))
    for message in catalogue.obsolete.values():
        yield f"{path}: obsolete entry {_quoted(_ids(message)[0])}: delete it"


def _ids(message: Message) -> tuple[str, str | None]:
    one, *more = [message.id] if isinstance(message.id, str) else message.id
    return one, more[0] if more else None


def _strings(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def _entry(use: Use, string: str) -> Iterator[str]:
    """What is wrong with one translation."""
    source = use.plural or use.msgid
    wanted, there = set(_PLACEHOLDER.findall(source)), set(_PLACEHOLDER.findall(string))
    if wanted != there:
        yield f"{_listed(there)} where the msgid has {_listed(wanted)}"
    elif not _can_be_filled(use, string):
        yield "a stray % or brace: it cannot be filled in"
    tags, tags_there = Counter(_TAG.findall(source)), Counter(_TAG.findall(string))
    if tags != tags_there:
        yield f"{_listed(set(tags_there))} where the msgid has {_listed(set(tags))}"
    yield from untranslated(string)


def _can_be_filled(use: Use, string: str) -> bool:
    """Templates fill with %, code with braces, and only what has something to fill."""
    try:
        if use.in_template:
            string % defaultdict(str)
        if use.in_code and _PLACEHOLDER.search(string):
            string.format_map(defaultdict(str))
    except (ValueError, TypeError, IndexError):
        return False
    return True


def untranslated(chinese: str) -> Iterator[str]:
    """What in a Chinese text is not Chinese: English words, punctuation of half width."""
    text = _PLACEHOLDER.sub("", _TAG.sub("", _CODE.sub("", chinese)))
    words = [word for word in _WORD.findall(_COMMAND.sub("", text)) if word not in LATIN]
    if words:
        yield f"English left in it: {', '.join(words)}"
    for found in _HALF_WIDTH.findall(text):
        yield f"punctuation of half width: {found}"


# -- refusals, calls and lengths -----------------------------------------------------------------------


def refusal_problems(
    refusals: Mapping[str, str] = REFUSALS, codes: Mapping[str, tuple[str, ...]] = CODES
) -> Iterator[str]:
    """Codes without words, words without a code, words that want what the code does not bring.

    Words may leave out what a person need not know.
    """
    for code in codes.keys() - refusals.keys():
        yield f"orders/refusal_codes.py: {code} has no words in dialogs/wording.py"
    for code, msgid in refusals.items():
        if code not in codes:
            yield f"dialogs/wording.py: {code} is no refusal code"
            continue
        unknown = {name.strip("{}") for name in _PLACEHOLDER.findall(msgid)} - set(codes[code])
        if unknown:
            known = _listed(set(codes[code]))
            yield f"dialogs/wording.py: {code} has {known}, its words want {_listed(unknown)}"


def call_problems(used: Mapping[str, Use]) -> Iterator[str]:
    """Messages that the code fills with too little."""
    for use in used.values():
        wanted = {name.strip("{}") for name in _PLACEHOLDER.findall(use.plural or use.msgid)}
        for call in use.calls:
            if wanted - call.given:
                lacking = _listed(wanted - call.given)
                yield f"{call.place}: {_quoted(use.msgid)} is not given {lacking}"


def length_problems(
    used: Mapping[str, Use],
    translate: Callable[[str], str],
    language: str,
    refusals: Mapping[str, str] = REFUSALS,
) -> Iterator[str]:
    """Buttons and toasts that would be cut off in a language."""
    answers = set(refusals.values())
    for use in used.values():
        length = _length(translate(use.msgid))
        where = f"{use.places[0]}: in {language}, {_quoted(use.msgid)}"
        if use.label and length > LABEL_MAX:
            yield f"{where} has {length} characters, a button has room for {LABEL_MAX}"
        if (use.toast or use.msgid in answers) and length > TOAST_MAX:
            yield f"{where} comes to {length} characters, a toast has room for {TOAST_MAX}"


def _length(text: str) -> int:
    """Characters once everything is filled in: amounts, dates, names as they plausibly are."""
    names = [name.strip("{}") for name in _PLACEHOLDER.findall(text)]
    return len(_PLACEHOLDER.sub("", text)) + sum(_LENGTHS.get(name, _LENGTH) for name in names)


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
