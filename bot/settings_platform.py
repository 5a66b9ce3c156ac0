"""Settings of the platform: Telegram, and where data are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from bot import settings_values as values
from bot.kept import Kept
from bot.settings_declared import Subject, setting


class Platform(Subject):
    """How Telegram is reached, and where data are kept."""

    bot_token: Annotated[SecretStr, BeforeValidator(values.token)] = setting(
        "",
        "Telegram",
        "The bot's token, as @BotFather gives it.",
        "digits, a colon, the secret part",
    )
    bot_api_url: Annotated[str, BeforeValidator(values.url)] = setting(
        "",
        "Telegram",
        "Another Bot API server than api.telegram.org, for example the playground.",
        "an http or https URL, or nothing",
    )
    channel: Literal["aiogram", "ptb"] = setting(
        "aiogram",
        "Telegram",
        "Which library talks to Telegram: aiogram, or python-telegram-bot.",
        "aiogram or ptb",
    )
    webhook_url: Annotated[str, BeforeValidator(values.url)] = setting(
        "",
        "Telegram",
        "The address at which Telegram shall call the bot; its path is served on HEALTH_PORT. "
        "Nothing: the bot asks for updates itself.",
        "an https URL with a path, or nothing",
    )
    webhook_secret: Annotated[SecretStr, BeforeValidator(values.secret)] = setting(
        "",
        "Telegram",
        "What Telegram's calls carry to show that they are Telegram's. Nothing: made from the token.",
        "16 to 256 of A-Z a-z 0-9 _ -, or nothing",
    )
    webhook_connections: int = setting(
        40,
        "Telegram",
        "How many calls Telegram may have under way at the same time.",
        "1 to 100",
        ge=1,
        le=100,
    )

    data_dir: Path = setting(
        Path("data"), "Data", "Where the bot keeps its database and files.", "a folder"
    )
    database_url: Annotated[SecretStr, BeforeValidator(values.database_url)] = setting(
        "",
        "Data",
        "The database. Nothing: an SQLite file orderclerk.db in DATA_DIR.",
        "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
    )
    catalogue: Path = setting(
        Path("catalogue/demo.yaml"),
        "Data",
        "The catalogue that is loaded at the first start; later by `python -m bot catalogue load`.",
        "a YAML file",
    )
    vetting_rules: Path = setting(
        Path("catalogue/vetting.yaml"),
        "Data",
        "What briefs are looked through for; `python -m bot vetting check` proves it. Read at the start.",
        "a YAML file",
    )
    outbox_days: int = setting(
        30,
        "Data",
        "Days that messages already sent are kept for `python -m bot why`.",
        "1 to 3650",
        ge=1,
        le=3650,
    )

    backup_dir: Path | None = setting(
        None,
        "Data",
        "Where backups are made by schedule; a place on another disk is best. Nothing: none are.",
        "a folder, or nothing",
    )
    backup_every: int = setting(
        24,
        "Data",
        "Hours between two backups.",
        "1 to 720",
        ge=1,
        le=720,
    )
    backup_keep: Annotated[Kept, NoDecode, BeforeValidator(values.kept)] = setting(
        "7,4,12",
        "Data",
        "For how many days, weeks and months one backup each is kept.",
        "three numbers such as 7,4,12",
    )
