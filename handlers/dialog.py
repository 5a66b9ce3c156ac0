"""Carrying a flow through a chat: state in, screen out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialogs import engine, keeping
from dialogs.carrying import carry, flow_of
from dialogs.content import Content
from dialogs.flows import FLOWS
from dialogs.model import Advance, FactSource, Given, Hint, State
from dialogs.screen import render
from dialogs.words import Words, short
from handlers.events import MessageEvent
from handlers.facts import source, standing
from handlers.turn import Turn
from orders.refusal import Refusal
from storage.rows import Conversation
from storage.surfaces import DIALOG

#: Answers that nobody typed.
_CHOSEN = frozenset({"service", "plan", "order"})
#: How many unfinished flows wait below the open one.
STACK_MAX = 4
#: How many revisions after the screen whose button ended a flow its last one is: the input, and the closing.
ENDS_AFTER = 2
#: So much sooner than promised a nudge may come.
NUDGE_EARLY_SECONDS = 60


def stack(conversation: Conversation) -> tuple[State, ...]:
    """The open flows of a chat, the current one last. What cannot be read any more is left out: a chat must go on."""
    if conversation.flows is not None:
        return conversation.flows
    if conversation.read is None:
        try:
            conversation.read = keeping.load(conversation.state)
        except ValueError:
            conversation.read = keeping.readable(conversation.state)
    return conversation.read


def save(conversation: Conversation, states: Sequence[State]) -> None:
    """Write the open flows back."""
    conversation.flows = tuple(states[-STACK_MAX:])
    if not states:
        conversation.flow = conversation.fingerprint = conversation.step = None
        return
    top = states[-1]
    conversation.flow, conversation.fingerprint = top.flow, top.fingerprint
    conversation.step = top.step
    if top.revision > conversation.revision:
        # Never down: a button of a flow that is gone must not fit one that comes after it.
        conversation.revision = top.revision


def current(turn: Turn) -> State | None:
    """The open flow, brought along to today's version of its declaration."""
    conversation = turn.conversation
    states = stack(conversation)
    if not states:
        return None
    top = states[-1]
    if top is turn.carried and top.revision >= conversation.revision:
        # Asked before in this turn, and nothing has changed.
        return top
    flow = flow_of(FLOWS, top.flow)
    if flow is None:
        close(turn)
        return current(turn)
    if top.revision < conversation.revision:
        # One above it could not be read: its buttons must fit nothing any more.
        top = top._replace(revision=conversation.revision + 1, offered=())
    words = turn.words()
    carried = carry(flow, top, source(turn, words), standing(turn, words))
    if carried is states[-1]:
        turn.carried = carried
    return carried


def replace_top(turn: Turn, state: State) -> None:
    """`state` comes of `current`: what it was brought along to it still is."""
    conversation = turn.conversation
    save(conversation, (*stack(conversation)[:-1], state))
    turn.carried = state


def open_flow(
    turn: Turn, name: str, answers: Mapping[str, Any] | None = None, *, beside: bool = False
) -> State:
    """Start a flow. With `beside` the open one waits below it; otherwise it is replaced."""
    states = stack(turn.conversation)
    state = engine.begin(FLOWS[name], source(turn, turn.words()), answers)
    # Revisions go on growing within a chat, so that a button of a former flow can never fit this one.
    state = state._replace(revision=turn.conversation.revision + 1)
    save(turn.conversation, [*(states if beside else states[:-1]), state])
    return state


def echo_lines(
    names: Sequence[str], state: State, facts: FactSource, words: Words
) -> tuple[str, ...]:
    """What was understood of a message, to be shown before it counts."""
    lines = []
    for name in names:
        value = state.answers.get(name)
        if name in ("service", "plan"):
            shown = facts(name, state.answers, state.view)
            lines.append(shown.title if shown else facts("plan_name", state.answers, state.view))
        elif name == "deadline" and value:
            lines.append(words.gettext("by {when}", when=words.deadline(value)))
        elif isinstance(value, str):
            lines.append(short(value, 80))
    return tuple(line for line in lines if line)


def worth_keeping(turn: Turn) -> bool:
    """Whether the open flow holds something typed."""
    state = current(turn)
    return state is not None and worth_a_nudge(state)


def worth_a_nudge(state: State) -> bool:
    """Whether something was typed that would be a pity to lose."""
    return not _CHOSEN.issuperset(state.answers)


