"""What a draft consists of, and which of its versions are kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lms.catalogue.notebooks import Cell, Notebook
from lms.core.errors import Refused
from lms.core.i18n import N_

#: Every version of the last hour is kept; of older ones the latest of each span.
ALL_WITHIN = timedelta(hours=1)
SPANS = (
    (timedelta(days=1), timedelta(minutes=5)),
    (timedelta(days=7), timedelta(hours=1)),
    (timedelta(days=10_000), timedelta(days=1)),
)
#: However fast somebody types, a draft keeps no more versions than these.
MOST_VERSIONS = 400


class FaultyDraft(Refused):
    """What came is no list of cells."""

    message = N_("This draft cannot be saved: it is not a list of cells. Reload the page.")


@dataclass(frozen=True)
class Saved:
    """A version of a draft: its number, and when it was saved."""

    number: int
    saved: datetime


def superfluous(versions: Iterable[Saved], now: datetime) -> set[int]:
    """The numbers of the versions that need not be kept any longer; never the newest."""
    newest_first = sorted(versions, key=lambda version: -version.number)
    seen: set[tuple[timedelta, int]] = set()
    gone: set[int] = set()
    for place, version in enumerate(newest_first):
        age = now - version.saved
        if place == 0 or (age <= ALL_WITHIN and place < MOST_VERSIONS):
            continue
        span = next((length for limit, length in SPANS if age <= limit), SPANS[-1][1])
        slot = (span, int(version.saved.timestamp() // span.total_seconds()))
        if slot in seen or place >= MOST_VERSIONS:
            gone.add(version.number)
        seen.add(slot)
    return gone


def drafted(release: Notebook, told: object) -> Notebook:
    """The notebook of a draft: the cells that a page sent, laid upon the release it began with.

    ``told`` is JSON from anybody: a list of objects with ``id``, ``kind`` and ``source``. What
    a cell of the release is for is the release's word, and so is the text of a fixed cell; a
    fixed or answer cell that is missing comes back. Raises FaultyDraft.
    """
    given = {cell.id: cell for cell in release.cells}
    if not isinstance(told, list):
        raise FaultyDraft
    cells: dict[str, Cell] = {}
    for one in told:
        cell = _cell(one, given)
        if cell.id in cells:
            raise FaultyDraft
        cells[cell.id] = cell
    kept = [cell for cell in release.cells if cell.id in cells or cell.duty is not None]
    return replace(release, cells=tuple(_with_missing(list(cells.values()), kept)))


def retold(work: Notebook, before: Notebook, release: Notebook) -> Notebook:
    """The notebook of a draft with the author's text in the language of another ``release``.

    ``before`` is the one that it was laid upon. Answers stay, and so does text that was changed.
    """
    given = {cell.id: cell.source for cell in before.cells if _is_told(cell)}
    kept = [cell for cell in work.cells if given.get(cell.id) != cell.source]
    places = {cell.id for cell in kept}
    there = [cell for cell in release.cells if cell.id in places or _is_told(cell)]
    return replace(release, cells=tuple(_with_missing(kept, there)))


def _is_told(cell: Cell) -> bool:
    """Whether the cell is the author's text in one language, which nobody answers in."""
    return cell.lang is not None and (cell.duty is None or cell.duty.is_fixed)


def _cell(told: object, given: Mapping[str, Cell]) -> Cell:
    if not isinstance(told, dict):
        raise FaultyDraft
    identifier, kind, source = told.get("id"), told.get("kind"), told.get("source")
    if not isinstance(identifier, str) or not isinstance(source, str):
        raise FaultyDraft
    if kind not in ("code", "markdown", "raw"):
        raise FaultyDraft
    known = given.get(identifier)
    if known is None:
        return Cell(kind, identifier, source)
    if known.duty is None:
        return replace(known, kind=kind, source=source)
    return known if known.duty.is_fixed else replace(known, source=source)


def _with_missing(cells: list[Cell], given: Sequence[Cell]) -> list[Cell]:
    """The cells with those of ``given`` that are missing, each after the one it stood behind."""
    places = {cell.id: number for number, cell in enumerate(cells)}
    before = ""
    for cell in given:
        if cell.id not in places:
            cells.insert(places[before] + 1 if before in places else 0, cell)
            places = {each.id: number for number, each in enumerate(cells)}
        if cell.id in places:
            before = cell.id
    return cells
