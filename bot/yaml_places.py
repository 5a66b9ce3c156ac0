"""Reading a YAML file by its nodes, so that every mistake is reported with its line, all at once.

A `Place` is one value in the file. Its readers never raise: what is wrong is noted in the shared
list of mistakes and a harmless value is returned, so that one mistake does not hide the next.
A value that is not in the file is a Place too, an absent one: it reads as nothing, silently.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import yaml

from orders.text import clean_line, clean_text

#: libyaml's loader, where PyYAML was built with it.
_FAST: Any = getattr(yaml, "CSafeLoader", None)
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
KINDS: Mapping[type[yaml.Node], str] = {
    yaml.MappingNode: "`name: value` lines",
    yaml.SequenceNode: "a list",
    yaml.ScalarNode: "a single value",
}


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """`line` counts from 1; `where` is a dotted path, empty for the file as a whole."""

    line: int
    where: str
    message: str


@dataclass(slots=True)
class Mistakes:
    """The list that all places of one file write to."""

    found: list[Mistake] = field(default_factory=list)

    def add(self, line: int, where: str, message: str) -> None:
        self.found.append(Mistake(line, where, message))


@dataclass(frozen=True, slots=True)
class Place:
    node: yaml.Node | None
    line: int
    where: str
    mistakes: Mistakes

    def wrong(self, message: str) -> None:
        self.mistakes.add(self.line, self.where, message)

    @property
    def absent(self) -> bool:
        return self.node is None

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    def below(self, *path: str | int) -> Place:
        """The value at that path, to say something about it; this one where the path ends."""
        place = self
        for step in path:
            node = place.node
            if isinstance(node, yaml.MappingNode):
                pairs = [(at, value) for at, value in node.value if at.value == step]
                if not pairs:
                    break
                at, value = pairs[0]
                place = Place(value, at.start_mark.line + 1, place._below(str(step)), self.mistakes)
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                place = place._item(step, node.value[step])
        return place

    def fields(
        self, required: Collection[str], optional: Collection[str] = ()
    ) -> Mapping[str, Place]:
        """Every allowed name with its value; missing and unknown ones are noted."""
        allowed = [*required, *optional]
        entries = self.entries()
        for name, place in entries.items():
            if name not in allowed:
                place.wrong(unknown("field", name, allowed))
        if self.is_mapping:
            for name in required:
                if name not in entries:
                    self.wrong(f"`{name}` is missing: add it")
        return {name: entries.get(name) or self._absent(name) for name in allowed}

    def entries(self) -> Mapping[str, Place]:
        """The values of a mapping whose names are free, in the order of the file."""
        if not isinstance(self.node, yaml.MappingNode):
            self._expected(yaml.MappingNode)
            return {}
        found: dict[str, Place] = {}
        for key_node, value_node in self.node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.mistakes.add(line, self.where, "a name must be a single word")
                continue
            name = str(key_node.value)
            where = self._below(name)
            if name in found:
                first = found[name].line
                self.mistakes.add(
                    line, where, f"is here twice, first on line {first}: remove or rename one"
                )
                continue
            found[name] = Place(value_node, line, where, self.mistakes)
        return found

    def items(self, *, least: int = 0, most: int) -> tuple[Place, ...]:
        if not isinstance(self.node, yaml.SequenceNode):
            self._expected(yaml.SequenceNode)
            return ()
        count = len(self.node.value)
        if not least <= count <= most:
            self.wrong(f"has {count} entries: write {least} to {most}")
        return tuple(self._item(index, node) for index, node in enumerate(self.node.value))

    def text(self, *, most: int) -> str:
        """Text of 1 to `most` characters on one line, counted as Telegram does (UTF-16 units)."""
        value = self._scalar()
        if value is None or self.node is None:
            return ""
        if not self.node.tag.endswith(":str"):
            if value:
                self.wrong(f"`{value}` is not read as text here: put it in quotes")
            else:
                self.wrong("is empty: write the text")
            return ""
        value = clean_line(value)
        length = len(value.encode("utf-16-le")) // 2
        if not value:
            self.wrong("is empty: write the text")
        elif length > most:
            self.wrong(f"has {length} characters: shorten it to {most}")
        return value

    def long_text(self, *, most: int) -> str:
        """Text of several lines, of 1 to `most` characters."""
        value = self._scalar()
        if value is None or self.node is None:
            return ""
        value = clean_text(value)
        if not value:
            self.wrong("is empty: write the text")
        elif len(value) > most:
            self.wrong(f"has {len(value)} characters: shorten it to {most}")
        return value

    def choice(self, what: str, options: Collection[str]) -> str | None:
        value = self._scalar()
        if value is None or value in options:
            return value
        self.wrong(unknown(what, value, options))
        return None

    def choices(self, what: str, options: Collection[str]) -> tuple[str, ...]:
        """A list of some of the options, each at most once."""
        picked: list[str] = []
        for item in self.items(most=len(options)):
            value = item.choice(what, options)
            if value in picked:
                item.wrong(f"`{value}` is here twice: remove one")
            elif value is not None:
                picked.append(value)
        return tuple(picked)

    def whole(self, low: int, high: int) -> int | None:
        """A whole number within bounds; None when it is wrong or absent."""
        value = self.number()
        if value is None:
            return None
        if value != value.to_integral_value():
            self.wrong(f"{value} must be a whole number, {low} to {high}")
            return None
        if not low <= value <= high:
            self.wrong(f"{value} is out of range: write {low} to {high}")
            return None
        return int(value)

    def number(self) -> Decimal | None:
        """A number that is not negative, exactly as written."""
        value = self._scalar()
        if value is None:
            return None
        if not NUMBER.fullmatch(value):
            self.wrong(f"`{value}` is not a number: write digits, such as 1999 or 299.50")
            return None
        return Decimal(value)

    def _scalar(self) -> str | None:
        if isinstance(self.node, yaml.ScalarNode):
            return str(self.node.value)
        self._expected(yaml.ScalarNode)
        return None

    def _expected(self, kind: type[yaml.Node]) -> None:
        if self.node is None:
            return
        empty = isinstance(self.node, yaml.ScalarNode) and not self.node.value
        found = "nothing" if empty else KINDS.get(type(self.node), "something else")
        self.wrong(f"expected {KINDS[kind]}; found {found}")

    def _item(self, index: int, node: yaml.Node) -> Place:
        return Place(node, node.start_mark.line + 1, f"{self.where}[{index}]", self.mistakes)

    def _below(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where else name

    def _absent(self, name: str) -> Place:
        return Place(None, self.line, self._below(name), self.mistakes)


def unknown(what: str, name: str, allowed: Collection[str]) -> str:
    """The sentence about a name that is not known, with the one that was probably meant."""
    close = get_close_matches(name, allowed, n=1, cutoff=0.6)
    if close:
        return f"`{name}` is not a known {what}: did you mean `{close[0]}`?"
    return f"`{name}` is not a known {what}: use one of {', '.join(allowed)}"


def open_yaml(
    data: bytes, mistakes: Mistakes, *, wanted: str = "`categories` and `services`"
) -> Place | None:
    """The root of the one document in the file, or None with the reason noted. `wanted` is what an empty one lacks."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        mistakes.add(line, "", "is not UTF-8: save the file in that encoding")
        return None
    try:
        root = _composed(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        mistakes.add(line, "", f"has a character YAML does not allow (#{error.character:x})")
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "cannot be read"
        mistakes.add(
            mark.line + 1 if mark else 1,
            "",
            f"is not valid YAML ({problem}): check the indentation, and put texts "
            "with a colon, a comma or quotes in quotes",
        )
        return None
    except RecursionError:
        mistakes.add(1, "", "is nested too deeply: no more than six levels are needed")
        return None
    if root is None:
        mistakes.add(1, "", f"is empty: write {wanted}")
        return None
    return Place(root, root.start_mark.line + 1, "", mistakes)


def _composed(text: str) -> yaml.Node | None:
    """What the text says: by libyaml, ten times as fast; its mistakes by Python's own reader, which explains them
    better.

    libyaml's composer calls itself for each level, without a limit: a text that could nest deeper than Python
    goes is left to Python. Each level needs a bracket, or a column further to the right.
    """
    levels = text.count("[") + text.count("{") + max(map(len, text.splitlines()), default=0)
    if _FAST is not None and levels < sys.getrecursionlimit():
        try:
            node: yaml.Node | None = yaml.compose(text, Loader=_FAST)
        except yaml.YAMLError:
            pass
        else:
            return node
    return yaml.compose(text, Loader=yaml.SafeLoader)
