from __future__ import annotations

from datetime import UTC, datetime

import pytest

from orders.consent import Consent, needs_consent
from orders.errors import NaiveTime


@pytest.mark.parametrize(
    ("last", "current", "needed"),
    [
        (None, "2026-11", True),
        ("2026-11", "2026-11", False),
        ("2026-10", "2026-11", True),
        ("2026-12", "2026-11", True),
        ("", "2026-11", True),
    ],
)
def test_needs_consent(last: str | None, current: str, needed: bool) -> None:
    assert needs_consent(last, current) is needed


def test_terms_have_a_version() -> None:
    with pytest.raises(ValueError, match="no version"):
        needs_consent(None, "")


def test_consent_knows_when() -> None:
    consent = Consent("2026-11", "zh", datetime(2026, 11, 21, tzinfo=UTC))
    assert not needs_consent(consent.version, "2026-11")
    with pytest.raises(NaiveTime):
        Consent("2026-11", "zh", datetime(2026, 11, 21))
