"""Structured logs that name rows and ids, never people: no texts, names, numbers or tokens."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

from bot.errors import BotError

_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")
#: Keys under which somebody might one day log what a person wrote or is.
_PERSONAL = frozenset(
    {
        *(
            "text",
            "name",
            "first_name",
            "last_name",
            "username",
            "phone",
            "email",
            "contact",
            "caption",
        ),
        *("title", "address", "content", "payload", "body", "params", "data", "answer"),
    }
)
#: Exceptions whose message is about the program or the machine. Any other may quote what a person typed.
_HARMLESS = (
    BotError,
    OSError,
    ImportError,
    AttributeError,
    NameError,
    TypeError,
    RecursionError,
    MemoryError,
)
_ROOT = Path(__file__).resolve().parent.parent


def configure(
    level: str, style: str, secrets: Sequence[str] = (), stream: TextIO | None = None
) -> None:
    """Set up logging for this process. `style` is text or json; `secrets` never come through."""
    target = stream or sys.stderr
    number = logging.getLevelName(level.upper())
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(
            colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _brief_exception,
            _withhold,
            _Redact(secrets),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(_Bridge())
    # Libraries talk too much below this, and about whom they talk to.
    root.setLevel(logging.WARNING)


class _Bridge(logging.Handler):
    """What libraries log goes the same way."""

    def emit(self, record: logging.LogRecord) -> None:
        # The message may hold what its arguments hold; only its template is known to be harmless.
        structlog.get_logger(record.name).log(
            record.levelno, str(record.msg), library=record.name, exc_info=record.exc_info
        )


def _brief_exception(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Replace a trace by where it went; messages only of exceptions that cannot quote people."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = _story(error)
    return event


def _story(error: BaseException) -> str:
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(parts) < 5:
        message = f": {seen}" if isinstance(seen, _HARMLESS) else ""
        parts.append(f"{type(seen).__name__}{message} {_way(seen.__traceback__)}".rstrip())
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return " <- ".join(parts)


def _way(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-8:]
    return " ".join(f"{_short(frame.filename)}:{frame.lineno}({frame.name})" for frame in frames)


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else path.name


def _withhold(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    for key in _PERSONAL & event.keys():
        event[key] = "[withheld]"
    return event


class _Redact:
    """Last line before the renderer: whatever looks like a token, or is a secret of ours, goes."""

    def __init__(self, secrets: Sequence[str]) -> None:
        # Short ones would cut pieces out of ordinary words.
        self._secrets = sorted((s for s in secrets if len(s) >= 6), key=len, reverse=True)

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        return {key: self._clean(value) for key, value in event.items()}

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, "[secret]")
            return _TOKEN.sub("[token]", value)
        if isinstance(value, (bool, int, float)) or value is None:
            return value
        if isinstance(value, Mapping):
            return {str(key): self._clean(item) for key, item in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self._clean(item) for item in value]
        return self._clean(str(value))
