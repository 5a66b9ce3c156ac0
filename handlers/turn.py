"""A turn: what the bot does about one event, with everything a handler may use."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dialogs.content import Button, Content, Media
from dialogs.model import FactSource, State
from dialogs.search import Index
from dialogs.understanding.message import Names
from dialogs.words import LANGUAGES, Words
from handlers.business import Business
from handlers.events import Chat, ChatEvent, Event, Sender
from orders import roles
from orders.cards import mask_cards
from orders.catalogue import Catalogue
from orders.credit import usable
from orders.lifecycle import Move
from orders.money import Money
from orders.ratings import Rating
from orders.roles import Action, Role
from orders.text import clean_line
from orders.values import value
from storage import money, reviews, staff
from storage.records import Order, Person
from storage.rows import Conversation
from storage.work import Work


@value()
class Answer:
    """What the chat app shows when a button was tapped: a short toast, or an alert."""

    query_id: str
    text: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """The catalogue as loaded, with its search index and the stored version of each service."""

    catalogue: Catalogue
    index: Index
    #: Service key to the id of its current version.
    versions: Mapping[str, int]
    #: What services and plans are called, for reading whole orders.
    names: Names
    stamp: tuple[int, int]
    #: What follows from it, as worked out for a language and a choice; see `handlers.facts`.
    facts: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)


def language_of(code: str | None, default: str) -> str:
    """The language to speak with somebody whose app is set to `code`."""
    short = (code or "").split("-")[0].lower()
    return short if short in LANGUAGES else default


@dataclass(slots=True)
class Turn:
    """Handed to every handler. Records change through `work`, people hear through `say` and `show`."""

    work: Work
    event: Event
    now: datetime
    business: Business
    shelf: Shelf
    answers: list[Answer] = field(default_factory=list)
    #: Randomness, passed in so that a simulation can repeat it.
    random: Callable[[int], bytes] = secrets.token_bytes
    #: What else follows when an order moves (`handlers.dispatch.follow`).
    follow: Callable[[Turn, Order, Move], None] = lambda turn, order, made: None
    #: The words by language: the same for all turns of one moment.
    spoken: dict[str, Words] = field(default_factory=dict)
    #: Who answers the flows' questions, by language.
    facts: dict[str, FactSource] = field(default_factory=dict)
    #: The dialog's state as brought along to today, when that changed nothing; see `handlers.dialog.current`.
    carried: State | None = None
    #: The private chat with the sender of a `ChatEvent`, wherever it was sent; other turns have none.
    conversation: Conversation = field(init=False, repr=False, compare=False)
    _met: Person | None = None
    _words: Words | None = None

    def __post_init__(self) -> None:
        if isinstance(self.event, ChatEvent):
            self.conversation = self.work.conversation(self.event.sender.id)

    # -- who ----------------------------------------------------------------------------------------

    @property
    def cause(self) -> str:
        """What caused this turn, as it is written beside history and ledger rows."""
        return f"{self.event.source}:{self.event.external_id}"

    def known(self, sender: Sender) -> Person:
        """The person behind a sender; made at the first meeting, kept current afterwards."""
        person = self.work.person(sender.id)
        if person is not None and person.name == sender.name and person.username == sender.username:
            return person
        # Names are shown to staff: nothing in them hides, reorders, or is a card number.
        name = mask_cards(clean_line(sender.name))[:200].strip() or str(sender.id)
        if person is None:
            return self.work.people.add(
                Person(
                    bot=self.work.bot,
                    user_id=sender.id,
                    name=name,
                    username=sender.username,
                    language=language_of(sender.language_code, self.business.default_language),
                    language_chosen=False,
                    blocked_at=None,
                    created_at=self.now,
                )
            )
        if person.name != name:
            person.name = name
        if person.username != sender.username:
            person.username = sender.username
        return person

    @property
    def person(self) -> Person:
        """Who wrote or tapped."""
        if self._met is None:
            assert isinstance(self.event, ChatEvent)
            self._met = self.known(self.event.sender)
        return self._met

    def _language(self) -> str | None:
        """The language of whoever wrote, if nothing of them is to be written down; else None."""
        event = self.event
        if self._met is not None or not isinstance(event, ChatEvent):
            return None
        sender = event.sender
        return self.work.people.language_of(sender.id, sender.name, sender.username)

    @property
    def familiar(self) -> bool:
        """Whether whoever wrote is stored as they are now, name and all."""
        return self._language() is not None

    def credit(self, price: Money) -> Money:
        """How much store credit of whoever wrote would pay of a price."""
        if not isinstance(self.event, ChatEvent):
            return Money.zero(price.currency)
        has, spoken_for = money.credit_of(self.work.session, self.person, price.currency)
        return usable(has, spoken_for, price)

    def roles(self) -> frozenset[Role]:
        """The roles of staff that whoever caused this turn holds now; none for timers and for anonymous writers."""
        event = self.event
        if not isinstance(event, ChatEvent) or getattr(event, "anonymous", False):
            return frozenset()
        return self.roles_of(event.sender.id)

    def roles_of(self, user_id: int) -> frozenset[Role]:
        """The same for anybody, by id in the chat app: roles of the settings, and those that were given."""
        given = staff.roles_of(self.work.session, self.work.bot, user_id)
        return self.business.standing_roles(user_id) | {Role(name) for name in given}

    def may(self, action: Action) -> bool:
        """Whether they may do what only staff may. A role that was taken away counts no more at once."""
        return roles.may(self.roles(), action)

    def as_person(self, person: Person) -> Turn:
        """The same moment as that person would cause it: to show them their own dialog because of somebody else."""
        event = ChatEvent(
            source=self.event.source,
            external_id=self.event.external_id,
            at=self.event.at,
            chat=Chat(id=person.user_id, kind="private"),
            sender=Sender(id=person.user_id, name=person.name, username=person.username),
        )
        return replace(self, event=event, facts={}, answers=[], _met=person, _words=None)

    def speak(self, language: str) -> None:
        """Whoever wrote has chosen this language."""
        self.person.language = language
        self.person.language_chosen = True
        self._words = None

    def words(self, language: str | None = None) -> Words:
        """The words in a language; without one, in that of whoever wrote."""
        if language is None:
            if self._words is None:
                self._words = self.words(self._language() or self.person.language)
            return self._words
        found = self.spoken.get(language)
        if found is None:
            common: dict[str, Any] = {"business": self.business}
            today = self.now.astimezone(self.business.zone).date()
            found = self.spoken[language] = Words(language, self.business.zone, today, common)
        return found

    def rating_of(self, service: str) -> Rating | None:
        """What customers say about a service; None while nobody has."""
        return reviews.rating_of_service(self.work.session, self.work.bot, service)

    # -- saying -------------------------------------------------------------------------------------

    def say(
        self,
        person: Person,
        template: str,
        *,
        buttons: Sequence[Sequence[Button]] = (),
        actions: Sequence[tuple[str, Any]] = (),
        order_id: int | None = None,
        priority: int = 1,
        media: Media | None = None,
        **variables: Any,
    ) -> None:
        """A plain message from a template, in the person's language."""
        text = self.words(person.language).html(template, **variables)
        content = Content(text=text, media=media, buttons=tuple(tuple(row) for row in buttons))
        if actions:
            subject = f"{template}:{self.cause}"[:64]
            self.work.show(
                person.user_id,
                "notice",
                subject,
                content,
                actions,
                label=template,
                order_id=order_id,
            )
        else:
            self.work.send(
                person.user_id, content, label=template, order_id=order_id, priority=priority
            )

    def toast(self, message: str, *, alert: bool = False, **params: Any) -> None:
        """Answer the tap with a short text (a msgid) in the person's language."""
        query = getattr(self.event, "query_id", None)
        if query is not None:
            text = self.words().gettext(message, **params)
            self.answers.append(Answer(query, text[:200], alert))

    def acknowledge(self) -> None:
        """Answer the tap with nothing to read, unless it was answered already."""
        query = getattr(self.event, "query_id", None)
        if query is not None and not self.answers:
            self.answers.append(Answer(query))
