"""The usual ways through a dispute, in the words of both sides."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from playground.people import Person, Seen
from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest
from tests.conversations.working import Job


@cache
def _msgids() -> tuple[str, ...]:
    path = Path(__file__).parents[2] / "dialogs/locales/zh/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        return tuple(str(one.id) for one in read_po(file) if isinstance(one.id, str))


@cache
def msgid(start: str) -> str:
    """The one msgid that begins like this: long sentences need not be written out."""
    known = _msgids()
    if start in known:
        return start
    found = [one for one in known if one.startswith(start)]
    assert len(found) == 1, f"{start!r} begins {len(found)} texts"
    return found[0]


async def hears(
    person: Guest, start: str, *more: str, button: str | None = None, ever: bool = False
) -> Seen:
    """Sees a message with the sentence whose msgid begins like this."""
    return await person.hears(msgid(start), *more, button=button, ever=ever)


CARD = "Dispute about %(number)s"
STORY = {
    "en": "The logo has the wrong colour and the text is cut off",
    "zh": "标志颜色不对，文字也被截断了",
}
ANSWER = {"en": "The colour is the one from the brief", "zh": "颜色和需求里写的一致"}


async def card(person: Guest, number: str, *more: str, button: str | None = None) -> Seen:
    """The dispute's card of a side, as it stands now."""
    return await person.hears(CARD, number, *more, button=button, ever=True)


async def press(person: Guest, number: str, label: str) -> None:
    """Press a button of one's dispute card."""
    seen = await card(person, number, button=label)
    text = person.t(label)
    await person.tap(text, message=seen)


async def opens(
    person: Guest,
    number: str,
    *,
    reason: str = "It is not what was agreed",
    wish: str = "Full refund",
    then: str | None = None,
    days: int | None = None,
    words: str | None = None,
) -> Seen:
    """From the order's card to the open dispute."""
    start = person.t("⚖️ Open a dispute")
    await person.tap(start, message=await person.sees(number, button=start, ever=True))
    asked = await hears(person, "A dispute about %(number)s", number, button=reason)
    await person.tap(person.t(reason), message=asked)
    asked = await hears(person, "What would settle it for you?", number, button=wish)
    await person.tap(person.t(wish), message=asked)
    if days is not None:
        then = f"{days} 天" if person.language == "zh" else f"{days} days"
    if then is not None:
        asked = await person.sees(number, button=then)
        await person.tap(then, message=asked)
    asked = await hears(person, "Please say in your own words what happened.", number)
    if words is None:
        await person.tap(person.t("⏭ Nothing to add"), message=asked)
    else:
        await person.say(words)
    confirm = person.t("⚖️ Open the dispute")
    asked = await person.sees(
        person.t("When you open it:"), number, *([words] if words else []), button=confirm
    )
    await person.tap(confirm, message=asked)
    return await hears(person, "Your dispute is open.", number)


async def quarrel(stage: Stage, work: Job, **how: Any) -> None:
    """The customer opens a dispute; the order is held."""
    await opens(work.customer, work.number, **how)
    await stage.playground.quiet()
    order = await stage.order(work.number)
    assert order["on_hold"]
    timers = await stage.rows(
        "select slot from timers where kind = 'order' and subject = :subject",
        subject=f"order:{order['id']}",
    )
    assert timers == []


async def answers(person: Guest, number: str, words: str) -> None:
    await press(person, number, "💬 Answer")
    await hears(person, "Please write how you see it (%(number)s).")
    await person.say(words)
    await hears(person, "Thank you, your answer is with the other side.", number)


async def offers_split(
    person: Guest, number: str, *steps: str, by: str = "🤝 Make an offer"
) -> Seen:
    """A split, from 50 %, by the buttons of the calculator."""
    await press(person, number, by)
    asked = await hears(person, "What do you offer the other side?", number)
    await person.tap(person.t("Split the money"), message=asked)
    for step in steps:
        asked = await person.sees(number, button=step)
        await person.tap(step, message=asked)
    done = next(one for one in (await calculator(person, number)).labels if one.startswith("✅"))
    await person.tap(done, message=await calculator(person, number))
    send = person.t("🤝 Send this offer")
    asked = await person.sees(number, button=send)
    await person.tap(send, message=asked)
    return asked


async def calculator(person: Guest, number: str) -> Seen:
    return await person.sees(
        number, person.t("Of %(whole)s that was paid and not returned yet:"), button="+5"
    )


async def dispute(stage: Stage, number: str) -> dict[str, object]:
    """The newest dispute of an order."""
    await stage.playground.quiet()
    rows = await stage.rows(
        "select d.* from disputes d join orders o on o.id = d.order_id "
        "where o.number = :number order by d.n desc",
        number=number,
    )
    return rows[0]


async def steps(stage: Stage, number: str) -> list[str]:
    rows = await stage.rows(
        "select s.transition from dispute_steps s join disputes d on d.id = s.dispute_id "
        "join orders o on o.id = d.order_id where o.number = :number order by d.n, s.n",
        number=number,
    )
    return [str(row["transition"]) for row in rows]


async def writes(
    staff: Person, number: str, outcome: str, *, pick: str | None = None, final: bool = False
) -> None:
    """A proposal or a decision, with one ground and reasons in both languages."""
    label = "Write the decision" if final else "Propose a way out"
    await staff.tap(label, message=await staff.sees(number, button=label, ever=True))
    title = "The decision about" if final else "A proposal for"
    await staff.tap(outcome, message=await staff.sees(title, number, button=outcome))
    if pick is not None:
        await staff.tap(pick, message=await staff.sees(title, number, button=pick))
        if "%" in pick:
            done = f"✅ {pick}"
            await staff.tap(done, message=await staff.sees(title, number, button=done))
    ground = "A part of the work can be used."
    await staff.tap(ground, message=await staff.sees(title, number, button=ground))
    needed = [
        language
        for language in ("zh", "en")
        if f"/reason {language}" in (await staff.sees(title, number, ever=True)).text
    ]
    # A decision is reasoned in both languages, whatever the two sides speak.
    assert not final or needed == ["zh", "en"]
    for language in needed:
        await staff.say(f"/reason {language} {WHY[language]}")
        await staff.sees(title, number, WHY[language])
    send = "Decide so" if final else "Send this proposal"
    await staff.tap(send, message=await staff.sees(title, number, button=send))


WHY = {
    "en": "The text can be used, the logo cannot.",
    "zh": "文字部分可用，标志部分不可用。",
}
