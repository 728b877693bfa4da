"""Reads the code cells of an uploaded notebook, which may be any bytes at all."""

import json
from dataclasses import dataclass
from typing import Any

LARGEST = 32 * 1024 * 1024
MOST_CELLS = 5000
DEEPEST = 100


class NotANotebook(ValueError):
    """The bytes cannot be run as a notebook; ``str()`` says why to the person who sent them."""


@dataclass(frozen=True)
class CodeCell:
    """One cell to run."""

    id: str
    source: str


def code_cells(content: bytes) -> tuple[CodeCell, ...]:
    """The code cells in order; a cell without an id is named for its place. Or NotANotebook."""
    if len(content) > LARGEST:
        raise NotANotebook(f"The notebook is larger than {LARGEST // 2**20} MiB.")
    document = _parsed(content)
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        raise NotANotebook("This is JSON but not a notebook: it has no list of cells.")
    if document.get("nbformat") != 4:
        raise NotANotebook(
            "This notebook is not in format 4. Open it in Jupyter and save it again."
        )
    cells = document["cells"]
    if len(cells) > MOST_CELLS:
        raise NotANotebook(f"The notebook has {len(cells)} cells; at most {MOST_CELLS} are run.")
    return tuple(
        _code_cell(place, cell)
        for place, cell in enumerate(cells)
        if not isinstance(cell, dict) or cell.get("cell_type") == "code"
    )


def _parsed(content: bytes) -> Any:  # Whatever the sender wrote.
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotANotebook("This is not a notebook: it is not text in UTF-8.") from None
    if _depth(text) > DEEPEST:
        raise NotANotebook("This is not a notebook: its JSON is nested too deeply.")
    try:
        return json.loads(text)
    except json.JSONDecodeError as fault:
        raise NotANotebook(f"This is not JSON: {fault.msg} at line {fault.lineno}.") from None
    except (ValueError, RecursionError):
        raise NotANotebook("This is not a notebook: its JSON cannot be read.") from None


def _depth(text: str) -> int:
    """How deeply brackets nest outside strings, so that no parser has to find out."""
    deepest = depth = 0
    quoted = escaped = False
    for character in text:
        if quoted:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                quoted = False
        elif character == '"':
            quoted = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _code_cell(place: int, cell: Any) -> CodeCell:
    if not isinstance(cell, dict):
        raise NotANotebook(f"Cell {place + 1} of the notebook is not a cell.")
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise NotANotebook(f"Cell {place + 1} of the notebook has no text.")
    name = cell.get("id")
    if not isinstance(name, str):
        name = f"cell-{place + 1}"
    # A lone half of a surrogate pair cannot be sent to a kernel, nor stored.
    return CodeCell(_sound(name), _sound(source))


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
