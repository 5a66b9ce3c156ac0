"""What the demo shows in the playground's browser client: who stands in which column."""

from __future__ import annotations

from typing import Any

from bot.demo.cast import Cast
from playground.people import Playground

_TITLE = {"zh": "订单小助手 · 演示", "en": "Orderclerk · demo"}


def columns(cast: Cast) -> list[dict[str, Any]]:
    """Customer, provider and support side by side; the customer speaks the client's language."""
    return [
        {
            "person": {"zh": cast.customer_zh, "en": cast.customer_en},
            "title": {"zh": "顾客", "en": "Customer"},
        },
        {
            "person": cast.provider,
            "chat": cast.providers_chat,
            "title": {"zh": "服务商", "en": "Provider"},
        },
        {
            "person": cast.admin,
            "chat": cast.staff_chat,
            "thread": "all",
            "title": {"zh": "客服", "en": "Support"},
        },
    ]


async def show(url: str, cast: Cast) -> None:
    """Set the columns in every open page of the playground at `url`, and in those to come."""
    async with Playground(url) as playground:
        await playground.post("/panel", title=_TITLE, columns=columns(cast))
