"""Every setting of the running program: its variable, its meaning, what is allowed.

The descriptions here are the only ones: `.env.example` is printed from them (`python -m bot settings`).
Reading and the wording of mistakes are in `bot.settings_read`.
"""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from bot import settings_values as values
from bot.hours import SupportHours
from bot.kept import Kept
from bot.quiet import QuietHours

Method = Literal["stars", "provider", "transfer"]


def _shipped(path: Path) -> Path:
    shipped = Path(__file__).resolve().parent.parent / path
    return path if path.exists() or not shipped.exists() else shipped


def _setting(default: Any, group: str, about: str, allowed: str, **limits: Any) -> Any:
    return Field(
        default, description=about, json_schema_extra={"group": group, "allowed": allowed}, **limits
    )


Ids = Annotated[tuple[int, ...], NoDecode, BeforeValidator(values.split)]
Methods = Annotated[tuple[Method, ...], NoDecode, BeforeValidator(values.methods)]


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

    bot_token: Annotated[SecretStr, BeforeValidator(values.token)] = _setting(
        "",
        "Telegram",
        "The bot's token, as @BotFather gives it.",
        "digits, a colon, the secret part",
    )
    bot_api_url: Annotated[str, BeforeValidator(values.url)] = _setting(
        "",
        "Telegram",
        "Another Bot API server than api.telegram.org, for example the playground.",
        "an http or https URL, or nothing",
    )
    channel: Literal["aiogram", "ptb"] = _setting(
        "aiogram",
        "Telegram",
        "Which library talks to Telegram: aiogram, or python-telegram-bot.",
        "aiogram or ptb",
    )
    webhook_url: Annotated[str, BeforeValidator(values.url)] = _setting(
        "",
        "Telegram",
        "The address at which Telegram shall call the bot; its path is served on HEALTH_PORT. "
        "Nothing: the bot asks for updates itself.",
        "an https URL with a path, or nothing",
    )
    webhook_secret: Annotated[SecretStr, BeforeValidator(values.secret)] = _setting(
        "",
        "Telegram",
        "What Telegram's calls carry to show that they are Telegram's. Nothing: made from the token.",
        "16 to 256 of A-Z a-z 0-9 _ -, or nothing",
    )
    webhook_connections: int = _setting(
        40,
        "Telegram",
        "How many calls Telegram may have under way at the same time.",
        "1 to 100",
        ge=1,
        le=100,
    )

    data_dir: Path = _setting(
        Path("data"), "Data", "Where the bot keeps its database and files.", "a folder"
    )
    database_url: Annotated[SecretStr, BeforeValidator(values.database_url)] = _setting(
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
    vetting_rules: Path = _setting(
        Path("catalogue/vetting.yaml"),
        "Data",
        "What briefs are looked through for; `python -m bot vetting check` proves it. Read at the start.",
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

    backup_dir: Path | None = _setting(
        None,
        "Data",
        "Where backups are made by schedule; a place on another disk is best. Nothing: none are.",
        "a folder, or nothing",
    )
    backup_every: int = _setting(
        24,
        "Data",
        "Hours between two backups.",
        "1 to 720",
        ge=1,
        le=720,
    )
    backup_keep: Annotated[Kept, NoDecode, BeforeValidator(values.kept)] = _setting(
        "7,4,12",
        "Data",
        "For how many days, weeks and months one backup each is kept.",
        "three numbers such as 7,4,12",
    )

    clock: Annotated[str, BeforeValidator(values.clock)] = _setting(
        "system",
        "Time and language",
        "Whose time it is. A URL follows the playground's clock and needs BOT_API_URL.",
        "system, or the URL of a playground",
    )
    timezone: Annotated[ZoneInfo, BeforeValidator(values.zone)] = _setting(
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
    staff_language: Literal["", "en", "zh"] = _setting(
        "",
        "Time and language",
        "What the staff group is spoken to in. Nothing: DEFAULT_LANGUAGE.",
        "en, zh, or nothing",
    )
    providers_language: Literal["", "en", "zh"] = _setting(
        "",
        "Time and language",
        "The same for the providers' group.",
        "en, zh, or nothing",
    )
    quiet_hours: Annotated[QuietHours, NoDecode, BeforeValidator(values.quiet)] = _setting(
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

    cancelling: Path = _setting(
        Path("catalogue/cancelling.toml"),
        "Business",
        "What cancelling costs: a table that is shown in /terms and before anybody cancels.",
        "a TOML file",
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

    fee_percent: int = _setting(
        20,
        "People",
        "What the house keeps of an order's price, in percent; the provider gets the rest.",
        "0 to 100",
        ge=0,
        le=100,
    )
    flood_limit: int = _setting(
        60,
        "People",
        "Messages and taps a minute that one person is answered; more wait for the next minute. 0: no limit.",
        "0 to 1000",
        ge=0,
        le=1000,
    )
    unpaid_limit: int = _setting(
        10,
        "People",
        "Orders that one person can have waiting for payment or for a quote. 0: no limit.",
        "0 to 1000",
        ge=0,
        le=1000,
    )
    contact_masking: bool = _setting(
        True,
        "People",
        "Cover phone numbers, addresses and messenger names in what customers and providers write to each other.",
        "true or false",
    )

    support_chat: int | None = _setting(
        None,
        "Support",
        "The forum group in which staff take conversations over, a topic each. Nothing: the staff chat. "
        "`/support` in a group names it too.",
        "a chat id, or nothing",
    )
    support_hours: Annotated[SupportHours, NoDecode, BeforeValidator(values.hours)] = _setting(
        "always",
        "Support",
        "When somebody is there, in TIMEZONE. People who ask at another time are told when you are back.",
        "spans such as Mon-Fri 09:00-18:00, Sat 10:00-14:00; or always",
    )
    support_holidays: Annotated[tuple[date, ...], NoDecode, BeforeValidator(values.days)] = (
        _setting(
            "",
            "Support",
            "Days on which nobody is there.",
            "a comma list of days such as 2026-10-01",
        )
    )
    support_reply_within: int = _setting(
        15,
        "Support",
        "Working minutes to the first reply; then a ticket goes back to the queue and everybody is alarmed.",
        "1 to 1440",
        ge=1,
        le=1440,
    )
    support_idle_hours: int = _setting(
        24,
        "Support",
        "Hours without a word after a reply, until the bot goes on.",
        "1 to 168",
        ge=1,
        le=168,
    )
    support_notes_first: bool = _setting(
        False,
        "Support",
        "What staff write in a topic is an internal note unless it begins with >> (otherwise: a reply unless it "
        "begins with //).",
        "true or false",
    )
    support_digest: Annotated[tuple[time, ...], NoDecode, BeforeValidator(values.times)] = _setting(
        "09:00,18:00",
        "Support",
        "Times of day at which the desk gets a summary for the next shift.",
        "a comma list of HH:MM, or off",
    )
    canned_replies: Path = _setting(
        Path("catalogue/replies.yaml"),
        "Support",
        "The replies staff have at hand, in every language.",
        "a YAML file",
    )

    health_host: str = _setting(
        "127.0.0.1",
        "Running",
        "Where /healthz, /readyz, /metrics and the path of WEBHOOK_URL are served.",
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
        if self.webhook_url:
            self._webhook_fits()
        return self

    def _webhook_fits(self) -> None:
        parts = urlsplit(self.webhook_url)
        if not self.health_port:
            raise ValueError("HEALTH_PORT: WEBHOOK_URL is served there; it cannot be 0")
        if parts.scheme != "https" and not self.bot_api_url:
            raise ValueError("WEBHOOK_URL: Telegram calls https addresses only")
        if parts.path in ("", "/", "/healthz", "/readyz", "/metrics") or parts.query:
            raise ValueError(
                "WEBHOOK_URL: needs a path of its own, for example https://bot.example.com/telegram"
            )

    @property
    def bot_id(self) -> int:
        """The channel's id of the bot: the number before the token's colon. 0 without a token."""
        number = self.bot_token.get_secret_value().partition(":")[0]
        return int(number) if number else 0

    @property
    def catalogue_file(self) -> Path:
        """The catalogue: where it was said to be, else among the files shipped with the program."""
        return _shipped(self.catalogue)

    @property
    def cancelling_file(self) -> Path:
        """The table of what cancelling costs, found in the same way."""
        return _shipped(self.cancelling)

    @property
    def replies_file(self) -> Path:
        """The canned replies, in the same way."""
        return _shipped(self.canned_replies)

    @property
    def vetting_file(self) -> Path:
        """The vetting rules, found likewise."""
        return _shipped(self.vetting_rules)

    @property
    def backups(self) -> Path:
        """Where backups go that are asked for."""
        return self.backup_dir or self.data_dir / "backups"

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
        every = (
            token,
            token.partition(":")[2],
            self.provider_token.get_secret_value(),
            self.webhook_secret.get_secret_value(),
            password,
        )
        return tuple(secret for secret in every if secret)
