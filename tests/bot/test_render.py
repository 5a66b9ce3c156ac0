from __future__ import annotations

from typing import Any

import pytest

from bot import render
from bot.channels.port import Refused
from bot.render import Attached, Keys, Target
from dialogs.content import Button, Content, InvoiceSheet, Media
from storage.serial import plain

HERE = Target(chat=5)
KEYS = Keys(surface=12, revision=3)
TEXT = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
PHOTO = Media(kind="photo", file_id="P1")


def sheet(**more: Any) -> InvoiceSheet:
    values: dict[str, Any] = {
        "title": "Video",
        "description": "Basic plan",
        "payload": "inv:1",
        "currency": "XTR",
        "prices": (("Basic", 500),),
        "start_parameter": "video-basic",
        "by_provider": False,
        **more,
    }
    return InvoiceSheet(**values)


@pytest.mark.parametrize(
    ("content", "method", "params"),
    [
        (Content(text="<b>hi</b>"), "sendMessage", {"text": "<b>hi</b>", **TEXT}),
        (
            Content(text="hi", silent=True, reply_to=9),
            "sendMessage",
            {
                "text": "hi",
                **TEXT,
                "disable_notification": True,
                "reply_parameters": {"message_id": 9, "allow_sending_without_reply": True},
            },
        ),
        (
            Content(text="hi", keyboard=(("Yes", "No"), ("Later",))),
            "sendMessage",
            {
                "text": "hi",
                **TEXT,
                "reply_markup": {
                    "keyboard": [[{"text": "Yes"}, {"text": "No"}], [{"text": "Later"}]],
                    "resize_keyboard": True,
                },
            },
        ),
        (
            Content(text="hi", remove_keyboard=True),
            "sendMessage",
            {"text": "hi", **TEXT, "reply_markup": {"remove_keyboard": True}},
        ),
        (
            Content(text="look", media=PHOTO),
            "sendPhoto",
            {"photo": "P1", "caption": "look", "parse_mode": "HTML"},
        ),
        (
            Content(text="listen", media=Media(kind="voice", file_id="V")),
            "sendVoice",
            {"voice": "V", "caption": "listen", "parse_mode": "HTML"},
        ),
        (
            Content(media=Media(kind="document", file_id="D")),
            "sendDocument",
            {"document": "D", "caption": "", "parse_mode": "HTML"},
        ),
        (
            Content(media=Media(kind="video", file_id="M")),
            "sendVideo",
            {"video": "M", "caption": "", "parse_mode": "HTML"},
        ),
        (Content(media=Media(kind="sticker", file_id="S")), "sendSticker", {"sticker": "S"}),
        (
            Content(media=Media(kind="location", latitude=31.2, longitude=121.5)),
            "sendLocation",
            {"latitude": 31.2, "longitude": 121.5},
        ),
    ],
)
def test_send(content: Content, method: str, params: dict[str, Any]) -> None:
    call = render.send(HERE, content)
    assert call.method == method
    assert call.params == {"chat_id": 5, **params}
    assert not call.files


def test_a_topic_is_part_of_the_target() -> None:
    call = render.send(Target(chat=-100, thread=7), Content(text="hi"))
    assert call.params["message_thread_id"] == 7


def test_buttons() -> None:
    content = Content(
        text="hi",
        buttons=(
            (
                Button(label="Go", action=0, style="primary"),
                Button(label="Site", url="https://x.org"),
            ),
            (Button(label="Back", action=1),),
        ),
    )
    markup = render.send(HERE, content, keys=KEYS).params["reply_markup"]
    assert markup == {
        "inline_keyboard": [
            [
                {"text": "Go", "style": "primary", "callback_data": "12.3.0"},
                {"text": "Site", "url": "https://x.org"},
            ],
            [{"text": "Back", "callback_data": "12.3.1"}],
        ]
    }


def test_callback_data_always_fits() -> None:
    keys = Keys(surface=2**63, revision=2**31)
    content = Content(text="hi", buttons=((Button(label="Go", action=99),),))
    markup: Any = render.send(HERE, content, keys=keys).params["reply_markup"]
    assert len(markup["inline_keyboard"][0][0]["callback_data"].encode()) <= 64


