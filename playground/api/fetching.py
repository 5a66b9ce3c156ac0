"""Files named by URL. Those of this machine are fetched; there is no way out of it."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from playground.api.request import Call
from playground.api.webhooks import loopback
from playground.world.files import Upload

#: Telegram Bot API: sending files by URL, 5 MB for photos and 20 MB for others.
_MOST = 20 * 1024 * 1024
_WITHIN = 10.0
_FILES = ("media", "thumbnail", "cover")


async def fetch_urls(call: Call) -> None:
    """Fetch what can be; `call.fetched` has it by URL. What cannot is refused by who needs it."""
    wanted = {url for url in _urls(call) if _near(url)}
    if not wanted:
        return
    async with httpx.AsyncClient(
        timeout=_WITHIN, trust_env=False, verify=False, follow_redirects=False
    ) as http:
        found = await asyncio.gather(*(_fetch(http, url) for url in wanted))
    call.fetched.update({url: upload for url, upload in found if upload is not None})


def _urls(call: Call) -> Iterator[str]:
    for name, value in call.params.items():
        parameter = call.method.parameters.get(name)
        if parameter is not None and parameter.kind == "file":
            yield str(value)
        elif name == "media":
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    yield from (str(item[key]) for key in _FILES if key in item)


def _near(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and loopback(parts.hostname or "")
    except ValueError:
        return False


async def _fetch(http: httpx.AsyncClient, url: str) -> tuple[str, Upload | None]:
    data = b""
    try:
        async with http.stream("GET", url) as answer:
            if not answer.is_success:
                return url, None
            async for piece in answer.aiter_bytes():
                data += piece
                if len(data) > _MOST:
                    return url, None
            kind = answer.headers.get("content-type", "").split(";")[0].strip()
    except (httpx.HTTPError, httpx.InvalidURL):
        return url, None
    name = urlsplit(url).path.rsplit("/", 1)[-1]
    return url, Upload(name, data, kind or mimetypes.guess_type(name)[0])
