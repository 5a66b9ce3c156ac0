"""What the control API takes. An unknown name or a wrong type is refused with what was wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Outcome = Literal["approve", "decline", "abandon", "duplicate", "late", "again", "other_amount"]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class NewBot(Body):
    token: str
    username: str | None = None
    name: str | None = None
    #: In groups the bot hears only what is meant for it, unless it is an administrator.
    privacy: bool | None = None


class NewPerson(Body):
    name: Name
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    phone: str | None = None
    email: str | None = None


class NewChat(Body):
    title: Name
    type: Literal["group", "supergroup", "channel"] = "supergroup"
    username: str | None = None
    is_forum: bool = False
    members: list[int] = []
    bot_is_admin: bool = False
    #: Id or username; by default the first bot there is.
    bot: int | str | None = None


class Member(Body):
    #: Id or username of a person or a bot.
    user: int | str
    status: Literal["creator", "administrator", "member", "restricted", "left", "kicked"]
    #: An administrator's rights that are off, a restricted member's that are on.
    rights: dict[str, bool] = {}
    is_anonymous: bool = False
    #: Who does it; the owner by default.
    by: int | None = None


class NewTopic(Body):
    name: Name
    by: int | None = None


class File(Body):
    name: str = ""
    #: base64
    data: str
    mime: str | None = None
    duration: int = 0


class Sticker(File):
    #: What it stands for.
    emoji: str = "🙂"


class Location(Body):
    latitude: float
    longitude: float


class OtherContact(Body):
    phone_number: str
    first_name: str
    last_name: str | None = None


class AlbumItem(Body):
    photo: File | None = None
    document: File | None = None
    video: File | None = None
    caption: str | None = None


class InChat(Body):
    """Acts in the private chat with the bot unless a chat is named."""

    chat: int | None = None
    bot: int | str | None = None


class Send(InChat):
    thread: int | None = None
    text: str | None = None
    photo: File | None = None
    document: File | None = None
    voice: File | None = None
    video: File | None = None
    sticker: Sticker | None = None
    contact: Literal[True] | OtherContact | None = None
    location: Location | None = None
    caption: str | None = None
    reply_to: int | None = None
    album: list[AlbumItem] | None = None


class Edit(InChat):
    message_id: int
    text: str


class Tap(InChat):
    message_id: int | None = None
    #: A label, a unique part of one, or [row, column] counted from 0.
    button: str | tuple[int, int] | list[int] | None = None
    #: Forged callback data instead of a button.
    data: str | None = None
    wait: bool = True
    thread: int | None = None


class Pay(InChat):
    message_id: int | None = None
    outcome: Outcome = "approve"
    #: What `other_amount` charges, in minor units; one more than asked by default.
    amount: int | None = None
    #: Virtual seconds after which `late` succeeds, at least 10.
    delay: float | int = 10.0
    #: The person whose forwarded invoice this is; message_id is then one of that person's chat.
    forwarded_by: int | None = None
    #: An invoice link instead of a message.
    link: str | None = None


class React(InChat):
    message_id: int
    #: Empty takes the reaction back.
    emoji: str


class OnlyChat(InChat):
    pass


class Advance(Body):
    seconds: float | int = Field(ge=0)


class Seen(Body):
    #: Unix seconds or ISO 8601 with a zone.
    now: float | int | Annotated[AwareDatetime, Field(strict=False)]
    next_due: float | int | Annotated[AwareDatetime, Field(strict=False)] | None = None
    idle: bool = True


class Pace(Body):
    on: bool


class ErrorAnswer(Body):
    code: int = Field(ge=400, le=599)
    description: str | None = None
    retry_after: int | None = None


class NewFault(Body):
    method: str | None = None
    chat: int | None = None
    error: ErrorAnswer | Literal["lost_answer", "drop"] | None = None
    delay: float | int = Field(default=0, ge=0)
    times: int = Field(default=1, ge=1)


Update = dict[str, Any]


def seconds(value: float | int | datetime | None) -> float | None:
    """A time as Unix seconds."""
    return value.timestamp() if isinstance(value, datetime) else value