def test_an_action_without_a_surface_is_refused() -> None:
    with pytest.raises(Refused, match="surface"):
        render.send(HERE, Content(text="hi", buttons=((Button(label="Go", action=0),),)))


def test_invoice_in_stars() -> None:
    buttons = ((Button(label="Pay ⭐ 500", pay=True),), (Button(label="Cancel", action=0),))
    content = Content(text="ignored", invoice=sheet(), buttons=buttons)
    call = render.send(HERE, content, keys=KEYS, provider_token="TOKEN")
    assert call.method == "sendInvoice"
    assert call.params == {
        "chat_id": 5,
        "title": "Video",
        "description": "Basic plan",
        "payload": "inv:1",
        "provider_token": "",
        "currency": "XTR",
        "prices": [{"label": "Basic", "amount": 500}],
        "start_parameter": "video-basic",
        "reply_markup": {
            "inline_keyboard": [
                [{"text": "Pay ⭐ 500", "pay": True}],
                [{"text": "Cancel", "callback_data": "12.3.0"}],
            ]
        },
    }


def test_invoice_by_a_provider_needs_its_token() -> None:
    content = Content(invoice=sheet(currency="CNY", by_provider=True))
    assert render.send(HERE, content, provider_token="T").params["provider_token"] == "T"
    with pytest.raises(Refused, match="PROVIDER_TOKEN"):
        render.send(HERE, content)


def test_an_upload_goes_beside_the_parameters() -> None:
    media = Media(kind="document", asset="price.pdf", name="Prices.pdf")
    call = render.send(
        HERE, Content(media=media), attached=Attached(path="/a/price.pdf", name="Prices.pdf")
    )
    assert "document" not in call.params
    assert call.files == {"document": "/a/price.pdf"}
    assert call.names == {"document": "Prices.pdf"}
    with pytest.raises(Refused, match="not at hand"):
        render.send(HERE, Content(media=media))


def test_captions_and_texts_are_kept_within_their_limits() -> None:
    long = "x" * 5_000
    text: Any = render.send(HERE, Content(text=long)).params["text"]
    caption: Any = render.send(HERE, Content(text=long, media=PHOTO)).params["caption"]
    assert (len(text), len(caption)) == (4096, 1024)
    edited: Any = render.edit(5, 1, Content(text=long), shown="text").params["text"]
    assert len(edited) == 4096


def test_an_album_is_one_call() -> None:
    parts = [
        Content(text="first", media=PHOTO),
        Content(media=Media(kind="video", asset="clip.mp4")),
    ]
    call = render.album(HERE, parts, [None, Attached(path="/a/clip.mp4")])
    assert call.method == "sendMediaGroup"
    assert call.params["media"] == [
        {"type": "photo", "media": "P1", "caption": "first", "parse_mode": "HTML"},
        {"type": "video", "caption": "", "parse_mode": "HTML"},
    ]
    assert call.files == {"media.1.media": "/a/clip.mp4"}


@pytest.mark.parametrize("number", [0, 1, 11])
def test_albums_of_the_wrong_size_are_refused(number: int) -> None:
    with pytest.raises(Refused, match="2 to 10"):
        render.album(HERE, [Content(media=PHOTO)] * number, [None] * number)


def test_albums_hold_only_what_telegram_takes() -> None:
    voice = Content(media=Media(kind="voice", file_id="V"))
    with pytest.raises(Refused, match="photos"):
        render.album(HERE, [voice, voice], [None, None])


def test_edit_text() -> None:
    content = Content(text="new", buttons=((Button(label="Go", action=0),),))
    call = render.edit(5, 77, content, shown="text", keys=KEYS)
    assert call.method == "editMessageText"
    assert call.params == {
        "chat_id": 5,
        "message_id": 77,
        "text": "new",
        **TEXT,
        "reply_markup": {"inline_keyboard": [[{"text": "Go", "callback_data": "12.3.0"}]]},
    }


def test_a_new_caption_leaves_the_picture() -> None:
    shown = render.shape(Content(text="old", media=PHOTO))
    call = render.edit(5, 77, Content(text="new", media=PHOTO), shown=shown)
    assert call.method == "editMessageCaption"
    assert call.params["caption"] == "new"


