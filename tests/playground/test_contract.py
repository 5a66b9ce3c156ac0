"""Every error a bot has to survive, each produced by one call, word for word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from playground.people import Playground
from playground.world.world import World
from tests.playground.conftest import STARS, BareBot, polling

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
FIAT = {**STARS, "currency": "EUR", "provider_token": "shop:TEST"}


@dataclass
class Scene:
    """Everything that calls can be aimed at. Attributes are named in the cases."""

    anna: int
    #: The bot's own text, photo and invoice in Anna's chat; her message; a service message.
    text: int
    photo: int
    invoice: int
    hers: int
    blocker: int
    stranger: int
    deleted: int
    kicked: int
    left: int
    never: int
    old_group: int
    supergroup: int
    forum: int
    open_topic: int
    closed_topic: int
    powerless_forum: int
    powerless_topic: int


@pytest.fixture
async def scene(playground: Playground, bot: BareBot, world: World) -> Scene:
    anna = await playground.person("Anna", username="anna_k")
    await anna.start()
    text = await bot.ok("sendMessage", chat_id=anna.id, text="text")
    hers = await anna.say("hers")
    invoice = await bot.ok("sendInvoice", chat_id=anna.id, **STARS)
    await anna.send_photo()
    photo = await bot.ok("copyMessage", chat_id=anna.id, from_chat_id=anna.id, message_id=hers + 2)
    people = {}
    for name in ("blocker", "deleted"):
        people[name] = await playground.person(name)
        await people[name].start()
    await people["blocker"].block()
    await people["deleted"].deactivate()
    stranger = await playground.person("stranger")
    kicked = await playground.group("Kicked", [anna])
    await playground.set_member(kicked, "tested_bot", "kicked")
    left = await playground.group("Left", [anna])
    await bot.ok("leaveChat", chat_id=left.id)
    never = world.new_group("Never", "supergroup")
    old = await playground.group("Old", [anna], kind="group")
    supergroup = await playground.upgrade(old)
    forum = await playground.group("Forum", [anna], forum=True)
    open_topic = await playground.new_topic(forum, "Open")
    powerless = await playground.group("Powerless", [anna], forum=True, bot_is_admin=False)
    topic = await playground.new_topic(powerless, "Any")
    closed = await playground.new_topic(powerless, "Closed")
    await playground.close_topic(powerless, closed)
    return Scene(
        anna=anna.id,
        text=text["message_id"],
        photo=photo["message_id"],
        invoice=invoice["message_id"],
        hers=hers,
        blocker=people["blocker"].id,
        stranger=stranger.id,
        deleted=people["deleted"].id,
        kicked=kicked.id,
        left=left.id,
        never=never.id,
        old_group=old.id,
        supergroup=supergroup.id,
        forum=forum.id,
        open_topic=open_topic,
        closed_topic=closed,
        powerless_forum=powerless.id,
        powerless_topic=topic,
    )


def button(**what: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[what]]}


def aimed(params: dict[str, Any], scene: Scene) -> dict[str, Any]:
    """Values like "@text" become the scene's."""
    return {
        name: getattr(scene, value[1:])
        if isinstance(value, str) and value.startswith("@") and hasattr(scene, value[1:])
        else value
        for name, value in params.items()
    }


TO_ANNA = {"chat_id": "@anna"}
HTML = {"chat_id": "@anna", "parse_mode": "HTML"}
V2 = {"chat_id": "@anna", "parse_mode": "MarkdownV2"}
ENTITY = {"chat_id": "@anna", "text": "a😀b"}
MINE = {"chat_id": "@anna", "message_id": "@text"}
COPY = {"chat_id": "@anna", "from_chat_id": "@anna"}
TOPIC = {"chat_id": "@forum", "message_thread_id": "@open_topic"}
POWERLESS = {"chat_id": "@powerless_forum", "message_thread_id": "@powerless_topic"}
UNKNOWN = {"chat_id": "@forum", "message_thread_id": 4711}
NO_FORUM = {"chat_id": "@supergroup", "message_thread_id": 5}


def media(*kinds: str) -> list[dict[str, str]]:
    return [{"type": kind, "media": "x"} for kind in kinds]


