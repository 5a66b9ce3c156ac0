"""The real order flow on the demo catalogue, as a stage for the engine's tests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.catalogue_file import read_catalogue
from dialogs.flows.order import ORDER
from dialogs.model import FactSource
from dialogs.search import Index, names
from dialogs.understanding.message import Names
from dialogs.words import Words
from handlers.business import Business
from handlers.facts import source, standing
from handlers.turn import Shelf
from orders.catalogue import Catalogue
from orders.methods import Method
from orders.money import Money
from orders.ratings import Rating
from tests.dialogs.machine import Stage

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
BUSINESS = Business(
    name="North Star Studio",
    zone=ZONE,
    default_language="en",
    enabled=frozenset(Method),
    bank_details={"zh": "6222", "en": "6222"},
)

SENTENCES = (
    "back",
    "返回",
    "确认",
    "yes",
    "no",
    "skip",
    "跳过",
    "done",
    "第二个",
    "the last one",
    "¥1999",
    "short video",
    "直播代运营",
    "standrd",
    "我要标准版,推广新品,下周五前",
    "standard plan for shop setup, launch by Dec 20, budget 3000",
    "高级版",
    "logo and photos for a tea shop",
    "Promote our new cold-brew tea to office workers",
    "by 3/4",
    "下周五",
    "不急",
    "tomorrow",
    "budget around 5000 dollars",
    "Keep it",
    "🎉",
    "x" * 600,
)
REPLIES = {
    "home": ("short video", "standard plan for shop setup, launch by Dec 20", "包装设计"),
    "service": ("standard", "premium", "custom", "基础版"),
    "compare": ("standard",),
    "goal": ("Promote our new cold-brew tea", "推广新品,下个月底前,预算5000"),
    "deadline": ("2027-03-01", "3/4", "明年2月10日"),
    "budget": ("around 5000", "skip"),
    "requirements": ("skip", "No music, please"),
    "notes": ("跳过", "Call me in the morning"),
    "attachments": ("done",),
}
FILES = [
    {"kind": "photo", "file_id": f"f{n}", "file_unique_id": f"u{n}", "name": f"{n}.jpg"}
    for n in range(11)
] + [{"kind": "document", "file_id": "b", "file_unique_id": "b", "size_bytes": 10**9}]


@dataclass
class Shop:
    """A catalogue that can lose a service and get it back."""

    catalogue: Catalogue
    shelf: Shelf
    business: Business = BUSINESS
    facts: dict[str, FactSource] = field(default_factory=dict)

    def rating_of(self, service: str) -> Rating | None:
        return None

    def credit(self, price: Money) -> Money:
        return Money.zero(price.currency)

    def change(self, number: int) -> None:
        """Take one of the services off the shelf and put the rest back, or all of them."""
        services = self.catalogue.services
        gone = number % (len(services) + 1)
        left = tuple(service for index, service in enumerate(services) if index != gone)
        stamp = (self.shelf.stamp[0] + 1, gone)
        self.shelf = shelved(replace(self.catalogue, services=left), stamp)


def shelved(catalogue: Catalogue, stamp: tuple[int, int] = (1, 1)) -> Shelf:
    return Shelf(catalogue, _index(catalogue), {}, Names(**names(catalogue)), stamp)


@cache
def demo() -> Catalogue:
    return read_catalogue(Path("catalogue/demo.yaml"))


def _index(catalogue: Catalogue) -> Index:
    return Index(catalogue)


@cache
def demo_shelf() -> Shelf:
    return shelved(demo())


def spoken(language: str = "en", now: datetime = NOW) -> Words:
    today = now.astimezone(ZONE).date()
    return Words(language, ZONE, today, {"business": BUSINESS})


def shop() -> Shop:
    return Shop(demo(), demo_shelf())


def order_stage() -> Stage:
    here = shop()

    def stamp() -> Any:
        return standing(here, spoken())

    return Stage(
        flow=ORDER,
        facts=lambda words: source(here, words),
        words=(spoken("en"), spoken("zh")),
        now=NOW,
        sentences=SENTENCES,
        replies=REPLIES,
        files=FILES,
        change=here.change,
        stamp=stamp,
    )


__all__ = ["Shop", "order_stage", "shelved", "shop", "spoken"]
