"""Files that are shipped or configured: where they lie, and what identifies their content."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path

from bot import charts
from dialogs.chart import PREFIX, read_chart


class Assets:
    """Finds assets under a few folders; remembers digests while a file does not change."""

    def __init__(self, roots: Sequence[Path], *, drawn: Path | None = None) -> None:
        self._roots = tuple(roots)
        #: Where charts are kept once they are drawn; None: there are none.
        self._drawn = drawn
        self._drawing = threading.Lock()
        self._digests: dict[tuple[str, Path], tuple[int, int, str]] = {}

    def path(self, asset: str) -> Path | None:
        """The file of an asset: an absolute path, or the first folder that has it."""
        if asset.startswith(PREFIX):
            drawn = None if self._drawn is None else charts.chart_path(self._drawn, asset)
            return drawn if drawn is not None and drawn.is_file() else None
        given = Path(asset)
        candidates = [given] if given.is_absolute() else [root / given for root in self._roots]
        return next((path for path in candidates if path.is_file()), None)

    def must_draw(self, asset: str) -> bool:
        """Whether it is a chart that is not drawn yet."""
        return self._drawn is not None and asset.startswith(PREFIX) and self.path(asset) is None

    def draw(self, asset: str) -> None:
        """Draw a chart into its file: takes a second, so never on the event loop. Raises OSError, ValueError."""
        chart = read_chart(asset)
        if chart is None or self._drawn is None:
            return
        with self._drawing:
            if self.path(asset) is None:
                charts.prune(self._drawn)
                charts.draw(chart, charts.chart_path(self._drawn, asset))

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
