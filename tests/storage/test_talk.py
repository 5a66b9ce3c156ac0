"""What somebody wrote last is kept with their conversation, whatever it looks like."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from storage.rows import Conversation
from storage.serial import loads
from storage.talk import KEPT, LENGTH, moment_of, note

NOW = datetime(2026, 11, 23, 2, 0, 7, 125_000, tzinfo=UTC)
_LINE = st.sampled_from(["],[", '"],["', "[]", "\\", "你好"]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=LENGTH + 5
)


@given(st.lists(_LINE, max_size=3 * KEPT))
def test_the_newest_lines_are_kept(lines: list[str]) -> None:
    conversation = Conversation(1)
    for number, line in enumerate(lines):
        note(conversation, number, line, NOW)
    kept = [] if conversation.recent is None else loads(conversation.recent)
    written = [[number, line[:LENGTH], NOW.timestamp()] for number, line in enumerate(lines)]
    assert kept == written[-KEPT:]


def test_moments_are_read_as_this_and_as_former_releases_kept_them() -> None:
    assert moment_of(NOW.timestamp()) == moment_of(NOW.isoformat()) == NOW
