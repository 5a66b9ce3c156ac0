"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import MultipartParseError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.api.dispatch import Answer, dispatch, failure
from playground.api.errors import ApiError
from playground.api.media import content_type
from playground.world import files
from playground.world.files import Upload
from playground.world.world import World

_FILES_MOST = 100
_PART_MOST = 60 * 1024 * 1024


class BotApi:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        return [
            Route("/bot{token}/{method}", self.call, methods=["GET", "POST"]),
            Route("/bot{token}/test/{method}", self.call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.download, methods=["GET"]),
        ]

    async def call(self, request: Request) -> Response:
        try:
            raw, uploads = await read(request)
        except ApiError as error:
            return _response(failure(error))
        token, method = request.path_params["token"], request.path_params["method"]
        answer = await dispatch(self.world, token, method, raw, uploads)
        if answer.cut:
            cut(request)
        return _response(answer)

    async def download(self, request: Request) -> Response:
        if self.world.bot_by_token(request.path_params["token"]) is None:
            return _response(failure(ApiError(401, "Unauthorized")))
        path = request.path_params["path"]
        for file in self.world.files.values():
            if file.path == path and (data := files.content(self.world, file)) is not None:
                return Response(data, media_type=content_type(file))
        return _response(failure(ApiError(404, "Not Found")))


def cut(request: Request) -> None:
    """Break the connection off without an answer. The server puts the means into the scope."""
    breaker: Callable[[], None] | None = request.scope.get("playground.cut")
    if breaker is None:
        raise RuntimeError("this server cannot cut connections: use playground.server")
    breaker()


def _response(answer: Answer) -> Response:
    headers = {}
    retry_after = answer.body.get("parameters", {}).get("retry_after")
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return JSONResponse(answer.body, answer.status, headers)


async def read(request: Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters from the query, a form, or JSON; files from multipart. Raises ApiError."""
    raw: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        body = (await request.body()).decode("utf-8", "surrogateescape")
        try:
            raw.update(parse_qsl(body, keep_blank_values=True, errors="surrogateescape"))
        except ValueError as error:
            raise ApiError(400, "Bad Request: can't parse the request") from error
    elif kind == "application/json":
        raw.update(_json(await request.body()))
    elif kind == "multipart/form-data":
        try:
            form = await request.form(
                max_files=_FILES_MOST, max_fields=1_000, max_part_size=_PART_MOST
            )
        except (MultiPartException, MultipartParseError, HTTPException) as error:
            raise ApiError(400, "Bad Request: can't parse multipart/form-data") from error
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                data = await value.read()
                uploads[name] = Upload(value.filename or "", data, value.content_type)
            else:
                raw[name] = value
        await form.close()
    return raw, uploads


def _json(body: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "Bad Request: can't parse JSON object") from error
    if not isinstance(decoded, dict):
        raise ApiError(400, "Bad Request: expected a JSON object")
    return decoded
