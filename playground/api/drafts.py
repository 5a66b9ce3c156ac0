"""sendMessageDraft: what a bot is about to say, shown for a while (Telegram Bot API)."""

from __future__ import annotations

from playground.api import targets, texts
from playground.api.errors import BadRequest
from playground.api.request import Call

#: Virtual seconds a draft is shown.
SHOWN = 30.0


def send_message_draft(call: Call) -> bool:
    chat = targets.writable_chat(call)
    if chat.person is None:
        raise BadRequest("chat not found")
    draft = call.integer("draft_id")
    if draft == 0:
        raise BadRequest("draft identifier must be non-zero")
    targets.thread(call, chat)
    content = texts.text(call, empty=True)
    person = str(chat.person)
    chat.drafts[person] = {
        "draft_id": draft,
        "text": content["text"],
        "entities": content.get("entities", []),
        "until": call.world.clock.now() + SHOWN,
    }
    call.world.touch(chat)
    call.world.changes.tell("draft", chat.key, person=chat.person, text=content["text"])
    return True
