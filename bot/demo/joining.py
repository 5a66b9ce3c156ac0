"""How the demo's provider comes to work here: invited in the staff group, a profile by dialog, as anybody would."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from bot.demo.cast import Cast
from bot.errors import BotError
from dialogs.words import translations
from playground.people import NotSeen, Person, Playground, PlaygroundError

_LINK = re.compile(r"start=(join_[0-9a-f]{32})")
#: Orders at a time: as many as the dialog takes, so that no visitor's order finds nobody.
_ROOM = "20"
#: The questions with boxes to tick.
_QUESTIONS = (
    "In which languages do you work? Tap all of them.",
    "In which fields do you work? Tap all of them; orders are matched by this.",
    "Which of these can you do? Tap all of them.",
)
#: How a line that is not ticked begins.
_OPEN = "⬜ "


async def join(url: str, cast: Cast, marker: Path) -> None:
    """Have the cast's provider join, once per data folder; `marker` remembers that it was done.

    Raises:
        BotError: the bot did not answer as it should; the message has the chat.
    """
    if await asyncio.to_thread(marker.exists):
        return
    try:
        async with Playground(url) as playground:
            admin = Person(playground, cast.admin, "Mei", cast.staff_chat)
            provider = Person(playground, cast.provider, "阿俊")
            await admin.say("/invite")
            link = _LINK.search((await admin.sees(_LINK)).text)
            assert link is not None
            await provider.start(link[1])
            first = await provider.sees(re.compile(f"{_zh(_QUESTIONS[0])}|{_zh('Your profile')}"))
            if _zh("Your profile") not in first.text:
                await _profile(provider)
    except (NotSeen, PlaygroundError) as error:
        raise BotError(f"the demo's provider could not join: {error}") from error
    await asyncio.to_thread(marker.touch)


async def _profile(provider: Person) -> None:
    """Every language, field and skill, all day, no quiet hours: the demo's visitor should not have to wait."""
    for question in _QUESTIONS:
        await provider.sees(_zh(question))
        while True:
            asked = await provider.sees(_zh(question), ever=True)
            open_ones = [label for label in asked.labels if label.startswith(_OPEN)]
            if not open_ones:
                break
            await provider.tap(open_ones[0], message=asked)
            await provider.sees(_zh(question), button=f"☑️ {open_ones[0].removeprefix(_OPEN)}")
        await provider.tap(_zh("✅ Done"), message=asked)
    await provider.sees(button="✅ 3")
    await provider.say(_ROOM)
    for label in ("Every day, 9 to 21", "None: write any time", "Nothing to add"):
        await provider.tap(_zh(label), message=await provider.sees(button=_zh(label)))
    save = _zh("✅ Save my profile")
    await provider.tap(save, message=await provider.sees(button=save))
    await provider.sees("/work", "/pause")


def _zh(message: str) -> str:
    return translations("zh").gettext(message)
