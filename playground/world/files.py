"""Files people and bots send: stored once, known by file_id; photos in several sizes."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import PurePath

from playground.world import pictures
from playground.world.model import Json, StoredFile
from playground.world.probe import probe
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
    "thumbnail": "thumbnails",
}
_PREFIX = {
    "photo": "AgACAgI",
    "document": "BQACAgI",
    "voice": "AwACAgI",
    "video": "BAACAgI",
    "sticker": "CAACAgI",
    "thumbnail": "AAMCAgI",
}
_SUFFIX = {
    "photo": ".jpg",
    "voice": ".oga",
    "video": ".mp4",
    "sticker": ".webp",
    "thumbnail": ".jpg",
}


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    data: bytes
    mime: str | None = None


def store(world: World, media: str, upload: Upload, duration: int = 0) -> StoredFile:
    """Keep a file and give it its ids. Photos are kept in several sizes; the largest is returned."""
    if media == "photo":
        return _photo(world, upload)
    probed = probe(upload.data)
    size = pictures.measure(upload.data) or (probed.width, probed.height)
    file = _keep(
        world,
        media,
        upload.data,
        name=upload.name or None,
        mime=upload.mime or mimetypes.guess_type(upload.name)[0] or "application/octet-stream",
        size=size,
        duration=duration or probed.duration,
    )
    if media == "document":
        small = pictures.thumbnail(upload.data)
        if small is not None:
            set_thumbnail(world, file, small)
    return file


def _photo(world: World, upload: Upload) -> StoredFile:
    made = pictures.sizes(upload.data)
    kept = [
        _keep(world, "photo", one.data, None, "image/jpeg", (one.width, one.height)) for one in made
    ]
    for file in kept:
        file.sizes = [one.id for one in kept]
    return kept[-1]


def set_thumbnail(world: World, file: StoredFile, small: pictures.Size) -> None:
    """Give a document or a video its small picture."""
    kept = _keep(world, "thumbnail", small.data, None, "image/jpeg", (small.width, small.height))
    file.thumbnail = kept.id
    world.touch(file)


def _keep(
    world: World,
    media: str,
    data: bytes,
    name: str | None,
    mime: str,
    size: tuple[int, int],
    duration: int = 0,
) -> StoredFile:
    number = world.number("file")
    suffix = PurePath(name or "").suffix or _SUFFIX.get(media, "")
    file = StoredFile(
        id=_PREFIX.get(media, "CgACAgI") + world.token(60),
        unique="AQAD" + world.token(12),
        media=media,
        path=f"{_FOLDERS.get(media, 'documents')}/file_{number}{suffix}",
        size=len(data),
        name=name,
        mime=mime,
        width=size[0],
        height=size[1],
        duration=duration,
    )
    if world.folder is None:
        world.contents[file.id] = data
    else:
        target = world.folder / "files" / PurePath(file.path).name
        target.write_bytes(data)
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


def photo_size(file: StoredFile) -> Json:
    return {**wire(file), "width": file.width, "height": file.height}


def media_content(world: World, file: StoredFile, given: Json | None = None) -> Json:
    """A file as a message holds it: `{"photo": [sizes]}`, `{"document": {…}}` …

    `given` are the fields a sender may set: width, height, duration, cover, start_timestamp, emoji.
    """
    given = given or {}
    told: Json = wire(file)
    if file.thumbnail is not None:
        told["thumbnail"] = photo_size(world.files[file.thumbnail])
    match file.media:
        case "photo":
            sizes = file.sizes or [file.id]
            return {"photo": [photo_size(world.files[one]) for one in sizes]}
        case "voice":
            duration = given.get("duration") or file.duration
            return {"voice": {**told, "duration": duration, "mime_type": "audio/ogg"}}
        case "sticker":
            told |= {
                "type": "regular",
                "width": file.width or 512,
                "height": file.height or 512,
                "is_animated": False,
                "is_video": False,
                "emoji": given.get("emoji", ""),
            }
            return {"sticker": told}
        case "video":
            told |= {
                "width": given.get("width") or file.width or 320,
                "height": given.get("height") or file.height or 320,
                "duration": given.get("duration") or file.duration,
                "mime_type": "video/mp4",
            }
            for name in ("cover", "start_timestamp"):
                if given.get(name):
                    told[name] = given[name]
            if file.name:
                told["file_name"] = file.name
            return {"video": told}
    if file.name:
        told["file_name"] = file.name
    if file.mime:
        told["mime_type"] = file.mime
    return {"document": told}
