"""What the Bot API looks like, taken from aiogram's generated models and never written down again.

aiogram carries every method and type of the Bot API as a pydantic model. Requests are checked by
the method's model, answers and updates by their types; python-telegram-bot must accept both too.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

import playground.api.late  # noqa: F401  # isort: skip - before anything of aiogram

import aiogram.methods
import telegram
from aiogram.client.default import Default
from aiogram.methods.base import TelegramMethod
from aiogram.types import BufferedInputFile, InputFile, Update
from pydantic import BaseModel, TypeAdapter, ValidationError

from playground.world.model import Json

#: How a parameter arrives on the wire.
ParameterKind = Literal["text", "integer", "number", "boolean", "chat", "file", "json"]


_UPLOADED = BufferedInputFile(b"", "upload")


class WireError(AssertionError):
    """The playground was about to say something Telegram would not."""


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: ParameterKind
    required: bool
    #: A file that has to be new: neither a file_id nor a URL will do.
    upload_only: bool = False


@dataclass(frozen=True)
class Method:
    name: str
    model: type[TelegramMethod[Any]]
    parameters: Mapping[str, Parameter]
    returning: Any

    @property
    def answer(self) -> TypeAdapter[Any]:
        """Checks one answer; made when first used, since building it takes a while."""
        return _adapter(self.returning)


@cache
def _adapter(returning: Any) -> TypeAdapter[Any]:
    for kind in _inside(returning):
        if issubclass(kind, BaseModel):
            kind.model_rebuild()
    return TypeAdapter(returning)


def _inside(annotation: Any) -> list[type]:
    """The classes in a type, those in its lists included."""
    found = []
    for part in _flat(annotation):
        if typing.get_origin(part) is not None:
            found += [kind for one in typing.get_args(part) for kind in _inside(one)]
        elif isinstance(part, type):
            found.append(part)
    return found


def _kind(annotation: Any) -> ParameterKind:
    options = set(_flat(annotation)) - {type(None), Default}
    if InputFile in options:
        return "file"
    if options & {datetime, timedelta}:
        return "integer"
    if options == {int, str}:
        return "chat"
    simple: dict[Any, ParameterKind] = {
        str: "text",
        int: "integer",
        float: "number",
        bool: "boolean",
    }
    if len(options) == 1 and (only := options.pop()) in simple:
        return simple[only]
    return "json"


def _upload_only(annotation: Any) -> bool:
    options = set(_flat(annotation))
    return InputFile in options and str not in options


def _flat(annotation: Any) -> list[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _flat(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return [part for one in typing.get_args(annotation) for part in _flat(one)]
    return [annotation]


@cache
def methods() -> Mapping[str, Method]:
    """All methods of the Bot API by their names in lower case."""
    found: dict[str, Method] = {}
    for model in vars(aiogram.methods).values():
        if not isinstance(model, type) or not issubclass(model, TelegramMethod):
            continue
        if model is TelegramMethod:
            continue
        name: str = model.__api_method__
        parameters = {
            key: Parameter(
                key, _kind(info.annotation), info.is_required(), _upload_only(info.annotation)
            )
            for key, info in model.model_fields.items()
        }
        found[name.lower()] = Method(name, model, parameters, model.__returning__)
    return types.MappingProxyType(found)


def check_request(method: Method, values: Json) -> tuple[Json, list[str]]:
    """Nested parameters with every value of its proper type, and the names in them that no type
    knows. Raises ValidationError.
    """
    values, uploads = _without_uploads(method, values)
    parsed = method.model.model_validate(values)
    nested = {name for name in values if method.parameters[name].kind == "json"}
    if not nested:
        return {}, []
    dumped = parsed.model_dump(include=nested, exclude_unset=True, mode="json", warnings=False)
    for (name, *path), value in uploads:
        holder: Any = dumped.get(name)
        for step in path[:-1]:
            holder = holder[step]
        if path:
            holder[path[-1]] = value
    return dumped, _unknown(parsed, "")


def _without_uploads(method: Method, values: Json) -> tuple[Json, list[tuple[list[Any], str]]]:
    """The values without files that can only be uploaded, and where those were.

    On the wire they are the names of parts; the models know them as objects only.
    """
    found: list[tuple[list[Any], str]] = []
    kept = dict(values)
    for name, parameter in method.parameters.items():
        if parameter.upload_only and isinstance(kept.get(name), str):
            found.append(([name], kept[name]))
            kept[name] = _UPLOADED
    for name in ("media",):
        items = kept.get(name)
        several = items if isinstance(items, list) else [items]
        bare = []
        for n, item in enumerate(several):
            if isinstance(item, dict) and isinstance(item.get("thumbnail"), str):
                where: list[Any] = [name, n, "thumbnail"] if isinstance(items, list) else [
                    name, "thumbnail",
                ]  # fmt: skip
                found.append((where, item["thumbnail"]))
                item = {key: value for key, value in item.items() if key != "thumbnail"}
            bare.append(item)
        if name in kept:
            kept[name] = bare if isinstance(items, list) else bare[0]
    return kept, found


def check_answer(method: Method, result: Any) -> None:
    """Raise WireError unless both libraries take this for the method's answer."""
    try:
        parsed = method.answer.validate_python(result)
    except ValidationError as error:
        raise WireError(f"{method.name} answered {result!r}: {error}") from error
    _no_unknown(method.name, parsed)
    _accepted_by_ptb(method.returning, result)


