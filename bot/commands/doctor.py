"""`python -m bot doctor`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.business import policy_of
from bot.commands.common import env_file, settings_for, with_app
from bot.doctor import SETTINGS, Finding, of_backups, of_group, of_methods, of_webhook

if TYPE_CHECKING:
    from bot.app import App
    from bot.channels.port import Channel
    from bot.settings import Settings

_MARKS = {"ok": "ok     ", "hint": "hint   ", "problem": "PROBLEM"}


@click.command("doctor")
@env_file
def command(path: Path) -> int:
    """Say which right or setting the bot lacks, whether Telegram reaches it, and how old its newest backup is.

    Asks Telegram; changes nothing. One line per finding; exit code 1 when something does not work.
    """
    found = with_app(settings_for(path, need_token=True), look)
    for one in found:
        click.echo(f"{_MARKS[one.level]} {one.what}")
    return 1 if any(one.level == "problem" for one in found) else 0


async def look(app: App) -> list[Finding]:
    """Everything there is to find out."""
    from bot.channels.errors import Unauthorized
    from bot.channels.port import Blocked, ChannelError

    channel = app.channel()
    try:
        me = await _ask(channel, "getMe")
        hook = await _ask(channel, "getWebhookInfo")
    except Unauthorized:
        return [Finding(level="problem", what="BOT_TOKEN: Telegram does not accept it")]
    except ChannelError as error:
        return [Finding(level="problem", what=f"Telegram cannot be reached: {error}")]
    found = [Finding(level="ok", what=f"BOT_TOKEN: @{me.get('username', '')}")]
    now = app.clock.now()
    found += of_webhook(hook, app.settings.webhook_url, now)
    found.append(_backups(app.settings, now))
    found += of_methods(policy_of(app.settings))
    chats = await _chats(app, int(me["id"]))
    desk = "support" if "support" in chats else "staff"
    if desk not in chats:
        what = "STAFF_CHAT: not set, so nobody is told when a customer asks for a person; /staff in a group names it"
        found.append(Finding(level="problem", what=what))
    for purpose, chat_id in chats.items():
        try:
            chat = await _ask(channel, "getChat", chat_id=chat_id)
            member = await _ask(channel, "getChatMember", chat_id=chat_id, user_id=me["id"])
        except Blocked as error:
            what = f"{SETTINGS[purpose]}: the bot is not in the group {chat_id}; add it again ({error})"
            found.append(Finding(level="problem", what=what))
            continue
        except ChannelError as error:
            what = f"{SETTINGS[purpose]}: {chat_id} cannot be looked at: {error}"
            found.append(Finding(level="problem", what=what))
            continue
        found += of_group(purpose, chat, member, me, is_desk=purpose == desk)
    return found


def _backups(settings: Settings, now: datetime) -> Finding:
    from bot.backups import existing

    folder, every = settings.backup_dir, timedelta(hours=settings.backup_every)
    newest, writable = None, True
    if folder is not None:
        # The folder is made when it is needed: then what counts is where.
        places = (folder, *folder.resolve().parents)
        there = next(place for place in places if os.path.exists(place))
        writable = there.is_dir() and os.access(there, os.R_OK | os.W_OK | os.X_OK)
        newest = max(existing(folder), default=None) if writable else None
    return of_backups(folder, newest, every, now, writable=writable)


async def _ask(channel: Channel, method: str, **params: Any) -> Mapping[str, Any]:
    from bot.channels.port import Call

    done = await channel.perform(Call(method=method, params=params))
    return done.result if isinstance(done.result, Mapping) else {}


async def _chats(app: App, bot: int) -> dict[str, int]:
    """The groups of the settings, and those that were named in the chat app, which win."""
    from storage.standing import standing

    settings = app.settings
    chats = {
        "staff": settings.staff_chat,
        "providers": settings.providers_chat,
        "support": settings.support_chat,
    }
    found = {purpose: chat for purpose, chat in chats.items() if chat is not None}
    database = await app.database()
    named = await database.read(lambda connection: standing(connection, bot).purposes)
    return {**found, **{purpose: chat for purpose, chat in named.items() if purpose in SETTINGS}}
