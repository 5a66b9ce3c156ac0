"""Files that are shipped or configured: where they lie, and what identifies their content."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path

from bot import charts
from dialogs import page
from dialogs.chart import PREFIX, read_chart

#: What is made when it is first sent.
_MADE = (PREFIX, page.PREFIX)


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
        if asset.startswith(_MADE):
            made = self._made(asset)
            return made if made is not None and made.is_file() else None
        given = Path(asset)
        candidates = [given] if given.is_absolute() else [root / given for root in self._roots]
        return next((path for path in candidates if path.is_file()), None)

    def must_draw(self, asset: str) -> bool:
        """Whether it is a chart that is not drawn yet, or a page that is not written."""
        return self._drawn is not None and asset.startswith(_MADE) and self.path(asset) is None

    def draw(self, asset: str) -> None:
        """Make a chart or a page: takes a second, so never on the event loop. Raises OSError, ValueError."""
        path = self._made(asset)
        if path is None or self._drawn is None:
            return
        with self._drawing:
            if path.is_file():
                return
            charts.prune(self._drawn)
            chart, text = read_chart(asset), page.read_page(asset)
            if chart is not None:
                charts.draw(chart, path)
            elif text is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                half = path.with_suffix(".half")
                # With a mark that says UTF-8: some readers guess otherwise.
                half.write_text(text.text, encoding="utf-8-sig")
                half.replace(path)

    def _made(self, asset: str) -> Path | None:
        """Where a chart or a page is kept once it is made."""
        if self._drawn is None:
            return None
        path = charts.chart_path(self._drawn, asset)
        return path.with_suffix(".txt") if asset.startswith(page.PREFIX) else path

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
