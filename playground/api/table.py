"""Every method the playground plays. What is not here answers 501."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from playground.api import (
    account,
    callbacks,
    chats,
    copying,
    drafts,
    editing,
    keyboards,
    media,
    messages,
    payments,
    places,
    profile,
    stickers,
    topics,
    updates,
    webhooks,
)
from playground.api.request import Call

Handler = Callable[[Call], Any | Awaitable[Any]]

METHODS: Mapping[str, Handler] = MappingProxyType({
    # the bot itself
    "getMe": account.get_me,
    "close": account.close,
    "logOut": account.log_out,
    "getUpdates": updates.get_updates,
    "setWebhook": webhooks.set_webhook,
    "deleteWebhook": webhooks.delete_webhook,
    "getWebhookInfo": webhooks.get_webhook_info,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyName": profile.set_my_name,
    "getMyName": profile.get_my_name,
    "setMyDescription": profile.set_my_description,
    "getMyDescription": profile.get_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "getMyShortDescription": profile.get_my_short_description,
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
    # messages
    "sendMessage": messages.send_message,
    "sendMessageDraft": drafts.send_message_draft,
    "sendLocation": places.send_location,
    "sendVenue": places.send_venue,
    "sendContact": places.send_contact,
    "sendChatAction": messages.send_chat_action,
    "setMessageReaction": messages.set_message_reaction,
    "deleteMessage": messages.delete_message,
    "deleteMessages": messages.delete_messages,
    "pinChatMessage": messages.pin,
    "unpinChatMessage": messages.unpin,
    "unpinAllChatMessages": messages.unpin_all,
    "copyMessage": copying.copy_message,
    "copyMessages": copying.copy_messages,
    "forwardMessage": copying.forward_message,
    "forwardMessages": copying.forward_messages,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "answerCallbackQuery": callbacks.answer_callback_query,
    # files
    "sendPhoto": media.send_photo,
    "sendDocument": media.send_document,
    "sendVoice": media.send_voice,
    "sendVideo": media.send_video,
    "sendMediaGroup": media.send_media_group,
    "getFile": media.get_file,
    # payments
    "sendInvoice": payments.send_invoice,
    "createInvoiceLink": payments.create_invoice_link,
    "answerPreCheckoutQuery": callbacks.answer_pre_checkout_query,
    "answerShippingQuery": callbacks.answer_shipping_query,
    "refundStarPayment": payments.refund_star_payment,
    "getStarTransactions": payments.get_star_transactions,
    "getMyStarBalance": payments.get_my_star_balance,
    # chats and forum topics
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "getChatAdministrators": chats.get_chat_administrators,
    "getChatMemberCount": chats.get_chat_member_count,
    "leaveChat": chats.leave_chat,
    "getForumTopicIconStickers": stickers.get_forum_topic_icon_stickers,
    "createForumTopic": topics.create,
    "editForumTopic": topics.edit,
    "closeForumTopic": topics.close,
    "reopenForumTopic": topics.reopen,
    "deleteForumTopic": topics.delete,
    "unpinAllForumTopicMessages": topics.unpin_all,
    "editGeneralForumTopic": topics.edit_general,
    "closeGeneralForumTopic": topics.close_general,
    "reopenGeneralForumTopic": topics.reopen_general,
    "hideGeneralForumTopic": topics.hide_general,
    "unhideGeneralForumTopic": topics.unhide_general,
    "unpinAllGeneralForumTopicMessages": topics.unpin_all_general,
})  # fmt: skip

#: Parameters whose mistakes Telegram words with care: what says so when the schema refuses them.
EXPLAIN: Mapping[str, Callable[[Call], object]] = MappingProxyType({
    "reply_markup": lambda call: keyboards.markup(call, None),
    "prices": payments.prices,
})  # fmt: skip
