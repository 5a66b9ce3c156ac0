"""How it was: asked once at a good hour, answered by taps and a few words, each part free to be skipped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from dialogs.content import Button, Content
from dialogs.words import N_, Words
from handlers import context, moderating, moving, relaying
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.clock import shift_out_of_quiet
from orders.lifecycle import State
from orders.ratings import ASPECTS, MOST_STARS, row_of_stars
from storage import orders
from storage.records import Order
from storage.reviews import review_of
from storage.working import Review

#: Beside the quiet hours: nobody wants to rate a supplier at breakfast or late in the evening.
NOT_THEN = (time(20), time(10))
TEXT_MOST = 1000


def subject(order: Order) -> str:
    return f"review:{order.id}"


# -- asking ---------------------------------------------------------------------------------------------------


def on_start(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "⭐ Rate it" on the card."""
    order = _theirs(turn, value)
    if order is None:
        return
    review = review_of(turn.work.session, order)
    if review is not None and review.state != "draft":
        turn.toast(N_("You have rated this order. Thank you!"))
        return
    show(turn, order, "stars", anew=True)


def _theirs(turn: Turn, value: Mapping[str, Any]) -> Order | None:
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is None or order.state != State.COMPLETED:
        turn.toast(N_("This button is no longer in use."))
        return None
    return order


def on_prompt(turn: Turn, order: Order, slot: str) -> None:
    """The day after, and once more: how was it? Not when it was said already, not at a bad hour.

    A rating that was begun and left is counted as it stands when the reminder would be due.
    """
    review = review_of(turn.work.session, order)
    if review is not None and review.state != "draft":
        return
    if slot == "review_ask" and moving.is_due(turn, order, "review_remind"):
        return
    good = shift_out_of_quiet(turn.now, turn.business.quiet, turn.business.zone)
    good = shift_out_of_quiet(good, NOT_THEN, turn.business.zone)
    if good > turn.now:
        moving.put_off(turn, order, slot, good)
        return
    if review is not None:
        if slot == "review_remind":
            _finish(turn, order, review)
        return
    show(turn, order, "stars", anew=True, reminder=slot == "review_remind")


# -- the questions ---------------------------------------------------------------------------------------------


