"""What the demo adds to the playground's page: three columns, and a button that plays the tour in them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from types import TracebackType
from typing import Any, Literal, Self

from bot.demo.cast import Cast
from bot.demo.tour import TourFailed, play
from playground.people import Playground, PlaygroundError

_LOG = logging.getLogger("bot.demo")
#: Seconds before each act of the tour, so that eyes can follow.
_BEAT = 1.4

_TITLE = {"zh": "订单小助手 · 演示", "en": "Orderclerk · demo"}
_BUTTONS: dict[str, dict[str, Any]] = {
    "idle": {
        "label": {"zh": "播放导览", "en": "Play the tour"},
        "hint": {
            "zh": "看两位客户从下单到评价",
            "en": "Watch two orders from the first word to the review",
        },
        "icon": "play",
        "style": "primary",
    },
    "playing": {"label": {"zh": "暂停导览", "en": "Pause the tour"}, "icon": "pause"},
    "paused": {
        "label": {"zh": "继续导览", "en": "Continue the tour"},
        "icon": "play",
        "style": "primary",
    },
    "failed": {
        "label": {"zh": "导览中断，重新播放", "en": "The tour broke off: play again"},
        "icon": "again",
    },
}
State = Literal["idle", "playing", "paused", "failed"]


def columns(cast: Cast, customer: int | None = None) -> list[dict[str, Any]]:
    """Customer, provider and support side by side.

    Unless somebody is named, the customer is the one who speaks the page's language.
    """
    return [
        {
            "person": customer or {"zh": cast.customer_zh, "en": cast.customer_en},
            "title": {"zh": "客户", "en": "Customer"},
        },
        {
            "person": cast.provider,
            "title": {"zh": "服务人员", "en": "Provider"},
        },
        {
            "person": cast.admin,
            "chat": cast.staff_chat,
            "thread": "all",
            "title": {"zh": "客服", "en": "Support"},
        },
    ]


class Stage:
    """Shows the columns and listens to the button. Use as an async context manager."""

    def __init__(self, url: str, cast: Cast) -> None:
        self._cast = cast
        self._playground = Playground(url)
        self._url = url
        self._state: State = "idle"
        self._customer: int | None = None
        #: Whom the tour plays in the customer's column.
        self._customers: frozenset[int] = frozenset()
        self._going = asyncio.Event()
        self._tour: asyncio.Task[None] | None = None
        self._server: asyncio.Server | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        await self._show("idle")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._tour is not None:
            self._tour.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._tour
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        await self._playground.close()

    async def _show(self, state: State) -> None:
        self._state = state
        button = {**_BUTTONS[state], "url": f"http://127.0.0.1:{self._port}/tour"}
        await self._playground.post(
            "/panel", title=_TITLE, columns=columns(self._cast, self._customer), buttons=[button]
        )

    # -- the button -----------------------------------------------------------------------------

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The one request there is: POST /tour."""
        status = "404 Not Found"
        with contextlib.suppress(ConnectionError, asyncio.LimitOverrunError, ValueError):
            if (await reader.readline()).startswith(b"POST /tour "):
                await self._press()
                status = "204 No Content"
            writer.write(f"HTTP/1.1 {status}\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        writer.close()

    async def _press(self) -> None:
        match self._state:
            case "playing":
                self._going.clear()
                await self._show("paused")
            case "paused":
                self._going.set()
                await self._show("playing")
            case "idle" | "failed":
                self._state = "playing"
                self._going.set()
                self._tour = asyncio.create_task(self._play())

    # -- the tour -------------------------------------------------------------------------------

    async def _play(self) -> None:
        """Play the tour with customers who have never been here."""
        try:
            zh = await self._playground.person("周宁", "zh", phone="+8613900139000")
            en = await self._playground.person("Emma", "en", phone="+6587654321")
            self._customer, self._customers = zh.id, frozenset({zh.id, en.id})
            await self._show("playing")
            cast = replace(self._cast, customer_zh=zh.id, customer_en=en.id)
            await play(self._url, cast, _LOG.info, self._pace)
        except (TourFailed, PlaygroundError) as error:
            _LOG.warning("the tour broke off: %s", error)
            await self._show("failed")
        else:
            await self._show("idle")

    async def _pace(self, person_id: int) -> None:
        if person_id in self._customers and person_id != self._customer:
            self._customer = person_id
            await self._show(self._state)
        await asyncio.sleep(_BEAT)
        await self._going.wait()
