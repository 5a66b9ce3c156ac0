"""Ready parts of screens: what flows are put together from."""

from dialogs.parts.ask import Attachments, Calendar, FreeText
from dialogs.parts.choose import Choice, Link, PagedList, Row, Tell

__all__ = ["Attachments", "Calendar", "Choice", "FreeText", "Link", "PagedList", "Row", "Tell"]