def check_update(update: Json) -> None:
    """Raise WireError unless both libraries take this for an update."""
    try:
        parsed = Update.model_validate(update)
    except ValidationError as error:
        raise WireError(f"update {update!r}: {error}") from error
    _no_unknown("update", parsed)
    _read_by_ptb(telegram.Update.de_json, update)


def warm() -> None:
    """Build the models that nearly every conversation needs, so that the first call is fast too."""
    known = methods()
    for name in (
        "sendmessage",
        "editmessagetext",
        "getupdates",
        "answercallbackquery",
        "sendinvoice",
    ):
        known[name].model.model_rebuild()
        _ = known[name].answer
    Update.model_rebuild()


def _no_unknown(what: str, parsed: Any) -> None:
    unknown = _unknown(parsed, "")
    if unknown:
        raise WireError(f"{what} names unknown fields: {', '.join(unknown)}")


def _unknown(value: Any, path: str) -> list[str]:
    """Paths of fields that were given but that no type has."""
    if isinstance(value, BaseModel):
        found = [f"{path}.{name}".lstrip(".") for name in value.model_extra or ()]
        for name in value.model_fields_set:
            inner = value.__dict__.get(name)
            if isinstance(inner, BaseModel | list):
                found += _unknown(inner, f"{path}.{name}".lstrip("."))
        return found
    if isinstance(value, list):
        return [one for n, item in enumerate(value) for one in _unknown(item, f"{path}[{n}]")]
    return []


def _accepted_by_ptb(returning: Any, result: Any) -> None:
    for option in _flat(returning):
        if typing.get_origin(option) is list:
            (inner,) = typing.get_args(option)
            if isinstance(result, list):
                for one in result:
                    _accepted_by_ptb(inner, one)
        elif isinstance(result, dict):
            reader = _ptb_reader(getattr(option, "__name__", ""))
            if reader is not None:
                _read_by_ptb(reader, result)
                return


def _read_by_ptb(reader: Callable[[Json, None], object], told: Json) -> None:
    try:
        reader(told, None)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise WireError(f"python-telegram-bot does not take {told!r}: {error}") from error


@cache
def _ptb_reader(name: str) -> Callable[[Json, None], object] | None:
    kind = getattr(telegram, name, None)
    if not isinstance(kind, type) or not issubclass(kind, telegram.TelegramObject):
        return None
    # Of a union (ChatMember and its like) it is the base class that picks the right member.
    family = [one for one in kind.__mro__ if issubclass(one, telegram.TelegramObject)]
    base = family[-2] if len(family) > 1 else kind
    reader: Callable[[Json, None], object] = base.de_json
    return reader
