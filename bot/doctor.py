"""What the bot lacks, and what to do about it. Pure: the answers of the Bot API are passed in.

Source of the rights: Telegram Bot API, ChatMemberAdministrator, createForumTopic, pinChatMessage, message_reaction;
of the address for updates: WebhookInfo.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from orders.methods import RULES, MethodPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. `problem`: something does not work; `hint`: something could work better."""

    level: Literal["ok", "hint", "problem"]
    what: str


#: A call of Telegram's that failed longer ago says nothing about now.
_RECENT = timedelta(hours=1)

#: What each kind of group is called in the settings.
SETTINGS = {"support": "SUPPORT_CHAT", "staff": "STAFF_CHAT", "providers": "PROVIDERS_CHAT"}


def of_methods(policy: MethodPolicy) -> Iterator[Finding]:
    """Ways to pay that the operator offers against Telegram's rules."""
    for nature, method in policy.departures():
        what = (
            f"METHODS_{nature.upper()}: {method} departs from Telegram's rules, which allow "
            f"{' and '.join(RULES[nature])} there; they may take the bot away"
        )
        yield Finding(level="hint", what=what)


def of_webhook(hook: Mapping[str, Any], wanted: str, now: datetime) -> Iterator[Finding]:
    """The address Telegram calls, against WEBHOOK_URL; `hook` is WebhookInfo."""
    there = hook.get("url") or ""
    if not wanted:
        if there:
            what = "a webhook is set for this bot; no other program may read its updates"
            yield Finding(level="hint", what=what)
        return
    if not there:
        what = "WEBHOOK_URL: Telegram does not know it yet; the bot tells it at its start"
        yield Finding(level="hint", what=what)
        return
    if there != wanted:
        yield _problem(
            f"WEBHOOK_URL: Telegram calls another address, at {urlsplit(there).hostname}; "
            "no other program may read this bot's updates"
        )
        return
    failed, waiting = hook.get("last_error_date", 0), hook.get("pending_update_count", 0)
    if waiting and now - datetime.fromtimestamp(failed, UTC) < _RECENT:
        why = hook.get("last_error_message", "no reason given")
        yield _problem(f"WEBHOOK_URL: {waiting} updates wait, as Telegram cannot reach us: {why}")
        return
    yield Finding(level="ok", what="WEBHOOK_URL: Telegram calls it")


def of_backups(
    folder: Path | None, newest: datetime | None, every: timedelta, now: datetime, *, writable: bool
) -> Finding:
    """Whether backups are made. `newest`: when the last one in the folder was."""
    if folder is None:
        what = "BACKUP_DIR: not set, so the bot makes no backups; a place on another disk is best"
        return Finding(level="hint", what=what)
    if not writable:
        return _problem(
            f"BACKUP_DIR: {folder} cannot be written to; it must belong to the user the bot runs as"
        )
    if newest is None:
        what = f"BACKUP_DIR: no backup yet in {folder}; the bot makes one a minute after it starts"
        return Finding(level="hint", what=what)
    said = f"BACKUP_DIR: the newest backup is of {newest:%Y-%m-%d %H:%M} UTC"
    if now - newest > 2 * every:
        return _problem(f"{said}; the log says why there is none since (backup_failed)")
    return Finding(level="ok", what=said)


def of_group(
    purpose: str,
    chat: Mapping[str, Any],
    member: Mapping[str, Any],
    me: Mapping[str, Any],
    *,
    is_desk: bool,
) -> Iterator[Finding]:
    """What there is to say about a group. `member` is the bot's own ChatMember there, `me` is getMe."""
    title = f"{purpose} group “{chat.get('title', chat.get('id'))}”"
    status = member.get("status")
    if status in ("left", "kicked"):
        yield _problem(f"{title}: the bot is not in it ({status}); add it again")
        return
    admin = status in ("administrator", "creator")
    reads = admin or bool(me.get("can_read_all_group_messages"))
    if not reads:
        yield _problem(
            f"{title}: the bot does not see what is written; make it an administrator, "
            "or switch privacy mode off (@BotFather, /setprivacy) and add it anew"
        )
    if not is_desk:
        if reads:
            yield Finding(level="ok", what=f"{title}: fine")
        return
    yield from _desk(title, chat, member, admin=admin)


def _desk(
    title: str, chat: Mapping[str, Any], member: Mapping[str, Any], *, admin: bool
) -> Iterator[Finding]:
    """The group in which tickets are worked on."""
    forum = bool(chat.get("is_forum"))
    found = []
    if not forum:
        yield Finding(
            level="hint",
            what=f"{title}: has no topics; switch them on in the group's settings and each ticket gets its own",
        )
    if not admin:
        found.append(
            f"{title}: the bot is no administrator, so reactions do not reach it"
            + (", and it cannot make topics" if forum else "")
        )
    elif forum and not member.get("can_manage_topics"):
        found.append(f"{title}: the right can_manage_topics (manage topics) is missing")
    if admin and forum and not member.get("can_pin_messages"):
        found.append(f"{title}: the right can_pin_messages (pin messages) is missing")
    for line in found:
        yield _problem(f"{line}; group settings → administrators")
    if not found:
        yield Finding(level="ok", what=f"{title}: fine")


def _problem(what: str) -> Finding:
    return Finding(level="problem", what=what)
