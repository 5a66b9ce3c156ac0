"""Reading the settings, and saying in one line a mistake what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from rapidfuzz import fuzz, process

from bot.errors import SettingsError
from bot.settings import Settings

#: How alike an unknown name must be to a known one to be called a slip of the pen (0-100).
_ALIKE = 82.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A setting as people read it."""

    name: str
    group: str
    about: str
    allowed: str
    #: As it would be written in `.env`.
    default: str
    secret: bool


def described() -> tuple[Described, ...]:
    """All settings, in the order in which they are declared."""
    found = []
    for name, info in Settings.model_fields.items():
        extra = info.json_schema_extra
        assert isinstance(extra, dict)
        default = info.default
        found.append(
            Described(
                name=name.upper(),
                group=str(extra["group"]),
                about=info.description or "",
                allowed=str(extra["allowed"]),
                default="" if default is None else str(default),
                secret=info.annotation is SecretStr,
            )
        )
    return tuple(found)


class _Surroundings(BaseSettings, Settings):
    """The same settings, taken from the environment, then from the file."""

    model_config = SettingsConfigDict(
        extra="ignore",
        env_ignore_empty=True,
        env_file_encoding="utf-8-sig",
        # A token or a password must not be quoted back in a mistake.
        hide_input_in_errors=True,
    )


def read_settings(
    env_file: Path | None = Path(".env"),
    *,
    need_token: bool = True,
    warn: Callable[[str], None] = lambda _: None,
) -> Settings:
    """The settings of the environment, then of `env_file`. Raises SettingsError with every mistake."""
    for line in _slips(_names(env_file)):
        warn(line)
    try:
        settings = _Surroundings(_env_file=env_file)
    except ValidationError as error:
        raise SettingsError(_lines(error)) from None
    if need_token and not settings.bot_id:
        raise SettingsError(
            ["BOT_TOKEN: missing; write the token that @BotFather gave you into .env"]
        )
    return settings


def _names(env_file: Path | None) -> list[str]:
    if env_file is None or not env_file.exists():
        return []
    try:
        return list(dotenv_values(env_file, interpolate=False, encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise SettingsError([f"{env_file}: cannot be read: {reason}"]) from None


def _slips(written: Iterable[str]) -> list[str]:
    """Names in the file that are no settings but look very much like one."""
    known = set(Settings.model_fields)
    lines = []
    for name in written:
        if name.lower() in known:
            continue
        near = process.extractOne(name.lower(), known, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if near is not None:
            lines.append(f"{name} is not a setting; did you mean {near[0].upper()}?")
    return lines


def _lines(error: ValidationError) -> list[str]:
    lines = []
    allowed = {item.name: item for item in described()}
    for mistake in error.errors(include_url=False, include_context=False):
        name = str(mistake["loc"][0]).upper() if mistake["loc"] else ""
        if name not in allowed:
            lines.append(mistake["msg"].removeprefix("Value error, "))
            continue
        setting = allowed[name]
        shown = "" if setting.secret else f" {_short(mistake['input'])}"
        line = f"{name}:{shown} is not allowed; allowed: {setting.allowed}"
        if line not in lines:
            lines.append(line)
    return lines


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return repr(text if len(text) <= 40 else text[:39] + "…")


def example() -> str:
    """The text of `.env.example`: every setting with its meaning, commented out at its default."""
    parts = [
        "# Settings of Orderclerk. Copy this file to .env and remove the # before what you change.\n"
        "# Printed by `python -m bot settings`; variables of the environment win over this file.\n"
    ]
    group = ""
    for setting in described():
        if setting.group != group:
            group = setting.group
            parts.append(f"\n# ---- {group} ----\n")
        parts.append(f"\n# {setting.about}\n# Allowed: {setting.allowed}.\n")
        parts.append(f"#{setting.name}={setting.default}\n")
    return "".join(parts)
