"""The control API from the outside: HTTP, and the errors it gives."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx

from playground.seen import Json, NotSeen, PlaygroundError

#: Real seconds that waiting calls wait unless told otherwise.
WAIT = 10.0


class Remote:
    """The control API of a playground somewhere else, call by call."""

    def __init__(self, url: str, timeout: float = 60.0) -> None:
        self.url = url.rstrip("/")
        # Reading certificates takes longer than a whole conversation; plain HTTP needs none.
        secure = self.url.startswith("https:")
        self._http = httpx.AsyncClient(
            base_url=self.url, timeout=timeout, trust_env=False, verify=secure
        )

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
        await self._http.aclose()

    async def get(self, path: str, **query: Any) -> Json:
        """GET of the control API, below /sim. Raises PlaygroundError."""
        given = {name: value for name, value in query.items() if value is not None}
        return told(await self._http.get(f"/sim{path}", params=given))

    async def post(self, path: str, **body: Any) -> Json:
        """POST of the control API, below /sim. Raises PlaygroundError."""
        given = {name: value for name, value in body.items() if value is not None}
        return told(await self._http.post(f"/sim{path}", json=given))

    async def quiet(
        self,
        timeout: float = WAIT,
    ) -> None:
        """Wait until all updates are confirmed and the bot rests. Raises NotSeen."""
        answer = await self.get("/quiet", timeout=timeout)
        if not answer["quiet"]:
            raise NotSeen(f"not quiet within {timeout} s: {answer['pending']} updates pending")


def told(response: httpx.Response) -> Json:
    """What was answered. Raises PlaygroundError."""
    answer: Json = response.json()
    if response.is_success:
        return answer
    raise PlaygroundError(str(answer.get("error", answer)))
