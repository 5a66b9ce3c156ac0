"""The ready parts, each in a conversation."""

from __future__ import annotations

import pytest

from dialogs.model import FlowError
from dialogs.parts import Number
from dialogs.parts.reach import read_contact
from dialogs.talk import Talk
from tests.dialogs.test_engine import talk, without

FILE = {"kind": "photo", "file_id": "f", "file_unique_id": "u", "name": "logo.png"}


def asked(field: str, **more: object) -> Talk:
    return talk(**{**without(field), **more})


def test_a_list_turns_its_pages() -> None:
    here = talk().tap("All themes")
    assert [row[0] for row in here.buttons[:4]] == ["Sea", "Space", "Farm", "Theme0"]
    here.tap("More (1/4)").tap("More (2/4)").say("more")
    assert here.buttons[0] == ["Theme9"]
    here.say("上一页")
    assert here.buttons[0] == ["Theme5"]


def test_several_options_are_ticked_and_taken_in_their_order() -> None:
    here = asked("extras").tap("Music").tap("Cake")
    assert here.buttons[0] == ["☑️ Cake"]
    here.tap("Done")
    assert here.answers["extras"] == ["cake", "music"]


def test_ticks_are_taken_out_again_and_none_is_too_few() -> None:
    here = asked("extras").tap("Music").tap("Music")
    assert ["✅ Done"] not in here.buttons
    here.say("done")
    assert "extras" not in here.answers


def test_more_than_the_most_is_denied() -> None:
    here = asked("extras", size="small", day="2026-12-24").say("cake, music and magic")
    here.sees("Please choose 2 at most")
    assert here.screen.state.view == {}


def test_typed_names_tick() -> None:
    here = asked("extras").say("music please")
    assert here.buttons[:2] == [["⬜ Cake"], ["☑️ Music"]]


def test_a_month_is_leafed_through_and_impossible_days_do_nothing() -> None:
    here = asked("day").tap("Calendar")
    assert here.buttons[0] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    here.tap("›").tap("›")
    assert any("Feb 2027" in row for row in here.buttons)
    before = here.answers
    here.tap("Mo")
    assert here.answers == before
    here.tap("14")
    assert here.answers["day"] == "2027-02-14"


def test_the_name_of_the_month_leads_back_to_the_suggestions() -> None:
    here = asked("day")
    suggested = here.buttons
    assert here.tap("Calendar").tap("Dec 2026").buttons == suggested


def test_a_day_of_the_month_can_be_typed() -> None:
    assert asked("day").tap("Calendar").say("24").answers["day"] == "2026-12-24"


@pytest.mark.parametrize(
    ("text", "says"), [("yesterday", "That day is over"), ("不急", "No hurry is fine")]
)
def test_days_that_are_none_are_answered(text: str, says: str) -> None:
    asked("day").say(text).sees(says, "(day)")


def test_an_ambiguous_day_is_asked_back() -> None:
    here = asked("day").say("3/4")
    assert here.buttons[:2] == [["Thu, Mar 4, 2027"], ["Sat, Apr 3, 2027"]]


def test_a_typed_day_is_shown_before_it_counts() -> None:
    here = asked("day").say("Dec 24")
    assert here.last is not None
    assert here.last.echo == ("day",)


def test_a_number_is_stepped() -> None:
    here = asked("guests")
    assert here.buttons[:2] == [["+1", "+10"], ["✅ 2"]]
    here.tap("+10").tap("+1")
    assert here.buttons[:2] == [["−10", "−1", "+1", "+10"], ["✅ 13"]]
    assert here.tap("✅ 13").answers["guests"] == 13


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("twelve", 12), ("十二", 12), ("10", 10), ("ok", 2)]
)
def test_a_number_is_typed(text: str, number: int) -> None:
    assert asked("guests").say(text).answers["guests"] == number


