"""Files that the released sources lack, made here: of the kind, size and length the tests expect.

The suite's own pictures, sounds and films are not part of its source release.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw


def _drawn(width: int, height: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), (42, 130, 218))
    draw = ImageDraw.Draw(picture)
    for n in range(0, max(width, height), 40):
        draw.line([(n, 0), (width - n, height)], fill=(250, 240, 220), width=3)
    return picture


def _saved(width: int, height: int, kind: str) -> bytes:
    out = io.BytesIO()
    _drawn(width, height).save(out, kind)
    return out.getvalue()


def _png(size: int) -> bytes:
    """300 by 300, filled up to a size with a chunk that nobody reads."""
    data = _saved(300, 300, "PNG")
    end = data[-12:]
    return data[:-12] + _png_chunk(b"\0" * (size - len(data) - 12)) + end


def _png_chunk(body: bytes) -> bytes:
    kind = b"fiLl"
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _mp4(width: int, height: int, seconds: int, size: int) -> bytes:
    """The skeleton of a film: its head says size and length, the rest is silence."""
    rate = 1000
    movie = struct.pack(">IIIII", 0, 0, 0, rate, seconds * rate) + b"\0" * 80
    track = struct.pack(">IIIII", 7, 0, 0, 1, 0) + b"\0" * 56
    track += struct.pack(">II", width << 16, height << 16)
    head = _box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
    head += _box(b"moov", _box(b"mvhd", movie) + _box(b"trak", _box(b"tkhd", track)))
    return head + _box(b"free", b"\0" * (size - len(head) - 8))


def _ogg(seconds: int, size: int) -> bytes:
    """One page of Opus whose position is its length."""
    page = b"OggS\0\4" + struct.pack("<qIIIB", seconds * 48_000, 1, 0, 0, 1) + b"\0"
    return page + b"\0" * (size - len(page))


def _gif() -> bytes:
    out = io.BytesIO()
    frames = [_drawn(320, 180), _drawn(320, 180).rotate(5)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=500)
    return out.getvalue()


_MAKERS: dict[str, Callable[[], bytes]] = {
    "telegram.jpg": lambda: _saved(800, 800, "JPEG"),
    "telegram.png": lambda: _png(12_948),
    "telegram.mp4": lambda: _mp4(360, 640, 5, 326_534),
    "telegram2.mp4": lambda: _mp4(240, 240, 3, 132_084),
    "telegram.ogg": lambda: _ogg(3, 9_199),
    "telegram.mp3": lambda: b"ID3\4\0\0\0\0\0\0" + b"\0" * 122_910,
    "telegram.webp": lambda: _saved(510, 512, "WEBP"),
    "game.gif": _gif,
}


def make(folder: Path) -> list[str]:
    """Make what is missing; returns the names of what was."""
    missing = [name for name in _MAKERS if not (folder / name).exists()]
    for name in missing:
        (folder / name).write_bytes(_MAKERS[name]())
    return sorted(missing)
