"""Telegram through python-telegram-bot: its request layer, none of its handlers and parsing.

As with aiogram, answers stay plain JSON: the library's errors drop what the port must know (how long to wait
beside the text, whether a request has left), so answers are judged before it sees them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import httpx
from telegram import Bot, InputFile
from telegram.error import NetworkError, TelegramError
from telegram.request import HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.decode import ALLOWED_UPDATES, read_updates
from bot.channels.errors import not_sent
from bot.channels.port import (
    BotIdentity,
    Call,
    ChannelError,
    Done,
    Refused,
    UnknownOutcome,
)
from bot.channels.results import (
    CALL_TIMEOUT,
    DOWNLOAD_LIMIT,
    UPLOAD_TIMEOUT,
    check,
    done,
    identity,
    read_answer,
    with_files,
)
from handlers.events import Event

_OFFICIAL = "https://api.telegram.org"
#: As many calls as delivery may have under way, and room for answers that cannot wait.
_CONNECTIONS = 128
_METHOD = re.compile(r"[a-z]+(?:[A-Z][a-z]+)+", re.ASCII)
#: Failures before anything has left this machine.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class PtbChannel:
    """`bot.channels.port.Channel` over HTTP, by python-telegram-bot. `base_url` is another server."""

    def __init__(self, token: str, *, base_url: str = "", now: Callable[[], datetime]) -> None:
        server = base_url or _OFFICIAL
        self._url = f"{server}/bot{token}"
        self._files = f"{server}/file/bot{token}"
        self._id = int(token.partition(":")[0])
        self._request = _PlainRequest(connection_pool_size=_CONNECTIONS)
        self._polling = _PlainRequest(connection_pool_size=2)
        self._now = now
        self._methods: dict[str, frozenset[str]] = {}

    async def identity(self) -> BotIdentity:
        return identity(await self._call("getMe", {}, CALL_TIMEOUT))

    async def get_updates(
        self, offset: int | None, timeout: int, limit: int
    ) -> Sequence[tuple[int, Event]]:
        params = {
            "offset": offset,
            "timeout": timeout,
            "limit": limit,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        answer = await self._call("getUpdates", params, timeout + CALL_TIMEOUT)
        return read_updates(answer, bot=self._id, at=self._now())

    async def perform(self, call: Call) -> Done:
        check(call, self._required(call.method))
        uploads: dict[str, InputFile] = {}

        def attach(path: Path, name: str) -> str:
            key = f"file{len(uploads)}"
            uploads[key] = InputFile(path.read_bytes(), filename=name)
            return f"attach://{key}"

        params = with_files(call, attach)
        seconds = UPLOAD_TIMEOUT if uploads else CALL_TIMEOUT
        return done(await self._call(call.method, {**params, **uploads}, seconds))

    async def download(self, file_id: str) -> bytes:
        found = await self._call("getFile", {"file_id": file_id}, CALL_TIMEOUT)
        path = found.get("file_path")
        if not path:
            raise Refused("the file cannot be downloaded")
        if found.get("file_size", 0) > DOWNLOAD_LIMIT:
            raise Refused("the file is too large")
        try:
            content = await self._request.retrieve(
                f"{self._files}/{path}", read_timeout=UPLOAD_TIMEOUT
            )
        except TelegramError as error:
            # The URL holds the token: only the kind of the failure may be told.
            cause = error.__cause__ or error
            raise UnknownOutcome(f"download: {type(cause).__name__}") from None
        if len(content) > DOWNLOAD_LIMIT:
            raise Refused("the file is too large")
        return content

    async def close(self) -> None:
        await self._request.shutdown()
        await self._polling.shutdown()

    def _required(self, name: str) -> frozenset[str]:
        """The parameters without which the library would not make this call, looked up once."""
        found = self._methods.get(name)
        if found is None:
            # It knows its methods by Telegram's names as well.
            method = getattr(Bot, name, None) if _METHOD.fullmatch(name) else None
            if not inspect.iscoroutinefunction(method):
                raise Refused(f"python-telegram-bot knows no Bot API method {name}")
            found = frozenset(
                parameter.name
                for parameter in inspect.signature(method).parameters.values()
                if parameter.default is parameter.empty
                and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            ) - {"self"}
            self._methods[name] = found
        return found

    async def _call(self, method: str, params: dict[str, Any], seconds: float) -> Any:
        request = self._polling if method == "getUpdates" else self._request
        data = RequestData(
            [
                RequestParameter.from_input(name, value)
                for name, value in params.items()
                if value is not None
            ]
        )
        try:
            return await request.post(
                f"{self._url}/{method}",
                data,
                read_timeout=seconds,
                write_timeout=seconds,
                pool_timeout=seconds,
            )
        except TelegramError as error:
            _judge(error)


class _PlainRequest(HTTPXRequest):
    """Failures as the port's kinds, before the library makes its own of them."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = HTTPXRequest.DEFAULT_NONE,
        write_timeout: Any = HTTPXRequest.DEFAULT_NONE,
        connect_timeout: Any = HTTPXRequest.DEFAULT_NONE,
        pool_timeout: Any = HTTPXRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        status, content = await super().do_request(
            url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
        )
        if method == "POST" or status != 200:
            read_answer(status, content)
        return status, content


def _judge(error: TelegramError) -> NoReturn:
    """Raise what a failure means. The library wraps what was raised below it."""
    cause = error.__cause__
    if isinstance(cause, ChannelError):
        raise cause from None
    name = type(cause or error).__name__
    if isinstance(cause, _NOT_SENT):
        raise not_sent(name) from None
    if isinstance(error, NetworkError):
        raise UnknownOutcome(name) from None
    raise Refused(name) from None
