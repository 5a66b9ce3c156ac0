from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import orders
from orders.errors import BadRefusal, OrdersError
from orders.refusal import CODES, Refusal, refuse

ROOM = Path(orders.__file__).parent


def sources() -> list[Path]:
    return sorted(ROOM.glob("*.py"))


@dataclass(frozen=True)
class Made:
    """A refusal that some line of the product makes."""

    where: str
    code: str | None
    names: set[str] | None


def made_refusals(room: Path) -> Iterator[Made]:
    for path in sorted(room.rglob("*.py")):
        if path == ROOM / "refusal.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in {"refuse", "Refusal"}:
                continue
            code = (
                node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
            )
            names: set[str] | None = {keyword.arg for keyword in node.keywords if keyword.arg}
            if node.func.id == "Refusal" and len(node.args) > 1:
                keys = node.args[1].keys if isinstance(node.args[1], ast.Dict) else []
                names = {str(key.value) for key in keys if isinstance(key, ast.Constant)}
            yield Made(f"{path.name}:{node.lineno}", str(code) if code else None, names)


def test_every_refusal_is_registered_with_its_parameters() -> None:
    made = list(made_refusals(ROOM))
    assert len(made) > 50
    for refusal in made:
        code = refusal.code
        assert code is not None, f"{refusal.where}: write the code out, so that it can be checked"
        assert code in CODES, f"{refusal.where}: {code} is not registered"
        assert refusal.names == set(CODES[code]), f"{refusal.where}: {code} takes {CODES[code]}"


def test_every_registered_code_is_used() -> None:
    rooms = [ROOM.parent / room for room in ("orders", "dialogs", "storage", "handlers", "bot")]
    used = {refusal.code for room in rooms for refusal in made_refusals(room)}
    assert used >= set(CODES)


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
