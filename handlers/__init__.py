"""The handlers room."""
