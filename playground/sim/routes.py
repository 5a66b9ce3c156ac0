"""The control API over HTTP: `/sim/…`."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.sim import acting, bodies, lookup, moderating, paying, tapping, timing
from playground.sim.errors import Refused
from playground.world import files, view
from playground.world.faults import Fault, FaultError, default_description
from playground.world.model import Json
from playground.world.paying import Cashier
from playground.world.world import World

_LOG = logging.getLogger("playground")
_Body = TypeVar("_Body", bound=BaseModel)
Action = Callable[[Request], Awaitable[Json]]


class Control:
    """The control API of one world."""

    def __init__(self, world: World, cashier: Cashier) -> None:
        self.world = world
        self.cashier = cashier

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Action]] = [
            ("GET", "/bots", self.bots),
            ("POST", "/bots", self.new_bot),
            ("GET", "/people", self.people),
            ("POST", "/people", self.new_person),
            ("GET", "/chats", self.chats),
            ("POST", "/chats", self.new_chat),
            ("POST", "/people/{person:int}/send", self.send),
            ("POST", "/people/{person:int}/edit", self.edit),
            ("POST", "/people/{person:int}/tap", self.tap),
            ("POST", "/people/{person:int}/pay", self.pay),
            ("POST", "/people/{person:int}/block", self.block),
            ("POST", "/people/{person:int}/unblock", self.unblock),
            ("POST", "/people/{person:int}/leave", self.leave),
            ("POST", "/people/{person:int}/react", self.react),
            ("GET", "/people/{person:int}/chat", self.chat),
            ("POST", "/people/{person:int}/deactivate", self.deactivate),
            ("POST", "/chats/{chat:str}/members", self.set_member),
            ("POST", "/chats/{chat:str}/upgrade", self.upgrade),
            ("POST", "/topics/{chat:str}", self.new_topic),
            ("POST", "/topics/{chat:str}/{thread:int}/delete", self.delete_topic),
            ("POST", "/topics/{chat:str}/{thread:int}/close", self.close_topic),
            ("POST", "/topics/{chat:str}/{thread:int}/reopen", self.reopen_topic),
            ("GET", "/quiet", self.quiet),
            ("GET", "/clock", self.clock),
            ("POST", "/clock/advance", self.advance),
            ("POST", "/clock/seen", self.seen),
            ("POST", "/pace", self.pace),
            ("POST", "/faults", self.add_fault),
            ("DELETE", "/faults", self.clear_faults),
            ("POST", "/updates", self.inject),
            ("GET", "/calls", self.calls),
        ]
        routes = [Route(f"/sim{p}", self._serve(act), methods=[m]) for m, p, act in table]
        return [*routes, Route("/sim/files/{unique}", self.file, methods=["GET"])]

    def _serve(self, act: Action) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            try:
                return JSONResponse(await act(request))
            except Refused as error:
                return JSONResponse({"error": str(error)}, status_code=422)
            except ValidationError as error:
                return JSONResponse({"error": _explained(error)}, status_code=422)
            except Exception as error:
                # A mistake of the playground itself; whoever plays should see it, not guess.
                _LOG.exception("%s %s failed", request.method, request.url.path)
                return JSONResponse({"error": f"playground: {error!r}"}, status_code=500)
            finally:
                self.world.flush()

        return serve

    # --- who there is -----------------------------------------------------------------------

    async def bots(self, request: Request) -> Json:
        return {
            "bots": [
                {
                    "id": bot.id,
                    "username": bot.username,
                    "name": bot.first_name,
                    "commands": bot.commands,
                    "pending": self.world.queues[bot.id].pending(),
                }
                for bot in self.world.bots.values()
            ]
        }

    async def new_bot(self, request: Request) -> Json:
        body = await _read(request, bodies.NewBot)
        try:
            bot = self.world.add_bot(body.token, body.username, body.name)
            if body.privacy is not None:
                bot.privacy = body.privacy
                self.world.touch(bot)
        except ValueError as error:
            raise Refused(str(error)) from error
        return {"id": bot.id}

    async def people(self, request: Request) -> Json:
        return {
            "people": [
                {
                    "id": one.id,
                    "name": one.first_name,
                    "last_name": one.last_name,
                    "username": one.username,
                    "language_code": one.language_code,
                    "phone": one.phone,
                    "started": one.started,
                    "blocked": one.blocked,
                }
                for one in self.world.people.values()
            ]
        }

    async def new_person(self, request: Request) -> Json:
        body = await _read(request, bodies.NewPerson)
        if body.username and self.world.username_owner(body.username):
            raise Refused(f"the username {body.username!r} is taken")
        fields = body.model_dump(exclude={"name"})
        return {"id": self.world.add_person(body.name, **fields).id}

    async def chats(self, request: Request) -> Json:
        return {"chats": [view.summary(self.world, one) for one in self.world.chats.values()]}

    async def new_chat(self, request: Request) -> Json:
        return acting.new_chat(self.world, await _read(request, bodies.NewChat))

    # --- what people do ---------------------------------------------------------------------

    async def send(self, request: Request) -> Json:
        return acting.send(self.world, _person(request), await _read(request, bodies.Send))

    async def edit(self, request: Request) -> Json:
        return acting.edit(self.world, _person(request), await _read(request, bodies.Edit))

    async def tap(self, request: Request) -> Json:
        return await tapping.tap(self.world, _person(request), await _read(request, bodies.Tap))

    async def pay(self, request: Request) -> Json:
        body = await _read(request, bodies.Pay)
        return await paying.pay(self.world, self.cashier, _person(request), body)

    async def block(self, request: Request) -> Json:
        body = await _read(request, bodies.OnlyChat)
        return acting.block(self.world, _person(request), body, blocked=True)

    async def unblock(self, request: Request) -> Json:
        body = await _read(request, bodies.OnlyChat)
        return acting.block(self.world, _person(request), body, blocked=False)

    async def leave(self, request: Request) -> Json:
        return acting.leave(self.world, _person(request), await _read(request, bodies.OnlyChat))

    async def react(self, request: Request) -> Json:
        return acting.react(self.world, _person(request), await _read(request, bodies.React))

    async def chat(self, request: Request) -> Json:
        """What a person sees; with `version` and `wait`, as soon as anything has changed."""
        who = lookup.person(self.world, _person(request))
        where = lookup.chat(
            self.world, who, _number(request, "chat"), request.query_params.get("bot")
        )
        version, wait = _number(request, "version"), _number(request, "wait")
        if version is not None and wait:
            await self.world.changes.newer(version, min(float(wait), 60.0))
        after, thread = _number(request, "after") or 0, _number(request, "thread")
        return view.chat(self.world, where, who.id, after, thread)

    async def deactivate(self, request: Request) -> Json:
        return acting.deactivate(self.world, _person(request))

    # --- what the owners of groups do -------------------------------------------------------

    async def set_member(self, request: Request) -> Json:
        body = await _read(request, bodies.Member)
        return moderating.set_member(self.world, _chat(request), body)

    async def upgrade(self, request: Request) -> Json:
        return moderating.upgrade(self.world, _chat(request))

    async def new_topic(self, request: Request) -> Json:
        body = await _read(request, bodies.NewTopic)
        return moderating.new_topic(self.world, _chat(request), body)

    async def delete_topic(self, request: Request) -> Json:
        return moderating.delete_topic(self.world, _chat(request), _thread(request))

    async def close_topic(self, request: Request) -> Json:
        return moderating.close_topic(self.world, _chat(request), _thread(request), True)

    async def reopen_topic(self, request: Request) -> Json:
        return moderating.close_topic(self.world, _chat(request), _thread(request), False)

    # --- time, faults, looking in -----------------------------------------------------------

    async def quiet(self, request: Request) -> Json:
        return await timing.quiet(self.world, _real(request, "timeout", 10.0))

    async def clock(self, request: Request) -> Json:
        after = _number(request, "after")
        if after is None:
            return timing.clock(self.world)
        return await timing.watch(self.world, after, _real(request, "timeout", 25.0))

    async def advance(self, request: Request) -> Json:
        body = await _read(request, bodies.Advance)
        return await timing.advance(self.world, float(body.seconds))

    async def seen(self, request: Request) -> Json:
        return timing.seen(self.world, await _read(request, bodies.Seen))

    async def pace(self, request: Request) -> Json:
        self.world.pace.switch((await _read(request, bodies.Pace)).on)
        return {"on": self.world.pace.on}

    async def add_fault(self, request: Request) -> Json:
        body = await _read(request, bodies.NewFault)
        error: Any = body.error
        if isinstance(error, bodies.ErrorAnswer):
            words = error.description or default_description(error.code, error.retry_after)
            retry = error.retry_after or (1 if error.code == 429 else None)
            error = FaultError(error.code, words, retry)
        fault = Fault(error, body.method, body.chat, float(body.delay), body.times)
        self.world.faults.waiting.append(fault)
        return {"waiting": len(self.world.faults.waiting)}

    async def clear_faults(self, request: Request) -> Json:
        self.world.faults.waiting.clear()
        return {"waiting": 0}

    async def inject(self, request: Request) -> Json:
        try:
            update = json.loads(await request.body())
        except ValueError as error:
            raise Refused(f"not JSON: {error}") from error
        if not isinstance(update, dict):
            raise Refused("an update is an object")
        bot = lookup.bot(self.world, request.query_params.get("bot"))
        return {"update_id": self.world.queues[bot.id].inject(update).id}

    async def calls(self, request: Request) -> Json:
        rows = self.world.calls.after(_number(request, "after") or 0)
        return {"calls": [row.as_json() for row in rows]}

    async def file(self, request: Request) -> Response:
        unique = request.path_params["unique"]
        for file in self.world.files.values():
            if file.unique == unique and (data := files.content(self.world, file)) is not None:
                return Response(data, media_type=file.mime)
        return JSONResponse({"error": "there is no such file"}, status_code=404)


async def _read(request: Request, kind: type[_Body]) -> _Body:
    return kind.model_validate_json(await request.body() or b"{}")


def _person(request: Request) -> int:
    return int(request.path_params["person"])


def _chat(request: Request) -> int:
    try:
        return int(request.path_params["chat"])
    except ValueError as error:
        raise Refused("a chat is named by its id") from error


def _thread(request: Request) -> int:
    return int(request.path_params["thread"])


def _number(request: Request, name: str) -> int | None:
    given = request.query_params.get(name)
    if given in (None, ""):
        return None
    try:
        return int(str(given))
    except ValueError as error:
        raise Refused(f"{name} is a whole number, not {given!r}") from error


def _real(request: Request, name: str, default: float) -> float:
    given = request.query_params.get(name)
    if given in (None, ""):
        return default
    try:
        return min(max(float(str(given)), 0.0), 120.0)
    except ValueError as error:
        raise Refused(f"{name} is a number of seconds, not {given!r}") from error


def _explained(error: ValidationError) -> str:
    lines = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        where = ".".join(str(part) for part in one["loc"])
        lines.append(f"{where or 'body'}: {one['msg']}")
    return "; ".join(lines)