def await_answer(turn: Turn, state: State) -> State:
    """Notice when nobody answers: a timer, known to the state that waits. Put off with every input, but written
    again only when it moves by more than a moment: most inputs come one soon after the other."""
    if not worth_a_nudge(state):
        return state
    seconds = turn.work.now_ms // 1000 + int(turn.business.nudge_after.total_seconds())
    if state.nudge_at is not None and 0 <= seconds - state.nudge_at < NUDGE_EARLY_SECONDS:
        return state
    chat = turn.conversation.chat_id
    params = {"user": chat, "set": seconds}
    due = turn.now + turn.business.nudge_after
    turn.work.set_timer("nudge", f"chat:{chat}", "nudge", due, params)
    return state._replace(nudge_at=seconds)


def close(turn: Turn) -> None:
    """End the open flow; the one below it, if any, is current again."""
    below = list(stack(turn.conversation)[:-1])
    turn.conversation.revision += 1
    if below:
        below[-1] = below[-1]._replace(revision=turn.conversation.revision, offered=())
    save(turn.conversation, below)


def bring_up(turn: Turn, order_id: int) -> bool:
    """Make the open flow in which an order is being changed the current one; False when there is none."""
    states = stack(turn.conversation)
    mine = [state for state in states if state.answers.get("order") == order_id]
    if not mine:
        return False
    others = [state for state in states if state not in mine]
    turn.conversation.revision += 1
    state = mine[-1]._replace(revision=turn.conversation.revision, offered=())
    save(turn.conversation, [*others, state])
    return True


def drop(turn: Turn, order_id: int) -> None:
    """End the open flows in which an order was being changed; one that was shown leaves the chat."""
    states = stack(turn.conversation)
    left = [state for state in states if state.answers.get("order") != order_id]
    if len(left) == len(states):
        return
    if states[-1].answers.get("order") == order_id:
        turn.work.show(turn.conversation.chat_id, *DIALOG, None, label="order/cancelled")
    turn.conversation.revision += 1
    if left:
        left[-1] = left[-1]._replace(revision=turn.conversation.revision, offered=())
    save(turn.conversation, left)


def go(turn: Turn, step: str) -> State | None:
    """Move the open flow to a step, as a link on its screen would."""
    state = current(turn)
    if state is None:
        return None
    moved = engine.go(FLOWS[state.flow], state, step, source(turn, turn.words()))
    replace_top(turn, moved)
    return moved


def advance(turn: Turn, given: Given) -> Advance | None:
    """Give an input to the open flow and keep its new state; None when no flow is open."""
    state = current(turn)
    if state is None:
        return None
    words = turn.words()
    made = engine.advance(FLOWS[state.flow], state, given, source(turn, words), words, turn.now)
    if made.accepted:
        replace_top(turn, made.state)
    return made


def show(
    turn: Turn,
    *,
    anew: bool = False,
    notice: Refusal | Hint | str | None = None,
    echo: Sequence[str] = (),
    meant: str = "",
) -> None:
    """Bring the dialog's surface up to date with the open flow's screen.

    `notice` is a refusal or an already worded line that stands above the screen; `echo` names the fields that a
    message filled, `meant` the button it was taken for.
    """
    state = current(turn)
    if state is None:
        return
    words = turn.words()
    facts = source(turn, words)
    lines = (meant,) if meant else echo_lines(echo, state, facts, words) if echo else ()
    screen = render(
        FLOWS[state.flow], state, facts, words, turn.now, notice=notice or "", echo=lines
    )
    state = await_answer(turn, screen.state)
    replace_top(turn, state)
    turn.work.show(
        turn.conversation.chat_id,
        *DIALOG,
        screen.content(),
        revision=state.revision,
        # Who wrote something sees an answer below it, even when the screen says the same again.
        anew=anew or isinstance(turn.event, MessageEvent),
        label=f"{state.flow}/{state.step}",
    )


def finish(turn: Turn, template: str, words: Words, **variables: Any) -> None:
    """Close the open flow and leave its last screen, without buttons, as a record in the chat: a message of its own
    from now on, so that nothing that follows can take its place."""
    close(turn)
    content = Content(text=words.html(template, **variables))
    turn.work.show(
        turn.conversation.chat_id,
        *DIALOG,
        content,
        revision=turn.conversation.revision,
        label=template,
    )
    turn.work.hand_over(turn.conversation.chat_id, *DIALOG)
