"""Whatever a lesson holds, its page stays a text to read; and its work stays bounded."""

import time
from html.parser import HTMLParser

import pytest

from lms.catalogue.lesson_safety import clean
from lms.catalogue.lessons import LARGEST_LESSON, render


class Elements(HTMLParser):
    """The elements of a page and their attributes, as a parser sees them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def page(source: str) -> str:
    return render(f"# T\n\n{source}\n", "en", link=str, asset=str, pictures={}).html


ACTIVE = {
    "script", "style", "iframe", "object", "embed", "form", "input", "button", "svg", "template",
    "base", "meta", "link", "video", "audio", "foreignobject", "annotation-xml", "maction",
}  # fmt: skip

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a script in a sentence": "a <script>alert(1)</script> b",
    "a script in another case": "<ScRiPt/x>alert(1)</sCrIpT>",
    "a script that is cut off": "<script>alert(1)//",
    "an event handler": '<img src=x onerror="alert(1)">',
    "details that run": "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "a style": '<p style="position:fixed;inset:0">x</p>',
    "a style sheet": "<style>@import 'https://e.org/a.css'</style>",
    "an SVG with a script": "<svg><script>alert(1)</script></svg>",
    "an SVG that animates": "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    "a frame": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "a form": "<form action=https://e.org><input name=password></form>",
    "a base": "<base href=https://e.org/>",
    "a refresh": "<meta http-equiv=refresh content='0;url=https://e.org'>",
    "MathML that leads away": '<math href="javascript:alert(1)"><mi>x</mi></math>',
    "MathML around HTML": "<math><annotation-xml encoding=text/html><img src=x onerror=a>",
    "namespaces confused": "<math><mtext><table><mglyph><style><!--</style><img src onerror=a>",
    "a link to a script": "[x](javascript:alert(1))",
    "a link to a script, capitals": "[x](JaVaScRiPt:alert(1))",
    "a link to a script, entities": "[x](&#106;avascript:alert(1))",
    "a link to a script, encoded": "[x](javascript%3Aalert(1))",
    "a link to a script, spaced": "[x](<java\tscript:alert(1)>)",
    "a link to a script, controls": "[x](<\x01javascript:alert(1)>)",
    "an autolink to a script": "<javascript:alert(1)>",
    "a reference to a script": "[x]\n\n[x]: javascript:alert(1)",
    "a link to vbscript": "[x](vbscript:msgbox(1))",
    "a link to data": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "a link to a file": "[x](file:///etc/passwd)",
    "a link to another host": "[x](//e.org)",
    "a link by backslash": "[x](\\\\e.org)",
    "a picture from elsewhere": "![x](https://e.org/a.png)",
    "a picture of data": "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "a picture that breaks out": '![x" onerror="alert(1)](assets/a.svg)',
    "a caption that breaks out": "![x](assets/a.svg '\"><script>alert(1)</script>')",
    "a title that breaks out": "[x](https://e.org '\" onclick=\"alert(1)')",
    "a language that breaks out": '```"onload="alert(1)\nx\n```',
    "code that breaks out": "```html\n</code></pre><script>alert(1)</script>\n```",
    "a box that breaks out": '::: "><script>alert(1)</script>\nx\n:::',
    "a box title that breaks out": "::: note <script>alert(1)</script>\nx\n:::",
    "a heading that breaks out": '## "><script>alert(1)</script>',
    "a formula with HTML": r"$\text{<img src=x onerror=alert(1)>}$",
    "a formula with a link": r"$\href{javascript:alert(1)}{x}$",
    "a formula with a style": r"$\style{position:fixed}{x}$",
    "a formula that breaks out": '$x"onload="alert(1)$',
    "a formula that closes itself": r"$\text{</mtext></math><script>alert(1)</script>}$",
    "a footnote that breaks out": 'x[^"a]\n\n[^"a]: <script>alert(1)</script>',
    "a table that breaks out": "| <script>alert(1)</script> |\n|---|\n| <img onerror=a> |",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_in_a_page_runs_or_leads_astray(source):
    found = Elements(page(source)).found

    for tag, attributes in found:
        assert tag not in ACTIVE
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src"):
            address = attributes.get(name) or ""
            assert address.startswith(("#", "assets/", "https://e.org")) or not address
        if tag == "img":
            assert (attributes["src"] or "").startswith("assets/")


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_last_gate_holds_by_itself(source):
    found = Elements(clean(source)).found

    for tag, attributes in found:
        assert tag not in ACTIVE
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert not (attributes.get("href") or "").startswith(("javascript", "data", "vbscript"))


def test_hostile_markup_is_shown_as_the_text_it_is():
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page("<script>alert(1)</script>")


def test_the_last_gate_lets_pass_what_lessons_are_made_of():
    source = (
        "## A\n\n**b** *c* ~~d~~ `e` [f](g) $h^2$[^i]\n\n1. j\n\n> k\n\n| l |\n|:-:|\n| m |\n\n"
        "n\n: o\n\n```python\nwhile True: pass\n```\n\n::: note\np\n:::\n\n[^i]: q\n"
    )

    html = page(source)

    assert clean(html) == html
    seen = {tag for tag, _ in Elements(html).found}
    assert {
        "h2", "strong", "em", "s", "code", "a", "math", "msup", "sup", "ol", "blockquote",
        "table", "dl", "pre", "span", "div", "section",
    } <= seen  # fmt: skip


def filled(unit: str) -> str:
    return unit * ((LARGEST_LESSON - 100) // len(unit.encode()))


SLOW = {
    "brackets": filled("["),
    "pictures that never end": filled("!["),
    "links that never end": filled("[a]("),
    "emphasis": filled("*a **a "),
    "backticks": filled("`a``"),
    "quotes in quotes": filled("> " * 300 + "a\n"),
    "lists in lists": "".join("  " * depth + "- a\n" for depth in range(400)),
    "boxes in boxes": filled("::: note\n"),
    "equal headings": filled("## a\n"),
    "tags that never end": filled("<a "),
    "comments that never end": filled("<!--"),
    "dollars": filled("$"),
    "one wide table": "|" + "a|" * 900 + "\n|" + "-|" * 900 + "\n" + ("|" + "b|" * 900 + "\n") * 90,
    "footnotes": filled("[^1]"),
    "strings in strings": "```python\n" + filled("f'{") + "\n```",
    "templates in templates": "```javascript\n" + filled("`${") + "\n```",
}


@pytest.mark.parametrize("source", SLOW.values(), ids=SLOW.keys())
def test_a_text_made_to_be_slow_is_done_in_seconds(source):
    start = time.process_time()

    page(source)

    # Most take less than one second here and the slowest four. What grows with
    # the square of its length would take minutes at this size.
    assert time.process_time() - start < 20