def show(
    turn: Turn, order: Order, step: str, *, anew: bool = False, reminder: bool = False
) -> None:
    """One question: stars, an aspect, words, photo; "done" has none, "later" takes it away politely."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    review = review_of(turn.work.session, order)
    rows, actions = _questions(order, step, words)
    service = orders.service_of(turn.work.session, order)
    turn.work.show(
        customer.user_id,
        "notice",
        subject(order),
        Content(
            text=words.html(
                "review/ask",
                number=order.number,
                service=service.title.get(words.language, service.key),
                step=step,
                reminder=reminder,
                stars=row_of_stars(review.stars) if review is not None else "",
                unhappy=review is not None and review.stars <= 2,
                waiting=review is not None and review.state == "waiting",
            ),
            buttons=rows,
        ),
        actions,
        anew=anew,
        label="review/ask",
        order_id=order.id,
        priority=2,
    )


def _questions(
    order: Order, step: str, words: Words
) -> tuple[tuple[tuple[Button, ...], ...], list[tuple[str, Any]]]:
    value = {"order": order.id}
    actions: list[tuple[str, Any]] = []

    def button(label: str, action: str, **more: Any) -> Button:
        actions.append((action, {**value, **more}))
        return Button(label=label, action=len(actions) - 1)

    numbers = range(1, MOST_STARS + 1)
    if step == "stars":
        row = tuple(button(f"{n} ⭐", "review.stars", n=n) for n in numbers)
        return (row, (button(words.gettext("Not now"), "review.later"),)), actions
    if step in ASPECTS:
        row = tuple(button(str(n), "review.aspect", aspect=step, n=n) for n in numbers)
        return (row, (button(words.gettext("Skip"), "review.skip", step=step),)), actions
    if step in ("words", "photo"):
        return ((button(words.gettext("Skip"), "review.skip", step=step),),), actions
    return (), actions


def _after(step: str) -> str:
    """The question that follows."""
    steps = ("stars", *ASPECTS, "words", "photo", "done")
    return steps[steps.index(step) + 1]


def _go_on(turn: Turn, order: Order, review: Review, step: str, *, anew: bool = False) -> None:
    """To the question after `step`."""
    following = _after(step)
    if following == "done":
        context.fulfilled(turn)
        _finish(turn, order, review)
        return
    if following in ("words", "photo"):
        context.want(turn, order, f"review_{following}")
    show(turn, order, following, anew=anew)


def _draft(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Review] | None:
    order = _theirs(turn, value)
    review = review_of(turn.work.session, order) if order is not None else None
    if order is None or review is None or review.state != "draft":
        if order is not None:
            turn.toast(N_("You have rated this order. Thank you!"))
        return None
    return order, review


def on_stars(turn: Turn, value: Mapping[str, Any]) -> None:
    """One tap is a whole rating; the rest is asked, and may be left."""
    order = _theirs(turn, value)
    if order is None:
        return
    session = turn.work.session
    review = review_of(session, order)
    stars = min(max(int(value["n"]), 1), MOST_STARS)
    if review is None:
        review = Review(
            order_id=order.id,
            customer_id=order.customer_id,
            provider_id=order.provider_id,
            service_key=orders.service_of(session, order).key,
            stars=stars,
            aspects={},
            text="",
            photo="",
            state="draft",
            answer="",
            at=turn.now,
            answered_at=None,
            decided_by=None,
            decided_at=None,
        )
        session.add(review)
    elif review.state != "draft":
        turn.toast(N_("You have rated this order. Thank you!"))
        return
    review.stars = stars
    session.flush()
    _go_on(turn, order, review, "stars")


def on_later(turn: Turn, value: Mapping[str, Any]) -> None:
    order = _theirs(turn, value)
    if order is not None:
        turn.work.show(turn.person.user_id, "notice", subject(order), None, label="review/ask")
        turn.toast(N_("All right. The card of the order has the button whenever you like."))


def on_aspect(turn: Turn, value: Mapping[str, Any]) -> None:
    found = _draft(turn, value)
    if found is not None:
        order, review = found
        aspect = str(value["aspect"])
        review.aspects = {**review.aspects, aspect: int(value["n"])}
        _go_on(turn, order, review, aspect)


def on_skip(turn: Turn, value: Mapping[str, Any]) -> None:
    found = _draft(turn, value)
    if found is not None:
        context.fulfilled(turn)
        _go_on(turn, *found, str(value["step"]))


def on_words(turn: Turn, wish: Wish) -> None:
    """A few words; a photo with them answers the next question too."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    review = review_of(turn.work.session, wish.order)
    if review is None or review.state != "draft":
        context.fulfilled(turn)
        relaying.pass_on(turn, wish.order)
        return
    text, covered = relaying.covered_text(turn, event.text.strip())
    photo = next((file.file_id for file in event.files if file.kind == "photo"), "")
    if not text and not photo:
        turn.say(turn.person, "told/file_kind")
        return
    if covered:
        turn.say(turn.person, "relay/covered", n=covered, order_id=wish.order.id)
    review.text = "\n".join(part for part in (review.text, text) if part)[:TEXT_MOST]
    review.photo = photo or review.photo
    turn.work.session.flush()
    _go_on(turn, wish.order, review, "photo" if photo else "words", anew=True)


def on_photo(turn: Turn, wish: Wish) -> None:
    """A photo of the result; words instead are added to the words."""
    on_words(turn, wish) if _has_photo(turn) else _more_words(turn, wish)


def _has_photo(turn: Turn) -> bool:
    event = turn.event
    assert isinstance(event, MessageEvent)
    return any(file.kind == "photo" for file in event.files)


def _more_words(turn: Turn, wish: Wish) -> None:
    event = turn.event
    assert isinstance(event, MessageEvent)
    review = review_of(turn.work.session, wish.order)
    if review is None or review.state != "draft":
        context.fulfilled(turn)
        relaying.pass_on(turn, wish.order)
        return
    text, _ = relaying.covered_text(turn, event.text.strip())
    review.text = "\n".join(part for part in (review.text, text) if part)[:TEXT_MOST]
    show(turn, wish.order, "photo", anew=True)


def _finish(turn: Turn, order: Order, review: Review) -> None:
    """All is said: shown at once, or after a person has read it when the words give a reason."""
    moderating.hand_in(turn, order, review)
    show(turn, order, "done", anew=True)
