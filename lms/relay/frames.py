"""What a page says: JSON text frames of a WebSocket, checked before anybody acts on them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: The longest frame of a page, in characters: a cell with a picture in its source still fits.
LONGEST = 1024 * 1024

#: The longest that a widget says at once, in characters of JSON.
LONGEST_TOLD = 64 * 1024

_LONGEST_ID = 100
# A page opens and closes no comm; these are what widgets say in one that the kernel has opened.
_METHODS = frozenset({"update", "custom"})


class BadFrame(ValueError):
    """The frame is none that a page of ours sends."""


@dataclass(frozen=True)
class Hello:
    """The first frame: what lets the page in."""

    ticket: str


@dataclass(frozen=True)
class Execute:
    """Run ``code``; what comes of it is told under ``id``."""

    id: str
    code: str


@dataclass(frozen=True)
class Tell:
    """What a widget in the page says to its half in the kernel, which Jupyter calls a comm.

    What comes of it is told under ``id``, as what comes of a cell.
    """

    id: str
    comm: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Interrupt:
    """Have what runs raise KeyboardInterrupt."""


@dataclass(frozen=True)
class Restart:
    """Begin with a new kernel."""


@dataclass(frozen=True)
class Input:
    """The answer to what the code asks for."""

    value: str


@dataclass(frozen=True)
class Look:
    """Complete the code at the ``cursor``, or explain what stands there; in code points."""

    id: str
    code: str
    cursor: int
    explain: bool


@dataclass(frozen=True)
class Stay:
    """Somebody is still there."""


@dataclass(frozen=True)
class Ping:
    """Is anybody there."""


Frame = Hello | Execute | Tell | Interrupt | Restart | Input | Look | Stay | Ping


def parsed(text: str) -> Frame:
    """The frame in ``text``. Raises BadFrame."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFrame("no JSON") from None
    if not isinstance(told, dict) or not isinstance(told.get("type"), str):
        raise BadFrame("no frame")
    make = _KINDS.get(told["type"])
    if make is None:
        raise BadFrame("unknown type")
    return make(told)


def _text(told: Mapping[str, Any], name: str, longest: int = LONGEST) -> str:
    value = told.get(name)
    if not isinstance(value, str) or len(value) > longest:
        raise BadFrame(f"{name} is no text that fits")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadFrame(f"{name} has half a character") from None
    return value


def _tell(told: Mapping[str, Any]) -> Tell:
    data = told.get("data")
    if not isinstance(data, dict) or data.get("method") not in _METHODS:
        raise BadFrame("data says nothing that a widget says")
    try:  # As long as the page counts it: without a space, Arabic as it is.
        text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        raise BadFrame("data is no JSON") from None
    if len(text) > LONGEST_TOLD:
        raise BadFrame("data does not fit")
    return Tell(_text(told, "id", _LONGEST_ID), _text(told, "comm", _LONGEST_ID), data)


def _look(told: Mapping[str, Any], explain: bool) -> Look:
    code, cursor = _text(told, "code"), told.get("cursor")
    if type(cursor) is not int or not 0 <= cursor <= len(code):
        raise BadFrame("cursor is not in the code")
    return Look(_text(told, "id", _LONGEST_ID), code, cursor, explain)


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Frame]] = {
    "hello": lambda told: Hello(_text(told, "ticket")),
    "execute": lambda told: Execute(_text(told, "id", _LONGEST_ID), _text(told, "code")),
    "comm_msg": _tell,
    "interrupt": lambda told: Interrupt(),
    "restart": lambda told: Restart(),
    "input": lambda told: Input(_text(told, "value")),
    "complete": lambda told: _look(told, explain=False),
    "inspect": lambda told: _look(told, explain=True),
    "stay": lambda told: Stay(),
    "ping": lambda told: Ping(),
}
