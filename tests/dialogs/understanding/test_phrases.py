"""The phrase table: nothing in it may be read wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.understanding.phrases import figures, read_phrases


def test_every_phrase_is_read_as_wanted() -> None:
    wrong = [
        f"{row.phrase.now:%m-%d} {row.phrase.text}: wanted {row.phrase.wanted}, got {row.got}"
        for row in figures().rows
        if row.got != row.phrase.wanted
    ]
    assert not wrong, "\n".join(wrong)


def test_figures_count_the_table() -> None:
    right, wrong, asked_back, rows = figures()
    assert wrong == 0
    assert right + asked_back == len(rows)
    assert len(rows) > 1000
    assert asked_back == sum(len(phrase.wanted) > 1 for phrase in read_phrases())


def test_figures_tell_right_from_wrong_and_asked_back(tmp_path: Path) -> None:
    table = tmp_path / "phrases.tsv"
    table.write_text(
        "# now = 2026-11-21 12:00 (a Saturday), local time\nphrase\twanted\n"
        "tomorrow\t2026-11-22\n"
        "下周五\t2026-11-28\n"
        "3/4\t2027-03-04\n"
        "3/4\t2027-05-04\n"
        "不急\tNone\n"
        "tomorrow\tNone\n"
        "tomorrow at 5pm\t2026-11-22 17:00\n",
        encoding="utf-8",
    )
    found = figures(table)
    assert [row.verdict for row in found.rows] == [
        "right",
        "wrong",
        "asked back",
        "wrong",
        "right",
        "wrong",
        "right",
    ]
    assert found[:3] == (3, 3, 1)


@pytest.mark.parametrize("text", ["tomorrow\t2026-11-22", "# now = 2026-11-21 12:00\ntomorrow"])
def test_a_table_that_says_too_little_is_refused(tmp_path: Path, text: str) -> None:
    table = tmp_path / "phrases.tsv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="write 'phrase<TAB>wanted' below"):
        figures(table)
