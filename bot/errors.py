"""What ends a command with a plain line instead of a trace."""

from __future__ import annotations

from collections.abc import Sequence


class BotError(Exception):
    """Something the operator can put right. The message says how; the command ends with exit code 2."""

    exit_code = 2


class SettingsError(BotError):
    """The settings are wrong: one line a mistake."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)
