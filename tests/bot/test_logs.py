from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from bot import logs

TOKEN = "987654321:AAcanaryTOKENcanaryTOKENcanary12345"


def captured(style: str, *secrets: str, level: str = "debug") -> Callable[[], str]:
    stream = io.StringIO()
    logs.configure(level, style, secrets, stream)
    return stream.getvalue


def fail() -> None:
    raise ValueError("canary: call me at +8613800138000")


@pytest.mark.parametrize("style", ["text", "json"])
def test_no_secret_and_no_person_comes_through(style: str) -> None:
    out = captured(style, "canary-provider-token", TOKEN)
    log = structlog.get_logger("test")
    log.info("one", url=f"https://api.telegram.org/bot{TOKEN}/getMe", nested={"a": [TOKEN]})
    log.info("two", value="x canary-provider-token y", text="canary text", name="Canary Li")
    log.info("three", other=object(), phone="canary", params={"text": "canary"})
    log.warning(f"four {TOKEN}")
    try:
        fail()
    except ValueError as error:
        log.error("five", exc_info=True)
        log.error("six", exc_info=error)
    try:
        try:
            fail()
        except ValueError as inner:
            raise RuntimeError("canary again") from inner
    except RuntimeError:
        log.exception("seven")
    logging.getLogger("library").warning("to %s", "canary person")
    try:
        fail()
    except ValueError:
        logging.getLogger("library").exception("canary-provider-token")
    written = out()
    assert "canary" not in written.lower()
    for word in ("one", "two", "three", "four", "five", "six", "seven"):
        assert word in written


def test_a_trace_says_where_and_what_kind() -> None:
    out = captured("json")
    try:
        try:
            fail()
        except ValueError as inner:
            raise OSError(28, "No space left on device") from inner
    except OSError:
        structlog.get_logger().exception("failed")
    line: dict[str, Any] = json.loads(out())
    story = line["exception"]
    # The message of an OSError is the machine's, not a person's.
    assert "No space left on device" in story
    assert "ValueError" in story
    assert "tests/bot/test_logs.py:" in story
    assert "(fail)" in story


def test_levels() -> None:
    out = captured("json", level="warning")
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    assert [json.loads(line)["event"] for line in out().splitlines()] == ["loud"]


def test_libraries_are_heard_only_when_something_is_wrong() -> None:
    out = captured("json")
    logging.getLogger("aiogram").info("chatter")
    logging.getLogger("aiogram").error("trouble with %s", 5)
    (line,) = [json.loads(line) for line in out().splitlines()]
    assert (line["event"], line["library"], line["level"]) == (
        "trouble with %s",
        "aiogram",
        "error",
    )


def test_ids_and_numbers_stay() -> None:
    out = captured("json")
    structlog.get_logger().info("sent", row=5, chat=-1001234567890, ratio=0.5, none=None)
    line = json.loads(out())
    assert (line["row"], line["chat"], line["ratio"], line["none"]) == (
        5,
        -1001234567890,
        0.5,
        None,
    )
