"""What a bot sent, decoded: everything on the wire is text; the schema says what it means."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from playground.api import schema
from playground.api.errors import BadRequest
from playground.world.files import Upload
from playground.world.model import Bot, Json
from playground.world.world import World

_INTEGER = re.compile(r"\s*([+-]?\d{1,30})")
_BIGGEST = 2**53
#: What Telegram says when these are missing; others are `parameter "x" is required`.
_MISSING = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "voice": "there is no voice in the request",
    "video": "there is no video in the request",
    "media": "can't parse media JSON object",
    "prices": "there must be at least one price",
    "user_id": "invalid user_id specified",
    "latitude": "latitude is empty",
    "longitude": "longitude is empty",
    "phone_number": "contact phone number must be non-empty",
    "first_name": "contact first name must be non-empty",
    "file_id": "file_id not specified",
    "action": "wrong parameter action in request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "pre_checkout_query_id": "query is too old and response timeout expired or query ID is invalid",
    "shipping_query_id": "query is too old and response timeout expired or query ID is invalid",
}
_NOT_JSON = {
    "reply_markup": "can't parse reply keyboard markup JSON object",
    "prices": "can't parse prices JSON object",
    "media": "can't parse media JSON object",
    "commands": "can't parse commands JSON object",
    "scope": "can't parse BotCommandScope JSON object",
    "entities": "can't parse entities JSON object",
    "caption_entities": "can't parse entities JSON object",
    "message_ids": "can't parse message identifiers JSON object",
    "reply_parameters": "can't parse reply parameters JSON object",
}


#: Parameters that may be missing or empty although the schema requires them.
_MAY_BE_EMPTY = frozenset({("setWebhook", "url")})


@dataclass(frozen=True, slots=True)
class Described:
    """A result that is explained in words beside it."""

    result: Any
    description: str


@dataclass
class Call:
    """One call of a method, decoded. Handlers take it and return the result."""

    world: World
    bot: Bot
    method: schema.Method
    params: Json
    uploads: Mapping[str, Upload]
    warnings: list[str] = field(default_factory=list)
    #: Files named by URL, fetched before the method is performed.
    fetched: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return name in self.params

    def text(self, name: str, default: str = "") -> str:
        return str(self.params.get(name, default))

    def integer(
        self, name: str, default: int = 0, low: int = -_BIGGEST, high: int = _BIGGEST
    ) -> int:
        """An integer, clamped to what the method takes."""
        return max(low, min(high, int(self.params.get(name, default))))

    def flag(self, name: str) -> bool:
        return bool(self.params.get(name, False))

    def json(self, name: str, default: Any = None) -> Any:
        return self.params.get(name, default)

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def decode(
    world: World,
    bot: Bot,
    method: schema.Method,
    raw: Mapping[str, Any],
    uploads: Mapping[str, Upload],
    warnings: list[str],
) -> Call:
    """Check and decode a request. Raises BadRequest in Telegram's words."""
    params: Json = {}
    for name, value in raw.items():
        parameter = method.parameters.get(name)
        if parameter is None:
            if name not in uploads:
                warnings.append(f"unknown parameter {name!r}")
            continue
        if value is None:
            continue
        decoded = _decode(parameter, value)
        if name == "reply_markup":
            decoded = button_objects(decoded)
        if decoded is not None:
            params[name] = decoded
    for name in uploads:
        parameter = method.parameters.get(name)
        if parameter is not None and parameter.kind == "file":
            params[name] = f"attach://{name}"
    for parameter in method.parameters.values():
        if (method.name, parameter.name) in _MAY_BE_EMPTY:
            params.setdefault(parameter.name, "")
        elif parameter.required and params.get(parameter.name) in (None, ""):
            raise BadRequest(
                _MISSING.get(parameter.name, f'parameter "{parameter.name}" is required')
            )
    return Call(world, bot, method, params, uploads, warnings)


def validate(call: Call, explain: Mapping[str, Callable[[Call], object]]) -> None:
    """Check the decoded request against the method's model. Raises BadRequest.

    `explain` has, for parameters whose mistakes Telegram words with care, what raises those words.
    """
    try:
        nested, unknown = schema.check_request(call.method, call.params)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        if first["loc"][0] in explain:
            explain[str(first["loc"][0])](call)
        where = ".".join(str(part) for part in first["loc"])
        raise BadRequest(f"can't parse {first['loc'][0]}: {first['msg']} at {where}") from error
    call.params.update(nested)
    for path in unknown:
        call.warn(f"unknown field {path!r}")


def _decode(parameter: schema.Parameter, value: Any) -> Any:
    if isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
        raise BadRequest("strings must be encoded in UTF-8")
    match parameter.kind:
        case "json":
            return _json(parameter.name, value)
        case "boolean":
            return str(value).strip().lower() in ("true", "yes", "1")
        case "integer":
            match = _INTEGER.match(_plain(value))
            # An empty integer is none; other nonsense counts as 0, as in Telegram.
            number = int(match[1]) if match else (0 if _plain(value) else None)
            return None if number is None else max(-_BIGGEST, min(_BIGGEST, number))
        case "number":
            try:
                real = float(_plain(value))
            except ValueError:
                return 0.0
            return real if abs(real) < 1e300 else 0.0
        case "chat":
            text = _plain(value).strip()
            return int(text) if re.fullmatch(r"-?\d{1,19}", text) else text
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _json(name: str, value: Any) -> Any:
    if isinstance(value, str):
        if not value.strip():
            return None
        try:
            decoded = json.loads(value)
        except (ValueError, RecursionError) as error:
            if name == "allowed_updates":
                return None  # what cannot be read changes nothing
            raise BadRequest(_NOT_JSON.get(name, f"can't parse {name} JSON object")) from error
    else:
        decoded = value
    if name == "allowed_updates" and not _names(decoded):
        return None
    if name == "reply_markup" and not isinstance(decoded, dict):
        raise BadRequest("object expected as reply markup")
    return decoded


def _names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def button_objects(markup: Any) -> Any:
    """Buttons of reply keyboards may be plain strings; no library's type knows that."""
    keyboard = markup.get("keyboard") if isinstance(markup, dict) else None
    if not isinstance(keyboard, list):
        return markup
    rows = [
        [{"text": one} if isinstance(one, str) else one for one in row]
        if isinstance(row, list)
        else row
        for row in keyboard
    ]
    return {**markup, "keyboard": rows}
