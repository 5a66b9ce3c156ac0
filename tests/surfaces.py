"""Surfaces for queries written as text, as they are: what changes of a dialog's stands with its conversation."""

from __future__ import annotations

from storage.surfaces import WHOLE

#: Stands where a query would say `surfaces`.
SURFACES = f"({WHOLE.element}) AS surfaces"
