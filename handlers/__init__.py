"""What the bot does about each thing that happens: one plain function each."""
