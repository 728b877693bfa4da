"""Figures of a course: their kind and size, and what may not hide in them."""

import re
import struct
from dataclasses import dataclass
from xml.parsers import expat

from lms.core.faults import Fault
from lms.core.i18n import Sentence, say

_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST_SIDE = 10_000
_LENGTH = re.compile(r"\s*([0-9]{1,6}(?:\.[0-9]{1,9})?)\s*(px|pt|in|cm|mm|pc)?\s*")
#: CSS pixels in each unit (CSS Values and Units, section 6.2).
_PIXELS = {"px": 1, "pt": 96 / 72, "in": 96, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "pc": 16}
_ACTIVE_ELEMENTS = {
    "script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "listener",
}  # fmt: skip
_EMBEDDED = re.compile(r"#|data:image/(?:png|jpeg);base64,")
_FETCHES = re.compile(r"@import|url\(\s*[\"']?(?!#|data:image/(?:png|jpeg);base64,)", re.IGNORECASE)


@dataclass(frozen=True)
class Picture:
    """A figure's media type and its natural size in CSS pixels."""

    media_type: str
    width: int
    height: int


class _FaultySvg(Exception):
    def __init__(self, line: int, sentence: Sentence) -> None:
        self.line, self.sentence = line, sentence
        super().__init__(str(sentence))


def is_picture(path: str) -> bool:
    """Whether a file of this name can be shown as a figure."""
    return path.endswith((".svg", ".png"))


def read_picture(path: str, content: bytes, faults: list[Fault]) -> Picture | None:
    """The kind and size of a PNG or SVG file, or None and a fault.

    An SVG is refused when it holds a script, an event handler, an entity
    declaration or a reference to anything outside itself.
    """
    if path.endswith(".png"):
        return _read_png(path, content, faults)
    if path.endswith(".svg"):
        try:
            return _SvgReader().read(content)
        except _FaultySvg as fault:
            faults.append(Fault(path, fault.line, fault.sentence))
            return None
    faults.append(Fault(path, None, say("A figure must be an SVG or a PNG file.")))
    return None


def _read_png(path: str, content: bytes, faults: list[Fault]) -> Picture | None:
    """Width and height stand in the IHDR chunk (PNG specification, section 11.2.1)."""
    if content[:8] != _PNG or content[12:16] != b"IHDR" or len(content) < 24:
        faults.append(Fault(path, None, say("This is not a PNG picture.")))
        return None
    width, height = struct.unpack(">II", content[16:24])
    if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
        sentence = say("A figure may be at most {most} pixels wide and high.", most=_LARGEST_SIDE)
        faults.append(Fault(path, None, sentence))
        return None
    return Picture("image/png", width, height)


class _SvgReader:
    """Walks an SVG with expat, which never fetches and here never expands an entity."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.ProcessingInstructionHandler = self._instruction
        self._open: list[str] = []
        self._style = ""
        self._size: tuple[float, float] | None = None
        self._named_svg = False

    def read(self, content: bytes) -> Picture:
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise _FaultySvg(
                error.lineno, say("This SVG does not parse: {reason}.", reason=reason)
            ) from None
        if not self._named_svg:
            raise _FaultySvg(1, say("This is not an SVG picture."))
        if self._size is None:
            raise _FaultySvg(
                1, say("The SVG does not give its size: add width and height, or a viewBox.")
            )
        width, height = self._size
        return Picture("image/svg+xml", max(1, round(width)), max(1, round(height)))

    def _refuse(self, sentence: Sentence) -> None:
        raise _FaultySvg(self._parser.CurrentLineNumber, sentence)

    def _refuse_outside(self, name: str) -> None:
        self._refuse(say("An SVG may not refer to anything outside itself: {name}.", name=name))

    def _doctype(
        self, _name: str, _system: str | None, _public: str | None, has_subset: bool
    ) -> None:
        if has_subset:
            self._refuse(say("An SVG may not declare entities of its own."))

    def _instruction(self, target: str, _data: str) -> None:
        self._refuse(say("An SVG may not hold <?{target}?>.", target=target))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if not self._open:
            self._named_svg = local == "svg"
            self._size = _svg_size(attributes)
        self._open.append(local)
        if local in _ACTIVE_ELEMENTS:
            self._refuse(say("An SVG may not hold <{element}>.", element=name))
        for attribute, value in attributes.items():
            self._check_attribute(_local(attribute), attribute, value)

    def _check_attribute(self, local: str, written: str, value: str) -> None:
        if local.startswith("on"):
            self._refuse(say("An SVG may not hold scripts: {name}.", name=written))
        if local in ("href", "src") and value.strip() and not _EMBEDDED.match(value.strip()):
            self._refuse_outside(written)
        if local == "attributename" and _local(value) == "href":
            self._refuse(say("An SVG may not animate a link."))
        if not written.startswith("xmlns") and _FETCHES.search(value):
            self._refuse_outside(written)

    def _characters(self, text: str) -> None:
        if self._open and self._open[-1] == "style":
            self._style += text

    def _end(self, _name: str) -> None:
        if self._open.pop() == "style":
            if _FETCHES.search(self._style):
                self._refuse_outside("style")
            self._style = ""


def _local(name: str) -> str:
    return name.rpartition(":")[2].strip().lower()


def _svg_size(attributes: dict[str, str]) -> tuple[float, float] | None:
    """Width and height as written, or else those of the viewBox."""
    width, height = _pixels(attributes.get("width")), _pixels(attributes.get("height"))
    if width and height:
        return width, height
    box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    if len(box) != 4:
        return None
    width, height = _pixels(box[2]), _pixels(box[3])
    return (width, height) if width and height else None


def _pixels(written: str | None) -> float | None:
    length = _LENGTH.fullmatch(written or "")
    if length is None:
        return None
    pixels = float(length[1]) * _PIXELS[length[2] or "px"]
    return pixels if 0 < pixels <= _LARGEST_SIDE else None
