"""What bots send: limits, keyboards, targets, each with Telegram's words."""

from __future__ import annotations

from typing import Any

import pytest

from playground.people import Person, Playground, picture
from tests.playground.conftest import STARS, BareBot


@pytest.fixture
async def anna(playground: Playground) -> Person:
    anna = await playground.person("Anna", phone="+4930123")
    await anna.start()
    return anna


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", **button}]]}


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"text": "x", "parse_mode": "BB"}, "unsupported parse_mode"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": 404}, "chat not found"),
        ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": "[]"}, "object expected as reply markup"),
        (
            {"text": "x", "reply_markup": inline()},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "x", "reply_markup": inline(callback_data="x" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": inline(callback_data="茶" * 22)}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"callback_data": "a"}]]}},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
    ],
)
async def test_refused_messages(
    anna: Person, bot: BareBot, params: dict[str, Any], error: str
) -> None:
    assert (
        await bot.error("sendMessage", **{"chat_id": anna.id, **params}) == f"Bad Request: {error}"
    )


async def test_limits_count_after_parsing(anna: Person, bot: BareBot) -> None:
    text = "<b>" + "x" * 4096 + "</b>"
    sent = await bot.ok("sendMessage", chat_id=anna.id, text=text, parse_mode="HTML")
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]
    caption = "<i>" + "x" * 1025 + "</i>"
    file = (await bot.ok("sendMessage", chat_id=anna.id, text="x"))["message_id"]
    assert file
    assert await send_photo(bot, anna, caption=caption, parse_mode="HTML") == (
        "Bad Request: message caption is too long"
    )


async def send_photo(bot: BareBot, to: Person, data: bytes | None = None, **params: Any) -> Any:
    """The message, or the error's description."""
    answer = await bot.http.post(
        f"/bot{bot.token}/sendPhoto",
        data={"chat_id": str(to.id), **params},
        files={"photo": ("p.png", picture() if data is None else data)},
    )
    body = answer.json()
    return body["result"] if body["ok"] else body["description"]


async def test_photos(anna: Person, bot: BareBot) -> None:
    sent = await send_photo(bot, anna, picture(40, 30), caption="look")
    assert (sent["photo"][-1]["width"], sent["photo"][-1]["height"]) == (40, 30)
    file_id = sent["photo"][-1]["file_id"]
    again = await bot.ok("sendPhoto", chat_id=anna.id, photo=file_id)
    assert again["photo"] == sent["photo"]
    assert await bot.error("sendDocument", chat_id=anna.id, document=file_id) == (
        "Bad Request: can't use file of type Photo as Document"
    )
    assert await send_photo(bot, anna, b"no picture") == "Bad Request: IMAGE_PROCESS_FAILED"
    assert await send_photo(bot, anna, picture(400, 10)) == "Bad Request: PHOTO_INVALID_DIMENSIONS"
    assert await send_photo(bot, anna, b"") == "Bad Request: file must be non-empty"
    assert await bot.error("sendPhoto", chat_id=anna.id, photo="http://example.com/a.png") == (
        "Bad Request: failed to get HTTP URL content"
    )
    assert await bot.error("sendPhoto", chat_id=anna.id) == (
        "Bad Request: there is no photo in the request"
    )
    path = (await bot.ok("getFile", file_id=file_id))["file_path"]
    download = await bot.http.get(f"/file/bot{bot.token}/{path}")
    assert download.headers["content-type"] == "image/jpeg"
    assert download.content[:2] == b"\xff\xd8"
    assert len(download.content) == sent["photo"][-1]["file_size"]


