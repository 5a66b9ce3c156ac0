"""Malformed input of every kind to every method: refused in words, never a 500, never a success
that is not one."""

from __future__ import annotations

import random
from typing import Any

import pytest

from playground.api import schema
from playground.api.dispatch import dispatch
from playground.api.table import METHODS
from playground.people import Person, Playground, picture
from playground.world.world import World
from tests.playground.conftest import BareBot

#: What is thrown at every parameter, whatever it is for.
JUNK: tuple[Any, ...] = (
    "", " ", "x", "-1", "0", "1", "9" * 30, "-" + "9" * 30, "1e999", "nan", "true", "null", "[]",
    "{}", "[[]]", "[{}]", "[null]", '[["x"]]', '{"type":"x"}', '{"type":1}', '{"inline_keyboard":1}',
    '{"inline_keyboard":[[{}]]}', '{"keyboard":[[{"text":5}]]}', '{"a":', "[" * 5000, "@nobody",
    "-1002000000001", "\ud800", "\x00", "😀" * 3000, "<b", "<b>x</i>", "*_`[", "![", "attach://none",
    "file:///etc/passwd", "http://127.0.0.1:1/x", '[{"type":"photo","media":"attach://a"}]',
    '[{"type":"bold","offset":-1,"length":"x"}]', '[{"type":"bold","offset":0,"length":99}]',
    '[{"label":"x","amount":1e40}]', '{"message_id":"x"}', '{"message_id":1,"quote":5}',
    '[{"command":5}]', "Infinity", '{"text":"x"}', '[1,"x",null]', '[3,2,1]',
)  # fmt: skip


@pytest.fixture
async def anna(playground: Playground) -> Person:
    anna = await playground.person("Anna")
    await anna.start()
    return anna


def sensible(anna: Person, message: int) -> dict[str, Any]:
    """A value for each parameter that lets a method get far before the junk is met."""
    return {
        "chat_id": anna.id,
        "from_chat_id": anna.id,
        "message_id": message,
        "message_ids": [message],
        "message_thread_id": 0,
        "user_id": anna.id,
        "text": "text",
        "title": "Tea",
        "description": "A cup",
        "payload": "order",
        "currency": "XTR",
        "prices": [{"label": "Tea", "amount": 5}],
        "name": "Name",
        "latitude": 1.5,
        "longitude": 2.5,
        "address": "Road 1",
        "phone_number": "+491",
        "first_name": "A",
        "action": "typing",
        "draft_id": 1,
        "commands": [{"command": "a", "description": "b"}],
    }


def failed(status: int, body: dict[str, Any], what: str) -> str | None:
    """What is wrong with an answer. 501 is right for a kind of media that is not played."""
    if status >= 500 and status != 501:
        return f"{what}: {status} {body['description']}"
    if body["ok"] and status != 200:
        return f"{what}: ok with status {status}"
    if not body["ok"] and (body["error_code"] != status or not body["description"]):
        return f"{what}: {body} with status {status}"
    return None


async def test_junk_in_every_parameter(
    anna: Person, bot: BareBot, playground: Playground, world: World
) -> None:
    group = await playground.group("Support", [anna], forum=True)
    message = (await bot.ok("sendMessage", chat_id=anna.id, text="x"))["message_id"]
    good = sensible(anna, message)
    chance = random.Random(5)
    wrong: list[str] = []
    for name in METHODS:
        if name in ("leaveChat", "logOut", "close"):
            continue
        parameters = schema.methods()[name.lower()].parameters
        required = {
            key: good[key] for key, one in parameters.items() if one.required and key in good
        }
        if "Topic" in name:
            required["chat_id"] = group.id
        tries: list[dict[str, Any]] = [{}, dict(required)]
        for key in parameters:
            tries += [{**required, key: junk} for junk in chance.sample(JUNK, 3)]
        for params in tries:
            if name == "getUpdates":
                params = {**params, "timeout": 0, "offset": chance.randint(10, 10**9)}
            if name == "setWebhook" and "url" in params:
                params["url"] = "http://" + params["url"].lstrip("/")
            # Straight to the dispatcher: over HTTP a value could not be half a character.
            answer = await dispatch(world, bot.token, name, params, {})
            if bad := failed(answer.status, answer.body, f"{name}({params})"[:300]):
                wrong.append(bad)
        await bot.raw("deleteWebhook")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"chat_id":' + b"[" * 20_000, "application/json"),
        (b'{"chat_id": {"a": 1}, "text": {"b": [1]}}', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"a=%zz&&&=&chat_id", "application/x-www-form-urlencoded"),
        (b"\xff\xfe=\xff", "application/x-www-form-urlencoded"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"--x\r\nbroken\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        (b"nothing", "multipart/form-data"),
        (b"whatever", "application/octet-stream"),
    ],
)
async def test_bodies_that_are_none(bot: BareBot, content: bytes, kind: str) -> None:
    for method in ("sendMessage", "sendPhoto", "getMe"):
        answer = await bot.http.post(
            f"/bot{bot.token}/{method}", content=content, headers={"content-type": kind}
        )
        assert failed(answer.status_code, answer.json(), method) is None


async def test_files_that_are_none(anna: Person, bot: BareBot) -> None:
    broken = picture()[:60]
    for method in ("sendPhoto", "sendDocument", "sendVoice", "sendVideo"):
        field = method.removeprefix("send").lower()
        for data in (b"", b"\x00" * 9, broken, b"OggS", b"\0\0\0\x08ftyp\0\0\0\x05moov"):
            answer = await bot.http.post(
                f"/bot{bot.token}/{method}",
                data={"chat_id": str(anna.id)},
                files={field: ("\x00/..\\", data), "thumbnail": ("t", data)},
            )
            assert failed(answer.status_code, answer.json(), f"{method} {data!r}") is None


async def test_paths_that_lead_nowhere(bot: BareBot) -> None:
    for path in ("/bot", "/botx/getMe", f"/bot{bot.token}/", f"/file/bot{bot.token}/../x", "/file"):
        answer = await bot.http.get(path)
        assert answer.status_code in (401, 404)
