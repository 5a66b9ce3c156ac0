"""Roles of staff: given and taken by an admin, with a command or by an invitation."""

from __future__ import annotations

from dialogs.content import Content
from handlers import audit, permits
from handlers.events import ChatEvent, MessageEvent, Sender
from handlers.turn import Turn
from orders.roles import Role
from storage import orders, staff
from storage.records import Person
from storage.staff import StaffRole

#: What a role may be called in a command, beside its own name.
_ALSO = {
    "客服": Role.AGENT,
    "主管": Role.LEAD,
    "财务": Role.FINANCE,
    "管理员": Role.ADMIN,
}
_ADD, _REMOVE = ("add", "give", "添加"), ("remove", "take", "移除")


def role_named(text: str) -> Role | None:
    """The role that a word of a command names."""
    word = text.strip().lower()
    return _ALSO.get(word) or next((role for role in Role if role == word), None)


def on_role(turn: Turn, argument: str) -> None:
    """/role add|remove @name|id role; without a name as a reply to one of the person's messages."""
    verb, *rest = argument.split() or [""]
    role = next((found for word in rest if (found := role_named(word)) is not None), None)
    named = [word for word in rest if role_named(word) is None]
    if verb.lower() not in (*_ADD, *_REMOVE) or role is None or len(named) > 1:
        explain(turn)
        return
    who = _person_named(turn, named[0] if named else "")
    if who is None:
        return
    user_id, name = who
    if verb.lower() in _ADD:
        _give(turn, user_id, name, role)
    else:
        _take(turn, user_id, name, role)


def _person_named(turn: Turn, given: str) -> tuple[int, str] | None:
    """(id in the chat app, name) of whom a command means; None, and told, when that cannot be said."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    if given.lstrip("@").isdigit() and not given.startswith("@"):
        known = turn.work.person(int(given))
        return int(given), known.name if known else given
    if given:
        found = staff.person_by_username(turn.work.session, turn.work.bot, given.lstrip("@"))
        if found is None:
            _answer(turn, "staff/role_unknown", name=given)
            return None
        return found.user_id, found.name
    if event.replied is None:
        explain(turn)
        return None
    if event.replied.is_bot:
        _answer(turn, "staff/role_bot")
        return None
    return event.replied.id, _met(turn, event.replied).name


def _met(turn: Turn, sender: Sender) -> Person:
    return turn.work.person(sender.id) or turn.known(sender)


def _give(turn: Turn, user_id: int, name: str, role: Role) -> None:
    if role in turn.roles_of(user_id):
        _answer(turn, "staff/role_given", name=name, role=_name(turn, role), already=True)
        return
    _grant(turn, user_id, role, turn.person.id)
    _answer(turn, "staff/role_given", name=name, role=_name(turn, role), already=False)


def _grant(turn: Turn, user_id: int, role: Role, by: int | None) -> None:
    turn.work.session.add(
        StaffRole(
            bot=turn.work.bot,
            user_id=user_id,
            role=str(role),
            granted_by=by,
            granted_at=turn.now,
            removed_by=None,
            removed_at=None,
        )
    )
    turn.work.session.flush()
    audit.record(turn, "role.add", f"user:{user_id}", role=str(role), invited_by=by)


def _take(turn: Turn, user_id: int, name: str, role: Role) -> None:
    row = staff.held_role(turn.work.session, turn.work.bot, user_id, str(role))
    standing = role in turn.business.standing_roles(user_id)
    if row is not None:
        row.removed_by = turn.person.id
        row.removed_at = turn.now
        turn.work.session.flush()
        audit.record(turn, "role.remove", f"user:{user_id}", role=str(role))
    _answer(
        turn,
        "staff/role_taken",
        name=name,
        role=_name(turn, role),
        had=row is not None,
        standing=standing,
        setting={Role.FINANCE: "FINANCE_IDS"}.get(role, "ADMIN_IDS"),
    )


def on_roles(turn: Turn) -> None:
    """/roles: who has which, by whom and since when."""
    session = turn.work.session
    rows = [
        {
            "name": _name_of(turn, row.user_id),
            "role": _name(turn, Role(row.role)),
            "by": orders.person_by_id(session, row.granted_by).name if row.granted_by else "",
            "at": row.granted_at,
        }
        for row in staff.staff(session, turn.work.bot)
    ]
    business = turn.business
    for role, ids in ((Role.FINANCE, business.finance), (Role.ADMIN, business.admins)):
        rows += [
            {"name": _name_of(turn, one), "role": _name(turn, role), "by": "", "at": None}
            for one in sorted(ids)
        ]
    _answer(turn, "staff/roles", rows=rows)


def on_joined(turn: Turn, role: Role, by: int | None) -> None:
    """An invitation for staff was followed."""
    person = turn.person
    if role not in turn.roles_of(person.user_id):
        _grant(turn, person.user_id, role, by)
    words = turn.words()
    turn.say(person, "staff/welcome", role=words.gettext(permits.ROLE_NAMES[role]))
    chat = turn.business.staff_chat
    if chat is not None:
        here = turn.words(turn.business.staff_language)
        text = here.html(
            "staff/role_given", name=person.name, role=_name(turn, role), already=False
        )
        turn.work.send(chat, Content(text=text), label="staff/role_given")


def explain(turn: Turn) -> None:
    """How the commands about roles are written."""
    words = turn.words(turn.business.staff_language)
    names = [(str(role), words.gettext(permits.ROLE_NAMES[role])) for role in Role]
    _answer(turn, "staff/role_usage", names=names)


def _name(turn: Turn, role: Role) -> str:
    return turn.words(turn.business.staff_language).gettext(permits.ROLE_NAMES[role])


def _name_of(turn: Turn, user_id: int) -> str:
    known = turn.work.person(user_id)
    return known.name if known else str(user_id)


def _answer(turn: Turn, template: str, **variables: object) -> None:
    event = turn.event
    assert isinstance(event, ChatEvent)
    words = turn.words(turn.business.staff_language)
    turn.work.send(
        event.chat.id,
        Content(text=words.html(template, **variables)),
        thread_id=event.thread,
        label=template,
    )