async def test_blocked_and_never_started(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    await anna.block()
    answer = await bot.raw("sendMessage", chat_id=anna.id, text="x")
    assert answer.status_code == 403
    assert answer.json()["description"] == "Forbidden: bot was blocked by the user"
    await anna.unblock()
    await bot.ok("sendMessage", chat_id=anna.id, text="x")
    kinds = [set(update) - {"update_id"} for update in await bot.updates()]
    assert kinds == [{"message"}, {"my_chat_member"}, {"my_chat_member"}]
    stranger = await playground.person("Eve")
    assert await bot.error("sendMessage", chat_id=stranger.id, text="x") == (
        "Forbidden: bot can't initiate conversation with a user"
    )


async def test_editing(anna: Person, bot: BareBot) -> None:
    sent = await bot.ok(
        "sendMessage", chat_id=anna.id, text="one", reply_markup=inline(callback_data="a")
    )
    here = {"chat_id": anna.id, "message_id": sent["message_id"]}
    same = {"text": "one", "reply_markup": inline(callback_data="a")}
    assert await bot.error("editMessageText", **here, **same) == (
        "Bad Request: message is not modified: specified new message content and reply markup are "
        "exactly the same as a current content and reply markup of the message"
    )
    edited = await bot.ok("editMessageText", **here, text="two")
    assert edited["text"] == "two"
    assert "reply_markup" not in edited
    assert "edit_date" in edited
    seen = await anna.sees("two")
    assert seen.edited
    assert await bot.error("editMessageText", chat_id=anna.id, message_id=99, text="x") == (
        "Bad Request: message to edit not found"
    )
    mine = await anna.say("mine")
    assert await bot.error("editMessageText", chat_id=anna.id, message_id=mine, text="x") == (
        "Bad Request: message can't be edited"
    )
    photo = await send_photo(bot, anna)
    assert await bot.error(
        "editMessageText", chat_id=anna.id, message_id=photo["message_id"], text="x"
    ) == ("Bad Request: there is no text in the message to edit")


async def test_deleting(anna: Person, bot: BareBot, playground: Playground) -> None:
    first = (await bot.ok("sendMessage", chat_id=anna.id, text="one"))["message_id"]
    await bot.ok("deleteMessage", chat_id=anna.id, message_id=first)
    assert await bot.error("deleteMessage", chat_id=anna.id, message_id=first) == (
        "Bad Request: message to delete not found"
    )
    old = await anna.say("old")
    own = (await bot.ok("sendMessage", chat_id=anna.id, text="own"))["message_id"]
    await playground.advance(hours=49)
    for one in (old, own):
        assert await bot.error("deleteMessage", chat_id=anna.id, message_id=one) == (
            "Bad Request: message can't be deleted for everyone"
        )
    # Editing knows no age.
    await bot.ok("editMessageText", chat_id=anna.id, message_id=own, text="still own")
    new = (await bot.ok("sendMessage", chat_id=anna.id, text="new"))["message_id"]
    await bot.ok("deleteMessages", chat_id=anna.id, message_ids=[new, 4711])
    assert [one.message_id for one in await anna.messages()][-1] == own


async def test_copies_and_forwards(anna: Person, bot: BareBot) -> None:
    said = await anna.say("hello")
    invoice = (await bot.ok("sendInvoice", chat_id=anna.id, **STARS))["message_id"]
    here = {"chat_id": anna.id, "from_chat_id": anna.id}
    copied = await bot.ok("copyMessage", **here, message_id=said)
    forwarded = await bot.ok("forwardMessage", **here, message_id=said)
    assert forwarded["forward_origin"]["sender_user"]["id"] == anna.id
    assert [one.text for one in await anna.messages(after=copied["message_id"] - 1)] == [
        "hello"
    ] * 2
    assert await bot.error("copyMessage", **here, message_id=invoice) == (
        "Bad Request: message can't be copied"
    )
    assert await bot.error("copyMessage", **here, message_id=999) == (
        "Bad Request: message to copy not found"
    )
    assert await bot.error("forwardMessage", **here, message_id=999) == (
        "Bad Request: message to forward not found"
    )


async def test_unknown_parameters_are_warned_about(
    anna: Person, bot: BareBot, playground: Playground
) -> None:
    await bot.ok("sendMessage", chat_id=anna.id, text="x" * 4000, sparkle=True)
    [row] = await playground.calls(method="sendMessage")
    assert row["ok"]
    assert row["warnings"] == [
        "unknown parameter 'sparkle'",
        "text of 4000 of at most 4096 characters",
    ]


async def test_parameters_may_come_in_any_way(anna: Person, bot: BareBot) -> None:
    path = f"/bot{bot.token}/sendMessage"
    keyboard = '{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}'
    given = {"chat_id": str(anna.id), "text": "hi", "reply_markup": keyboard}
    for answer in (
        await bot.http.get(path, params=given),
        await bot.http.post(path, data=given),
        await bot.http.post(path, data=given, files={"unused": b"x"}),
        await bot.http.post(path, json=given),
    ):
        body = answer.json()
        assert body["ok"], body
        assert body["result"]["reply_markup"]["inline_keyboard"][0][0]["text"] == "a"
