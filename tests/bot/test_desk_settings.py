"""Support's hours, its replies, and what the doctor says of a group."""

from __future__ import annotations

from datetime import UTC, date, time
from pathlib import Path
from typing import Any

import pytest

from bot.doctor import of_group
from bot.hours import SupportHours, read_days, read_times
from bot.replies_file import RepliesErrors, read_replies
from dialogs.words import LANGUAGES

NINE, SIX = time(9), time(18)


def test_hours_are_read_as_people_write_them() -> None:
    hours = SupportHours.parse("Mon-Fri 9:00-18:00，Sat 10:00-14:00")
    assert hours.days is not None
    assert hours.days[0] == ((NINE, SIX),)
    assert hours.days[5] == ((time(10), time(14)),)
    assert 6 not in hours.days
    assert SupportHours.parse(str(hours)) == hours
    assert SupportHours.parse("always").working(UTC, ()) is None
    assert SupportHours.parse("Fri-Mon 20:00-24:00").days == dict.fromkeys(
        (4, 5, 6, 0), ((time(20), time(0)),)
    )


@pytest.mark.parametrize(
    "text", ["", "soon", "Mon 18:00-09:00", "Mon 09:00-12:00, Mon 11:00-13:00", "Mon 25:00-26:00"]
)
def test_hours_that_are_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the settings word it
        SupportHours.parse(text)


def test_times_and_days() -> None:
    assert read_times("18:00, 09:00") == (NINE, SIX)
    assert read_times("off") == ()
    assert read_days("2026-10-01,2026-10-02") == (date(2026, 10, 1), date(2026, 10, 2))


def test_the_replies_that_come_along_are_whole() -> None:
    replies = read_replies(Path("catalogue/replies.yaml"))
    assert len(replies) >= 4
    assert all(set(one.title) == set(one.text) == set(LANGUAGES) for one in replies)


def test_mistakes_in_replies_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "replies.yaml"
    path.write_text(
        "hello:\n  title: {zh: 你好, en: Hello}\n  text:\n    zh: 您好{nam}\n    en: Hi\nNo Key:\n  text: {}\n",
        encoding="utf-8",
    )
    with pytest.raises(RepliesErrors) as wrong:
        read_replies(path)
    lines = str(wrong.value).splitlines()
    assert any(":4:" in line and "{nam}" in line for line in lines)
    assert any("`No Key` cannot be a key" in line for line in lines)
    assert any("`title` is missing" in line for line in lines)
    with pytest.raises(RepliesErrors, match="cannot be read"):
        read_replies(tmp_path / "none.yaml")


ADMIN = {"status": "administrator", "can_manage_topics": True, "can_pin_messages": True}
FORUM = {"title": "Desk", "is_forum": True}


@pytest.mark.parametrize(
    ("chat", "member", "said"),
    [
        (FORUM, ADMIN, "fine"),
        (FORUM, {**ADMIN, "can_manage_topics": False}, "can_manage_topics"),
        (FORUM, {**ADMIN, "can_pin_messages": False}, "can_pin_messages"),
        (FORUM, {"status": "member"}, "cannot make topics"),
        (FORUM, {"status": "kicked"}, "not in it (kicked)"),
        ({"title": "Desk"}, ADMIN, "has no topics"),
    ],
)
def test_the_doctor_names_what_is_missing(
    chat: dict[str, Any], member: dict[str, Any], said: str
) -> None:
    found = list(of_group("support", chat, member, {}, is_desk=True))
    assert any(said in one.what for one in found), found
    assert ("ok" in {one.level for one in found}) == (member == ADMIN)


def test_a_bot_that_cannot_read_is_told() -> None:
    blind = list(of_group("staff", {"title": "Staff"}, {"status": "member"}, {}, is_desk=False))
    assert [one.level for one in blind] == ["problem"]
    me = {"can_read_all_group_messages": True}
    seeing = list(of_group("staff", {"title": "Staff"}, {"status": "member"}, me, is_desk=False))
    assert [one.level for one in seeing] == ["ok"]
