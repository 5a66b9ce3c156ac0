"""The control API from the outside: HTTP, and the errors it gives."""

from __future__ import annotations

import io
import json
from types import TracebackType
from typing import Any, Self

import aiohttp

from playground.seen import Json, NotSeen, PlaygroundError

#: Real seconds that waiting calls wait unless told otherwise.
WAIT = 30.0


class Remote:
    """The control API of a playground somewhere else, call by call."""

    def __init__(self, url: str, timeout: float = 60.0) -> None:
        self.url = url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    async def get(self, path: str, **query: Any) -> Json:
        """GET of the control API, below /sim. Raises PlaygroundError."""
        given = {name: str(value) for name, value in query.items() if value is not None}
        return await self._ask("GET", path, params=given)

    async def post(self, path: str, **body: Any) -> Json:
        """POST of the control API, below /sim. Raises PlaygroundError."""
        given = {name: value for name, value in body.items() if value is not None}
        # As a stream: a file of 20 MB at once would hold up the loop, and aiohttp warns of it.
        text = io.BytesIO(json.dumps(given).encode())
        return await self._ask(
            "POST", path, data=text, headers={"Content-Type": "application/json"}
        )

    async def _ask(self, method: str, path: str, **what: Any) -> Json:
        """What is answered. Raises PlaygroundError, also when nobody does."""
        if self._http is None:
            # Not before a loop runs.
            self._http = aiohttp.ClientSession(
                timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        try:
            async with self._http.request(method, f"{self.url}/sim{path}", **what) as response:
                answer: Json = await response.json(content_type=None)
                if response.ok:
                    return answer
        except (aiohttp.ClientError, TimeoutError) as error:
            raise PlaygroundError(f"{self.url} does not answer: {error!r}") from error
        raise PlaygroundError(str(answer.get("error", answer)))

    async def quiet(
        self,
        timeout: float = WAIT,
    ) -> None:
        """Wait until all updates are confirmed and the bot rests. Raises NotSeen."""
        answer = await self.get("/quiet", timeout=timeout)
        if not answer["quiet"]:
            raise NotSeen(f"not quiet within {timeout} s: {answer['busy']}")
