"""The last part of the tour: a dispute that ends in a split both sides agree on, in Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dialogs.words import translations
from playground.people import Seen


class Player(Protocol):
    """Somebody the tour plays: `bot.demo.tour.Guide`."""

    async def says(self, text: str) -> None: ...

    async def taps(self, label: str, *, on: Seen | None = None) -> None: ...

    async def sees(self, *texts: str, button: str | None = None, ever: bool = False) -> Seen: ...


@dataclass(frozen=True, slots=True)
class _Button:
    """A button that is looked for on the newest message of the order that has it."""

    player: Player
    number: str

    async def __call__(self, message: str, **params: object) -> None:
        label = _zh(message).format(**params)
        seen = await self.player.sees(self.number, button=label, ever=True)
        await self.player.taps(label, on=seen)


def _zh(message: str) -> str:
    return translations("zh").gettext(message)


async def play_dispute(customer: Player, provider: Player, staff: Player, number: str) -> int:
    """From the offer of the order to the split; returns the percentage that goes back."""
    his, hers = _Button(provider, number), _Button(customer, number)
    await his("✅ Accept")
    await hers("⚖️ Open a dispute")
    await hers("It is not what was agreed")
    await hers("Split the money")
    await hers("✅ {percent} % it is", percent=50)
    await customer.sees(number, button=_zh("⏭ Nothing to add"))
    await customer.says("说好先出三版标志方案，到现在只有一版，配色也和需求不一致")
    await hers("⚖️ Open the dispute")
    await staff.sees(number, "Dispute 1 about", ever=True)
    await provider.sees(
        number,
        _zh("The other side has opened a dispute about this order. Please say how you see it."),
    )
    await his("💬 Answer")
    await provider.says("一版已完成，另外两版需要客户先确认方向；配色可以调整")
    await customer.sees(number, _zh("The other side has answered."))
    await _offers(his, "-10", "-10")
    await provider.sees(number, _zh("There is an offer."))
    await customer.sees(number, "30%", button=_zh("✅ Accept the offer"))
    await hers("↩️ Make a counter-offer")
    await _picks(hers, "-10")
    await provider.sees(number, "40%", button=_zh("✅ Accept the offer"))
    await his("✅ Accept the offer")
    await his("✅ Yes, that settles it")
    for side in (provider, customer):
        await side.sees(number, _zh("You have agreed. The dispute is settled."))
    await staff.sees(number, "Settled by agreement", ever=True)
    await hers("🎁 As store credit")
    return 40


async def _offers(button: _Button, *steps: str) -> None:
    await button("🤝 Make an offer")
    await _picks(button, *steps)


async def _picks(button: _Button, *steps: str) -> None:
    """A split, from 50 %, by the buttons of the calculator."""
    await button("Split the money")
    percent = 50
    for step in steps:
        await button(step)
        percent += int(step)
        await button.player.sees(button.number, f"{percent}%", button=step)
    await button("✅ {percent} % it is", percent=percent)
    await button("🤝 Send this offer")
