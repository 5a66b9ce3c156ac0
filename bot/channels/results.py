"""What adapters share around a call: where files go in, and what an answer says."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from bot.channels.errors import classify
from bot.channels.port import BotIdentity, Call, Done, Refused, UnknownOutcome

#: Seconds for a call; a file takes as long as it takes, within reason.
CALL_TIMEOUT = 10
UPLOAD_TIMEOUT = 60
#: Bot API: getFile refuses files over 20 MB.
DOWNLOAD_LIMIT = 20 * 1024 * 1024

_FILE_KINDS = ("document", "video", "voice", "sticker", "audio", "animation", "video_note")
_WITH_FILE = frozenset({"photo", *_FILE_KINDS})


#: Parameters that are texts wherever they occur; a library would send anything else as its JSON.
_TEXTS = frozenset({"text", "caption", "title", "description", "payload", "callback_query_id"})


def check(call: Call, required: Collection[str]) -> None:
    """What can be seen to be wrong before anything is sent. Raises Refused, without the values."""
    params = call.params
    for name in required:
        if name not in params and name not in call.files:
            missing = {name for name in required if name not in params} - call.files.keys()
            raise Refused(f"{call.method}: {', '.join(sorted(missing))} missing")
    for name in params:
        if name in _TEXTS and not isinstance(params[name], str):
            raise Refused(f"{call.method}: {name} is no text")


def with_files(call: Call, make: Callable[[Path, str], Any]) -> dict[str, Any]:
    """The parameters with their files put in by `make(path, shown name)`.

    Raises Refused when a file is not there: it would be as missing the next time.
    """
    params: dict[str, Any] = dict(call.params)
    if not call.files:
        return params
    for place, text in call.files.items():
        path = Path(text)
        if not path.is_file():
            raise Refused(f"no such file: {text}")
        _put(params, place.split("."), make(path, call.names.get(place) or path.name))
    return params


def _put(into: Any, place: list[str], value: Any) -> None:
    """Set a nested parameter, copying the way to it: the call itself is not ours to change."""
    head, *rest = place
    key: Any = int(head) if isinstance(into, list) else head
    if not rest:
        into[key] = value
        return
    inner = into[key]
    into[key] = dict(inner) if isinstance(inner, Mapping) else list(inner)
    _put(into[key], rest, value)


def read_answer(status: int, content: str | bytes) -> Any:
    """The `result` of an answer of the Bot API. Raises the port's kind of failure for every other one."""
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "ok" not in answer:
        # A proxy's page: nobody knows what became of the request behind it.
        raise UnknownOutcome(f"HTTP {status} without a Bot API answer")
    if answer["ok"] is True and 200 <= status < 300:
        return answer.get("result")
    code, parameters = answer.get("error_code"), answer.get("parameters")
    raise classify(
        code if isinstance(code, int) and code else status,
        str(answer.get("description") or f"HTTP {status}"),
        parameters if isinstance(parameters, dict) else None,
    )


def identity(me: Any) -> BotIdentity:
    """What getMe says."""
    return BotIdentity(id=me["id"], username=me.get("username", ""), name=me.get("first_name", ""))


def done(result: Any) -> Done:
    """Read an answer that was parsed from JSON; messages are recognised by their `message_id`."""
    if isinstance(result, dict):
        if "message_id" not in result:
            return Done((), (), result)
        if _WITH_FILE.isdisjoint(result):
            return Done((result["message_id"],), (), result)
        file_id = _file_id(result)
        return Done((result["message_id"],), (file_id,) if file_id else (), result)
    if not isinstance(result, list):
        return Done((), (), result)
    messages = [item for item in result if isinstance(item, dict) and "message_id" in item]
    return Done(
        message_ids=tuple(message["message_id"] for message in messages),
        file_ids=tuple(found for message in messages if (found := _file_id(message))),
        result=result,
    )


def _file_id(message: Mapping[str, Any]) -> str | None:
    if _WITH_FILE.isdisjoint(message):
        return None
    sizes = message.get("photo")
    if isinstance(sizes, list) and sizes:
        found = sizes[-1]
    else:
        found = next((message[kind] for kind in _FILE_KINDS if message.get(kind)), None)
    return found.get("file_id") if isinstance(found, dict) else None
