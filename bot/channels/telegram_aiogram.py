"""Telegram through aiogram: its session and its generated methods, none of its dispatching.

aiogram parses every answer into models and fails as a whole when one field is new to it: one strange update
would stop all others, and a message that was sent would look as if it was not. So answers stay plain JSON
here, and `bot.channels.decode` reads the updates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import bot.channels.aiogram_late  # noqa: F401  # isort: skip - before anything of aiogram

import aiogram.methods
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetFile, GetMe, GetUpdates, TelegramMethod
from aiogram.methods.base import Response
from aiogram.types import FSInputFile
from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError

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


class AiogramChannel:
    """`bot.channels.port.Channel` over HTTP, by aiogram. `base_url` is another server than Telegram's."""

    def __init__(self, token: str, *, base_url: str = "", now: Callable[[], datetime]) -> None:
        api = TelegramAPIServer.from_base(base_url) if base_url else PRODUCTION
        self._session = _PlainSession(api=api)
        self._bot = Bot(token, session=self._session)
        self._now = now
        self._methods: dict[str, _Method] = {}

    async def identity(self) -> BotIdentity:
        return identity(await self._request(GetMe(), CALL_TIMEOUT))

    async def get_updates(
        self, offset: int | None, timeout: int, limit: int
    ) -> Sequence[tuple[int, Event]]:
        method = GetUpdates(
            offset=offset, timeout=timeout, limit=limit, allowed_updates=list(ALLOWED_UPDATES)
        )
        answer = await self._request(method, timeout + CALL_TIMEOUT)
        return read_updates(answer, bot=self._bot.id, at=self._now())

    async def perform(self, call: Call) -> Done:
        known = self._methods.get(call.method) or self._method(call.method)
        check(call, known.required)
        if not call.files:
            return done(await self._request(_made(known, call.params), CALL_TIMEOUT))
        params = with_files(call, lambda path, name: FSInputFile(path, filename=name))
        return done(await self._request(_made(known, params), UPLOAD_TIMEOUT))

    async def download(self, file_id: str) -> bytes:
        found = await self._request(GetFile(file_id=file_id), CALL_TIMEOUT)
        path = found.get("file_path")
        if not path:
            raise Refused("the file cannot be downloaded")
        url = self._session.api.file_url(self._bot.token, path)
        content = bytearray()
        try:
            async for chunk in self._session.stream_content(url, timeout=UPLOAD_TIMEOUT):
                content += chunk
                if len(content) > DOWNLOAD_LIMIT:
                    raise Refused("the file is too large")
        except (ClientError, TimeoutError) as error:
            # The URL holds the token: only the kind of the failure may be told.
            raise UnknownOutcome(f"download: {type(error).__name__}") from None
        return bytes(content)

    async def close(self) -> None:
        await self._session.close()

    def _method(self, name: str) -> _Method:
        """Look a method of the Bot API up in aiogram and keep it. Raises Refused for what it does not know."""
        kind = getattr(aiogram.methods, name[:1].upper() + name[1:], None)
        if kind is None or getattr(kind, "__api_method__", None) != name:
            raise Refused(f"aiogram knows no Bot API method {name}")
        fields = kind.model_fields.items()
        unset = {key: None for key, field in fields if isinstance(field.default, Default)}
        made = self._methods[name] = _Method(
            kind=kind,
            names=frozenset(kind.model_fields),
            required=tuple(key for key, field in fields if field.is_required()),
            empty=dict(kind.model_construct(**unset).__dict__),
        )
        return made

    async def _request(self, method: TelegramMethod[Any], timeout: int) -> Any:
        try:
            # What aiogram's bot does, without the middlewares: there are none.
            return await self._bot.session.make_request(self._bot, method, timeout)
        except TelegramNetworkError as error:
            cause = error.__cause__
            name = type(cause or error).__name__
            if isinstance(cause, (ClientConnectorError, ConnectionTimeoutError)):
                raise not_sent(name) from None
            raise UnknownOutcome(name) from None
        except ChannelError:
            raise
        except OSError as error:
            raise UnknownOutcome(type(error).__name__) from None


class _Method(NamedTuple):
    """A method of the Bot API as aiogram has it."""

    kind: type[TelegramMethod[Any]]
    names: frozenset[str]
    required: tuple[str, ...]
    #: Its parameters when none is given.
    empty: dict[str, Any]


def _made(known: _Method, params: Mapping[str, Any]) -> TelegramMethod[Any]:
    """aiogram's method with its parameters, as `model_construct` makes it.

    Its models would look at each parameter, try every kind of keyboard on ours, and copy defaults that our bot does
    not have: most of what a call costs. `bot.render` made the parameters, and Telegram says what is wrong with them.
    """
    if not known.names.issuperset(params):
        # A parameter that this version of aiogram has not heard of is sent as well.
        return known.kind.model_construct(**{**known.empty, **params})
    made = known.kind.__new__(known.kind)
    _set(made, "__dict__", {**known.empty, **params})
    _set(made, "__pydantic_fields_set__", {*params})
    _set(made, "__pydantic_extra__", {})
    _set(made, "__pydantic_private__", {"_bot": None})
    return made


#: Models refuse to be changed in any other way; these four are what one consists of.
_set = object.__setattr__


class _PlainSession(AiohttpSession):
    """Answers as plain data, failures as the port's kinds."""

    def check_response(
        self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str
    ) -> Response[Any]:
        result = read_answer(status_code, content)
        return Response[Any].model_construct(ok=True, result=result)
