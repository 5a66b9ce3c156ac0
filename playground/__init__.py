"""A local Telegram as strict as the real one. Knows nothing of the bot that talks to it."""
