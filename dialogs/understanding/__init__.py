"""What people mean by what they write, in Chinese and English: a deterministic grammar that never guesses."""
