"""What the code and the templates say: every msgid, where it stands and what it is used for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from configparser import RawConfigParser
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.extract import DEFAULT_KEYWORDS, check_and_call_extract_file

CONFIG = "dialogs/locales/babel.cfg"
#: As for `pybabel extract -k N_ -k toast -k ngettext:1,2`.
KEYWORDS: Mapping[str, Any] = {**DEFAULT_KEYWORDS, "toast": None}

#: Reading a file for messages takes long, and most have none.
_SPEAKS = re.compile(r"\b(?:N_|_|n?gettext|toast)\(|%-?\+?\s*trans\b")
#: Arguments that become the text of a button.
_LABELS = frozenset({"label", "keep", "skip"})
_MARKS = frozenset({"N_", "gettext"})
_LOOK_UP = frozenset({"gettext", "ngettext", "toast"})
#: Arguments of `gettext` and `toast` that are not put into the text.
_OWN = frozenset({"alert"})


@dataclass(frozen=True, slots=True)
class Call:
    """A call that looks a msgid up and fills it, and the names it brings."""

    place: str
    given: frozenset[str]


@dataclass(slots=True)
class Use:
    """One msgid as it is used."""

    msgid: str
    plural: str | None = None
    #: FILE:LINE, relative to the root.
    places: list[str] = field(default_factory=list)
    #: Where it is written out in the call itself; elsewhere it is filled out of sight.
    calls: list[Call] = field(default_factory=list)
    label: bool = False
    toast: bool = False

    @property
    def in_template(self) -> bool:
        return any(".html:" in place for place in self.places)

    @property
    def in_code(self) -> bool:
        return any(".py:" in place for place in self.places)


def mapping(root: Path) -> tuple[list[tuple[str, str]], dict[str, dict[str, Any]]]:
    """(pattern, method) pairs and the options by pattern, as Babel's configuration names them."""
    parser = RawConfigParser()
    parser.read_string((root / CONFIG).read_text(encoding="utf-8"))
    methods, options = [], {}
    for section in parser.sections():
        method, pattern = (part.strip() for part in section.split(":", 1))
        methods.append((pattern, method))
        options[pattern] = dict(parser.items(section))
    return methods, options


def speaking(root: Path) -> list[Path]:
    """The Python files and templates that look words up."""
    methods, _ = mapping(root)
    return [
        path
        for package in dict.fromkeys(pattern.split("/")[0] for pattern, _ in methods)
        for path in sorted((root / package).rglob("*"))
        if path.suffix in (".html", ".py") and _SPEAKS.search(path.read_text(encoding="utf-8"))
    ]


def uses(root: Path) -> dict[str, Use]:
    """Every msgid by itself, in the order met."""
    methods, options = mapping(root)
    found: dict[str, Use] = {}
    paths = speaking(root)
    for path in paths:
        for name, line, message, _, _ in check_and_call_extract_file(
            path, methods, options, None, KEYWORDS, (), False, dirpath=root
        ):
            one, many = (message, None) if isinstance(message, str) else message[:2]
            use = found.setdefault(one, Use(one))
            use.plural = use.plural or many
            use.places.append(f"{Path(name).as_posix()}:{line}")
    for path in paths:
        if path.suffix == ".py":
            where = path.relative_to(root).as_posix()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                _note(node, where, found)
    return found


def _note(node: ast.AST, where: str, found: Mapping[str, Use]) -> None:
    """Note which msgids are labels, which are toasts, and what they are filled with."""
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name in _LABELS:
            for use in _written(value, found):
                use.label = True
        case ast.Call():
            for keyword in node.keywords:
                if keyword.arg in _LABELS:
                    for use in _written(keyword.value, found):
                        use.label = True
            if isinstance(node.func, ast.Attribute) and node.func.attr in _LOOK_UP:
                _note_call(node, node.func.attr, where, found)


def _note_call(node: ast.Call, function: str, where: str, found: Mapping[str, Use]) -> None:
    names = {keyword.arg for keyword in node.keywords} - _OWN
    if function == "ngettext":
        names.add("n")
    for argument in node.args[:1]:
        for use in _written(argument, found):
            use.toast = use.toast or function == "toast"
            # **params: nobody can know.
            if None not in names:
                given = frozenset(name for name in names if name)
                use.calls.append(Call(f"{where}:{node.lineno}", given))


def _written(value: ast.expr, found: Mapping[str, Use]) -> Iterator[Use]:
    """The msgids an argument may be: a string, marked or looked up, or one of two."""
    match value:
        case ast.Constant(value=str(text)) if text in found:
            yield found[text]
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[first, *_]) if (
            name in _MARKS
        ):
            yield from _written(first, found)
        case ast.IfExp():
            yield from _written(value.body, found)
            yield from _written(value.orelse, found)
