"""What people hear when something of ours broke: never a trace, never silence."""

from __future__ import annotations

from dialogs.content import Content
from dialogs.words import N_
from handlers.events import ChatEvent, PreCheckoutEvent, TapEvent
from handlers.turn import Turn


def apologise(turn: Turn, *, money: bool) -> None:
    """Tell the person whose message could not be handled, and finance when it was about money."""
    event = turn.event
    if isinstance(event, PreCheckoutEvent):
        words = turn.words(turn.known(event.sender).language)
        turn.work.call(
            event.sender.id,
            "answerPreCheckoutQuery",
            {
                "pre_checkout_query_id": event.query_id,
                "ok": False,
                "error_message": words.gettext(
                    "Something went wrong on our side. Nothing was charged; please try again."
                ),
            },
            priority=0,
            expires_at=turn.now,
            urgent=True,
        )
        return
    if isinstance(event, ChatEvent) and event.chat.kind == "private":
        person = turn.known(event.sender)
        turn.say(person, "told/trouble", money=money)
    if isinstance(event, TapEvent):
        turn.toast(N_("Something went wrong on our side. Nothing is lost; please try again."))
    if money and turn.business.staff_chat is not None:
        words = turn.words(turn.business.staff_language)
        text = words.html("staff/parked_money", event=event)
        turn.work.send(turn.business.staff_chat, Content(text=text), label="staff/parked_money")
