<<<<<<< .merge_file_CrIJJk
"""The rules of the trade: catalogue, brief, quote, order lifecycle, money.

No I/O, no third party.
"""
=======
"""The rules of the trade: catalogue, brief, quote, order lifecycle, money. Pure Python, no I/O."""
>>>>>>> .merge_file_eeN0l2
