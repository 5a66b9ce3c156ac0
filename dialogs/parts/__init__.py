"""Ready parts of screens: what flows are put together from."""

from dialogs.parts.ask import Calendar, Dates, FreeText
from dialogs.parts.choose import Choice, Link, PagedList, Row, Tell
from dialogs.parts.count import Confirm, Number, Rating
from dialogs.parts.files import Attachments
from dialogs.parts.reach import Address, Contact
from dialogs.parts.several import MultiChoice

__all__ = [
    "Address",
    "Attachments",
    "Calendar",
    "Choice",
    "Confirm",
    "Contact",
    "Dates",
    "FreeText",
    "Link",
    "MultiChoice",
    "Number",
    "PagedList",
    "Rating",
    "Row",
    "Tell",
]