def test_another_picture_is_put_in_its_place() -> None:
    for shown in ("text", render.shape(Content(media=PHOTO))):
        other = Content(text="new", media=Media(kind="photo", file_id="P2"))
        call = render.edit(5, 77, other, shown=shown)
        assert call.method == "editMessageMedia"
        assert call.params["media"] == {
            "type": "photo",
            "media": "P2",
            "caption": "new",
            "parse_mode": "HTML",
        }


def test_a_picture_to_be_uploaded_is_put_in_its_place() -> None:
    content = Content(media=Media(kind="photo", asset="a.jpg"))
    call = render.edit(5, 77, content, shown="text", attached=Attached(path="/a.jpg"))
    assert call.files == {"media.media": "/a.jpg"}


def test_strip_and_delete() -> None:
    assert render.strip(5, 77).method == "editMessageReplyMarkup"
    assert render.delete(5, 77).method == "deleteMessage"
    for call in (render.strip(5, 77), render.delete(5, 77)):
        assert call.params == {"chat_id": 5, "message_id": 77}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (Content(text="x"), "text"),
        (Content(invoice=sheet()), "invoice"),
        (Content(media=PHOTO), "photo"),
        (Content(media=Media(kind="document", asset="x" * 200)), "document"),
        (Content(media=Media(kind="location", latitude=1.0, longitude=2.0)), "location"),
    ],
)
def test_shapes_fit_their_column(content: Content, kind: str) -> None:
    assert render.kind_of(render.shape(content)) == kind
    assert len(render.shape(content)) <= 16


@pytest.mark.parametrize(
    ("old", "new", "possible"),
    [
        ("text", "text", True),
        ("text", "photo:1", True),
        ("photo:1", "photo:1", True),
        ("photo:1", "video:2", True),
        ("photo:1", "text", False),
        ("text", "invoice", False),
        ("invoice:1", "invoice:1", True),
        ("invoice:1", "invoice:2", False),
        ("invoice", "text", False),
        ("voice:1", "voice:1", True),
        ("voice:1", "voice:2", False),
        ("location:1", "location:1", False),
        ("sticker:1", "photo:1", False),
    ],
)
def test_what_a_message_can_become(old: str, new: str, possible: bool) -> None:
    assert render.can_become(old, new) is possible


SCREENS = [
    Content(text="<b>hi</b>"),
    Content(),
    Content(text="x" * 5000, buttons=((Button(label="Go", action=0),),)),
    Content(
        text="hi",
        buttons=(
            (Button(label="Go", action=0, style="primary"), Button(label="On", action=1)),
            (Button(label="Back", action=2),),
        ),
    ),
]


@pytest.mark.parametrize("content", SCREENS)
def test_words_and_buttons_are_sent_as_any_content_is(content: Content) -> None:
    said = render.words(plain(content), *KEYS)
    assert said is not None
    assert render.shape(content) == render.WORDS
    topic = Target(chat=-100, thread=7)
    assert render.send_words(*HERE, said) == render.send(HERE, content, keys=KEYS)
    assert render.send_words(*topic, said) == render.send(topic, content, keys=KEYS)
    assert render.edit_words(5, 9, said) == render.edit(5, 9, content, shown="text", keys=KEYS)


@pytest.mark.parametrize(
    "stored",
    [
        plain(Content(text="hi", silent=True)),
        plain(Content(text="hi", media=PHOTO)),
        plain(Content(invoice=sheet(), buttons=((Button(label="Pay", pay=True),),))),
        plain(Content(text="hi", buttons=((Button(label="Site", url="https://x.org"),),))),
        {"text": "hi", "newer": 1},
        {"text": 5},
        {"text": "hi", "buttons": []},
        {"text": "hi", "buttons": [5]},
        {"text": "hi", "buttons": [["Go"]]},
        {"text": "hi", "buttons": [[{"label": "Go"}]]},
        {"text": "hi", "buttons": [[{"label": "Go", "action": "0"}]]},
        {"text": "hi", "buttons": [[{"label": None, "action": 0}]]},
        {"text": "hi", "buttons": [[{"label": "Go", "action": 0, "style": "green"}]]},
        {
            "text": "hi",
            "buttons": [[{"label": "Go", "action": 0, "style": "primary", "pay": True}]],
        },
    ],
)
def test_whatever_else_is_stored_is_left_to_content(stored: dict[str, Any]) -> None:
    assert render.words(stored, *KEYS) is None
