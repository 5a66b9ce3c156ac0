"""Sending files: photos, documents, voice notes, videos, albums, and fetching them back."""

from __future__ import annotations

import mimetypes
import re
from typing import Any

from playground.api import keyboards, targets, texts
from playground.api.errors import BadRequest, NotPlayed
from playground.api.messages import deliver
from playground.api.request import Call
from playground.world import files, pictures, wire
from playground.world.files import Upload
from playground.world.model import Json, StoredFile

UPLOAD_MOST = 50 * 1024 * 1024
PHOTO_BY_URL_MOST = 5 * 1024 * 1024
PHOTO_MOST = 10 * 1024 * 1024
DOWNLOAD_MOST = 20 * 1024 * 1024
_ALBUM = range(2, 11)
_MOST = 2**31 - 1


def input_file(call: Call, value: Any, media: str) -> StoredFile:
    """The file a parameter means: an upload, a known file_id, or a URL. Raises BadRequest."""
    given = str(value or "")
    if not given:
        raise BadRequest(f"there is no {media} in the request")
    if given.startswith("attach://"):
        upload = call.uploads.get(given.removeprefix("attach://"))
        if upload is None:
            raise BadRequest("wrong file identifier/HTTP URL specified")
        return uploaded(call, upload, media)
    if re.match(r"(?i)https?://", given):
        if given not in call.fetched:
            raise BadRequest("failed to get HTTP URL content")
        if media == "photo" and len(call.fetched[given].data) > PHOTO_BY_URL_MOST:
            raise BadRequest("failed to get HTTP URL content")
        if media == "photo" and pictures.measure(call.fetched[given].data) is None:
            raise BadRequest("wrong type of the web page content")
        return uploaded(call, call.fetched[given], media)
    if given.lower().startswith("file:"):
        raise BadRequest("wrong file identifier/HTTP URL specified")
    known = call.world.files.get(given)
    if known is None:
        raise BadRequest("wrong file identifier/HTTP URL specified")
    if known.media != media:
        raise BadRequest(
            f"can't use file of type {known.media.capitalize()} as {media.capitalize()}"
        )
    return known


def uploaded(call: Call, upload: Upload, media: str) -> StoredFile:
    if not upload.data:
        raise BadRequest("file must be non-empty")
    if len(upload.data) > UPLOAD_MOST:
        raise BadRequest("file is too big")
    if media == "photo":
        check_photo(upload)
    return files.store(call.world, media, upload)


def check_photo(upload: Upload) -> None:
    """Telegram Bot API: sendPhoto. Raises BadRequest."""
    if len(upload.data) > PHOTO_MOST:
        raise BadRequest("file is too big for a photo")
    size = pictures.measure(upload.data)
    if size is None:
        raise BadRequest("IMAGE_PROCESS_FAILED")
    width, height = size
    if width < 1 or height < 1 or width + height > 10_000 or max(size) > 20 * min(size):
        raise BadRequest("PHOTO_INVALID_DIMENSIONS")
    if not pictures.sizes(upload.data):
        raise BadRequest("IMAGE_PROCESS_FAILED")


def _send(call: Call, media: str) -> Json:
    chat = targets.writable_chat(call)
    caption = texts.caption(call)
    markup = keyboards.markup(call, chat)
    targets.thread(call, chat)
    targets.reply_to(call, chat)
    file = input_file(call, call.json(media), media)
    targets.keep_pace(call, chat)
    content = {**_content(call, file, call.params), **caption}
    return wire.message(call.world, deliver(call, chat, content, markup=markup))


def send_photo(call: Call) -> Json:
    return _send(call, "photo")


def send_document(call: Call) -> Json:
    return _send(call, "document")


def send_voice(call: Call) -> Json:
    return _send(call, "voice")


def send_video(call: Call) -> Json:
    return _send(call, "video")


def media_content(call: Call, item: Any) -> Json:
    """What an InputMedia puts into a message. Raises BadRequest."""
    if not isinstance(item, dict):
        raise BadRequest("can't parse InputMedia: Object expected")
    kind = str(item.get("type"))
    if kind not in ("photo", "document", "video"):
        if kind in ("audio", "animation", "live_photo"):
            raise NotPlayed(f"InputMedia of type {kind}")
        raise BadRequest("can't parse InputMedia: invalid type specified")
    file = input_file(call, item.get("media"), kind)
    return {**_content(call, file, item), **texts.caption(call, item)}


def _content(call: Call, file: StoredFile, given: Json) -> Json:
    """A file with what its sender says about it: size, duration, cover, thumbnail."""
    known: Json = {
        name: max(0, min(int(given.get(name) or 0), _MOST))
        for name in ("width", "height", "duration")
    }
    if file.media == "video":
        known["start_timestamp"] = max(0, int(given.get("start_timestamp") or 0))
        if given.get("cover"):
            cover = input_file(call, given["cover"], "photo")
            known["cover"] = files.media_content(call.world, cover)["photo"]
    if given.get("thumbnail") and file.thumbnail is None and file.media in ("video", "document"):
        _thumbnail(call, file, str(given["thumbnail"]))
    return files.media_content(call.world, file, known)


def _thumbnail(call: Call, file: StoredFile, given: str) -> None:
    """A thumbnail is a small JPEG and always new; anything else is passed over, as in Telegram."""
    upload = call.uploads.get(given.removeprefix("attach://"))
    size = pictures.measure(upload.data) if upload is not None else None
    if upload is None or size is None or max(size) > pictures.THUMBNAIL:
        call.warn("thumbnail ignored: it must be uploaded, a picture, at most 320 pixels wide")
        return
    small = pictures.Size(*size, upload.data)
    files.set_thumbnail(call.world, file, small)


def send_media_group(call: Call) -> list[Json]:
    chat = targets.writable_chat(call)
    items = call.json("media")
    if not isinstance(items, list):
        raise BadRequest("can't parse media: expected an Array of InputMedia")
    if len(items) not in _ALBUM:
        raise BadRequest("album must contain 2-10 items")
    kinds = {item.get("type") for item in items if isinstance(item, dict)}
    if kinds & {"document", "audio"} and len(kinds) > 1:
        raise BadRequest("can't mix documents or audios with other media in an album")
    targets.thread(call, chat)
    targets.reply_to(call, chat)
    contents = [media_content(call, item) for item in items]
    targets.keep_pace(call, chat, len(items))
    album = str(call.world.number("album", 13_900_000_000_000_001))
    return [
        wire.message(call.world, deliver(call, chat, content, extra={"media_group_id": album}))
        for content in contents
    ]


def get_file(call: Call) -> Json:
    file = call.world.files.get(call.text("file_id"))
    if file is None:
        raise BadRequest("invalid file_id")
    if file.size > DOWNLOAD_MOST:
        raise BadRequest("file is too big")
    return {**files.wire(file), "file_path": file.path}


def content_type(file: StoredFile) -> str:
    """What a download of the file is labelled as."""
    return file.mime or mimetypes.guess_type(file.path)[0] or "application/octet-stream"
