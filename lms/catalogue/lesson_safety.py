"""The last gate before a page: whatever is not plainly lesson text does not pass."""

import nh3

from lms.catalogue.boxes import BOX_NAMES
from lms.catalogue.code_colours import CODE_CLASSES, LANGUAGES
from lms.catalogue.mathematics import ATTRIBUTES, ELEMENTS
from lms.catalogue.media import PLAYED_TYPES
from lms.core.i18n import LOCALES

_TEXT = {
    "a", "abbr", "blockquote", "br", "code", "dd", "details", "div", "dl", "dt", "em",
    "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre",
    "s", "section", "span", "strong", "summary", "sup", "table", "tbody", "td", "th", "thead",
    "tr", "ul", "video", "audio", "source", "track",
}  # fmt: skip
_MATHEMATICS = {*ELEMENTS, "semantics", "annotation"}
_ALIGNMENTS = {"align-start", "align-center", "align-end"}
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")

_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "rel", "title", "id", "aria-label"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "p": {"id"},
    "li": {"id"},
    "div": {"aria-label", "aria-labelledby"},
    "section": {"aria-label", "aria-labelledby"},
    "pre": {"aria-label"},
    "video": {"aria-label", "poster"},
    "audio": {"aria-label"},
    "source": {"src"},
    "track": {"src", "label"},
    "math": {"alttext"},
    **{heading: {"id"} for heading in _HEADINGS},
    **{element: set(ATTRIBUTES) for element in ELEMENTS if element != "math"},
}

_VALUES: dict[str, dict[str, set[str]]] = {
    "img": {"loading": {"lazy"}},
    "video": {"controls": {""}, "preload": {"none"}},
    "audio": {"controls": {""}, "preload": {"none"}},
    "source": {"type": set(PLAYED_TYPES.values())},
    "track": {"kind": {"captions"}, "srclang": set(LOCALES), "default": {""}},
    "th": {"scope": {"col"}},
    "div": {
        "role": {"region", "note", "group"},
        "tabindex": {"0"},
        "dir": {"ltr", "rtl"},
        "lang": set(LOCALES),
    },
    "pre": {"role": {"group"}, "tabindex": {"0"}, "dir": {"ltr"}},
    "code": {"dir": {"ltr"}},
    "math": {"display": {"block", "inline"}, "dir": {"ltr"}},
    "mi": {"mathvariant": {"normal"}},
    "mn": {"mathvariant": {"normal"}},
    "mo": {"mathvariant": {"normal"}},
    "annotation": {"encoding": {"application/x-tex"}},
}

_CLASSES: dict[str, set[str]] = {
    "section": {*BOX_NAMES, "box", "footnotes"},
    "div": {*BOX_NAMES, "box", "table", "formula", "runnable"},
    "details": {"answer", "transcript"},
    "figure": {"played"},
    "p": {"box-name"},
    "h2": {"box-name"},
    "span": {*CODE_CLASSES, "box-title"},
    "pre": {"code"},
    "code": {f"language-{language}" for language in LANGUAGES if language},
    "a": {"external", "footnote-back"},
    "sup": {"footnote"},
    "td": _ALIGNMENTS,
    "th": _ALIGNMENTS,
    "mtd": _ALIGNMENTS,
}

_CLEANER = nh3.Cleaner(
    tags=_TEXT | _MATHEMATICS,
    clean_content_tags={"script", "style", "template", "iframe", "object", "svg"},
    attributes=_ATTRIBUTES,
    tag_attribute_values=_VALUES,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,  # set where a link leaves the site, and only there
)


def clean(html: str) -> str:
    """``html`` with only the elements, attributes and classes that lessons are made of."""
    return _CLEANER.clean(html)
