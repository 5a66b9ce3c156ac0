"""The Bot API as bots call it: one function a method, listed in `table.py`."""
