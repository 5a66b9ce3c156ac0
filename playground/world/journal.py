"""What survives a restart: an append-only journal of records, one JSON line each.

A line is `[kind, key, fields]`, `fields` null when the record is gone. The last line of a key
wins. A torn last line (the process was killed while writing) is dropped. The journal is
rewritten at start when most of it is history.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO, Any

_COMPACT_FROM = 5_000


class Journal:
    """Kept in `journal.jsonl` of the data folder; a journal without a folder keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "journal.jsonl" if folder else None
        self._file: IO[str] | None = None
        self._lines: list[str] = []

    def load(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Read everything kept so far and open the journal for writing."""
        kept: dict[tuple[str, str], dict[str, Any]] = {}
        if self._path is None:
            return kept
        lines = 0
        if self._path.exists():
            with self._path.open("rb") as file:
                for raw in file:
                    if not raw.endswith(b"\n"):
                        break  # torn: rewritten below without it
                    lines += 1
                    kind, key, fields = json.loads(raw)
                    if fields is None:
                        kept.pop((kind, key), None)
                    else:
                        kept[kind, key] = fields
            if not _whole(self._path) or (lines > _COMPACT_FROM and lines > 2 * len(kept)):
                self._rewrite(kept)
        self._file = self._path.open("a", encoding="utf-8")
        return kept

    def put(self, kind: str, key: str, fields: dict[str, Any] | None) -> None:
        if self._path is not None:
            line = json.dumps([kind, key, fields], separators=(",", ":"))
            self._lines.append(line + "\n")

    def flush(self) -> None:
        if self._file is not None and self._lines:
            self._file.write("".join(self._lines))
            self._file.flush()
        self._lines.clear()

    def close(self) -> None:
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _rewrite(self, kept: dict[tuple[str, str], dict[str, Any]]) -> None:
        assert self._path is not None
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            for (kind, key), fields in kept.items():
                file.write(json.dumps([kind, key, fields]) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)


def _whole(path: Path) -> bool:
    """Whether the last line was written to its end."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        if file.tell() == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
