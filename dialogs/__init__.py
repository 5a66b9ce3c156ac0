"""The conversation engine, the flows written in it, and their words."""
