"""What there is in the local Telegram: people, bots, chats, messages, time. Knows no HTTP."""
