"""Settings of the trade: time and language, the business, payments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from bot import settings_values as values
from bot.quiet import QuietHours
from bot.settings_declared import Methods, Subject, setting


class Trade(Subject):
    """Time and language, the business, payments."""

    clock: Annotated[str, BeforeValidator(values.clock)] = setting(
        "system",
        "Time and language",
        "Whose time it is. A URL follows the playground's clock and needs BOT_API_URL.",
        "system, or the URL of a playground",
    )
    timezone: Annotated[ZoneInfo, BeforeValidator(values.zone)] = setting(
        "Asia/Shanghai",
        "Time and language",
        "The time zone in which dates are shown and understood.",
        "an IANA name such as Asia/Shanghai",
    )
    default_language: Literal["en", "zh"] = setting(
        "en",
        "Time and language",
        "For people whose app speaks neither language, and for groups.",
        "en or zh",
    )
    staff_language: Literal["", "en", "zh"] = setting(
        "",
        "Time and language",
        "What the staff group is spoken to in. Nothing: DEFAULT_LANGUAGE.",
        "en, zh, or nothing",
    )
    providers_language: Literal["", "en", "zh"] = setting(
        "",
        "Time and language",
        "The same for the providers' group.",
        "en, zh, or nothing",
    )
    quiet_hours: Annotated[QuietHours, NoDecode, BeforeValidator(values.quiet)] = setting(
        "22:00-08:00",
        "Time and language",
        "When nobody is nudged. What was due waits until the end.",
        "HH:MM-HH:MM, or off",
    )
    nudge_after: int = setting(
        30,
        "Time and language",
        "Minutes after which somebody who stopped in the middle is asked once more.",
        "5 to 1440",
        ge=5,
        le=1440,
    )

    business_name: str = setting(
        "Orderclerk",
        "Business",
        "The name customers see in terms, receipts and help.",
        "1 to 60 characters",
        min_length=1,
        max_length=60,
    )
    contact: str = setting(
        "",
        "Business",
        "How a person reaches you outside the chat; shown in /help, /terms and /privacy.",
        "up to 200 characters",
        max_length=200,
    )
    terms_version: str = setting(
        "2026-11",
        "Business",
        "Raise it when your terms change: everybody is asked to agree again before the next purchase.",
        "1 to 20 letters, digits, dots or hyphens",
        pattern=r"^[A-Za-z0-9.-]{1,20}$",
    )

    cancelling: Path = setting(
        Path("catalogue/cancelling.toml"),
        "Business",
        "What cancelling costs: a table that is shown in /terms and before anybody cancels.",
        "a TOML file",
    )

    provider_token: SecretStr = setting(
        "",
        "Payments",
        "The payment provider's token from @BotFather. Nothing: no card payments.",
        "the token, or nothing",
    )
    methods_digital: Methods = setting(
        "stars",
        "Payments",
        "Ways to pay for digital services. Telegram allows only Stars for those inside the app.",
        "a comma list of stars, provider, transfer",
        min_length=1,
    )
    methods_real_world: Methods = setting(
        "provider,transfer",
        "Payments",
        "Ways to pay for real-world services.",
        "a comma list of stars, provider, transfer",
        min_length=1,
    )
    bank_details_zh: str = setting(
        "",
        "Payments",
        "Where to transfer money, as shown to Chinese readers; \\n in double quotes makes a new line. "
        "Bank transfer is offered in the languages whose details are given.",
        "up to 600 characters",
        max_length=600,
    )
    bank_details_en: str = setting(
        "",
        "Payments",
        "The same for English readers.",
        "up to 600 characters",
        max_length=600,
    )
