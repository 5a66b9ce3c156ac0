"""Every setting of the running program, by subject, and whether they fit together.

The descriptions with the fields are the only ones: `.env.example` is printed from them (`python -m bot settings`).
Reading and the wording of mistakes are in `bot.settings_read`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import model_validator

from bot.settings_declared import setting
from bot.settings_people import People
from bot.settings_platform import Platform
from bot.settings_trade import Trade


def _shipped(path: Path) -> Path:
    shipped = Path(__file__).resolve().parent.parent / path
    return path if path.exists() or not shipped.exists() else shipped


# Fields come in the order of the bases, the last one first: this is the order of `.env.example`.
class Settings(People, Trade, Platform):
    """What the operator decides. Immutable; secrets never show in its repr.

    Made directly, it knows only what it is given; `read_settings` takes it from the environment.
    """

    health_host: str = setting(
        "127.0.0.1",
        "Running",
        "Where /healthz, /readyz, /metrics and the path of WEBHOOK_URL are served.",
        "an address of this machine",
        min_length=1,
    )
    health_port: int = setting(
        8090, "Running", "Their port; 0 serves none.", "0 to 65535", ge=0, le=65535
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "info", "Running", "How much is logged.", "debug, info, warning or error"
    )
    log_format: Literal["text", "json"] = setting(
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
