"""The tour: an order in each language, from /start to the review, played through HTTP as people would."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.demo.cast import Cast
from bot.demo.tour_dispute import play_dispute
from bot.demo.working import play_work
from playground.people import NotSeen, Person, Playground, PlaygroundError, Seen, picture

Say = Callable[[str], None]
#: Waited for before each act, with the id of who acts: slows the tour down, or holds it.
Pace = Callable[[int], Awaitable[None]]


async def at_once(person_id: int) -> None:
    """The pace of a machine."""


class TourFailed(Exception):
    """The tour did not see what it should have; the message says what."""


@dataclass(frozen=True, slots=True)
class Stop:
    """How a language's tour ended. `stars` is 0 when it ended with the receipt."""

    number: str
    paid: str
    stars: int = 0


class Guide:
    """Plays one person and prints what is said, by whom."""

    def __init__(self, person: Person, say: Say, pace: Pace = at_once) -> None:
        self.person = person
        self._say = say
        self._pace = pace
        self._shown: dict[int, str] = {}

    async def start(self) -> None:
        await self._pace(self.person.id)
        self._say(f"{self.person.name}: /start")
        await self.person.start()

    async def says(self, text: str) -> None:
        await self._pace(self.person.id)
        self._say(f"{self.person.name}: {text}")
        await self.person.say(text)

    async def taps(self, label: str, *, on: Seen | None = None) -> None:
        seen = on or await self.person.sees(button=label, ever=True)
        await self._pace(self.person.id)
        self._say(f"{self.person.name}: [{label}]")
        await self.person.tap(label, message=seen if on is not None else None)

    async def sends_photo(self, caption: str) -> None:
        await self._pace(self.person.id)
        self._say(f"{self.person.name}: <photo> {caption}".rstrip())
        await self.person.send_photo(picture(), caption=caption or None)

    async def pays(self) -> None:
        await self._pace(self.person.id)
        self._say(f"{self.person.name}: pays")
        done = await self.person.pay()
        if done.result not in ("paid", "approved", "approve", "ok"):
            raise TourFailed(f"the payment ended as {done.result}: {done.error}")

    async def sees(
        self,
        *texts: str,
        invoice: bool = False,
        photo: bool = False,
        button: str | None = None,
        ever: bool = False,
    ) -> Seen:
        """Wait for a message with these texts and print it, once."""
        seen = await self.person.sees(
            *texts, invoice=invoice, photo=photo, button=button, ever=ever
        )
        shown = str(seen)
        if self._shown.get(seen.message_id) != shown:
            self._shown[seen.message_id] = shown
            self._say(_indented(shown))
        return seen


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


async def play(url: str, cast: Cast, say: Say, pace: Pace = at_once) -> None:
    """Play both languages against a running demo.

    Raises:
        TourFailed: something was not seen in time.
    """
    ends: list[Stop] = []
    async with Playground(url) as playground:
        stages: tuple[tuple[str, int, Callable[[Guide], Awaitable[Stop]]], ...] = (
            ("zh", cast.customer_zh, _chinese),
            ("en", cast.customer_en, _english),
        )
        for language, person_id, stage in stages:
            name = "林晓" if language == "zh" else "Anna"
            say(f"--- {language} ---")
            guide = Guide(Person(playground, person_id, name), say, pace)
            try:
                end = await stage(guide)
                staff = Guide(Person(playground, cast.admin, "Mei", cast.staff_chat), say, pace)
                await staff.sees(end.number, ever=True)
                provider = Guide(Person(playground, cast.provider, "阿俊"), say, pace)
                stars = await play_work(playground, guide, provider, staff, end.number, language)
                end = replace(end, stars=stars)
            except (NotSeen, PlaygroundError) as error:
                raise TourFailed(str(error)) from error
            ends.append(end)
        say("--- one message ---")
        guide = Guide(Person(playground, cast.customer_zh, "林晓"), say, pace)
        try:
            end = await _one_message(guide)
            say(f"one message: ok, order {end.number} paid {end.paid}")
            say("--- a dispute ---")
            staff = Guide(Person(playground, cast.admin, "Mei", cast.staff_chat), say, pace)
            provider = Guide(Person(playground, cast.provider, "阿俊"), say, pace)
            percent = await play_dispute(guide, provider, staff, end.number)
        except (NotSeen, PlaygroundError) as error:
            raise TourFailed(str(error)) from error
        say(f"dispute: ok, order {end.number} split, {percent} % back")
    for end in ends:
        say(f"tour: ok, order {end.number} paid {end.paid}, completed, rated {end.stars}")


def _number(seen: Seen) -> str:
    match = re.search(r"\b([2-9A-HJKMNP-RTV-Z]{3}-[2-9A-HJKMNP-RTV-Z]{4})\b", seen.text)
    if match is None:
        raise TourFailed(f"there is no order number in: {seen.text}")
    return match[1]


async def _chinese(guide: Guide) -> Stop:
    """On-location filming, paid by card or wallet in CNY."""
    await guide.start()
    await guide.sees("您好")
    await guide.taps("上门拍摄")
    await guide.sees(photo=True)
    await guide.taps("标准")
    await guide.sees("例如")
    await guide.says("为春季新品拍一套主图和短视频，放在天猫首页")
    await guide.sees("最早")
    await guide.says("一个月后")
    await guide.sees("例如")
    await guide.says("要有模特，白底和场景图各一半；不拍脸部特写")
    await guide.sees("请核对")
    await guide.taps("确认")
    confirmed = await guide.sees("已确认")
    await guide.sees(invoice=True)
    await guide.pays()
    receipt = await guide.sees("已收到您的付款")
    return Stop(_number(confirmed), _paid(receipt))


async def _english(guide: Guide) -> Stop:
    """Short videos, paid with Stars."""
    await guide.start()
    await guide.sees("Hello")
    await guide.taps("Short video")
    await guide.taps("Standard")
    await guide.sees("What is it for")
    await guide.says("Launch our new cold-brew tea on TikTok and bring people to the shop")
    await guide.sees("By when")
    await guide.says("in four weeks")
    await guide.sees("Please check your order")
    await guide.taps("Confirm")
    confirmed = await guide.sees("is confirmed")
    await guide.sees(invoice=True)
    await guide.pays()
    receipt = await guide.sees("Payment received", "Paid")
    return Stop(_number(confirmed), _paid(receipt))


async def _one_message(guide: Guide) -> Stop:
    """Everything in one message; only what is missing is asked, then one tap and the sheet."""
    await guide.start()
    await guide.sees("您好")
    await guide.says("品牌形象设计标准版，新茶饮品牌要开业，两个月后要")
    await guide.sees("请核对")
    await guide.taps("确认")
    confirmed = await guide.sees("已确认")
    await guide.sees(invoice=True)
    await guide.pays()
    receipt = await guide.sees("已收到您的付款")
    return Stop(_number(confirmed), _paid(receipt))


def _paid(receipt: Seen) -> str:
    match = re.search(r"(?:Paid|实付)[:：]\s*(.+)", receipt.text)
    if match is None:
        raise TourFailed(f"there is no amount in the receipt: {receipt.text}")
    return match[1].strip()
