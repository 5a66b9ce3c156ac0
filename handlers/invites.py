"""Invitations: one-time links for providers and for staff. Only a hash of the link is kept."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from dialogs.content import Content
from handlers import audit, permits, providers, staff_roles
from handlers.events import ChatEvent
from handlers.turn import Turn
from orders.roles import Action, Role
from storage import working_queries as working
from storage.working import Invite

#: An invitation link is good for this long, once.
INVITE_FOR = timedelta(days=7)
JOIN = "join_"
PROVIDER = "provider"


def on_invite(turn: Turn, argument: str) -> None:
    """/invite for a provider, /invite agent for staff: a link for one person."""
    role = staff_roles.role_named(argument) if argument else None
    if argument and role is None:
        staff_roles.explain(turn)
        return
    if not permits.permitted(turn, Action.STAFF_MANAGE if role else Action.PROVIDER_INVITE):
        return
    event = turn.event
    assert isinstance(event, ChatEvent)
    token = turn.random(16).hex()
    invite = Invite(
        bot=turn.work.bot,
        kind=str(role or PROVIDER),
        token_hash=_hashed(token),
        created_by=turn.person.id,
        created_at=turn.now,
        expires_at=turn.now + INVITE_FOR,
    )
    turn.work.session.add(invite)
    turn.work.session.flush()
    audit.record(turn, "invite", f"invite:{invite.id}", kind=invite.kind)
    words = turn.words(turn.business.staff_language)
    text = words.html(
        "staff/invite",
        link=turn.business.link(f"{JOIN}{token}"),
        until=turn.now + INVITE_FOR,
        role=words.gettext(permits.ROLE_NAMES[role]) if role else "",
    )
    turn.work.send(event.chat.id, Content(text=text), label="staff/invite", thread_id=event.thread)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def on_join(turn: Turn, token: str) -> None:
    """The link was followed: once, in time."""
    invite = working.invite_by_hash(turn.work.session, turn.work.bot, _hashed(token))
    if (invite is None or invite.kind == PROVIDER) and providers.has_joined(turn):
        providers.on_profile(turn)
        return
    if invite is None or invite.used_by is not None or invite.expires_at <= turn.now:
        turn.say(turn.person, "work/invite_over")
        return
    invite.used_by = turn.person.id
    invite.used_at = turn.now
    if invite.kind == PROVIDER:
        providers.on_joined(turn)
    else:
        staff_roles.on_joined(turn, Role(invite.kind), invite.created_by)
