"""A text as a file, written when it is sent. It travels as the asset of a `Media`, "page:" and JSON, as charts do."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from dialogs.content import Media

PREFIX = "page:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    #: File name as it is shown.
    name: str
    text: str

    def media(self) -> Media:
        """The document to send."""
        asset = PREFIX + json.dumps(asdict(self), ensure_ascii=False)
        return Media(kind="document", asset=asset, name=self.name)


def read_page(asset: str) -> Page | None:
    """The page behind an asset's name; None for any other asset. Raises ValueError when it is damaged."""
    if not asset.startswith(PREFIX):
        return None
    try:
        return Page(**json.loads(asset.removeprefix(PREFIX)))
    except TypeError as error:
        raise ValueError(f"not a page: {error}") from None
