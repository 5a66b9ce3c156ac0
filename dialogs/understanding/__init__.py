"""What people mean by what they write, in Chinese and English: a deterministic grammar that never guesses.

`deadlines.read_deadline`, `amounts.read_amount`, `words.read_word` and `read_ordinal`, `choose.match_choice` and
`message.understand` are what the rest of the house uses; `phrases.figures` measures the first of them.
"""
