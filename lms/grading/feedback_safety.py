"""The gate before a feedback page: what code has put out is a stranger's, whoever wrote it.

Tables, lists and emphasis pass; scripts, styles, forms, frames and whatever leads or reaches
elsewhere do not. The page's Content-Security-Policy would stop those too: these are two walls.
"""

import re
from collections import Counter

import nh3

#: Larger markup than this is shown as the plain text that comes with it.
LARGEST_MARKUP = 200_000

_ELEMENTS = {
    "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "details", "div", "dl",
    "dt", "em", "figcaption", "figure", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "kbd", "li", "mark", "ol", "p", "pre", "s", "samp", "small", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
}  # fmt: skip
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]+")
#: Elements within elements; to read far more of them takes time that grows with their square.
_DEEPEST = 200
_NAME = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
#: Elements that end by themselves, so that none lies within its like.
_ENDING = frozenset("br col hr img input link meta p source td th tr wbr".split())
_TAG = re.compile(r"<[^>]*>")


def _attribute(element: str, name: str, value: str) -> str | None:
    """The value that an attribute may have; a picture may only be in the page itself."""
    if (element, name) == ("img", "src"):
        return value if _PICTURE.fullmatch(value) else None
    return value


_CLEANER = nh3.Cleaner(
    tags=_ELEMENTS,
    clean_content_tags={"script", "style", "template", "iframe", "object", "svg", "math", "title"},
    attributes={
        "*": {"dir", "lang", "title"},
        "img": {"src", "alt", "width", "height"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
    },
    attribute_filter=_attribute,
    url_schemes={"data"},
    link_rel=None,
)


def clean_output(html: str) -> str:
    """Markup that a cell put out, with nothing in it that acts.

    Empty where nothing is left, and for markup so large or deep that it takes long to read.
    """
    if len(html) > LARGEST_MARKUP or _is_deep(html):
        return ""
    cleaned = _CLEANER.clean(html)
    is_seen = "<img src" in cleaned or _TAG.sub("", cleaned).strip()
    return cleaned if is_seen else ""


def _is_deep(html: str) -> bool:
    """Whether more elements may lie within each other here than anybody writes."""
    open_now: Counter[str] = Counter()
    depth = 0
    for closing, written in _NAME.findall(html):
        name = written.lower()
        if name in _ENDING:
            continue
        if not closing:
            open_now[name] += 1
            depth += 1
        elif open_now[name]:
            open_now[name] -= 1
            depth -= 1
        if depth > _DEEPEST:
            return True
    return False
