"""The promises of the dialog engine, under any input in any order."""

from __future__ import annotations

from tests.dialogs.conftest import Seeded, Tally
from tests.dialogs.machine import Stage, play
from tests.dialogs.ordering import order_stage
from tests.dialogs.toy import NOW, PARTY, SIZES, Hall, words

PARTY_SENTENCES = (
    "back",
    "返回",
    "yes",
    "no",
    "skip",
    "done",
    "the second one",
    "第一个",
    "sea",
    "spase",
    "big",
    "5",
    "1000",
    "music and cake",
    "Dec 20",
    "12月30日",
    "3/4",
    "yesterday",
    "不急",
    "A night to remember",
    "anna@example.com",
    "8 Sea Lane, Harbour Town, for Anna",
    "theme=space size=huge wish=stars_and_moons",
    "size=big day=2026-12-24 wish=cats_and_dogs",
    "theme=sea size=small day=?",
    "theme=farm",
    "day=?",
    "size=small",
    "☆☆",
    "",
)
PARTY_REPLIES = {
    "home": ("sea", "space", "theme=space size=huge"),
    "themes": ("theme3",),
    "size": ("small", "big"),
    "day": ("Dec 24", "1月20日"),
    "guests": ("12",),
    "extras": ("cake and music", "done"),
    "wish": ("A night to remember",),
    "note": ("skip", "Ring twice"),
    "files": ("done",),
    "contact": ("anna@example.com", "13800138000"),
    "deliver": ("yes", "不是"),
    "address": ("8 Sea Lane Harbour Town",),
    "mood": ("four stars",),
}
FILES = [
    {"kind": "photo", "file_id": f"f{n}", "file_unique_id": f"u{n}", "name": f"{n}.jpg"}
    for n in range(13)
] + [{"kind": "sticker", "file_id": "s", "file_unique_id": "s"}]


def party_stage() -> Stage:
    hall = Hall()
    themes = tuple(SIZES)
    return Stage(
        flow=PARTY,
        facts=lambda words: hall.facts(),
        words=(words("en"), words("zh")),
        now=NOW,
        sentences=PARTY_SENTENCES,
        replies=PARTY_REPLIES,
        files=FILES,
        change=lambda pick: hall.change(themes[pick % len(themes)]),
        stamp=lambda: hall.stamp,
    )


def test_any_input_in_any_order_on_the_toy_flow(tally: Tally, seeded: Seeded) -> None:
    play(party_stage, tally, seeded, 40)


def test_any_input_in_any_order_on_the_order_flow(tally: Tally, seeded: Seeded) -> None:
    play(order_stage, tally, seeded, 20)
