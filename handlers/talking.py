"""What a person does with the dialog: starts it, taps, types, sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Content
from dialogs.model import Advance, Do, Press, Said, Sent
from dialogs.model import State as DialogState
from dialogs.understanding.words import read_word
from dialogs.words import N_, short
from handlers import (
    cards,
    commands,
    context,
    custom,
    dialog,
    gate,
    invites,
    ordering,
    providers,
    tickets,
    transfers,
)
from handlers.events import IncomingFile, MessageEvent
from handlers.turn import Turn
from orders.lifecycle import State
from storage import money, orders
from storage.rows import Surface

#: Answers that are only a way to something, not something a person typed.
_BROWSING = frozenset({"service", "plan"})
#: Steps where what is typed is looked for.
_LOOKING = frozenset({"home", "categories", "category", "search"})
_FILES = ("photo", "document", "voice", "video")


def on_start(turn: Turn, payload: str) -> None:
    """/start, bare or with a deep link."""
    if payload.startswith("pay_"):
        _forwarded_invoice(turn, payload.removeprefix("pay_"))
        return
    if payload.startswith(invites.JOIN):
        invites.on_join(turn, payload.removeprefix(invites.JOIN))
        return
    if not payload:
        home(turn)
        return
    service_key, _, plan_key = payload.partition("-")
    service = turn.shelf.catalogue.service(service_key)
    plan = service.plan(plan_key) if service and plan_key else None
    if service is None:
        words = turn.words()
        _browse(turn, {})
        dialog.show(
            turn,
            anew=True,
            notice=words.gettext("This link leads to nothing we offer now. Here is what we do:"),
        )
        return
    _browse(turn, {"service": service.key, **({"plan": plan.key} if plan else {})})
    notice = ""
    if plan_key and plan is None:
        notice = turn.words().gettext(
            "The plan in this link is no longer on offer. These are today's plans:"
        )
    dialog.show(turn, anew=True, notice=notice)


def _browse(turn: Turn, answers: Mapping[str, Any]) -> None:
    """Open the ordering flow; one with something typed in it waits below."""
    state = dialog.current(turn)
    dialog.open_flow(turn, "order", answers, beside=state is not None and _typed(state))


def _typed(state: DialogState) -> bool:
    """Whether something was answered that would be a pity to lose."""
    return not _BROWSING.issuperset(state.answers)


def home(turn: Turn, *, notice: str = "") -> None:
    """The first screen. What was typed before stays: one button continues there."""
    context.unfocus(turn)
    state = dialog.current(turn)
    while state is not None and not _typed(state) and len(dialog.stack(turn.conversation)) > 1:
        # Nothing was typed here; below waits an order in which something was.
        dialog.close(turn)
        state = dialog.current(turn)
    if state is not None and state.flow == "order" and _typed(state):
        moved = dialog.go(turn, "home")
        assert moved is not None
    else:
        dialog.open_flow(turn, "order", beside=state is not None and state.flow != "order")
    dialog.show(turn, anew=True, notice=notice)


def _forwarded_invoice(turn: Turn, token: str) -> None:
    """A forwarded invoice offers a link instead of a payment; it leads here."""
    invoice = money.invoice_by_token(turn.work.session, turn.work.bot, token)
    order = None
    if invoice is not None:
        order = orders.of_customer(turn.work.session, turn.person, invoice.order_id)
    if order is None or invoice is None:
        words = turn.words()
        _browse(turn, {})
        notice = words.gettext(
            "That invoice belongs to somebody else. You can place an order of your own here:"
        )
        dialog.show(turn, anew=True, notice=notice)
        return
    if order.state == State.AWAITING_PAYMENT:
        cards.show_invoice(turn, order, invoice)
    else:
        cards.show_card(turn, order, anew=True)


# -- taps -----------------------------------------------------------------------------------------------------


def on_dialog_tap(
    turn: Turn, surface: Surface, revision: int, index: int, message_id: int | None
) -> None:
    """A button of the dialog. A second tap does nothing; one on an old message gets the current screen."""
    context.unfocus(turn)
    made = dialog.advance(turn, Press(revision, index))
    if made is None:
        on_its_way = surface.shown_hash != surface.content_hash
        there = message_id == surface.message_id
        # A screen whose sending had an unknown outcome may stand in the chat twice.
        copy = surface.revision - revision == dialog.ENDS_AFTER
        if not surface.actions and (on_its_way or there or copy):
            # A second tap on the last screen: how it ended is there, or on its way. The menu must not overtake it,
            # nor stand open: what is typed next would be a search, instead of words to a specialist.
            turn.acknowledge()
            return
        home(turn)
        return
    if not made.accepted:
        shown = surface.message_id is not None and message_id == surface.message_id
        if shown and surface.revision == made.state.revision:
            # A second tap: what the first one led to is there, or on its way.
            turn.acknowledge()
            return
        turn.toast(N_("That was an earlier screen. Here is where we are now."))
        dialog.show(turn, anew=True)
        return
    _after(turn, made)
    turn.acknowledge()


def _after(turn: Turn, made: Advance) -> None:
    if made.do is not None:
        _do(turn, made.do)
        return
    if made.denied is not None:
        dialog.show(turn, notice=made.denied, echo=made.echo)
        return
    if made.unsure:
        words = turn.words()
        choices = words.gettext(" or ").join(f"“{label}”" for label in made.unsure[:4])
        dialog.show(
            turn, notice=words.gettext("Which one do you mean: {choices}?", choices=choices)
        )
        return
    notice = ""
    if made.gone:
        notice = turn.words().gettext("That is no longer on offer. This is what there is now:")
    dialog.show(turn, notice=notice, echo=made.echo, meant=made.meant)


def _do(turn: Turn, do: Do) -> None:
    """What a screen's own buttons ask of the handlers."""
    state = dialog.current(turn)
    match do.name:
        case "confirm" if state is not None:
            ordering.confirm(turn, state)
        case "ask_quote" if state is not None:
            custom.ask(turn, state)
        case "save_profile" if state is not None:
            providers.save_profile(turn, state)
        case "orders":
            commands.on_orders(turn)
        case "language":
            commands.switch_language(turn)
        case "help":
            commands.on_help(turn)
        case "terms":
            commands.on_terms(turn)
    after = dialog.current(turn)
    if after is not None and do.name in ("orders", "help", "terms"):
        # The screen's own buttons changed their revision: bring it up to date where it stands.
        dialog.show(turn)


