from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.assets import Assets
from bot.business import business_of
from bot.settings import Settings
from orders.approvals import LIMITS
from orders.methods import Method


def business(**given: Any) -> Any:
    return business_of(Settings.model_validate(given), "shop_bot")


@pytest.mark.parametrize(
    ("given", "enabled"),
    [
        ({}, {Method.STARS}),
        ({"provider_token": "P"}, {Method.STARS, Method.PROVIDER}),
        ({"bank_details_en": "Bank"}, {Method.STARS, Method.TRANSFER}),
        (
            {"bank_details_zh": "银行", "provider_token": "P"},
            {Method.STARS, Method.PROVIDER, Method.TRANSFER},
        ),
    ],
)
def test_methods_are_set_up_by_what_they_need(given: dict[str, str], enabled: set[Method]) -> None:
    assert business(**given).enabled == enabled


def test_everything_else_is_passed_on() -> None:
    made = business(
        business_name="Tea & Co",
        contact="tea@example.org",
        staff_chat=-1,
        finance_ids="5, 6",
        admin_ids=[7],
        quiet_hours="21:00-07:30",
        nudge_after=45,
        methods_digital="stars,transfer",
        bank_details_zh="银行",
    )
    assert (made.name, made.contact, made.bot_username) == (
        "Tea & Co",
        "tea@example.org",
        "shop_bot",
    )
    assert (made.staff_chat, made.providers_chat) == (-1, None)
    assert (made.finance, made.admins) == ({5, 6}, {7})
    assert made.quiet == (time(21), time(7, 30))
    assert made.nudge_after == timedelta(minutes=45)
    assert made.policy.table["digital"] == (Method.STARS, Method.TRANSFER)
    assert made.bank_details == {"zh": "银行"}
    assert made.limits == LIMITS
    assert made.link("x") == "https://t.me/shop_bot?start=x"


def test_assets_are_found_and_known_by_content(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "two" / "a.png").write_bytes(b"first")
    assets = Assets([tmp_path / "one", tmp_path / "two"])
    path = assets.path("a.png")
    assert path == tmp_path / "two" / "a.png"
    assert assets.path("b.png") is None
    assert assets.path(str(path)) == path
    before = assets.digest("photo", path)
    assert len(before) == 64
    assert assets.digest("photo", path) == before
    assert assets.digest("document", path) != before
    path.write_bytes(b"other content")
    assert assets.digest("photo", path) != before
    (tmp_path / "one" / "a.png").write_bytes(b"first")
    nearer = assets.path("a.png")
    assert nearer is not None
    assert nearer.parent.name == "one"
    # The same content is the same file, wherever it lies.
    assert assets.digest("photo", nearer) == before
