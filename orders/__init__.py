"""The rules of the trade: catalogue, brief, quote, order lifecycle, money. Pure Python, no I/O."""
