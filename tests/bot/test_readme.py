"""What the README and the generated documents say is what the program has."""

from __future__ import annotations

import re
from pathlib import Path

from bot.cli import COMMANDS
from bot.settings_read import described
from orders.lifecycle import lifecycle_markdown

ROOT = Path(__file__).parent.parent.parent


def test_every_setting_is_in_the_table_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\|", readme, re.MULTILINE))
    assert rows == {setting.name: str(setting.default) for setting in described()}


def test_every_command_is_named() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [
        name for name in COMMANDS if f"`{name}`" not in readme and f"bot {name}" not in readme
    ]
    assert missing == []


def test_the_lifecycle_is_the_one_in_the_table() -> None:
    written = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")
    assert written == lifecycle_markdown()
