"""Proof that nobody here wrote: python-telegram-bot's own live tests, run against the playground."""
