from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.brief import (
    ATTACHMENT_MAX_BYTES,
    ATTACHMENTS_MAX,
    GOAL_MAX,
    GOAL_MIN,
    NAME_MAX,
    NOTES_MAX,
    REQUIREMENTS_MAX,
    Attachment,
    AttachmentKind,
    Brief,
    Deadline,
    check_attachment,
    check_attachments,
    check_goal,
    check_notes,
    check_requirements,
    missing,
)
from orders.refusal import Refusal, refuse


def photo(unique: str = "u1", **changes: object) -> Attachment:
    values: dict[str, object] = {
        "kind": "photo",
        "file_id": f"id-{unique}",
        "file_unique_id": unique,
        "name": "",
        "size_bytes": 1000,
        "mime": "image/jpeg",
    }
    return Attachment(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("推广新品", "推广新品"),
        ("  Sell more tea\u200b ", "Sell more tea"),
        ("🎉 新品上市", "🎉 新品上市"),
        ("卖货", refuse("goal_too_short", minimum=4, length=2)),
        ("ads", refuse("goal_too_short", minimum=4, length=3)),
        ("", refuse("goal_no_words")),
        ("🎉🎉🎉🎉🎉", refuse("goal_no_words")),
        ("123456", refuse("goal_no_words")),
        ("…!?…!?", refuse("goal_no_words")),
        ("a\u200b\u200b\u200b\u200b", refuse("goal_too_short", minimum=4, length=1)),
        ("卖" * GOAL_MAX, "卖" * GOAL_MAX),
        ("卖" * (GOAL_MAX + 1), refuse("goal_too_long", maximum=GOAL_MAX, length=GOAL_MAX + 1)),
        ("charge 4111 1111 1111 1111 please", refuse("card_number")),
    ],
)
def test_goal(text: str, result: str | Refusal) -> None:
    assert check_goal(text) == result


@given(st.text(max_size=2 * GOAL_MAX))
def test_a_goal_that_passes_passes_again(text: str) -> None:
    goal = check_goal(text)
    if isinstance(goal, str):
        assert GOAL_MIN <= len(goal) <= GOAL_MAX
        assert check_goal(goal) == goal


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("4K", "4K"),
        ("logo 放左上角\n\n\n\n竖屏", "logo 放左上角\n\n竖屏"),
        (" \u200b ", refuse("requirements_empty")),
        (
            "x" * (REQUIREMENTS_MAX + 1),
            refuse("requirements_too_long", maximum=REQUIREMENTS_MAX, length=REQUIREMENTS_MAX + 1),
        ),
        ("5555555555554444", refuse("card_number")),
    ],
)
def test_requirements(text: str, result: str | Refusal) -> None:
    assert check_requirements(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("周末联系不到我", "周末联系不到我"),
        ("\u202e", refuse("notes_empty")),
        ("x" * (NOTES_MAX + 1), refuse("notes_too_long", maximum=NOTES_MAX, length=NOTES_MAX + 1)),
        ("378282246310005", refuse("card_number")),
    ],
)
def test_notes(text: str, result: str | Refusal) -> None:
    assert check_notes(text) == result


@pytest.mark.parametrize("kind", list(AttachmentKind))
def test_every_kind_of_attachment_is_taken(kind: AttachmentKind) -> None:
    assert check_attachment((), photo(kind=str(kind))) == photo(kind=str(kind))


@pytest.mark.parametrize("kind", ["sticker", "animation", "audio", "video_note", ""])
def test_other_kinds_are_refused(kind: str) -> None:
    result = check_attachment((), photo(kind=kind))
    assert result == refuse("attachment_kind", kind=kind, allowed=tuple(AttachmentKind))


def test_a_bot_cannot_download_more_than_20_mb() -> None:
    fits = photo(size_bytes=ATTACHMENT_MAX_BYTES)
    assert check_attachment((), fits) == fits
    too_big = photo(size_bytes=ATTACHMENT_MAX_BYTES + 1, name="film.mp4")
    assert check_attachment((), too_big) == refuse(
        "attachment_too_big", maximum_mb=20, name="film.mp4"
    )


def test_the_same_file_twice_is_refused() -> None:
    again = photo("u1", file_id="another", name="logo.png")
    assert check_attachment((photo("u1"),), again) == refuse("attachment_twice", name="logo.png")


def test_attachments_are_counted() -> None:
    full = tuple(photo(f"u{number}") for number in range(ATTACHMENTS_MAX))
    assert check_attachments(full) == full
    one_more = check_attachments((*full, photo("one more")))
    assert one_more == refuse("attachments_too_many", maximum=ATTACHMENTS_MAX)
    assert check_attachments((photo("a"), photo("a"))) == refuse("attachment_twice", name="")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("logo.png", "logo.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\logo.png", "logo.png"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("a\nb\x00.txt", "a b.txt"),
        ("设计 稿.psd", "设计 稿.psd"),
        ("", ""),
    ],
)
def test_names_are_cleaned(name: str, wanted: str) -> None:
    result = check_attachment((), photo(name=name))
    assert isinstance(result, Attachment)
    assert result.name == wanted


@pytest.mark.parametrize("ending", [".jpeg", "", ".averyverylongending"])
def test_long_names_keep_their_ending(ending: str) -> None:
    result = check_attachment((), photo(name="长" * 300 + ending))
    assert isinstance(result, Attachment)
    assert len(result.name) <= NAME_MAX
    if ending == ".jpeg":
        assert result.name.endswith("….jpeg")


def test_missing_parts() -> None:
    assert missing(Brief("")) == ("goal", "deadline")
    assert missing(Brief("推广新品")) == ("deadline",)
    assert missing(Brief("推广新品", Deadline.from_iso("2026-12-03"))) == ()
