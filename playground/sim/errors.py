"""The control API's one error: 422 with what was wrong."""

from __future__ import annotations


class Refused(Exception):
    """What was asked makes no sense; the message says what would."""
