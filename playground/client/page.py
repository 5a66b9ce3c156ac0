"""The page at `/`, and how it joins the playground's application.

NiceGUI serves the page and keeps its socket; the page itself is plain JavaScript in `static/`.
What people do goes over the control API like everybody's acts, what they see comes over the socket.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from nicegui import app as nicegui_app
from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.app import Client
from playground.client import asked
from playground.client.hub import Hub, Page
from playground.client.panel import Panel
from playground.sim.errors import Refused
from playground.world.model import Json

_STATIC = Path(__file__).parent / "static"
_WORDS = json.loads((_STATIC / "words.json").read_text(encoding="utf-8"))
#: Nothing is fetched from, or sent to, any other machine.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_STYLES = ("base", "column", "bubble", "sheets", "bar")


class Desk(Element, component="static/playground_desk.js"):
    """The whole page: columns of chats under a bar."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._props["base"] = base
        self._props["words"] = _WORDS


class _OnlyHere:
    """Forbids the page every other machine."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message.get("headers", []),
                    (b"content-security-policy", _POLICY.encode()),
                    (b"referrer-policy", b"no-referrer"),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)


def client(panel: Panel | None = None) -> Client:
    """What `create_app` takes to serve the client. One application of a process can have it."""

    def join(app: Starlette) -> None:
        hub = Hub(app.state.world, panel)
        base = f"/client/{_fingerprint()}"
        app.router.routes.append(Route("/sim/panel", _panel(hub), methods=["GET", "POST"]))
        app.mount(base, _Kept(directory=_STATIC))

        @ui.page("/", title="Playground", response_timeout=10)
        def index() -> None:
            for name in _STYLES:
                ui.add_head_html(f'<link rel="stylesheet" href="{base}/{name}.css">')
            ui.add_head_html(f'<link rel="modulepreload" href="{base}/desk.js">')
            _open(hub, Desk(base))

        nicegui_app.on_startup(hub.start)
        nicegui_app.on_shutdown(hub.stop)
        nicegui_app.add_middleware(_OnlyHere)
        ui.run_with(
            app,  # type: ignore[arg-type]  # it asks for no more than Starlette has
            title="Playground",
            favicon=_STATIC / "icon.svg",
            dark=None,
            tailwind=False,
            show_welcome_message=False,
            binding_refresh_interval=None,
            reconnect_timeout=10.0,
        )

    return join


def _open(hub: Hub, desk: Desk) -> None:
    """Connect a page to the world for as long as it lives."""

    def send(operations: str) -> None:
        desk.run_method("receive", operations)

    page = Page(send)

    async def ask(event: GenericEventArguments) -> None:
        number, given = event.args
        told: Json = {"op": "answer", "to": number}
        try:
            told["value"] = await asked.answer(hub, page, given)
        except (Refused, ValidationError) as error:
            told["error"] = str(error)
        page.send(told)

    desk.on("ask", ask)
    desk.client.on_delete(lambda: hub.pages.discard(page))


def _panel(hub: Hub) -> Callable[[Request], Awaitable[Response]]:
    async def panel(request: Request) -> Response:
        if request.method == "POST":
            try:
                hub.show_panel(Panel.model_validate_json(await request.body()))
            except ValidationError as error:
                return JSONResponse({"error": str(error)}, status_code=422)
        return JSONResponse(hub.panel.model_dump())

    return panel


class _Kept(StaticFiles):
    """Files whose address changes with their content: browsers may keep them for good."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _fingerprint() -> str:
    found = hashlib.sha256()
    for path in sorted(_STATIC.rglob("*")):
        if path.is_file():
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:12]
