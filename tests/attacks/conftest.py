"""The same running bot as the conversations have."""

from __future__ import annotations

from tests.conversations.conftest import pytest_runtest_makereport, stage, stages

__all__ = ["pytest_runtest_makereport", "stage", "stages"]
