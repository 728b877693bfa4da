"""Reads the code cells of an uploaded notebook, which may be any bytes at all."""

import json
import re
from array import array
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

LARGEST = 32 * 1024 * 1024
MOST_CELLS = 5000
MOST_CODE = 4 * 1024 * 1024
MOST_PARTS = 2_000_000  # Lists and objects, and again strings: each takes memory of its own.
DEEPEST = 100

_DAY = 24 * 3600

_SAVE_AGAIN = "Open it in Jupyter and save it again."
_TOO_MANY_PARTS = "The notebook has too many parts. Clear its outputs and save it again."

# The format's own rule; an id is shown, stored and compared, so nothing else is let through.
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

_STRING = re.compile(rb'"[^"]*"?')
# One step down, one step up as a signed byte, and everything else away but quotes.
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_BESIDE = bytes(set(range(256)) - set(b'[]{}"'))


class NotANotebook(ValueError):
    """The bytes cannot be run as a notebook; ``str()`` says why to the person who sent them."""


@dataclass(frozen=True)
class Proof:
    """A variable that a cell sets near its end, and the text that it sets it to."""

    name: str
    value: str


@dataclass(frozen=True)
class CodeCell:
    """One cell to run; ``seconds`` is the time that it asks for, if it asks for less.

    ``proof`` shows afterwards that the cell ran to its end.
    """

    id: str
    source: str
    seconds: float | None = None
    proof: Proof | None = None


def code_cells(content: bytes) -> tuple[CodeCell, ...]:
    """The code cells in order, each with an id of its own; or NotANotebook.

    A cell whose id is missing, unfit or taken is named for its place. Of a key that is
    written twice the last counts, as in every editor. Numbers that JSON does not know
    (NaN, Infinity) may stand where nothing is read.
    """
    if len(content) > LARGEST:
        raise NotANotebook(
            f"The notebook is larger than {LARGEST // 2**20} MiB. "
            "Clear its outputs and save it again."
        )
    cells = _cells(_parsed(content))
    if len(cells) > MOST_CELLS:
        raise NotANotebook(f"The notebook has {len(cells)} cells; at most {MOST_CELLS} are run.")
    sources = {
        place: _source(place, cell) for place, cell in enumerate(cells, 1) if _is_code(place, cell)
    }
    if sum(len(source) for source in sources.values()) > MOST_CODE:
        raise NotANotebook(
            f"The notebook holds more than {MOST_CODE // 2**20} MiB of code. "
            "Move data out of its cells into files."
        )
    ids = _ids({place: cells[place - 1].get("id") for place in sources})
    return tuple(
        CodeCell(ids[place], source, _seconds(cells[place - 1]), _proof(cells[place - 1]))
        for place, source in sources.items()
    )


# The document and its cells are whatever the sender wrote, hence Any.
def _parsed(content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:  # In UTF-16, where each sign of JSON has a zero beside it.
            raise UnicodeError
    except UnicodeError:
        fault = "it is not text in UTF-8"
        raise NotANotebook(f"This is not a notebook: {fault}. {_SAVE_AGAIN}") from None
    _check_shape(content)
    try:
        return json.loads(text)
    except json.JSONDecodeError as fault_in_json:
        raise NotANotebook(
            f"This is not JSON: {fault_in_json.msg} at line {fault_in_json.lineno}. "
            "Send the notebook as Jupyter saved it."
        ) from None
    except (RecursionError, MemoryError):
        raise NotANotebook(_TOO_MANY_PARTS) from None
    except ValueError:  # From int(), which takes a few thousand digits and no more.
        raise NotANotebook(
            "This notebook cannot be read: a number in it has too many digits. "
            "Clear its outputs and save it again."
        ) from None


def _check_shape(content: bytes) -> None:
    """Refuse what nests too deeply or has too many parts, so that no parser has to find out.

    As far as the text is JSON, this sees the brackets that the parser sees; where it is
    not, the parser stops. Each step is a single pass that is not written in Python.
    """
    unescaped = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    signs = unescaped.translate(_STEPS, _BESIDE)
    if signs.count(b'"') > 2 * MOST_PARTS:
        raise NotANotebook(_TOO_MANY_PARTS)
    steps = _STRING.sub(b"", signs)
    if len(steps) > 2 * MOST_PARTS:
        raise NotANotebook(_TOO_MANY_PARTS)
    if max(accumulate(array("b", steps)), default=0) > DEEPEST:
        raise NotANotebook(f"This is not a notebook: its JSON is nested too deeply. {_SAVE_AGAIN}")


def _cells(document: Any) -> list[Any]:
    if isinstance(document, dict) and document.get("nbformat", 4) != 4:
        raise NotANotebook(f"This notebook is not in format 4. {_SAVE_AGAIN}")
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list):
        raise NotANotebook("This is JSON but not a notebook: it has no list of cells.")
    if "nbformat" not in document:
        raise NotANotebook(f"This notebook does not say its format. {_SAVE_AGAIN}")
    return cells


def _is_code(place: int, cell: Any) -> bool:
    if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
        raise NotANotebook(
            f"Cell {place} of the notebook is not a cell. Delete it, or write it anew in Jupyter."
        )
    return bool(cell["cell_type"] == "code")


def _source(place: int, cell: dict[str, Any]) -> str:
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise NotANotebook(
            f"Cell {place} of the notebook has no text. Delete it, or write it anew in Jupyter."
        )
    # A lone half of a surrogate pair cannot be sent to a kernel, nor stored.
    return source.encode("utf-8", "replace").decode()


def _seconds(cell: dict[str, Any]) -> float | None:
    """The time in ``metadata.sandbox.seconds``; what is no number above 0 asks for nothing."""
    told = _ours(cell).get("seconds")
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 < told < _DAY:
        return None
    return float(told)


def _proof(cell: dict[str, Any]) -> Proof | None:
    told = _ours(cell).get("proof")
    if isinstance(told, list) and len(told) == 2 and all(isinstance(one, str) for one in told):
        return Proof(*told)
    return None


def _ours(cell: dict[str, Any]) -> dict[str, Any]:
    """``metadata.sandbox``, in which a notebook says what it asks of us."""
    metadata = cell.get("metadata")
    ours = metadata.get("sandbox") if isinstance(metadata, dict) else None
    return ours if isinstance(ours, dict) else {}


def _ids(told: dict[int, Any]) -> dict[int, str]:
    """An id for each place: its own, if it is fit and the first of its kind."""
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for place, name in told.items():
        if isinstance(name, str) and _ID.fullmatch(name) and name not in taken:
            ids[place] = name
            taken.add(name)
    for place in told.keys() - ids.keys():
        ids[place] = f"cell-{place}"
        while ids[place] in taken:
            ids[place] += "-again"
        taken.add(ids[place])
    return ids
