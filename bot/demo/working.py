"""The second half of the tour: the work, seen from the customer's, the provider's and the staff's side."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from dialogs.words import translations
from playground.people import Playground, Seen

#: Hours after which a completed order has been asked about, whatever hour it was completed.
_ASKED = 39


class Player(Protocol):
    """Somebody the tour plays: `bot.demo.tour.Guide`."""

    person: Any

    async def says(self, text: str) -> None: ...

    async def taps(self, label: str, *, on: Seen | None = None) -> None: ...

    async def sends_photo(self, caption: str) -> None: ...

    async def sees(self, *texts: str, photo: bool = False, button: str | None = None) -> Seen: ...


@dataclass(frozen=True, slots=True)
class Script:
    """What is said in one language."""

    language: str
    first: str
    first_figures: str
    second_figures: str
    note: str
    words: str
    answer: str


SCRIPTS = {
    "zh": Script(
        language="zh",
        first="样片拍完了，开始剪辑",
        first_figures="播放 1200\n点赞 85\n成交 6",
        second_figures="播放 9800\n点赞 720\n成交 41",
        note="全部成片和源文件：https://example.com/works/spring",
        words="拍得很用心，成片质感超出预期",
        answer="谢谢认可，期待下次合作！",
    ),
    "en": Script(
        language="en",
        first="Two of four are cut",
        first_figures="views 1200\nlikes 85\norders 6",
        second_figures="views 9800\nlikes 720\norders 41",
        note="All films and the project files: https://example.com/works/cold-brew",
        words="Quick, careful, and the shop has new customers",
        answer="Thank you, it was a pleasure!",
    ),
}


async def play_work(
    playground: Playground,
    customer: Player,
    provider: Player,
    staff: Player,
    number: str,
    language: str,
) -> int:
    """From the offer to the review; returns the stars that the customer gave."""
    script = SCRIPTS[language]
    mine, theirs = _speaker("zh"), _speaker(language)
    offer = await provider.sees(number, button=mine("✅ Accept"))
    await provider.taps(mine("✅ Accept"), on=offer)
    await customer.sees(
        number, theirs("A specialist has taken order <b>%(number)s</b> and begins now.")
    )
    await _report(playground, provider, number, script.first, script.first_figures, 40)
    await customer.sees(number, script.first, photo=True)
    await playground.advance(days=3)
    await _report(playground, provider, number, "", script.second_figures, 90)
    await customer.sees(number, _share(language, 90), photo=True)
    await playground.advance(days=2)
    await _deliver(provider, number, script.note)
    card = await customer.sees(number, "example.com", button=theirs("✅ Accept it"))
    await customer.taps(theirs("✅ Accept it"), on=card)
    await customer.sees(
        number, theirs("<b>%(number)s</b> is complete. Thank you for working with us!")
    )
    await provider.sees(number, mine("<b>%(number)s</b> is accepted. Well done!"))
    await playground.advance(seconds=2)
    await customer.sees(number, theirs("%(number)s: what came of it"), photo=True)
    await playground.advance(hours=_ASKED)
    stars = await _rate(customer, number, script.words, theirs)
    rated = await provider.sees(number, script.words, button=mine("💬 Answer it"))
    await provider.taps(mine("💬 Answer it"), on=rated)
    await provider.says(script.answer)
    await customer.sees(number, script.answer)
    await staff.sees(number, script.words)
    return stars


def _speaker(language: str) -> Callable[[str], str]:
    def speak(message: str) -> str:
        text = translations(language).gettext(message)
        pieces = [piece for piece in _pieces(text) if piece.strip(" ：:，,.。")]
        return max(pieces, key=len).strip(" ：:，,.。")

    return speak


def _share(language: str, percent: int) -> str:
    return translations(language).gettext("{percent} %").format(percent=percent)


def _pieces(text: str) -> list[str]:
    """What stands between variables and tags: the chat shows it as it is."""
    return re.split(r"%\(\w+\)s|\{\w+\}|</?\w+>", text)


async def _report(
    playground: Playground, provider: Player, number: str, words: str, figures: str, percent: int
) -> None:
    """A photo with a caption, or figures alone; then how far the work is."""
    mine = _speaker("zh")
    card = await provider.sees(number, button=mine("📈 Report"))
    await provider.taps(mine("📈 Report"), on=card)
    text = f"{words}\n{figures}".strip()
    if words:
        await provider.sends_photo(text)
    else:
        await provider.says(text)
    share = _share("zh", percent)
    await provider.taps(share)
    await provider.taps(mine("Skip"))
    await provider.sees(number, share)


async def _deliver(provider: Player, number: str, note: str) -> None:
    mine = _speaker("zh")
    card = await provider.sees(number, button=mine("📦 Deliver"))
    await provider.taps(mine("📦 Deliver"), on=card)
    await provider.sends_photo("")
    await provider.says(note)
    await provider.taps(mine("☑️ Tick them all"), on=await provider.sees("example.com"))
    await provider.taps(mine("👀 Preview"))
    await provider.sees(number, "example.com", button=mine("✅ Send to the customer"))
    await provider.taps(mine("✅ Send to the customer"))
    await provider.sees(number, mine("<b>%(number)s</b> is with the customer."))


async def _rate(customer: Player, number: str, words: str, theirs: Callable[[str], str]) -> int:
    """Five stars, two aspects, one skipped, a few words, no photo."""
    await customer.sees(number, button="5 ⭐")
    await customer.taps("5 ⭐")
    for aspect in ("The quality of the work", "The communication"):
        asked = await customer.sees(theirs(aspect))
        await customer.taps("5", on=asked)
    await customer.sees(theirs("The punctuality"))
    await customer.taps(theirs("Skip"))
    await customer.sees(theirs("A few words?"))
    await customer.says(words)
    await customer.sees(theirs("A photo of the result?"))
    await customer.taps(theirs("Skip"))
    await customer.sees(number, "★★★★★")
    return 5
