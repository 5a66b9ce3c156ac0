"""Faults on demand: the next calls that match go wrong in the way that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class FaultError:
    """An error answer."""

    code: int
    description: str
    retry_after: int | None = None


@dataclass
class Fault:
    error: FaultError | Literal["lost_answer", "drop"] | None
    #: None matches every method but getUpdates, which is hit only when named.
    method: str | None = None
    chat: int | None = None
    #: Real seconds to wait before anything else.
    delay: float = 0.0
    times: int = 1

    def matches(self, method: str, chat: str | None) -> bool:
        if self.method is None:
            if method == "getUpdates":
                return False
        elif self.method.lower() != method.lower():
            return False
        return self.chat is None or chat == str(self.chat)


class Faults:
    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def take(self, method: str, chat: str | None) -> Fault | None:
        """The fault this call runs into, used up once; None when it is spared."""
        for fault in self.waiting:
            if fault.matches(method, chat):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None


_TEXTS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


def default_description(code: int, retry_after: int | None) -> str:
    """What Telegram says with a code when the fault names no description."""
    if code == 429:
        return f"Too Many Requests: retry after {retry_after or 1}"
    return _TEXTS.get(code, "Internal Server Error" if code >= 500 else "Bad Request")
