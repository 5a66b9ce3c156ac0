"""What a video or a voice note says about itself: size and duration, read from its container."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_OPUS_RATE = 48_000


@dataclass(frozen=True, slots=True)
class Probed:
    width: int = 0
    height: int = 0
    #: Whole seconds, rounded; 0 when unknown.
    duration: int = 0


def probe(data: bytes) -> Probed:
    """Look into MP4 and Ogg; anything else, or anything broken, tells nothing."""
    try:
        if data[4:8] == b"ftyp":
            return _mp4(data)
        if data[:4] == b"OggS":
            return _ogg(data)
    except (struct.error, IndexError):
        pass
    return Probed()


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, begin and end of the content of each box."""
    while start + 8 <= end:
        size, kind = struct.unpack(">I4s", data[start : start + 8])
        head = 8
        if size == 1:
            (size,) = struct.unpack(">Q", data[start + 8 : start + 16])
            head = 16
        elif size == 0:
            size = end - start
        if size < head:
            return
        yield kind, start + head, min(start + size, end)
        start += size


def _mp4(data: bytes) -> Probed:
    width = height = duration = 0
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind != b"moov":
            continue
        for inner, first, last in _boxes(data, start, end):
            if inner == b"mvhd":
                duration = _movie_seconds(data[first:last])
            elif inner == b"trak":
                for part, _, tail in _boxes(data, first, last):
                    if part == b"tkhd" and not width:
                        # Width and height end the box, as 16.16 fixed point.
                        across, down = struct.unpack(">II", data[tail - 8 : tail])
                        width, height = across >> 16, down >> 16
    return Probed(width, height, duration)


def _movie_seconds(box: bytes) -> int:
    if box[0] == 1:
        scale, units = struct.unpack(">IQ", box[20:32])
    else:
        scale, units = struct.unpack(">II", box[12:20])
    return round(units / scale) if scale else 0


def _ogg(data: bytes) -> Probed:
    last = data.rfind(b"OggS")
    (granule,) = struct.unpack("<q", data[last + 6 : last + 14])
    return Probed(duration=round(granule / _OPUS_RATE) if granule > 0 else 0)
