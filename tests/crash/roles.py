"""What a fork of the template becomes: the bot, or the playground it talks to."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Imported here so that forks need not: this is what the template is warm with.
import aiogram.methods
import aiogram.types
import aiosqlite
import anyio._backends._asyncio
import apscheduler.executors.asyncio
import apscheduler.triggers.interval
import httpcore
from sqlalchemy.orm import configure_mappers

import bot.channels.telegram_aiogram
import playground.server
from bot.app import build
from bot.commands.common import settings_for
from bot.pace import UNHURRIED, Pace
from dialogs.words import LANGUAGES, environment
from playground.api import schema
from playground.server import free_socket
from playground.world.world import World
from storage.records import Person

ROOT = Path(__file__).parents[2]
#: Some of them are imported late by those who use them.
WARM = (
    aiogram.methods,
    aiogram.types,
    aiosqlite,
    anyio._backends._asyncio,
    apscheduler.executors.asyncio,
    apscheduler.triggers.interval,
    bot.channels.telegram_aiogram,
    httpcore,
)


def warm() -> None:
    """What every fork would otherwise work out for itself."""
    schema.methods()
    for language in LANGUAGES:
        known = environment(language)
        for name in known.list_templates():
            known.get_template(name)
    configure_mappers()
    assert Person.__mapper__.configured


def be_playground(given: Mapping[str, Any]) -> None:
    """On a port that the system chooses, told by a file: two worlds must not take each other's."""
    sock = free_socket()
    serving = playground.server.server(World(), "127.0.0.1", 0, tick=0.01)
    sock.listen(128)
    told = Path(given["port"])
    half = told.with_suffix(".half")
    half.write_text(str(sock.getsockname()[1]), encoding="ascii")
    half.rename(told)
    serving.run(sockets=[sock])


def be_bot(given: Mapping[str, Any]) -> None:
    """`python -m bot run` in all but the pace, which is the playground's."""
    _settle_in(given)
    app = build(settings_for(Path(os.devnull), need_token=True), pace=Pace(UNHURRIED))
    asyncio.run(app.run())


def be_cold_bot(given: Mapping[str, Any]) -> None:
    """`python -m bot run` itself, from nothing: another program takes the place of this process."""
    _settle_in(given)
    os.execv(sys.executable, [sys.executable, "-m", "bot", "--env-file", os.devnull, "run"])


def _settle_in(given: Mapping[str, Any]) -> None:
    os.environ.update(given["environment"])
    os.chdir(ROOT)
    # Descriptors of the template and of drivers that were forked before.
    os.closerange(3, 256)


ROLES = {"playground": be_playground, "bot": be_bot, "cold bot": be_cold_bot}


def command(*arguments: str, environment: Mapping[str, str]) -> str:
    """`python -m bot ARGUMENTS`, its output. Raises CalledProcessError."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "--env-file", os.devnull, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
