"""From `Content` to a call in the Bot API's words. Pure: ids, files and tokens are passed in.

Source of names and limits: Telegram Bot API, sendMessage and its relatives.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, get_args

from bot.channels.port import Call, Refused
from bot.html_limits import CAPTION_LIMIT, TEXT_LIMIT, shorten
from dialogs.content import Button, ButtonStyle, Content, InvoiceSheet, Media


class Target(NamedTuple):
    """Where a message goes. `thread` is the forum topic."""

    chat: int
    thread: int | None = None


class Keys(NamedTuple):
    """What callback data is made of: the surface and its set of actions."""

    surface: int
    revision: int


class Attached(NamedTuple):
    """The file of a message: what the channel already holds, or a path to upload. One of both is set."""

    file_id: str | None = None
    path: str | None = None
    name: str | None = None


_SENDS = {
    "photo": "sendPhoto",
    "document": "sendDocument",
    "voice": "sendVoice",
    "video": "sendVideo",
    "sticker": "sendSticker",
}
#: What an existing message can be turned into (Bot API: editMessageMedia).
_EDITABLE = ("photo", "document", "video")
#: Colours a button may have, besides none.
_STYLES = frozenset(get_args(ButtonStyle)) - {""}
#: What can be edited and stay what it is: its words or its buttons.
_CHANGEABLE = ("text", *_EDITABLE, "voice", "invoice")
#: What an album takes (Bot API: sendMediaGroup).
_IN_ALBUMS = ("photo", "document", "video")


def shape(content: Content) -> str:
    """How a message with this content is stored with its surface: what decides how it can be edited.

    A short hash of the file is part of it, so that a new caption under the same picture leaves the picture; of
    an invoice's sheet likewise: a sheet that was sent never changes, the buttons below it do.
    At most 16 characters.
    """
    if content.invoice is not None:
        return f"invoice:{_brief(repr(content.invoice))}"
    if content.media is None:
        return "text"
    media = content.media
    named = repr((media.file_id, media.asset, media.latitude, media.longitude))
    return f"{media.kind}:{_brief(named)}"


def _brief(named: str) -> str:
    return hashlib.blake2b(named.encode(), digest_size=3).hexdigest()[:5]


def kind_of(shape: str) -> str:
    return shape.partition(":")[0]


def can_become(old: str, new: str) -> bool:
    """Whether a message of shape `old` can be edited into shape `new`."""
    before = kind_of(old)
    if old == new:
        return before in _CHANGEABLE
    after = kind_of(new)
    return after in _EDITABLE and (before == "text" or before in _EDITABLE)


def send(
    target: Target,
    content: Content,
    *,
    keys: Keys | None = None,
    attached: Attached | None = None,
    provider_token: str = "",
) -> Call:
    """The call that sends `content` as a new message. Raises Refused for what no message can be."""
    params = _common(target, content)
    markup = _markup(content, keys)
    if markup is not None:
        params["reply_markup"] = markup
    if content.invoice is not None:
        return Call(
            method="sendInvoice", params={**params, **_invoice(content.invoice, provider_token)}
        )
    media = content.media
    if media is None:
        return Call("sendMessage", _say(params, content.text))
    if media.kind == "location":
        where = {"latitude": media.latitude, "longitude": media.longitude}
        return Call(method="sendLocation", params={**params, **where})
    if media.kind != "sticker":
        params.update(_caption(content))
    return _with_file(_SENDS[media.kind], params, media.kind, _given(media, attached))


#: The shape of what `words` takes; see `shape`.
WORDS = "text"


def words(stored: Mapping[str, Any], surface: int, revision: int) -> dict[str, Any] | None:
    """What `send` and `edit` make of a stored `Content` of a surface, without reading the whole of it: the parameters
    besides where it goes.

    Nearly every surface is words and buttons with actions. None for any other: `Content` says what that is, or that it
    is wrong.
    """
    text, rows = stored.get("text", ""), stored.get("buttons")
    if len(stored) != ("text" in stored) + ("buttons" in stored) or type(text) is not str:
        return None
    if not rows:
        return _say({}, text) if rows is None else None
    own = f"{surface}.{revision}."
    try:
        keyboard = [[_plain_button(button, own) for button in row] for row in rows]
    except (TypeError, KeyError, ValueError):
        return None
    return _say({"reply_markup": {"inline_keyboard": keyboard}}, text)


def send_words(chat: int, thread: int | None, said: Mapping[str, Any]) -> Call:
    """The call that sends what `words` made."""
    if thread is not None:
        return Call("sendMessage", {"chat_id": chat, "message_thread_id": thread, **said})
    return Call("sendMessage", {"chat_id": chat, **said})


def edit_words(chat: int, message_id: int, said: Mapping[str, Any]) -> Call:
    """The call that turns a message of words into what `words` made."""
    return Call("editMessageText", {"chat_id": chat, "message_id": message_id, **said})


def _plain_button(button: Mapping[str, Any], own: str) -> dict[str, Any]:
    """Raises ValueError for a button of another kind."""
    label, action = button["label"], button["action"]
    if type(label) is not str or type(action) is not int:
        raise ValueError
    if len(button) == 2:
        return {"text": label, "callback_data": f"{own}{action}"}
    style = button["style"]
    if len(button) > 3 or style not in _STYLES:
        raise ValueError
    return {"text": label, "style": style, "callback_data": f"{own}{action}"}


def album(target: Target, contents: Sequence[Content], attached: Sequence[Attached | None]) -> Call:
    """The call that sends several files as one album; each carries its own caption."""
    if not 2 <= len(contents) <= 10:
        raise Refused(f"an album has 2 to 10 parts, not {len(contents)}")
    items: list[dict[str, Any]] = []
    files: dict[str, str] = {}
    names: dict[str, str] = {}
    for index, (content, file) in enumerate(zip(contents, attached, strict=True)):
        media = content.media
        if media is None or media.kind not in _IN_ALBUMS:
            raise Refused("an album is made of photos, videos and documents")
        items.append(_input_media(content, media, file, f"media.{index}.media", files, names))
    params = {**_common(target, contents[0]), "media": items}
    return Call(method="sendMediaGroup", params=params, files=files, names=names)


def edit(
    chat: int,
    message_id: int,
    content: Content,
    *,
    shown: str,
    keys: Keys | None = None,
    attached: Attached | None = None,
) -> Call:
    """The call that turns a message of shape `shown` into `content`; see `can_become`."""
    params: dict[str, Any] = {"chat_id": chat, "message_id": message_id}
    markup = _markup(content, keys)
    if markup is not None:
        params["reply_markup"] = markup
    if content.invoice is not None:
        return Call(method="editMessageReplyMarkup", params=params)
    media = content.media
    if media is None:
        return Call("editMessageText", _say(params, content.text))
    if shape(content) == shown:
        return Call(method="editMessageCaption", params={**params, **_caption(content)})
    files: dict[str, str] = {}
    names: dict[str, str] = {}
    params["media"] = _input_media(content, media, attached, "media.media", files, names)
    return Call(method="editMessageMedia", params=params, files=files, names=names)


def strip(chat: int, message_id: int) -> Call:
    """The call that takes the buttons off a message."""
    return Call("editMessageReplyMarkup", {"chat_id": chat, "message_id": message_id})


def delete(chat: int, message_id: int) -> Call:
    return Call("deleteMessage", {"chat_id": chat, "message_id": message_id})


def _common(target: Target, content: Content) -> dict[str, Any]:
    params: dict[str, Any] = {"chat_id": target.chat}
    if target.thread is not None:
        params["message_thread_id"] = target.thread
    if content.silent:
        params["disable_notification"] = True
    if content.reply_to is not None:
        # The message may be deleted by now; the answer matters more than where it points.
        params["reply_parameters"] = {
            "message_id": content.reply_to,
            "allow_sending_without_reply": True,
        }
    return params


def _say(params: dict[str, Any], text: str) -> dict[str, Any]:
    params["text"] = shorten(text, TEXT_LIMIT)
    params["parse_mode"] = "HTML"
    params["link_preview_options"] = {"is_disabled": True}
    return params


def _caption(content: Content) -> dict[str, Any]:
    return {"caption": shorten(content.text, CAPTION_LIMIT), "parse_mode": "HTML"}


def _invoice(sheet: InvoiceSheet, provider_token: str) -> dict[str, Any]:
    if sheet.by_provider and not provider_token:
        raise Refused("PROVIDER_TOKEN is not set, so no card payment can be asked for")
    return {
        "title": sheet.title,
        "description": sheet.description,
        "payload": sheet.payload,
        # Stars are paid without one (Bot API: payments with Telegram Stars).
        "provider_token": provider_token if sheet.by_provider else "",
        "currency": sheet.currency,
        "prices": [{"label": label, "amount": amount} for label, amount in sheet.prices],
        "start_parameter": sheet.start_parameter,
    }


def _markup(content: Content, keys: Keys | None) -> dict[str, Any] | None:
    if content.buttons:
        own = None if keys is None else f"{keys.surface}.{keys.revision}."
        return {"inline_keyboard": [[_button(b, own) for b in row] for row in content.buttons]}
    if content.keyboard:
        rows = [[{"text": label} for label in row] for row in content.keyboard]
        return {"keyboard": rows, "resize_keyboard": True}
    if content.remove_keyboard:
        return {"remove_keyboard": True}
    return None


def _button(button: Button, own: str | None) -> dict[str, Any]:
    """`own` is what the callback data of the surface begins with."""
    made: dict[str, Any] = {"text": button.label}
    if button.style:
        made["style"] = button.style
    if button.pay:
        made["pay"] = True
    elif button.url is not None:
        made["url"] = button.url
    elif button.action is not None and own is not None:
        made["callback_data"] = f"{own}{button.action}"
    else:
        raise Refused("a button with an action belongs to a surface")
    return made


def _given(media: Media, attached: Attached | None) -> Attached:
    if attached is not None:
        return attached
    if media.file_id is None:
        raise Refused("the file of this message is not at hand")
    return Attached(file_id=media.file_id)


def _with_file(method: str, params: dict[str, Any], field: str, file: Attached) -> Call:
    if file.file_id is not None:
        return Call(method=method, params={**params, field: file.file_id})
    assert file.path is not None
    names = {field: file.name} if file.name else {}
    return Call(method=method, params=params, files={field: file.path}, names=names)


def _input_media(
    content: Content,
    media: Media,
    attached: Attached | None,
    place: str,
    files: dict[str, str],
    names: dict[str, str],
) -> dict[str, Any]:
    """One InputMedia; a file to be uploaded goes into `files` under `place`."""
    file = _given(media, attached)
    item: dict[str, Any] = {"type": media.kind, **_caption(content)}
    if file.file_id is not None:
        item["media"] = file.file_id
    else:
        assert file.path is not None
        files[place] = file.path
        if file.name:
            names[place] = file.name
    return item
