"""What only staff may do is asked here, of the person, never of the chat; who may not is told why."""

from __future__ import annotations

from dialogs.content import Content
from dialogs.words import N_, Words
from handlers.events import ChatEvent, MessageEvent
from handlers.turn import Turn
from orders.roles import Action, Role, who_may

#: What the roles are called.
ROLE_NAMES = {
    Role.AGENT: N_("agent"),
    Role.LEAD: N_("team lead"),
    Role.FINANCE: N_("finance"),
    Role.ADMIN: N_("admin"),
}


def in_staff_chat(turn: Turn) -> bool:
    """Whether it happened in the staff group or at the desk: answers about orders go nowhere else."""
    event = turn.event
    chats = (turn.business.staff_chat, turn.business.desk)
    return isinstance(event, ChatEvent) and event.chat.id in chats


def at_desk(turn: Turn) -> bool:
    """Whether it happened where tickets are worked on."""
    event = turn.event
    return isinstance(event, ChatEvent) and event.chat.id == turn.business.desk


def permitted(turn: Turn, action: Action) -> bool:
    """Whether whoever wrote or tapped may do that; if not, they are told."""
    if turn.may(action):
        return True
    event = turn.event
    words = turn.words(turn.business.staff_language)
    if isinstance(event, MessageEvent):
        text = why_not(action, words)
        if event.anonymous:
            text = words.gettext(
                "You write as an anonymous administrator, so I cannot tell who you are. Please write as yourself."
            )
        turn.work.send(
            event.chat.id,
            Content(text=words.html("notice", text=text), reply_to=event.message_id),
            thread_id=event.thread,
            label="staff/answer",
        )
    else:
        message, params = _reason(action, turn.words())
        turn.toast(message, alert=True, **params)
    return False


def why_not(action: Action, words: Words) -> str:
    """Why somebody may not do that, in words."""
    message, params = _reason(action, words)
    return words.gettext(message, **params)


def _reason(action: Action, words: Words) -> tuple[str, dict[str, str]]:
    roles = who_may(action)
    if roles == (Role.ADMIN,):
        return N_("Only an administrator of the business can do this (ADMIN_IDS)."), {}
    if roles == (Role.FINANCE, Role.ADMIN):
        return N_("Only finance staff may confirm this."), {}
    joint = "、" if words.language == "zh" else ", "
    names = joint.join(words.gettext(ROLE_NAMES[role]) for role in roles)
    return N_("This needs one of these roles: {roles}. An admin gives roles with /role."), {
        "roles": names
    }


__all__ = ["ROLE_NAMES", "at_desk", "in_staff_chat", "permitted", "why_not"]
