from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import orders
from orders.errors import BadRefusal, OrdersError
from orders.refusal import CODES, Refusal, refuse

ROOM = Path(orders.__file__).parent


def sources() -> list[Path]:
    return sorted(ROOM.glob("*.py"))


def made_refusals() -> Iterator[tuple[str, str | None, set[str] | None]]:
    """Where, code and parameter names of every refusal that the rules make."""
    for path in sources():
        if path.name == "refusal.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            where = f"{path.name}:{node.lineno}"
            if node.func.id == "refuse":
                first = node.args[0]
                code = first.value if isinstance(first, ast.Constant) else None
                names = {keyword.arg for keyword in node.keywords}
                yield where, str(code) if code else None, {name for name in names if name}
            elif node.func.id == "Refusal":
                yield where, None, None


def test_every_refusal_is_registered_with_its_parameters() -> None:
    made = list(made_refusals())
    assert len(made) > 50
    for where, code, names in made:
        assert code is not None, f"{where}: write the code out, so that it can be checked"
        assert code in CODES, f"{where}: {code} is not registered"
        assert names == set(CODES[code]), f"{where}: {code} takes {CODES[code]}"


def test_every_registered_code_is_used() -> None:
    assert {code for _, code, _ in made_refusals()} == set(CODES)


def test_codes_read_like_names() -> None:
    for code, names in CODES.items():
        assert code.isidentifier()
        assert code == code.lower()
        assert len(set(names)) == len(names)


def test_an_unregistered_code_says_what_to_do() -> None:
    with pytest.raises(BadRefusal, match=r"add it to orders\.refusal_codes"):
        refuse("no_such_code")


@pytest.mark.parametrize("params", [{}, {"minimum": 4}, {"minimum": 4, "length": 1, "extra": 2}])
def test_other_parameters_than_registered_are_refused(params: dict[str, object]) -> None:
    with pytest.raises(BadRefusal, match="goal_too_short takes minimum, length"):
        Refusal("goal_too_short", params)


def test_refusals_are_values() -> None:
    assert refuse("goal_too_short", minimum=4, length=1) == Refusal(
        "goal_too_short", {"length": 1, "minimum": 4}
    )
    assert len({refuse("goal_no_words"), refuse("goal_no_words")}) == 1
    assert issubclass(BadRefusal, OrdersError)


def test_the_rules_import_only_the_standard_library() -> None:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                assert top == "orders" or top in sys.stdlib_module_names, f"{path.name}: {name}"


def test_the_rules_have_no_clock_and_no_chance() -> None:
    unwanted = {"random", "secrets", "time", "os"}
    forbidden = {"now", "today", "utcnow", "time_ns", "monotonic", "urandom", "open", "print"}
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                assert name not in forbidden, f"{path.name}:{node.lineno} calls {name}"
            if isinstance(node, ast.Import):
                assert not {alias.name for alias in node.names} & unwanted
