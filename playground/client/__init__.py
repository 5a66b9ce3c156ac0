"""The browser client: people's chats side by side, served at `/` by NiceGUI."""
