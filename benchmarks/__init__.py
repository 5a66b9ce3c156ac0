"""What a turn costs, beside what others need for the same conversation."""
