"""Every setting of the running program: its variable, its meaning, what is allowed.

The descriptions here are the only ones: `.env.example` is printed from them (`python -m bot settings`).
Reading and the wording of mistakes are in `bot.settings_read`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from bot.quiet import QuietHours

Method = Literal["stars", "provider", "transfer"]


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.replace(",", ",").split(",") if part.strip())
    return value


def _one_of_methods(value: object) -> object:
    names = _split(value)
    if isinstance(names, (tuple, list)):
        return tuple(
            dict.fromkeys(name.lower() if isinstance(name, str) else name for name in names)
        )
    return names


def _zone(value: object) -> object:
    if isinstance(value, str):
        if value not in available_timezones():
            raise ValueError("unknown time zone")
        return ZoneInfo(value)
    return value


def _quiet(value: object) -> object:
    return QuietHours.parse(value) if isinstance(value, str) else value


def _token(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if isinstance(text, str) and text:
        number, _, secret = text.partition(":")
        if not (number.isascii() and number.isdigit() and int(number) > 0 and secret):
            raise ValueError("not a bot token")
    return value


def _url(value: object) -> object:
    if isinstance(value, str) and value:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("not a URL")
        return value.rstrip("/")
    return value


def _clock(value: object) -> object:
    return value if value == "system" else _url(value)


def _database_url(value: object) -> object:
    """Fill in the driver, so that the URLs people have at hand work."""
    if not isinstance(value, str) or not value:
        return value
    scheme, found, rest = value.partition("://")
    drivers = {
        "postgres": "postgresql+asyncpg",
        "postgresql": "postgresql+asyncpg",
        "postgresql+asyncpg": "postgresql+asyncpg",
        "sqlite": "sqlite+aiosqlite",
        "sqlite+aiosqlite": "sqlite+aiosqlite",
    }
    if not found or scheme not in drivers:
        raise ValueError("unknown database")
    return f"{drivers[scheme]}://{rest}"


def _setting(default: Any, group: str, about: str, allowed: str, **limits: Any) -> Any:
    return Field(
        default, description=about, json_schema_extra={"group": group, "allowed": allowed}, **limits
    )


Ids = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_split)]
Methods = Annotated[tuple[Method, ...], NoDecode, BeforeValidator(_one_of_methods)]


class Settings(BaseModel):
    """What the operator decides. Immutable; secrets never show in its repr.

    Made directly, it knows only what it is given; `read_settings` takes it from the environment.
    """

    model_config = ConfigDict(
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
        arbitrary_types_allowed=True,
    )

    bot_token: Annotated[SecretStr, BeforeValidator(_token)] = _setting(
        "",
        "Telegram",
        "The bot's token, as @BotFather gives it.",
        "digits, a colon, the secret part",
    )
    bot_api_url: Annotated[str, BeforeValidator(_url)] = _setting(
        "",
        "Telegram",
        "Another Bot API server than api.telegram.org, for example the playground.",
        "an http or https URL, or nothing",
    )
    channel: Literal["aiogram", "ptb"] = _setting(
        "aiogram", "Telegram", "Which library talks to Telegram.", "aiogram"
    )

    data_dir: Path = _setting(
        Path("data"), "Data", "Where the bot keeps its database and files.", "a folder"
    )
    database_url: Annotated[SecretStr, BeforeValidator(_database_url)] = _setting(
        "",
        "Data",
        "The database. Nothing: an SQLite file orderclerk.db in DATA_DIR.",
        "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
    )
    catalogue: Path = _setting(
        Path("catalogue/demo.yaml"),
        "Data",
        "The catalogue that is loaded at the first start; later by `python -m bot catalogue load`.",
        "a YAML file",
    )
    outbox_days: int = _setting(
        30,
        "Data",
        "Days that messages already sent are kept for `python -m bot why`.",
        "1 to 3650",
        ge=1,
        le=3650,
    )

    clock: Annotated[str, BeforeValidator(_clock)] = _setting(
        "system",
        "Time and language",
        "Whose time it is. A URL follows the playground's clock and needs BOT_API_URL.",
        "system, or the URL of a playground",
    )
    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = _setting(
        "Asia/Shanghai",
        "Time and language",
        "The time zone in which dates are shown and understood.",
        "an IANA name such as Asia/Shanghai",
    )
    default_language: Literal["en", "zh"] = _setting(
        "en",
        "Time and language",
        "For people whose app speaks neither language, and for groups.",
        "en or zh",
    )
    quiet_hours: Annotated[QuietHours, NoDecode, BeforeValidator(_quiet)] = _setting(
        "22:00-08:00",
        "Time and language",
        "When nobody is nudged. What was due waits until the end.",
        "HH:MM-HH:MM, or off",
    )
    nudge_after: int = _setting(
        30,
        "Time and language",
        "Minutes after which somebody who stopped in the middle is asked once more.",
        "5 to 1440",
        ge=5,
        le=1440,
    )

    business_name: str = _setting(
        "Orderclerk",
        "Business",
        "The name customers see in terms, receipts and help.",
        "1 to 60 characters",
        min_length=1,
        max_length=60,
    )
    contact: str = _setting(
        "",
        "Business",
        "How a person reaches you outside the chat; shown in /help, /terms and /privacy.",
        "up to 200 characters",
        max_length=200,
    )
    terms_version: str = _setting(
        "2026-11",
        "Business",
        "Raise it when your terms change: everybody is asked to agree again before the next purchase.",
        "1 to 20 letters, digits, dots or hyphens",
        pattern=r"^[A-Za-z0-9.-]{1,20}$",
    )

    provider_token: SecretStr = _setting(
        "",
        "Payments",
        "The payment provider's token from @BotFather. Nothing: no card payments.",
        "the token, or nothing",
    )
    methods_digital: Methods = _setting(
        "stars",
        "Payments",
        "Ways to pay for digital services. Telegram allows only Stars for those inside the app.",
        "a comma list of stars, provider, transfer",
        min_length=1,
    )
    methods_real_world: Methods = _setting(
        "provider,transfer",
        "Payments",
        "Ways to pay for real-world services.",
        "a comma list of stars, provider, transfer",
        min_length=1,
    )
    bank_details_zh: str = _setting(
        "",
        "Payments",
        "Where to transfer money, as shown to Chinese readers; \\n in double quotes makes a new line. "
        "Bank transfer is offered in the languages whose details are given.",
        "up to 600 characters",
        max_length=600,
    )
    bank_details_en: str = _setting(
        "",
        "Payments",
        "The same for English readers.",
        "up to 600 characters",
        max_length=600,
    )

    staff_chat: int | None = _setting(
        None,
        "People",
        "The chat of your support staff; the bot must be in it.",
        "a chat id, or nothing",
    )
    providers_chat: int | None = _setting(
        None,
        "People",
        "The chat where paid orders are announced to providers.",
        "a chat id, or nothing",
    )
    finance_ids: Ids = _setting(
        "", "People", "Who may confirm bank transfers and refunds.", "a comma list of user ids"
    )
    admin_ids: Ids = _setting("", "People", "Who may do everything.", "a comma list of user ids")

    contact_masking: bool = _setting(
        True,
        "People",
        "Cover phone numbers, addresses and messenger names in what customers and providers write to each other.",
        "true or false",
    )

    health_host: str = _setting(
        "127.0.0.1",
        "Running",
        "Where /healthz, /readyz and /metrics are served.",
        "an address of this machine",
        min_length=1,
    )
    health_port: int = _setting(
        8090, "Running", "Their port; 0 serves none.", "0 to 65535", ge=0, le=65535
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", "Running", "How much is logged.", "debug, info, warning or error"
    )
    log_format: Literal["text", "json"] = _setting(
        "text", "Running", "text for people, json for collectors.", "text or json"
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Settings:
        if self.clock != "system" and not self.bot_api_url:
            raise ValueError(
                "CLOCK: a virtual clock is refused with the real Telegram; set BOT_API_URL too, or CLOCK=system"
            )
        if self.channel == "ptb":
            raise ValueError("CHANNEL: ptb is not available yet; use aiogram")
        return self

    @property
    def bot_id(self) -> int:
        """The channel's id of the bot: the number before the token's colon. 0 without a token."""
        number = self.bot_token.get_secret_value().partition(":")[0]
        return int(number) if number else 0

    @property
    def catalogue_file(self) -> Path:
        """The catalogue: where it was said to be, else among the files shipped with the program."""
        shipped = Path(__file__).resolve().parent.parent / self.catalogue
        return self.catalogue if self.catalogue.exists() or not shipped.exists() else shipped

    @property
    def database(self) -> str:
        """The database URL with its driver. May hold a password: never log it."""
        url = self.database_url.get_secret_value()
        return url or f"sqlite+aiosqlite:///{self.data_dir / 'orderclerk.db'}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be written to a log."""
        password = urlsplit(self.database_url.get_secret_value()).password or ""
        token = self.bot_token.get_secret_value()
        every = (token, token.partition(":")[2], self.provider_token.get_secret_value(), password)
        return tuple(secret for secret in every if secret)
