"""Pictures: measured, and made into the several sizes Telegram keeps of a photo."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

#: The boxes a photo is fitted into: s, m, x, y (Telegram: uploading and downloading files). What
#: is larger than the last is not kept.
BOXES = (90, 320, 800, 1280)
#: A thumbnail of a document or a video.
THUMBNAIL = 320
_FAR_TOO_BIG = (100_000, 100_000)
_QUALITY = 87


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int
    data: bytes


def _open(data: bytes) -> Image.Image | None:
    with warnings.catch_warnings():
        # What is too large is refused by its size, in Telegram's words.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            return Image.open(io.BytesIO(data))
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
            return None


def measure(data: bytes) -> tuple[int, int] | None:
    """Width and height; None when it is no picture."""
    try:
        found = _open(data)
    except Image.DecompressionBombError:
        return _FAR_TOO_BIG
    return None if found is None else found.size


def sizes(data: bytes) -> list[Size]:
    """A photo in all its sizes, the smallest first; empty when it cannot be decoded.

    All are JPEG. A JPEG that is small enough keeps its bytes as the largest size.
    """
    found = _open(data)
    if found is None:
        return []
    try:
        found.load()
        picture = _flat(found)
    except (OSError, ValueError, SyntaxError, EOFError):
        return []
    longest = max(picture.size)
    made = []
    for box in BOXES:
        if box < longest:
            made.append(_fitted(picture, box))
        elif found.format == "JPEG" and found.mode == "RGB":
            return [*made, Size(*picture.size, data)]
        else:
            return [*made, _written(picture)]
    return made


def thumbnail(data: bytes) -> Size | None:
    """A small JPEG of a picture; None when it is none."""
    found = sizes(data)
    fitting = [size for size in found if max(size.width, size.height) <= THUMBNAIL]
    return fitting[-1] if fitting else None


def _flat(picture: Image.Image) -> Image.Image:
    """The first frame without transparency."""
    if picture.mode == "RGB":
        return picture
    layers = picture.convert("RGBA")
    white = Image.new("RGBA", layers.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, layers).convert("RGB")


def _fitted(picture: Image.Image, box: int) -> Size:
    scale = box / max(picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    return _written(picture.resize((width, height), Image.Resampling.BILINEAR))


def _written(picture: Image.Image) -> Size:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return Size(*picture.size, out.getvalue())
