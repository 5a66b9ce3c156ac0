"""A pytest plugin for the foreign suite: Telegram's address means the playground, and nothing else
is reached.

It stands alone: it runs in the environment of that suite, which knows nothing of the playground.
The address is changed below the library, so that `Bot` keeps its own base_url and the tests see
file addresses that begin with https, as at Telegram.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

_TELEGRAM = "api.telegram.org"
_PLAYGROUND = urlsplit(os.environ["PLAYGROUND_URL"])
_REPORT = os.environ["PLAYGROUND_REPORT"]
#: Fixtures that are bots with a connection, and those that offline tests use as well.
_LIVE = frozenset({"bot", "raw_bot", "cdc_bot"})
_LOCAL = ("127.0.0.1", "localhost", "::1")


class Seen:
    """What one test asked of Telegram."""

    def __init__(self) -> None:
        self.methods: list[str] = []
        self.not_played: list[str] = []
        self.outside: list[str] = []


_seen = Seen()
_original = httpx.AsyncHTTPTransport.handle_async_request


async def _redirected(
    transport: httpx.AsyncHTTPTransport, request: httpx.Request
) -> httpx.Response:
    host = request.url.host
    if host != _TELEGRAM:
        if host not in _LOCAL:
            _seen.outside.append(host)
            raise httpx.ConnectError(f"{host} is outside: only {_TELEGRAM} is played")
        return await _original(transport, request)
    method = request.url.path.rsplit("/", 1)[-1]
    _seen.methods.append(method)
    request.url = request.url.copy_with(
        scheme=_PLAYGROUND.scheme, host=_PLAYGROUND.hostname, port=_PLAYGROUND.port
    )
    answer = await _original(transport, request)
    if answer.status_code == 501:
        _seen.not_played.append(method)
    return answer


def pytest_configure(config: pytest.Config) -> None:
    # Reruns are for a network that fails now and then; here every failure counts.
    config.addinivalue_line("markers", "flaky: rerun by a plugin that is not loaded")
    httpx.AsyncHTTPTransport.handle_async_request = _redirected  # type: ignore[method-assign, assignment]


def _live(item: pytest.Item) -> bool:
    return bool(item.parent and item.parent.name.endswith("WithRequest"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what can talk to Telegram; the rest only tests the library."""
    live = [item for item in items if _live(item) or _LIVE & set(item.fixturenames)]  # type: ignore[attr-defined]
    config.hook.pytest_deselected(items=[item for item in items if item not in live])
    items[:] = live


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    global _seen
    _seen = Seen()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, Any]:
    report: Any = yield
    if report.when == "call" or report.outcome != "passed":
        reason = ""
        if call.excinfo is not None:
            reason = call.excinfo.exconly().strip()
        row = {
            "test": item.nodeid,
            "when": report.when,
            "outcome": report.outcome,
            "xfail": getattr(report, "wasxfail", None),
            "live": _live(item),
            "methods": sorted(set(_seen.methods)),
            "not_played": sorted(set(_seen.not_played)),
            "outside": sorted(set(_seen.outside)),
            "reason": reason,
        }
        with open(_REPORT, "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
    return report
