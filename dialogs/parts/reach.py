"""How to reach a person: a telephone number, an e-mail address, a chat name; a postal address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.model import Deny, Hint, Json, Look, Offer, Option, Outcome, Put, Scene
from dialogs.parts.base import BasePart
from dialogs.words import N_
from orders.text import clean_line, clean_text, has_words

_CONTACT = N_("Please write a telephone number, an e-mail address, a WeChat ID or an @name.")
_ADDRESS_SHORT = N_("That is too short for an address: street, number, city and who receives it.")
_ADDRESS_LONG = N_("An address has room for {maximum} characters.")

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
#: Telegram: 5 to 32; WeChat: 6 to 20, beginning with a letter.
_NAME = re.compile(r"@\w{5,32}|[A-Za-z][\w-]{5,19}", re.ASCII)
_SAID = re.compile(
    r"^(?:wechat|weixin|vx|wx|微信号?|手机号?|电话|tel|phone|e?-?mail|邮箱)\s*(?:是|is|[:：])?\s*",
    re.I,
)


def read_contact(text: str) -> str | None:
    """The one way to reach somebody that a text is: digits of a number, an address, a name."""
    said = _SAID.sub("", clean_line(text))
    digits = re.sub(r"[\s().·-]", "", said)
    if re.fullmatch(r"\+?\d{7,15}", digits):
        return digits
    if _MAIL.fullmatch(said):
        return said
    return said if _NAME.fullmatch(said) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known(BasePart):
    """Answers that are known already, from the fact `known`, to be taken with a tap."""

    field: str
    known: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    @property
    def needs(self) -> tuple[str, ...]:
        return () if self.known is None else (self.known,)

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        options: Sequence[Option] = () if self.known is None else scene.fact(self.known)
        return [
            [Offer(label=o.label, part=self.key, value=o.value, aliases=o.aliases)] for o in options
        ]

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        if self.known is None or all(o.value != value for o in scene.fact(self.known)):
            return Look(gone=True)
        return Put({self.field: value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(_Known):
    """How to reach the person; a contact card that is sent counts as its number."""

    def said(self, scene: Scene, text: str) -> Outcome | None:
        found = read_contact(text)
        return Deny(Hint(_CONTACT)) if found is None else Put({self.field: found}, echo=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(_Known):
    """A postal address as people write it, lines kept."""

    shortest: int = 8
    longest: int = 300

    def said(self, scene: Scene, text: str) -> Outcome | None:
        address = clean_text(text)
        if len(address) < self.shortest or not has_words(address):
            return Deny(Hint(_ADDRESS_SHORT))
        if len(address) > self.longest:
            return Deny(Hint(_ADDRESS_LONG, {"maximum": self.longest}))
        return Put({self.field: address})
