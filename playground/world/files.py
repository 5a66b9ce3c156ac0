"""Files people and bots send: stored once, known by file_id, measured when they are pictures."""

from __future__ import annotations

import mimetypes
import struct
from dataclasses import dataclass
from pathlib import PurePath

from playground.world.model import Json, StoredFile
from playground.world.world import World

#: What getFile calls the folder of each kind of file.
_FOLDERS = {
    "photo": "photos",
    "document": "documents",
    "voice": "voice",
    "video": "videos",
    "audio": "music",
    "animation": "animations",
    "video_note": "video_notes",
    "sticker": "stickers",
}
_PREFIX = {"photo": "AgACAgI", "document": "BQACAgI", "voice": "AwACAgI", "video": "BAACAgI"}
_SUFFIX = {"photo": ".jpg", "voice": ".oga", "video": ".mp4"}


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    data: bytes
    mime: str | None = None


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG, GIF, BMP or WebP; None when it is no picture."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data[:2] == b"BM" and len(data) >= 26:
        width, height = struct.unpack("<ii", data[18:26])
        return width, abs(height)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    if data[:3] == b"\xff\xd8\xff":
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        width = int.from_bytes(data[24:27], "little") + 1
        return width, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None


def store(world: World, media: str, upload: Upload, duration: int = 0) -> StoredFile:
    """Keep a file and give it its ids."""
    number = world.number("file")
    suffix = PurePath(upload.name).suffix or _SUFFIX.get(media, "")
    size = picture_size(upload.data) or (0, 0)
    file = StoredFile(
        id=_PREFIX.get(media, "CgACAgI") + world.token(60),
        unique="AQAD" + world.token(12),
        media=media,
        path=f"{_FOLDERS.get(media, 'documents')}/file_{number}{suffix}",
        size=len(upload.data),
        name=upload.name or None,
        mime=upload.mime or mimetypes.guess_type(upload.name)[0] or "application/octet-stream",
        width=size[0],
        height=size[1],
        duration=duration,
    )
    if world.folder is None:
        world.contents[file.id] = upload.data
    else:
        target = world.folder / "files" / PurePath(file.path).name
        target.write_bytes(upload.data)
    world.add(file)
    return file


def content(world: World, file: StoredFile) -> bytes | None:
    """The bytes of a file; None when the data folder has lost it."""
    if world.folder is None:
        return world.contents.get(file.id)
    path = world.folder / "files" / PurePath(file.path).name
    return path.read_bytes() if path.exists() else None


def wire(file: StoredFile) -> Json:
    """The fields every kind of file has in the Bot API."""
    return {"file_id": file.id, "file_unique_id": file.unique, "file_size": file.size}


def media_content(file: StoredFile) -> Json:
    """A file as a message holds it: `{"photo": [sizes]}`, `{"document": {…}}` …"""
    common = wire(file)
    match file.media:
        case "photo":
            return {"photo": [{**common, "width": file.width, "height": file.height}]}
        case "voice":
            return {"voice": {**common, "duration": file.duration, "mime_type": "audio/ogg"}}
        case "video":
            video: Json = {
                **common,
                "width": file.width or 640,
                "height": file.height or 360,
                "duration": file.duration,
                "mime_type": "video/mp4",
            }
            if file.name:
                video["file_name"] = file.name
            return {"video": video}
    document = dict(common)
    if file.name:
        document["file_name"] = file.name
    if file.mime:
        document["mime_type"] = file.mime
    return {"document": document}
