"""Words that people wrote, as HTML: paragraphs, lines and links, and nothing else of theirs."""

import re

from markupsafe import Markup, escape

#: An address on the web; what usually ends a sentence does not belong to it.
_ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]{1,500}[^\s<>\"“”«».,;:!?)\]}'’،؛؟]")
_GAP = re.compile(r"\n[ \t]*\n\s*")


def paragraphs(text: str) -> Markup:
    """``text`` in paragraphs, each in the direction of its own words; addresses become links."""
    blocks = filter(None, (block.strip() for block in _GAP.split(text.replace("\r\n", "\n"))))
    return Markup("\n").join(Markup('<p dir="auto">{}</p>').format(_lines(b)) for b in blocks)


def _lines(block: str) -> Markup:
    return Markup("<br>\n").join(_linked(line.strip()) for line in block.split("\n"))


def _linked(line: str) -> Markup:
    written, done = Markup(), 0
    for found in _ADDRESS.finditer(line):
        address = found[0]
        written += escape(line[done : found.start()])
        written += Markup(
            '<a href="{0}" rel="nofollow noopener noreferrer"><bdi dir="ltr">{0}</bdi></a>'
        ).format(address)
        done = found.end()
    return written + escape(line[done:])