BAD_REQUESTS: list[tuple[str, dict[str, Any], str]] = [
    # texts
    ("sendMessage", TO_ANNA, "message text is empty"),
    ("sendMessage", {**TO_ANNA, "text": "x" * 4097}, "message is too long"),
    ("sendMessageDraft", {**TO_ANNA, "draft_id": 1, "text": "x" * 4097}, "message is too long"),
    ("sendMessageDraft", {**TO_ANNA, "draft_id": 0}, "draft identifier must be non-zero"),
    ("editMessageCaption", {**TO_ANNA, "message_id": "@photo", "caption": "x" * 1025},
     "message caption is too long"),
    # chats
    ("sendMessage", {"text": "x"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": 99, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": -99, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "@anna_k", "text": "x"}, "chat not found"),
    ("getChat", {"chat_id": 99}, "chat not found"),
    # targets
    ("editMessageText", {**TO_ANNA, "message_id": 99, "text": "x"}, "message to edit not found"),
    ("deleteMessage", {**TO_ANNA, "message_id": 99}, "message to delete not found"),
    ("copyMessage", {**COPY, "message_id": 99}, "message to copy not found"),
    ("forwardMessage", {**COPY, "message_id": 99}, "message to forward not found"),
    ("pinChatMessage", {**TO_ANNA, "message_id": 99}, "message to pin not found"),
    ("unpinChatMessage", {**TO_ANNA, "message_id": 99}, "message to unpin not found"),
    ("setMessageReaction", {**TO_ANNA, "message_id": 99}, "message to react not found"),
    ("sendMessage", {**TO_ANNA, "text": "x", "reply_parameters": {"message_id": 99}},
     "message to be replied not found"),
    ("sendMessage", {**TO_ANNA, "text": "x", "reply_to_message_id": 99},
     "message to be replied not found"),
    ("sendMessage", {**TO_ANNA, "text": "x", "reply_parameters": {"message_id": 2, "quote": "y"}},
     "QUOTE_TEXT_INVALID"),
    # editing
    ("editMessageText", {**MINE, "text": "text"}, NOT_MODIFIED),
    ("editMessageReplyMarkup", MINE, NOT_MODIFIED),
    ("editMessageText", {**TO_ANNA, "message_id": "@hers", "text": "x"}, "message can't be edited"),
    ("editMessageText", {**TO_ANNA, "message_id": "@photo", "text": "x"},
     "there is no text in the message to edit"),
    ("editMessageCaption", {**MINE, "caption": "x"}, "there is no caption in the message to edit"),
    ("editMessageText", {"inline_message_id": "x", "text": "x"}, "MESSAGE_ID_INVALID"),
    ("editMessageText", {"chat_id": "@anna", "text": "x"}, "message identifier is not specified"),
    # copies and forwards
    ("copyMessage", {**COPY, "message_id": "@invoice"}, "message can't be copied"),
    ("copyMessages", {**COPY, "message_ids": []}, "message identifiers are not specified"),
    ("copyMessages", {**COPY, "message_ids": [3, 2]},
     "message identifiers must be in a strictly increasing order"),
    ("copyMessages", {**COPY, "message_ids": [98, 99]}, "there are no messages to copy"),
    ("forwardMessages", {**COPY, "message_ids": [98, 99]}, "there are no messages to forward"),
    ("forwardMessages", {**COPY, "message_ids": list(range(1, 102))},
     "too many message identifiers specified"),
    # migration
    ("sendMessage", {"chat_id": "@old_group", "text": "x"},
     "group chat was upgraded to a supergroup chat"),
    # HTML
    ("sendMessage", {**HTML, "text": "<b>x"},
     "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ("sendMessage", {**HTML, "text": "é<x>"},
     'can\'t parse entities: Unsupported start tag "x" at byte offset 2'),
    ("sendMessage", {**HTML, "text": "</b>"},
     "can't parse entities: Unexpected end tag at byte offset 0"),
    # Markdown
    ("sendMessage", {**V2, "text": "a.b"},
     "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"),
    ("sendMessage", {**V2, "text": "é*x"},
     "can't parse entities: Can't find end of Bold entity at byte offset 2"),
    ("sendMessage", {**V2, "text": "[x](http://a"},
     "can't parse entities: Can't find end of a URL at byte offset 4"),
    ("sendMessage", {**V2, "text": "![x]"},
     "can't parse entities: Custom emoji entity must contain a tg://emoji URL"),
    ("sendMessage", {**TO_ANNA, "parse_mode": "Markdown", "text": "a_b"},
     "can't parse entities: Can't find end of the entity starting at byte offset 1"),
    ("sendMessage", {**TO_ANNA, "parse_mode": "BB", "text": "x"}, "unsupported parse_mode"),
    # entities
    ("sendMessage", {**ENTITY, "entities": [{"type": "bold", "offset": 3, "length": 9}]},
     "entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 12"),
    ("sendMessage", {**ENTITY, "entities": [{"type": "bold", "offset": 2, "length": 2}]},
     "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
    ("sendMessage", {**ENTITY, "entities": [{"type": "bold", "offset": 0, "length": 2}]},
     "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4"),
    # buttons
    ("sendMessage", {**TO_ANNA, "text": "x", "reply_markup": button(text="x")},
     "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    ("sendMessage", {**TO_ANNA, "text": "x", "reply_markup": button(text="x", callback_data="é" * 33)},
     "BUTTON_DATA_INVALID"),
    ("sendMessage", {**TO_ANNA, "text": "x", "reply_markup": button(text="x", callback_data="a", url="http://a.b")},
     "BUTTON_TYPE_INVALID"),
    ("sendMessage", {**TO_ANNA, "text": "x", "reply_markup": button(text="x", pay=True)},
     "BUTTON_TYPE_INVALID"),
    ("sendMessage", {**TO_ANNA, "text": "x", "reply_markup": button(text="x", url="nowhere")},
     "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
    ("sendMessage", {**TO_ANNA, "text": "x", "reply_markup": button(text=" ", callback_data="a")},
     "can't parse inline keyboard button: button text must be non-empty"),
    ("sendMessage", {**TO_ANNA, "text": "x",
                     "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "a"}] * 9]}},
     "reply markup is too long"),
    ("sendMessage", {**TO_ANNA, "text": "x",
                     "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "a"}]] * 101}},
     "reply markup is too long"),
    ("sendMessage", {"chat_id": "@forum", "text": "x",
                     "reply_markup": {"keyboard": [[{"text": "x", "request_contact": True}]]}},
     "phone number can be requested in private chats only"),
    ("sendInvoice", {**TO_ANNA, **STARS, "reply_markup": button(text="x", callback_data="a")},
     "REPLY_MARKUP_BUY_EMPTY"),
    # files
    ("sendPhoto", TO_ANNA, "there is no photo in the request"),
    ("sendDocument", {**TO_ANNA, "document": "nothing"}, "wrong file identifier/HTTP URL specified"),
    ("sendVoice", {**TO_ANNA, "voice": "https://example.com/a.ogg"}, "failed to get HTTP URL content"),
    ("sendVideo", {**TO_ANNA, "video": "attach://nothing"}, "wrong file identifier/HTTP URL specified"),
    ("sendMediaGroup", {**TO_ANNA, "media": media("photo")}, "album must contain 2-10 items"),
    ("sendMediaGroup", {**TO_ANNA, "media": media(*["photo"] * 11)}, "album must contain 2-10 items"),
    ("sendMediaGroup", {**TO_ANNA, "media": media("photo", "document")},
     "can't mix documents or audios with other media in an album"),
    ("getFile", {"file_id": "nothing"}, "invalid file_id"),
    # places and people
    ("sendLocation", {**TO_ANNA, "longitude": 1}, "latitude is empty"),
    ("sendLocation", {**TO_ANNA, "latitude": 91, "longitude": 1}, "invalid location specified"),
    ("sendLocation", {**TO_ANNA, "latitude": 1, "longitude": 1, "live_period": 5},
     "wrong live location period specified"),
    ("sendVenue", {**TO_ANNA, "latitude": 1, "longitude": 1, "title": " ", "address": "a"},
     "venue title must be non-empty"),
    ("sendContact", {**TO_ANNA, "first_name": "A"}, "contact phone number must be non-empty"),
    ("sendChatAction", {**TO_ANNA, "action": "dance"}, "wrong parameter action in request"),
    ("setMessageReaction", {**MINE, "reaction": [{"type": "emoji", "emoji": "x"}]}, "REACTION_INVALID"),
    # queries
    ("answerCallbackQuery", {"callback_query_id": "1"}, TOO_OLD),
    ("answerPreCheckoutQuery", {"pre_checkout_query_id": "1", "ok": True}, TOO_OLD),
    ("answerShippingQuery", {"shipping_query_id": "1", "ok": True}, TOO_OLD),
    # payments
    ("sendInvoice", {**TO_ANNA, **{k: v for k, v in STARS.items() if k != "title"}},
     'parameter "title" is required'),
    ("sendInvoice", {**TO_ANNA, **STARS, "prices": []}, "there must be at least one price"),
    ("sendInvoice", {**TO_ANNA, **STARS, "title": "x" * 33}, "MESSAGE_TITLE_INVALID"),
    ("sendInvoice", {**TO_ANNA, **STARS, "description": "x" * 256}, "MESSAGE_DESCRIPTION_INVALID"),
    ("sendInvoice", {**TO_ANNA, **STARS, "payload": "é" * 65}, "INVOICE_PAYLOAD_INVALID"),
    ("sendInvoice", {**TO_ANNA, **FIAT, "provider_token": ""}, "PAYMENT_PROVIDER_INVALID"),
    ("sendInvoice", {**TO_ANNA, **FIAT, "currency": "XXX"}, "CURRENCY_INVALID"),
    ("sendInvoice", {**TO_ANNA, **FIAT}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
    ("sendInvoice", {**TO_ANNA, **STARS, "provider_token": "shop:TEST"}, "STARS_INVOICE_INVALID"),
    ("sendInvoice", {**TO_ANNA, **STARS, "prices": STARS["prices"] * 2}, "STARS_INVOICE_INVALID"),
    ("createInvoiceLink", {**STARS, "prices": [{"label": "x", "amount": 25_001}]},
     "CURRENCY_TOTAL_AMOUNT_INVALID"),
    ("refundStarPayment", {"user_id": "@anna", "telegram_payment_charge_id": "x"}, "CHARGE_ID_INVALID"),
    # topics
    ("sendMessage", {**UNKNOWN, "text": "x"}, "message thread not found"),
    ("sendMessageDraft", {**TO_ANNA, "draft_id": 1, "message_thread_id": 5}, "message thread not found"),
    ("sendMessage", {"chat_id": "@powerless_forum", "message_thread_id": "@closed_topic", "text": "x"},
     "TOPIC_CLOSED"),
    ("createForumTopic", {"chat_id": "@supergroup", "name": "x"}, "the chat is not a forum"),
    ("createForumTopic", {"chat_id": "@powerless_forum", "name": "x"}, "not enough rights to create a topic"),
    ("createForumTopic", {"chat_id": "@forum", "name": "x" * 129}, "TOPIC_TITLE_INVALID"),
    ("createForumTopic", {"chat_id": "@forum", "name": "x", "icon_color": 5}, "TOPIC_ICON_COLOR_INVALID"),
    ("createForumTopic", {"chat_id": "@forum", "name": "x", "icon_custom_emoji_id": "5"}, "DOCUMENT_INVALID"),
    ("editForumTopic", {**UNKNOWN, "name": "x"}, "message thread not found"),
    ("editForumTopic", {**TOPIC, "name": "Open"}, "TOPIC_NOT_MODIFIED"),
    ("closeForumTopic", {**POWERLESS}, "not enough rights to edit the topic"),
    ("closeForumTopic", NO_FORUM, "the chat is not a forum"),
    ("reopenForumTopic", TOPIC, "TOPIC_NOT_MODIFIED"),
    ("deleteForumTopic", UNKNOWN, "message thread not found"),
    ("deleteForumTopic", POWERLESS, "not enough rights to delete a topic"),
    ("reopenGeneralForumTopic", {"chat_id": "@forum"}, "TOPIC_NOT_MODIFIED"),
    ("editGeneralForumTopic", {"chat_id": "@forum", "name": ""}, 'parameter "name" is required'),
    # rights
    ("pinChatMessage", {"chat_id": "@powerless_forum", "message_id": "@powerless_topic"},
     "not enough rights to manage pinned messages in the chat"),
    ("deleteMessage", {"chat_id": "@powerless_forum", "message_id": "@powerless_topic"},
     "message can't be deleted for everyone"),
    # members
    ("getChatAdministrators", TO_ANNA, "there are no administrators in the private chat"),
    ("getChatMember", {"chat_id": "@forum", "user_id": 0}, "invalid user_id specified"),
    ("getChatMember", {"chat_id": "@forum", "user_id": 99}, "PARTICIPANT_ID_INVALID"),
    # the bot itself
    ("setMyCommands", {"commands": [{"command": "Not Good", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "a", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [{"command": "a", "description": "x" * 257}]},
     "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("getMyCommands", {"language_code": "english"}, "invalid language code specified"),
    ("setMyDescription", {"description": "x" * 513}, "DESCRIPTION_TOO_LONG"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "ABOUT_TOO_LONG"),
    ("setChatMenuButton", {"menu_button": {"type": "web_app", "text": "x", "web_app": {"url": "http://a.b"}}},
     "menu button Web App URL 'http://a.b' is invalid: Only HTTPS links are allowed"),
    ("setWebhook", {"url": "http://example.com/hook"},
     "bad webhook: An HTTPS URL must be provided for webhook"),
    ("setWebhook", {"url": "https://example.com:8080/hook"},
     "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
    ("setWebhook", {"url": "https://10.0.0.1/hook"}, "bad webhook: IP address 10.0.0.1 is reserved"),
    ("setWebhook", {"url": "https://exa mple.com/"}, "invalid webhook URL specified"),
    ("setWebhook", {"url": "https://example.com/", "secret_token": "no spaces"},
     "secret token contains unallowed characters"),
    ("setWebhook", {"url": "https://example.com/", "secret_token": "x" * 257}, "secret token is too long"),
]  # fmt: skip


async def test_bad_requests(scene: Scene, bot: BareBot) -> None:
    """One scene for all: a refused call changes nothing."""
    wrong = []
    for method, params, words in BAD_REQUESTS:
        answer = await bot.raw(method, **aimed(params, scene))
        told = answer.json()
        if (answer.status_code, told.get("description")) != (400, f"Bad Request: {words}"):
            wrong.append(f"{method}({params}): {told}, not {words!r}"[:400])
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize(
    ("chat", "words"),
    [
        ("@blocker", "bot was blocked by the user"),
        ("@stranger", "bot can't initiate conversation with a user"),
        ("@deleted", "user is deactivated"),
        ("@kicked", "bot was kicked from the supergroup chat"),
        ("@left", "bot is not a member of the supergroup chat"),
        ("@never", "bot is not a member of the supergroup chat"),
    ],
)
async def test_forbidden(scene: Scene, bot: BareBot, chat: str, words: str) -> None:
    calls: dict[str, dict[str, Any]] = {
        "sendMessage": {"text": "x"},
        "sendInvoice": STARS,
        "sendContact": {"phone_number": "1", "first_name": "A"},
        "sendChatAction": {"action": "typing"},
        "copyMessage": {"from_chat_id": "@anna", "message_id": "@hers"},
    }
    for method, params in calls.items():
        answer = await bot.raw(method, **aimed({"chat_id": chat, **params}, scene))
        assert answer.status_code == 403
        assert answer.json() == {
            "ok": False,
            "error_code": 403,
            "description": f"Forbidden: {words}",
        }


async def test_a_migrated_group_tells_where_it_went(scene: Scene, bot: BareBot) -> None:
    answer = await bot.raw("sendMessage", chat_id=scene.old_group, text="x")
    assert answer.json()["parameters"] == {"migrate_to_chat_id": scene.supergroup}
    await bot.ok("sendMessage", chat_id=scene.supergroup, text="x")
    told = [update.get("message", {}) for update in await bot.updates()]
    assert [one["migrate_to_chat_id"] for one in told if "migrate_to_chat_id" in one] == [
        scene.supergroup
    ]
    assert [one["migrate_from_chat_id"] for one in told if "migrate_from_chat_id" in one] == [
        scene.old_group
    ]


async def test_pace(scene: Scene, bot: BareBot, playground: Playground) -> None:
    await playground.pace(True)
    for _ in range(30):
        answer = await bot.raw("sendMessage", chat_id=scene.anna, text="x")
        if answer.status_code != 200:
            break
    wait = answer.json()["parameters"]["retry_after"]
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == str(wait)
    assert answer.json()["description"] == f"Too Many Requests: retry after {wait}"


async def test_charges_are_refunded_once(
    scene: Scene, bot: BareBot, playground: Playground
) -> None:
    anna = await playground.somebody("Anna")

    async def cash(bot: BareBot, update: dict[str, Any]) -> None:
        if query := update.get("pre_checkout_query"):
            await bot.ok("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)

    async with polling(bot, cash):
        charge = (await anna.pay()).charge_id
    given = {"user_id": anna.id, "telegram_payment_charge_id": charge}
    await bot.ok("refundStarPayment", **given)
    assert await bot.error("refundStarPayment", **given) == "Bad Request: CHARGE_ALREADY_REFUNDED"
    [*_, last] = await bot.updates()
    assert last["message"]["refunded_payment"]["telegram_payment_charge_id"] == charge


async def test_methods_and_tokens(bot: BareBot) -> None:
    answer = await bot.raw("noSuchMethod")
    assert (answer.status_code, answer.json()["description"]) == (
        404,
        "Not Found: method not found",
    )
    for token in ("1", "7000001:" + "x" * 35, "x:y"):
        told = await bot.http.get(f"/bot{token}/getMe")
        assert (told.status_code, told.json()["description"]) == (401, "Unauthorized")