# -- typed and sent -------------------------------------------------------------------------------------------


def on_text(turn: Turn) -> None:
    """A typed message that is no command."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    if _meant_as_command(turn, event.text):
        return
    idle = dialog.current(turn) is None
    if idle:
        dialog.open_flow(turn, "order")
    made = dialog.advance(turn, Said(event.text or event.contact_phone or ""))
    assert made is not None
    if not made.understood:
        if gate.goes_on(turn):
            # Said to the person who looked after it: the dialog stays as it was.
            if idle:
                dialog.close(turn)
            else:
                dialog.replace_top(turn, made.state._replace(misses=made.state.misses - 1))
            return
        words = turn.words()
        if made.state.misses >= 2:
            notice = _not_understood(turn)
        elif made.state.step in _LOOKING:
            notice = words.gettext(
                "Nothing fits “{words}” yet. Try another word, or look through all services.",
                words=short(" ".join(event.text.split()), 40),
            )
        else:
            notice = words.gettext("I did not understand that. What you can do now:")
        dialog.show(turn, notice=notice)
        return
    _after(turn, made)


def _not_understood(turn: Turn) -> str:
    """Twice not understood: a person is asked to look, and the bot says so."""
    words = turn.words()
    if turn.business.desk is None:
        return words.gettext(
            "Sorry, I still do not understand. Please use the buttons, or write /support to reach a person."
        )
    event = turn.event
    assert isinstance(event, MessageEvent)
    about = short(" ".join(event.text.split()), 80)
    tickets.open_ticket(turn, turn.person, reason="not_understood", about=about)
    return words.gettext(
        "Sorry, I still do not understand. A person will have a look; until then please use the buttons, "
        "or write /support and say it to them."
    )


def _meant_as_command(turn: Turn, text: str) -> bool:
    """Words that mean the same everywhere: a person, help, the first screen, stop."""
    match read_word(text):
        case "human":
            commands.on_support(turn)
        case "help":
            commands.on_help(turn)
        case "menu":
            home(turn)
        case "cancel":
            kept = dialog.worth_keeping(turn)
            stopped = turn.words().gettext("Stopped. What you have answered is kept.")
            home(turn, notice=stopped if kept else "")
        case _:
            return False
    return True


def on_card_number(turn: Turn) -> None:
    """A card number has no place in a chat, wherever it was typed: the message is deleted, nothing of it is kept."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    turn.work.call(
        event.chat.id,
        "deleteMessage",
        {"chat_id": event.chat.id, "message_id": event.message_id},
        label="card_number",
    )
    if event.chat.kind == "private":
        turn.say(turn.person, "told/card_number")
        return
    words = turn.words()
    turn.work.send(
        event.chat.id,
        Content(text=words.html("told/card_number")),
        label="told/card_number",
        thread_id=event.thread,
    )


def on_files(turn: Turn) -> None:
    """Photos, documents, voice: a transfer's proof, or attachments of the open brief."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    files = [file for file in event.files if file.kind in _FILES]
    state = dialog.current(turn)
    if files and (state is None or state.step != "attachments") and transfers.take_proof(turn):
        return
    if not files:
        turn.say(turn.person, "told/file_kind")
        return
    if state is None or state.step != "attachments":
        if state is None or not state.answers.get("goal"):
            turn.say(turn.person, "told/file_unasked")
            return
        dialog.go(turn, "attachments")
    made = dialog.advance(turn, Sent(tuple(_attachment(file) for file in files), event.text))
    assert made is not None
    _after(turn, made)


def _attachment(file: IncomingFile) -> dict[str, Any]:
    return {
        "kind": file.kind,
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "name": file.name,
        "size_bytes": file.size,
        "mime": file.mime,
    }
