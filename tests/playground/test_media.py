"""Photos in their sizes, thumbnails, containers, files by URL."""

from __future__ import annotations

import asyncio
import io
import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.people import Person, Playground, picture
from playground.server import free_socket
from playground.world import pictures
from playground.world.probe import Probed, probe
from tests.playground.conftest import BareBot


def drawn(width: int, height: int, kind: str = "JPEG", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height)).save(out, kind)
    return out.getvalue()


@pytest.fixture
async def anna(playground: Playground) -> Person:
    anna = await playground.person("Anna")
    await anna.start()
    return anna


async def upload(bot: BareBot, method: str, to: Person, **files: Any) -> Any:
    """The message sent, or the error's description."""
    answer = await bot.http.post(
        f"/bot{bot.token}/{method}", data={"chat_id": str(to.id)}, files=files
    )
    body = answer.json()
    return body["result"] if body["ok"] else body["description"]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((40, 30), [(40, 30)]),
        ((100, 50), [(90, 45), (100, 50)]),
        ((800, 800), [(90, 90), (320, 320), (800, 800)]),
        ((1920, 1080), [(90, 51), (320, 180), (800, 450), (1280, 720)]),
    ],
)
def test_sizes(size: tuple[int, int], expected: list[tuple[int, int]]) -> None:
    made = pictures.sizes(drawn(*size))
    assert [(one.width, one.height) for one in made] == expected
    for one in made:
        assert pictures.measure(one.data) == (one.width, one.height)


def test_a_jpeg_that_is_small_enough_keeps_its_bytes() -> None:
    data = drawn(800, 600)
    assert pictures.sizes(data)[-1].data == data


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("GIF", "P"), ("PNG", "L")]
)
def test_everything_becomes_a_jpeg(kind: str, mode: str) -> None:
    [*_, largest] = pictures.sizes(drawn(200, 100, kind, mode))
    with Image.open(io.BytesIO(largest.data)) as made:
        assert (made.format, made.mode) == ("JPEG", "RGB")


def test_what_is_no_picture_has_no_sizes() -> None:
    whole = picture(60, 60)
    for data in (b"", b"x", whole[: len(whole) // 2], b"\xff\xd8\xff\xe0"):
        assert pictures.sizes(data) == []


async def test_every_size_can_be_fetched_and_stands_for_all(anna: Person, bot: BareBot) -> None:
    sent = (await upload(bot, "sendPhoto", anna, photo=drawn(900, 600)))["photo"]
    assert [(one["width"], one["height"]) for one in sent] == [
        (90, 60), (320, 213), (800, 533), (900, 600),
    ]  # fmt: skip
    assert len({one["file_unique_id"] for one in sent}) == 4
    for one in sent:
        file = await bot.ok("getFile", file_id=one["file_id"])
        assert file["file_size"] == one["file_size"]
        path = f"/file/bot{bot.token}/{file['file_path']}"
        data = (await bot.http.get(path)).content
        assert pictures.measure(data) == (one["width"], one["height"])
        again = await bot.ok("sendPhoto", chat_id=anna.id, photo=one["file_id"])
        assert again["photo"] == sent


async def test_documents_have_thumbnails_when_they_are_pictures(anna: Person, bot: BareBot) -> None:
    shown = await upload(bot, "sendDocument", anna, document=("a.png", drawn(600, 300, "PNG")))
    thumbnail = shown["document"]["thumbnail"]
    assert (thumbnail["width"], thumbnail["height"]) == (320, 160)
    assert await bot.error("sendPhoto", chat_id=anna.id, photo=thumbnail["file_id"]) == (
        "Bad Request: can't use file of type Thumbnail as Photo"
    )
    given = {"document": ("a.pdf", b"%PDF"), "thumbnail": ("t.jpg", drawn(50, 40))}
    told = await upload(bot, "sendDocument", anna, **given)
    assert told["document"]["thumbnail"]["width"] == 50
    assert "thumbnail" not in (await upload(bot, "sendDocument", anna, document=b"x"))["document"]


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def film(width: int, height: int, seconds: int) -> bytes:
    head = struct.pack(">IIIII", 0, 0, 0, 600, seconds * 600)
    track = b"\0" * 76 + struct.pack(">II", width << 16, height << 16)
    moov = box(b"mvhd", head) + box(b"trak", box(b"tkhd", track))
    return box(b"ftyp", b"isom") + box(b"free", b"") + box(b"moov", moov)


async def test_films_say_what_they_are(anna: Person, bot: BareBot) -> None:
    assert probe(film(360, 640, 5)) == Probed(360, 640, 5)
    assert probe(b"OggS" + b"\0" * 2 + struct.pack("<q", 3 * 48_000)) == Probed(duration=3)
    for broken in (b"", b"OggS", film(1, 1, 1)[:-9], b"\0\0\0\x08ftyp" + b"\0" * 3):
        probe(broken)
    video = (await upload(bot, "sendVideo", anna, video=("a.mp4", film(360, 640, 5))))["video"]
    assert (video["width"], video["height"], video["duration"]) == (360, 640, 5)
    again = await bot.ok(
        "sendVideo", chat_id=anna.id, video=video["file_id"], width=10, start_timestamp=2
    )
    assert (again["video"]["width"], again["video"]["start_timestamp"]) == (10, 2)


@pytest.fixture
async def site() -> AsyncIterator[str]:
    """A web site of this machine."""

    async def serve(request: Request) -> Response:
        if request.path_params["name"] == "a.png":
            return Response(picture(30, 20), media_type="image/png")
        return Response("gone", status_code=404)

    sock = free_socket()
    app = Starlette(routes=[Route("/{name}", serve), Route("/page/x", lambda r: Response("hi"))])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    task = asyncio.create_task(server._serve(sockets=[sock]))
    while True:
        if server.started:
            break
        await asyncio.sleep(0.005)
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    server.should_exit = True
    await task


async def test_files_by_url(anna: Person, bot: BareBot, site: str) -> None:
    sent = await bot.ok("sendPhoto", chat_id=anna.id, photo=f"{site}/a.png")
    assert sent["photo"][-1]["width"] == 30
    album = [{"type": "photo", "media": f"{site}/a.png"}] * 2
    assert len(await bot.ok("sendMediaGroup", chat_id=anna.id, media=album)) == 2
    document = await bot.ok("sendDocument", chat_id=anna.id, document=f"{site}/a.png")
    assert document["document"]["file_name"] == "a.png"
    for url, words in (
        (f"{site}/b.png", "failed to get HTTP URL content"),
        (f"{site}/page/x", "wrong type of the web page content"),
        ("http://127.0.0.1:1/x", "failed to get HTTP URL content"),
        ("https://example.com/x.png", "failed to get HTTP URL content"),
    ):
        assert await bot.error("sendPhoto", chat_id=anna.id, photo=url) == f"Bad Request: {words}"