@pytest.mark.parametrize("text", ["1", "41", "1000000"])
def test_a_number_out_of_range_is_denied(text: str) -> None:
    here = asked("guests").say(text).sees("from 2 to 40")
    assert "guests" not in here.answers


def test_a_number_without_choice_is_refused() -> None:
    with pytest.raises(FlowError):
        Number(key="n", field="n", minimum=3, maximum=2)


def test_text_may_be_passed_over_and_taken_back() -> None:
    here = asked("note").tap("No note")
    assert here.answers["note"] == ""
    here.tap("Change note").say("Ring twice")
    assert here.answers["note"] == "Ring twice"
    here.tap("Change note").tap("Leave it empty")
    assert here.answers["note"] == ""


@pytest.mark.parametrize("text", ["跳过", "none", "没有"])
def test_text_is_passed_over_in_words(text: str) -> None:
    assert asked("note").say(text).answers["note"] == ""


def test_files_come_one_after_another_with_what_is_written_below() -> None:
    here = asked("files", note="Ring twice")
    here.send(FILE, caption="our logo").send({**FILE, "file_unique_id": "v"})
    assert len(here.answers["files"]) == 2
    assert here.answers["note"] == "Ring twice\nour logo"
    here.tap("Remove the last one").say("好了")
    assert here.step == "summary"
    assert [file["file_unique_id"] for file in here.answers["files"]] == ["u"]


def test_a_file_that_is_there_already_is_denied() -> None:
    here = asked("files").send(FILE).send(FILE).sees("attached already")
    assert len(here.answers["files"]) == 1


@pytest.mark.parametrize(
    ("text", "answer"), [("yes", True), ("好的", True), ("不是", False), ("no", False)]
)
def test_yes_and_no(text: str, answer: bool) -> None:
    assert asked("deliver").say(text).answers["deliver"] is answer


@pytest.mark.parametrize(
    ("text", "stars"),
    [("4", 4), ("five stars", 5), ("三星", 3), ("⭐⭐", 2), ("5分", 5), ("4/5", 4)],
)
def test_stars(text: str, stars: int) -> None:
    here = asked("mood").tap("My mood")
    assert here.buttons[0] == ["1 ★", "2 ★", "3 ★", "4 ★", "5 ★"]
    assert here.say(text).answers["mood"] == stars


def test_more_stars_than_there_are() -> None:
    asked("mood").tap("My mood").say("9").sees("from 1 to 5")


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("手机：13800138000", "13800138000"),
        ("anna@example.com", "anna@example.com"),
        ("微信 anna_lee88", "anna_lee88"),
        ("@anna_lee", "@anna_lee"),
        ("call me maybe", None),
        ("12", None),
        ("6222 0000 0000 0000 000", None),
    ],
)
def test_ways_to_reach_somebody(text: str, contact: str | None) -> None:
    assert read_contact(text) == contact


def test_a_known_contact_is_one_tap() -> None:
    assert asked("contact").tap("@anna_lee").answers["contact"] == "@anna_lee"


def test_an_unreadable_contact_is_denied() -> None:
    asked("contact").say("just call").sees("telephone number")


def test_an_address_keeps_its_lines() -> None:
    here = talk(**without("deliver")).tap("Yes")
    assert here.step == "address"
    here.say("路1").sees("too short")
    here.say("x1" * 400).sees("300 characters")
    here.say("Anna Lee\n8 Sea Lane\nHarbour Town")
    assert here.answers["address"] == "Anna Lee\n8 Sea Lane\nHarbour Town"
    assert here.step == "summary"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_screen_speaks(language: str) -> None:
    here = talk(language)
    for text in (
        "sea",
        "big",
        "Dec 24",
        "12",
        "cake",
        "done",
        "A big cat",
        "skip",
        "done",
        "@anna_lee",
    ):
        here.say(text)
        assert all(label.strip() for row in here.buttons for label in row)
    assert here.step == "deliver"
