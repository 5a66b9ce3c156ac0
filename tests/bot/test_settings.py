from __future__ import annotations

import os
from datetime import time
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.quiet import QuietHours
from bot.settings import Settings
from bot.settings_read import described, example, read_settings

ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = "123456:abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine has set must not decide a test."""
    known = {name.upper() for name in Settings.model_fields}
    for name in list(os.environ):
        if name.upper() in known:
            monkeypatch.delenv(name)


def mistakes(monkeypatch: pytest.MonkeyPatch, **variables: str) -> tuple[str, ...]:
    for name, value in {"BOT_TOKEN": TOKEN, **variables}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings(None)
    return caught.value.lines


def test_the_example_says_what_the_settings_say() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == example(), (
        "print it again: python -m bot settings > .env.example"
    )


def test_the_example_uncommented_is_the_default(tmp_path: Path) -> None:
    lines = example().splitlines()
    assigned = [line[1:] for line in lines if line.startswith("#") and line[1:2].isupper()]
    assert len(assigned) == len(Settings.model_fields)
    file = tmp_path / ".env"
    file.write_text("\n".join(assigned), encoding="utf-8")
    read = read_settings(file, need_token=False)
    assert read.model_dump() == Settings().model_dump()


def test_every_setting_is_explained() -> None:
    for setting in described():
        assert setting.about.endswith("."), setting.name
        assert setting.allowed, setting.name


def test_a_file_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text(
        f"\ufeffBOT_TOKEN={TOKEN}\n"
        "LOG_LEVEL=debug\n"
        "FINANCE_IDS=11, 22,33\n"
        "STAFF_CHAT=-1001234\n"
        'BANK_DETAILS_ZH="某某银行\\n账号 1"\n'
        "BUSINESS_NAME=\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("LOG_LEVEL", "error")
    settings = read_settings(file)
    assert settings.log_level == "error"
    assert settings.bot_id == 123456
    assert settings.finance_ids == (11, 22, 33)
    assert settings.staff_chat == -1001234
    assert settings.bank_details_zh == "某某银行\n账号 1"
    # Empty means not set.
    assert settings.business_name == "Orderclerk"


def test_each_mistake_is_one_line_that_names_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = mistakes(
        monkeypatch,
        TIMEZONE="Mars/Base",
        HEALTH_PORT="70000",
        METHODS_DIGITAL="cash,stars",
        FINANCE_IDS="1,me",
        QUIET_HOURS="late",
        DATABASE_URL="mysql://root:hunter2secret@h/d",
        BOT_API_URL="localhost:8080",
        DEFAULT_LANGUAGE="fr",
        REFUND_LIMITS="CNY many",
        TRANSFER_LIMITS="500",
    )
    names = {line.partition(":")[0] for line in lines}
    assert names == {
        *("TIMEZONE", "HEALTH_PORT", "METHODS_DIGITAL", "FINANCE_IDS", "QUIET_HOURS"),
        *("DATABASE_URL", "BOT_API_URL", "DEFAULT_LANGUAGE", "REFUND_LIMITS", "TRANSFER_LIMITS"),
    }
    assert len(lines) == len(names)
    assert all("\n" not in line and "allowed:" in line for line in lines)
    assert (
        "TIMEZONE: 'Mars/Base' is not allowed; allowed: an IANA name such as Asia/Shanghai" in lines
    )
    assert (
        "REFUND_LIMITS: 'CNY many' is not allowed; allowed: a comma list such as CNY 500, XTR 3500; or off"
        in lines
    )


def test_secrets_are_not_quoted_back(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = mistakes(
        monkeypatch, BOT_TOKEN="no-number:canary-one", DATABASE_URL="mysql://u:canary-two@h/d"
    )
    assert len(lines) == 2
    assert "canary" not in " ".join(lines)


def test_secrets_are_not_in_the_repr() -> None:
    settings = Settings.model_validate(
        {
            "bot_token": "123:canary-token",
            "provider_token": "canary-provider",
            "database_url": "postgresql://u:canary-password@h/d",
        }
    )
    assert "canary" not in repr(settings)
    assert "canary" not in str(settings)
    assert "canary" not in str(settings.model_dump())
    assert set(settings.secrets) == {
        "123:canary-token",
        "canary-token",
        "canary-provider",
        "canary-password",
    }


def test_a_missing_token_is_asked_for_only_where_it_is_needed() -> None:
    with pytest.raises(SettingsError, match="BOT_TOKEN: missing"):
        read_settings(None)
    assert read_settings(None, need_token=False).bot_id == 0


def test_a_virtual_clock_is_refused_with_the_real_telegram(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = mistakes(monkeypatch, CLOCK="http://127.0.0.1:8080")
    assert lines[0].startswith("CLOCK: ")
    assert "BOT_API_URL" in lines[0]
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:8080/")
    assert read_settings(None).bot_api_url == "http://127.0.0.1:8080"


def test_only_the_two_channels_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    for name in ("aiogram", "ptb"):
        monkeypatch.setenv("CHANNEL", name)
        assert read_settings(None).channel == name
    assert mistakes(monkeypatch, CHANNEL="telethon") == (
        "CHANNEL: 'telethon' is not allowed; allowed: aiogram or ptb",
    )


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"WEBHOOK_URL": "http://bot.example.com/telegram"}, "Telegram calls https"),
        ({"WEBHOOK_URL": "https://bot.example.com"}, "a path of its own"),
        ({"WEBHOOK_URL": "https://bot.example.com/metrics"}, "a path of its own"),
        ({"WEBHOOK_URL": "https://bot.example.com/telegram?key=1"}, "a path of its own"),
        ({"WEBHOOK_URL": "https://bot.example.com/t", "HEALTH_PORT": "0"}, "HEALTH_PORT"),
        ({"WEBHOOK_SECRET": "canary"}, "WEBHOOK_SECRET: is not allowed; allowed: 16 to 256"),
        ({"WEBHOOK_SECRET": "canary canary canary"}, "WEBHOOK_SECRET: is not allowed"),
    ],
)
def test_webhooks_that_cannot_work(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], line: str
) -> None:
    (said,) = mistakes(monkeypatch, **given)
    assert line in said
    assert "canary" not in said


