"""The ASGI application: Bot API, control API, and whatever a client adds."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from starlette.applications import Starlette

from playground.api import schema
from playground.api.dispatch import dispatch
from playground.http import BotApi
from playground.sim.routes import Control
from playground.world.paying import Cashier
from playground.world.webhooks import Courier
from playground.world.world import World

#: Adds routes and whatever else it needs to the application, whose `state.world` it shows.
Client = Callable[[Starlette], None]


def create_app(world: World, client: Client | None = None) -> Starlette:
    """Serve a world. `client` adds itself after the two APIs.

    A client listens with `world.changes.subscribe(...)`, reads with `playground.world.view`, and
    acts with the functions of `playground.sim` (`acting.send`, `tapping.tap`, …), the same that the
    control API calls.
    """
    world.check_update = schema.check_update
    cashier = Cashier(world)

    async def perform(token: str, method: str, params: Mapping[str, Any]) -> None:
        await dispatch(world, token, method, params, {})

    courier = Courier(world, perform)
    world.webhook_changed = courier.follow

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        schema.warm()
        courier.start()
        yield
        await courier.stop()
        await cashier.stop()
        world.close()

    app = Starlette(
        routes=[*BotApi(world).routes(), *Control(world, cashier).routes()], lifespan=lifespan
    )
    app.state.world = world
    app.state.cashier = cashier
    if client is not None:
        client(app)
    return app
