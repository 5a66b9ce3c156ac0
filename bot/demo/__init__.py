"""The demo: a local Telegram and the bot beside it, as two processes, and a tour that plays in them."""
