"""The rules of the trade: catalogue, brief, quote, order lifecycle, money.

No I/O, no third party.
"""
