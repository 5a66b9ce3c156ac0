"""The garbage collector, told what a running bot looks like."""

from __future__ import annotations

import gc

#: How many objects come to be before the youngest are looked through. A batch of a hundred turns makes tens of
#: thousands that live until its commit and go without the collector; Python's own 700 looks at them all the time.
YOUNG = 20_000


def settle() -> None:
    """Once everything is loaded: what is there now stays for good, and is not looked through again.

    Modules, tables and templates are hundreds of thousands of objects; without this each full collection walks
    through them all, in the middle of a transaction.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
