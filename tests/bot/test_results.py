from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.channels.port import Call, Refused
from bot.channels.results import done, with_files

PHOTO = {"message_id": 3, "photo": [{"file_id": "small"}, {"file_id": "large"}]}


@pytest.mark.parametrize(
    ("result", "messages", "files"),
    [
        (True, (), ()),
        (None, (), ()),
        ({"message_thread_id": 4}, (), ()),
        ({"message_id": 3}, (3,), ()),
        (PHOTO, (3,), ("large",)),
        ([PHOTO, {"message_id": 4, "document": {"file_id": "D"}}], (3, 4), ("large", "D")),
        ([1, "x"], (), ()),
    ],
)
def test_done(result: Any, messages: tuple[int, ...], files: tuple[str, ...]) -> None:
    found = done(result)
    assert (found.message_ids, found.file_ids, found.result) == (messages, files, result)
    assert found.file_id == (files[0] if files else None)


def test_files_go_where_they_belong(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.touch()
    media = [{"type": "photo"}, {"type": "photo"}]
    call = Call(
        method="m",
        params={"chat_id": 1, "media": media},
        files={"media.1.media": str(path), "photo": str(path)},
        names={"photo": "shown.png"},
    )
    params = with_files(call, lambda given, name: (given, name))
    assert params["media"][1]["media"] == (path, "a.png")
    assert params["media"][0] == {"type": "photo"}
    assert params["photo"] == (path, "shown.png")
    assert media == [{"type": "photo"}, {"type": "photo"}]
    with pytest.raises(Refused, match="no such file"):
        with_files(Call(method="m", params={}, files={"photo": str(tmp_path)}), lambda p, n: p)
