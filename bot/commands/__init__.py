"""One module a command; `bot.cli` has the table."""