def test_a_webhook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("WEBHOOK_URL", "https://bot.example.com/telegram/")
    monkeypatch.setenv("WEBHOOK_SECRET", "a-secret_of_17_ch")
    settings = read_settings(None)
    assert settings.webhook_url == "https://bot.example.com/telegram"
    assert "a-secret_of_17_ch" in settings.secrets
    assert "a-secret_of_17_ch" not in repr(settings)


def test_slips_of_the_pen_are_told(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"BOT_TOKEN={TOKEN}\nTIME_ZONE=Asia/Tokyo\nEDITOR=vi\nADMIN_ID=4\n")
    told: list[str] = []
    read_settings(file, warn=told.append)
    assert told == [
        "TIME_ZONE is not a setting; did you mean TIMEZONE?",
        "ADMIN_ID is not a setting; did you mean ADMIN_IDS?",
    ]


def test_a_file_that_is_no_text_is_a_plain_line(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"BOT_TOKEN=\xff\xfe\x00")
    with pytest.raises(SettingsError, match="is not UTF-8 text"):
        read_settings(file)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://u:p@h:5433/d", "postgresql+asyncpg://u:p@h:5433/d"),
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("", "sqlite+aiosqlite:///data/orderclerk.db"),
    ],
)
def test_urls_people_have_at_hand_work(given: str, used: str) -> None:
    assert Settings.model_validate({"database_url": given}).database == used


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("22:00-08:00", time(22), time(8)),
        ("9:30 – 10:15", time(9, 30), time(10, 15)),
        ("off", time(0), time(0)),
        ("OFF", time(0), time(0)),
    ],
)
def test_quiet_hours(text: str, start: time, end: time) -> None:
    assert QuietHours.parse(text) == QuietHours(start, end)


@pytest.mark.parametrize("text", ["", "22-8", "25:00-08:00", "22:00", "22:61-08:00"])
def test_quiet_hours_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        QuietHours.parse(text)


def test_quiet_hours_are_written_as_they_are_read() -> None:
    for text in ("22:00-08:00", "off"):
        assert str(QuietHours.parse(text)) == text


def test_the_catalogue_is_found_beside_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shipped = Settings().catalogue_file
    if (ROOT / "catalogue" / "demo.yaml").exists():
        assert shipped == ROOT / "catalogue" / "demo.yaml"
    own = tmp_path / "catalogue" / "demo.yaml"
    own.parent.mkdir()
    own.touch()
    assert Settings().catalogue_file.resolve() == own
