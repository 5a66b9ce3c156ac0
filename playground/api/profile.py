"""What a bot says about itself: commands, name, descriptions, menu button."""

from __future__ import annotations

from playground.api import targets
from playground.api.errors import BadRequest
from playground.api.request import Call
from playground.world.model import Json

_COMMANDS_MOST = 100
#: Field → longest text, and what Telegram says to a longer one.
_TEXTS = {
    "name": (64, "BOT_TITLE_INVALID"),
    "description": (512, "DESCRIPTION_TOO_LONG"),
    "short_description": (120, "ABOUT_TOO_LONG"),
}


def _language(call: Call) -> str:
    language = call.text("language_code")
    if language and (len(language) != 2 or not language.isascii() or not language.islower()):
        raise BadRequest("invalid language code specified")
    return language


def _scope(call: Call) -> str:
    scope = call.json("scope") or {"type": "default"}
    language = _language(call)
    parts = [str(scope.get(name, "")) for name in ("type", "chat_id", "user_id")]
    return "|".join([*parts, language])


def set_my_commands(call: Call) -> bool:
    commands = call.json("commands")
    if not isinstance(commands, list):
        raise BadRequest("expected an Array of bot commands")
    if len(commands) > _COMMANDS_MOST:
        raise BadRequest("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for one in commands:
        name = str(one["command"]).removeprefix("/")
        text = str(one["description"]).strip()
        valid = name.isascii() and name.replace("_", "a").isalnum() and name == name.lower()
        if not valid or not 1 <= len(name) <= 32:
            raise BadRequest("BOT_COMMAND_INVALID")
        if not 1 <= len(text) <= 256:
            raise BadRequest("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": text})
    if not kept:
        return delete_my_commands(call)
    call.bot.commands[_scope(call)] = kept
    call.world.touch(call.bot)
    call.world.changes.tell("bot")
    return True


def get_my_commands(call: Call) -> list[Json]:
    return call.bot.commands.get(_scope(call), [])


def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(_scope(call), None)
    call.world.touch(call.bot)
    call.world.changes.tell("bot")
    return True


def _set_text(call: Call, name: str) -> bool:
    most, words = _TEXTS[name]
    value, language = call.text(name).strip(), _language(call)
    if len(value) > most:
        raise BadRequest(words)
    texts = call.bot.texts.setdefault(name, {})
    if value:
        texts[language] = value
    else:
        texts.pop(language, None)
    call.world.touch(call.bot)
    call.world.changes.tell("bot")
    return True


def _get_text(call: Call, name: str, default: str = "") -> Json:
    """The text in a language, or the one for all languages."""
    texts = call.bot.texts.get(name, {})
    return {name: texts.get(_language(call)) or texts.get("") or default}


def set_my_name(call: Call) -> bool:
    done = _set_text(call, "name")
    if name := call.bot.texts["name"].get(""):
        call.bot.first_name = name
    return done


def get_my_name(call: Call) -> Json:
    return _get_text(call, "name", call.bot.first_name)


def set_my_description(call: Call) -> bool:
    return _set_text(call, "description")


def get_my_description(call: Call) -> Json:
    return _get_text(call, "description")


def set_my_short_description(call: Call) -> bool:
    return _set_text(call, "short_description")


def get_my_short_description(call: Call) -> Json:
    return _get_text(call, "short_description")


def _whose(call: Call) -> str:
    """The person whose menu button is meant; "" for everybody without one of their own."""
    if not call.integer("chat_id"):
        return ""
    chat = targets.known_chat(call)
    if not chat.private:
        raise BadRequest("chat not found")
    return str(chat.person)


def set_chat_menu_button(call: Call) -> bool:
    whose = _whose(call)
    button = call.json("menu_button") or {"type": "default"}
    if button["type"] == "web_app":
        if not button["text"].strip():
            raise BadRequest("menu button text must be non-empty")
        if not button["web_app"]["url"].lower().startswith("https://"):
            url = button["web_app"]["url"]
            raise BadRequest(
                f"menu button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
            )
    call.bot.menu_buttons[whose] = button
    call.world.touch(call.bot)
    call.world.changes.tell("bot")
    return True


def get_chat_menu_button(call: Call) -> Json:
    whose = _whose(call)
    default: Json = {"type": "default"} if whose else {"type": "commands"}
    button = call.bot.menu_buttons.get(whose, default)
    return default if not whose and button["type"] == "default" else button
