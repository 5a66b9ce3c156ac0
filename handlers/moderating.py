"""Reviews before everybody's eyes: vetted, shown or hidden by staff, answered once by the provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content, Media
from dialogs.words import N_
from handlers import audit, cards, context, relaying
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.ratings import ASPECTS, row_of_stars
from orders.vetting import Reason, Subject, Tier, vet
from storage import orders, reviews
from storage.records import Order
from storage.working import Review

ANSWER_MOST = 600


def findings(turn: Turn, text: str) -> tuple[Reason, ...]:
    """What the rules say about words that everybody would read."""
    return vet({"review": text}, (), Subject(), turn.business.rules).reasons if text else ()


def hand_in(turn: Turn, order: Order, review: Review) -> None:
    """A review is complete. Words that give no reason are shown at once; staff can hide them later."""
    review.at = turn.now
    _set(turn, order, review, "waiting" if findings(turn, review.text) else "published")
    show_to_staff(turn, order, review, anew=True)
    if review.state == "published":
        show_to_provider(turn, order, review, anew=True)
    cards.refresh(turn, order)


def _set(turn: Turn, order: Order, review: Review, state: str) -> None:
    """Change the state of a review, and with it what counts."""
    session = turn.work.session
    sign = (state == "published") - (review.state == "published")
    review.state = state
    session.flush()
    if sign:
        for subject in reviews.subjects(session, order):
            reviews.count(session, turn.work.bot, subject, stars=sign * review.stars, reviews=sign)


# -- staff ----------------------------------------------------------------------------------------------------


def show_to_staff(turn: Turn, order: Order, review: Review, *, anew: bool = False) -> None:
    """The review in the staff chat, with what can be done about it."""
    chat = turn.business.staff_chat
    if chat is None:
        return
    words = turn.words(turn.business.staff_language)
    value = {"order": order.id}
    show = (Button(label=words.gettext("👁 Show it"), action=0, style="success"), "rating.show")
    hide = (Button(label=words.gettext("🙈 Hide it"), action=0), "rating.hide")
    match review.state:
        case "published":
            made = [hide]
        case "hidden":
            made = [show]
        case _:
            made = [show, (Button(label=hide[0].label, action=1), hide[1])]
    turn.work.show(
        chat,
        "notice",
        f"rating:{order.id}",
        Content(
            text=words.html(
                "staff/review",
                order=cards.view(turn, order, words, staff=True),
                provider=orders.person_by_id(turn.work.session, review.provider_id).name
                if review.provider_id
                else "",
                review=review,
                stars=row_of_stars(review.stars),
                aspects=_aspects(review),
                reasons=[
                    f"{reason.rule}: {reason.found}" for reason in findings(turn, review.text)
                ],
            ),
            media=Media(kind="photo", file_id=review.photo) if review.photo else None,
            buttons=(tuple(button for button, _ in made),),
        ),
        [(action, value) for _, action in made],
        anew=anew,
        label="staff/review",
        order_id=order.id,
        priority=2,
    )


def _aspects(review: Review) -> list[tuple[str, int]]:
    return [(name, review.aspects[name]) for name in ASPECTS if name in review.aspects]


def on_show(turn: Turn, value: Mapping[str, Any]) -> None:
    _decide(turn, value, "published")


def on_hide(turn: Turn, value: Mapping[str, Any]) -> None:
    _decide(turn, value, "hidden")


def _decide(turn: Turn, value: Mapping[str, Any], state: str) -> None:
    """Show or hide. Nobody decides about a review of their own, or of their own work."""
    session = turn.work.session
    order = session.get_one(Order, int(value["order"]))
    review = session.get_one(Review, order.id)
    if turn.person.id in (review.customer_id, review.provider_id):
        turn.toast(N_("This is about you; a colleague has to decide."), alert=True)
        return
    if review.state == state:
        turn.toast(N_("Already done."))
        return
    before = review.state
    review.decided_by, review.decided_at = turn.person.id, turn.now
    _set(turn, order, review, state)
    audit.record(turn, f"rating.{state}", order, before=before)
    show_to_staff(turn, order, review)
    customer = orders.person_by_id(session, review.customer_id)
    turn.say(
        customer,
        "review/decided",
        number=order.number,
        shown=state == "published",
        order_id=order.id,
        priority=3,
    )
    show_to_provider(turn, order, review, anew=before == "waiting" and state == "published")
    turn.toast(N_("Done."))


# -- the provider ---------------------------------------------------------------------------------------------


def show_to_provider(turn: Turn, order: Order, review: Review, *, anew: bool = False) -> None:
    """The review in the chat of who did the work; it can be answered once, while it is shown."""
    if review.provider_id is None:
        return
    provider = orders.person_by_id(turn.work.session, review.provider_id)
    known = turn.work.surface(provider.user_id, "notice", f"rated:{order.id}")
    if not anew and known is None:
        return
    words = turn.words(provider.language)
    answerable = review.state == "published" and not review.answer
    button = Button(label=words.gettext("💬 Answer it"), action=0)
    turn.work.show(
        provider.user_id,
        "notice",
        f"rated:{order.id}",
        Content(
            text=words.html(
                "review/received",
                number=order.number,
                review=review,
                stars=row_of_stars(review.stars),
                aspects=_aspects(review),
                answerable=answerable,
            ),
            media=Media(kind="photo", file_id=review.photo) if review.photo else None,
            buttons=((button,),) if answerable else (),
        ),
        [("review.answer", {"order": order.id})] if answerable else [],
        anew=anew,
        label="review/received",
        order_id=order.id,
        priority=2,
    )


def on_answer(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "💬 Answer it": the next message is the answer."""
    order = turn.work.session.get(Order, int(value["order"]))
    review = reviews.review_of(turn.work.session, order) if order is not None else None
    if order is None or review is None or review.provider_id != turn.person.id:
        turn.toast(N_("This button is no longer in use."))
        return
    if review.answer or review.state != "published":
        turn.toast(N_("This can no longer be answered."))
        return
    context.want(turn, order, "review_answer")
    turn.say(turn.person, "review/answer", number=order.number, step="ask", order_id=order.id)


def on_answered(turn: Turn, wish: Wish) -> None:
    """The provider's answer, in their words; the rules that hold for reviews hold for it."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    order = wish.order
    review = reviews.review_of(turn.work.session, order)
    if review is None or review.provider_id != turn.person.id or review.answer:
        context.fulfilled(turn)
        relaying.pass_on(turn, order)
        return
    text, covered = relaying.covered_text(turn, event.text.strip()[:ANSWER_MOST])
    if not text:
        turn.say(turn.person, "review/answer", number=order.number, step="ask", order_id=order.id)
        return
    if vet({"answer": text}, (), Subject(), turn.business.rules).tier is not Tier.PASS:
        turn.say(
            turn.person, "review/answer", number=order.number, step="refused", order_id=order.id
        )
        return
    context.fulfilled(turn)
    if covered:
        turn.say(turn.person, "relay/covered", n=covered, order_id=order.id)
    review.answer, review.answered_at = text, turn.now
    turn.work.session.flush()
    show_to_provider(turn, order, review)
    show_to_staff(turn, order, review)
    turn.say(turn.person, "review/answer", number=order.number, step="done", order_id=order.id)
    customer = orders.person_by_id(turn.work.session, review.customer_id)
    turn.say(
        customer,
        "review/answered",
        number=order.number,
        text=text,
        order_id=order.id,
        priority=2,
    )
