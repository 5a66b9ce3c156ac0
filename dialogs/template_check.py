"""Proof that the templates hold together: they parse, what they use exists, no text bypasses gettext."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, TemplateSyntaxError, nodes
from jinja2.meta import find_referenced_templates

from dialogs.words import LANGUAGES, environment, short

TEMPLATES = "dialogs/templates"
#: Says the same in every language on one page.
BILINGUAL = frozenset({"pages/language.html"})

_PAGE = re.compile(r"(?P<name>.+)\.(?P<language>[a-z]{2})\.html")
#: Not words: tags (a value may stand within one), entities, commands, an order's number, a currency.
_NO_WORDS = re.compile(
    r"<[^<>]*(?:>|$)|^[^<>]*>|&\w+;|/[a-z_]+|[0-9A-Z]{3}-[0-9A-Z]{4}|\b[A-Z]{3}\b"
)
_LETTERS = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Names a macro has of itself.
_IN_MACROS = frozenset({"caller", "varargs", "kwargs"})

#: Gives what is not Chinese in a Chinese text, one line each.
Untranslated = Callable[[str], Iterable[str]]


def template_problems(root: Path, untranslated: Untranslated) -> Iterator[str]:
    """What is wrong with the templates below `root`."""
    folder = root / TEMPLATES
    made = environment("en").overlay(loader=FileSystemLoader(folder))
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.html"))]
    for name in names:
        here = f"{TEMPLATES}/{name}"
        source = (folder / name).read_text(encoding="utf-8")
        try:
            tree = made.parse(source)
        except TemplateSyntaxError as error:
            yield f"{here}:{error.lineno}: {error.message}"
            continue
        for other in find_referenced_templates(tree):
            if other is not None and other not in names:
                yield f"{here}: there is no {TEMPLATES}/{other}"
        yield from (f"{here}:{line}" for line in _filters(made, tree))
        yield from (f"{here}:{line}" for line in _macros(made, folder, tree))
        yield from (f"{here}:{line}" for line in _bare_words(name, tree, untranslated))
    yield from _pairs(names)


def _pairs(names: Iterable[str]) -> Iterator[str]:
    """Pages that are written out in each language."""
    pages: dict[str, set[str]] = {}
    for name in names:
        if page := _PAGE.fullmatch(name):
            pages.setdefault(page["name"], set()).add(page["language"])
    for page_name, languages in pages.items():
        for language in set(LANGUAGES) - languages:
            yield f"{TEMPLATES}/{page_name}.{language}.html is missing; there is {', '.join(languages)}"


def _filters(made: Environment, tree: nodes.Template) -> Iterator[str]:
    """Filters and tests that do not exist; Jinja notices only where the branch is run."""
    for filtered in tree.find_all(nodes.Filter):
        if filtered.name not in made.filters:
            yield f"{filtered.lineno}: there is no filter {filtered.name}"
    for tested in tree.find_all(nodes.Test):
        if tested.name not in made.tests:
            yield f"{tested.lineno}: there is no test {tested.name}"


def _macros(made: Environment, folder: Path, tree: nodes.Template) -> Iterator[str]:
    """Calls of macros that nobody declared."""
    declared = {macro.name for macro in tree.find_all(nodes.Macro)} | set(made.globals) | _IN_MACROS
    modules: dict[str, set[str]] = {}
    for whole in tree.find_all(nodes.Import):
        modules[whole.target] = _macros_of(made, folder, whole.template)
    for some in tree.find_all(nodes.FromImport):
        theirs = _macros_of(made, folder, some.template)
        for entry in some.names:
            name, known_as = entry if isinstance(entry, tuple) else (entry, entry)
            if name in theirs:
                declared.add(known_as)
    for call in tree.find_all(nodes.Call):
        match call.node:
            case nodes.Name(name=name) if name not in declared:
                yield f"{call.lineno}: {name} is not declared"
            case nodes.Getattr(node=nodes.Name(name=module), attr=name) if (
                module in modules and name not in modules[module]
            ):
                yield f"{call.lineno}: {module} has no macro {name}"


def _macros_of(made: Environment, folder: Path, template: nodes.Expr) -> set[str]:
    """The macros of a template named in an import."""
    path = folder / str(template.value) if isinstance(template, nodes.Const) else None
    if path is None or not path.is_file():
        return set()
    tree = made.parse(path.read_text(encoding="utf-8"))
    return {macro.name for macro in tree.find_all(nodes.Macro)}


def _bare_words(name: str, tree: nodes.Template, untranslated: Untranslated) -> Iterator[str]:
    """Words outside {% trans %}; on a page of one language, words of the other."""
    if name in BILINGUAL:
        return
    page = _PAGE.fullmatch(name)
    for data in tree.find_all(nodes.TemplateData):
        if page is None:
            if _LETTERS.search(_NO_WORDS.sub("", data.data)):
                yield f"{data.lineno}: not in {{% trans %}}: {short(_one_line(data.data), 60)}"
        elif page["language"] == "zh":
            yield from (f"{data.lineno}: {line}" for line in untranslated(data.data))
        elif _CHINESE.search(data.data):
            yield f"{data.lineno}: Chinese on a page in {page['language']}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
