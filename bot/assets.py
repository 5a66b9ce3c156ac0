"""Files that are shipped or configured: where they lie, and what identifies their content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path


class Assets:
    """Finds assets under a few folders; remembers digests while a file does not change."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(roots)
        self._digests: dict[tuple[str, Path], tuple[int, int, str]] = {}

    def path(self, asset: str) -> Path | None:
        """The file of an asset: an absolute path, or the first folder that has it."""
        given = Path(asset)
        candidates = [given] if given.is_absolute() else [root / given for root in self._roots]
        return next((path for path in candidates if path.is_file()), None)

    def digest(self, kind: str, path: Path) -> str:
        """64 hexadecimal digits of the content as this kind of media.

        The channel keeps a picture sent as a photo and the same picture sent as a document under two ids.
        """
        status = path.stat()
        seen = self._digests.get((kind, path))
        if seen is not None and seen[:2] == (status.st_mtime_ns, status.st_size):
            return seen[2]
        made = hashlib.sha256(kind.encode() + b"\0" + path.read_bytes()).hexdigest()
        self._digests[(kind, path)] = (status.st_mtime_ns, status.st_size, made)
        return made
