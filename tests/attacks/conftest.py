"""The same running bot as the conversations have."""

from __future__ import annotations

from tests.conversations.conftest import _stage, stage

__all__ = ["_stage", "stage"]
