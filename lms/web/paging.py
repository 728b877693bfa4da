"""Long lists, page by page: which page was asked for, and the ways to those beside it."""

from flask import request, url_for
from flask_babel import gettext as _

from lms.core.paging import Window

#: A label and an address for a link.
Link = tuple[str, str]


def asked() -> int:
    """The page of a long list that was asked for."""
    return min(request.args.get("page", 1, type=int), 1_000_000)


def turning(window: Window, endpoint: str, **values: str) -> tuple[Link | None, Link | None]:
    """The links to the pages of a long list before and after this one."""

    def link(number: int) -> Link | None:
        if not 1 <= number <= window.pages:
            return None
        address = url_for(endpoint, **{**values, "page": number})  # type: ignore[arg-type]
        return _("Page %(number)s", number=number), address

    return link(window.number - 1), link(window.number + 1)
