"""Reads a notebook from bytes that anybody may have sent, or says in plain words why not.

The checks are ours rather than nbformat's: its messages are paths in a schema, which help no
learner, and it bounds neither size, depth nor text. Outputs are thrown away unread.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import get_args

from lms.catalogue.notebook_format import CELL_ID, NBFORMAT, Cell, CellKind, Json, Notebook
from lms.catalogue.notebook_refusals import (
    BrokenCell,
    BrokenMetadata,
    BrokenText,
    EmptyFile,
    NotANotebook,
    NotJson,
    NotText,
    NumberTooLong,
    RepeatedName,
    TooDeep,
    TooLarge,
    TooManyCells,
    TooNew,
    TooOld,
)

LARGEST_NOTEBOOK = 5 * 1024 * 1024
#: What all notebooks of one piece of work may have together.
LARGEST_WORK = 20 * 1024 * 1024
MOST_CELLS = 2000
DEEPEST = 40

_LINE_ENDS = re.compile(r"\r\n?")


def read(content: bytes) -> Notebook:
    """The notebook in ``content``, whoever made it.

    Outputs and execution counts are dropped, cells without an id of their own get one, and
    line ends become single newlines. NaN and infinite numbers read as null.
    Raises UnreadableNotebook, by the name of what is wrong (see `notebook_refusals`).
    """
    if len(content) > LARGEST_NOTEBOOK:
        raise TooLarge(megabytes=LARGEST_NOTEBOOK // (1024 * 1024))
    try:
        # Some editors on Windows begin a file with a byte order mark.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotText from None
    if not text.strip():
        raise EmptyFile
    document = _parse(text)
    listed = _cells_of(document)
    metadata = document.get("metadata", {})
    if not isinstance(metadata, dict) or not _is_plain(metadata):
        raise BrokenMetadata
    cells = [_cell(told, number) for number, told in enumerate(listed, start=1)]
    named = tuple(_with_ids(cells))
    own_ids = frozenset(
        cell.id for told, cell in zip(cells, named, strict=True) if told.id == cell.id
    )
    return Notebook(cells=named, metadata=metadata, own_ids=own_ids, text=text)


def _parse(text: str) -> dict[str, Json]:
    try:
        document: Json = json.loads(
            text,
            object_pairs_hook=_object,
            # Jupyter writes NaN into outputs though JSON has none.
            parse_constant=_nothing,
            parse_float=_finite,
        )
    except json.JSONDecodeError as fault:
        raise NotJson(line=fault.lineno, column=fault.colno) from None
    except RecursionError:
        raise TooDeep from None
    except ValueError:
        raise NumberTooLong from None
    if not isinstance(document, dict):
        raise NotANotebook
    return document


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise RepeatedName(name=twice[:60].encode("utf-8", "replace").decode())
    return found


def _nothing(_: str) -> None:
    return None


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _cells_of(document: dict[str, Json]) -> list[Json]:
    version = document.get("nbformat")
    if isinstance(version, bool) or not isinstance(version, int):
        raise NotANotebook
    if version < NBFORMAT:
        raise TooOld(version=max(version, 0))
    if version > NBFORMAT:
        raise TooNew(version=min(version, 999))
    cells = document.get("cells")
    if not isinstance(cells, list):
        raise NotANotebook
    if len(cells) > MOST_CELLS:
        raise TooManyCells(count=len(cells), most=MOST_CELLS)
    return cells


def _cell(told: Json, number: int) -> Cell:
    if not isinstance(told, dict):
        raise BrokenCell(number=number)
    kind = _kind(told.get("cell_type"))
    source = _joined(told.get("source"))
    metadata = told.get("metadata", {})
    attachments = told.get("attachments") or {}
    if kind is None or source is None:
        raise BrokenCell(number=number)
    if not isinstance(metadata, dict) or not isinstance(attachments, dict):
        raise BrokenCell(number=number)
    if not (_is_text(source) and _is_plain(metadata) and _is_plain(attachments)):
        raise BrokenText(number=number)
    own_id = told.get("id")
    return Cell(
        kind=kind,
        id=own_id if isinstance(own_id, str) else "",
        source=_LINE_ENDS.sub("\n", source),
        metadata=metadata,
        # In nbformat only text has attachments; what a code cell brings along is not kept.
        attachments=attachments if kind != "code" else {},
    )


def _kind(told: Json) -> CellKind | None:
    kinds: tuple[CellKind, ...] = get_args(CellKind)
    return next((kind for kind in kinds if kind == told), None)


def _joined(told: Json) -> str | None:
    if isinstance(told, str):
        return told
    if isinstance(told, list) and all(isinstance(line, str) for line in told):
        return "".join(line for line in told if isinstance(line, str))
    return None


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_plain(value: Json) -> bool:
    """Whether ``value`` can be written again: of bounded depth and without half characters."""
    level: Sequence[Json] = [value]
    for _ in range(DEEPEST):
        if not all(_is_text(text) for text in _texts(level)):
            return False
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return True
    return False


def _texts(values: Iterable[Json]) -> Iterable[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value


def _inside(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _with_ids(cells: list[Cell]) -> Iterable[Cell]:
    """The cells, each with an id of its own: a copied cell keeps all but its id."""
    kept: set[str] = set()
    theirs = {cell.id for cell in cells}
    for number, cell in enumerate(cells, start=1):
        identifier = cell.id
        if identifier in kept or not CELL_ID.fullmatch(identifier):
            identifier = free_id(f"cell-{number}", theirs | kept)
        kept.add(identifier)
        yield replace(cell, id=identifier)


def free_id(wanted: str, taken: set[str]) -> str:
    """``wanted``, or else the first of ``wanted-2``, ``wanted-3``... that is not ``taken``."""
    identifier, count = wanted, 1
    while identifier in taken:
        count += 1
        identifier = f"{wanted}-{count}"
    return identifier
