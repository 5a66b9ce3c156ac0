"""What the Bot API answers when it refuses."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """Any refusal: HTTP status and `error_code` are the same number."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class BadRequest(ApiError):
    """400. The first letter is lowered unless the second is `_` or A–Z, as Telegram does it."""

    def __init__(self, message: str, **parameters: Any) -> None:
        second = message[1:2]
        if second != "_" and not "A" <= second <= "Z":
            message = message[:1].lower() + message[1:]
        super().__init__(400, f"Bad Request: {message}", **parameters)


class Forbidden(ApiError):
    def __init__(self, message: str) -> None:
        super().__init__(403, f"Forbidden: {message}")


class Conflict(ApiError):
    def __init__(self, message: str) -> None:
        super().__init__(409, f"Conflict: {message}")


class TooManyRequests(ApiError):
    def __init__(self, retry_after: int) -> None:
        super().__init__(
            429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after
        )


class NotPlayed(ApiError):
    """The playground never makes up a success: what it does not play says so."""

    def __init__(self, what: str) -> None:
        super().__init__(501, f"Not Implemented: playground does not play {what}")
