"""The author's record: which test cells the examiner runs, and what each may need of a learner.

It is made from the author's own solution. Until every cell that is not open passes with what was
written down, one more is left open and the record is made again.
"""

import errno
import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lms.catalogue.notebooks import GradedKind, Notebook, graded_cells
from lms.grading.feedback import plain
from lms.grading.laying_in import LaidIn, lay_in
from lms.grading.paper import Paper, blanked, bound, items, loaded
from lms.grading.runs import CellRun, Ending, Run
from lms.grading.sandbox import NO_FILES, NO_LIMITS, NoWalls, Sandbox

# What Python says of a write to what was laid in.
_READ_ONLY = re.compile(rf"\[Errno {errno.EROFS}\] [^:]*: '([^']+)'")

#: How often the record is made anew with fewer cells before all that are left are open.
_MOST_TRIES = 10


@dataclass(frozen=True)
class Record:
    """Which test cells are sealed and what each may need; ``open`` says why the others are not.

    Both by the id of the cell; ``grade_ids`` are what authors call these cells. ``skipped`` are
    the author's own cells that need something of the learner's, which the examiner therefore
    leaves out. ``doubts`` are those that the author's own solution raises in open cells, and
    which therefore speak against nobody. ``products`` are the files beside the notebook that the
    author's own solution writes over: what is made here is no data, and is left out.
    """

    # Any: an object of JSON that the examiner wrote and only the examiner reads.
    cells: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    open: Mapping[str, str] = field(default_factory=dict)
    grade_ids: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    products: tuple[str, ...] = ()

    @property
    def open_cells(self) -> dict[str, str]:
        """Why each open cell is open, by its grade id."""
        return {self.grade_ids.get(name, name): why for name, why in self.open.items()}

    @property
    def sealed(self) -> frozenset[str]:
        """The ids of the cells that the examiner runs."""
        return frozenset(self.cells)

    # Any: a JSON object, stored as it is.
    def as_json(self) -> dict[str, Any]:
        """The object in which a record is stored."""
        return {
            "cells": self.cells,
            "skipped": list(self.skipped),
            "open": dict(self.open),
            "grade_ids": dict(self.grade_ids),
            "doubts": list(self.doubts),
            "products": list(self.products),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Record":
        """The record that `as_json` told of."""
        return cls(
            *(told["cells"], tuple(told["skipped"]), told["open"], told["grade_ids"]),
            *(tuple(told.get(key, ())) for key in ("doubts", "products")),
        )

    def paper(self, source: Notebook, laid_in: LaidIn) -> Paper:
        """The exam of what is laid in."""
        record = {"cells": self.cells, "skipped": self.skipped}
        return Paper(items(source, laid_in.notebook, self.sealed), record)

    def judged(self, run: Run) -> Run:
        """``run`` with those doubts alone that count: of open cells, and not of the author's."""
        cells = tuple(
            replace(
                cell,
                doubts=tuple(
                    one for one in cell.doubts if cell.id in self.open and one not in self.doubts
                ),
            )
            for cell in run.cells
        )
        return replace(run, cells=cells)


# Any: an object of JSON, as `Record.as_json` made it.
def open_cells(stored: Mapping[str, Any] | None) -> dict[str, str]:
    """Why each open test cell is open, by its grade id; of a stored record, if there is one."""
    return {} if stored is None else Record.from_json(stored).open_cells


def author_record(
    source: Notebook,
    sandbox: Sandbox,
    *,
    profile: str,
    limits: Mapping[str, float] = NO_LIMITS,
    files: Mapping[str, bytes] = NO_FILES,
) -> Record:
    """The record of the author's own solution; raises NoWalls, or UnknownProfile."""
    trial = _Trial(source, sandbox, profile, limits, files)
    plain = trial.run_with_data()
    reasons = {
        name: "the author's solution does not pass"
        for name, cell in plain.items()
        if cell.status != "ok"
    }
    for _ in range(_MOST_TRIES):
        made = _made(trial, plain, reasons)
        if made is not None:
            return made
    left = dict.fromkeys(plain, "the author's record comes out differently each time")
    return Record(
        open={**left, **reasons},
        grade_ids=trial.grade_ids,
        doubts=trial.doubts,
        products=trial.products,
    )


def open_record(
    source: Notebook,
    sandbox: Sandbox,
    *,
    profile: str,
    limits: Mapping[str, float] = NO_LIMITS,
    files: Mapping[str, bytes] = NO_FILES,
) -> Record:
    """A record by which every cell is open and none guarded; raises as `author_record` does."""
    trial = _Trial(source, sandbox, profile, limits, files)
    if files:
        trial.run_with_data()
    return Record(products=trial.products)


def _made(trial: "_Trial", plain: Mapping[str, CellRun], reasons: dict[str, str]) -> Record | None:
    """A record that holds, or None and one more reason at least for a cell to be open."""
    sealed = frozenset(plain) - frozenset(reasons)
    written = trial.run(Paper(items(trial.source, trial.laid_in.notebook, sealed)))
    if faults := _faults(sealed, plain, written):
        reasons |= faults
        return None
    cells = {name: written[name].record or {} for name in sealed}
    record = Record(
        cells, trial.skipped, dict(reasons), trial.grade_ids, trial.doubts, trial.products
    )
    mixed = trial.run(record.paper(trial.source, trial.laid_in))
    if faults := _faults(sealed, plain, mixed) or _deprived(trial.source, record, plain, mixed):
        reasons |= faults
        return None
    return record


def _deprived(
    source: Notebook,
    record: Record,
    plain: Mapping[str, CellRun],
    mixed: Mapping[str, CellRun],
) -> dict[str, str]:
    """The sealed cells that keep from an open one what it needs, so that it no longer passes."""
    texts = {cell.id: cell.source for cell in source.cells}
    wanted: set[str] = set()
    for name in record.open:
        if plain[name].status == "ok" and mixed[name].status != "ok":
            wanted |= loaded(texts[name]) | {""}
    if not wanted:
        return {}
    found = [name for name in record.sealed if bound(texts[name]) & wanted]
    return dict.fromkeys(found or record.sealed, "an open cell needs what this one leaves behind")


def _faults(
    sealed: frozenset[str], plain: Mapping[str, CellRun], runs: Mapping[str, CellRun]
) -> dict[str, str]:
    """Why these cells cannot be sealed: those that do not come out as in the kernel itself."""
    found: dict[str, str] = {}
    for name in plain:
        run = runs.get(name)
        if name not in sealed:
            continue
        if run is None or run.status != "ok":
            has_ended = run is None or (run.error is None and run.refused is None)
            if has_ended and found:
                continue  # The run was over by then, perhaps for no fault of this cell.
            found[name] = _reason(run)
            if has_ended:
                break
        elif _credit(run) != _credit(plain[name]):
            found[name] = "the tests give other points than within the learner's kernel"
    return found


def _reason(run: CellRun | None) -> str:
    if run is None:
        return "the cell was not reached"
    if run.refused:
        return run.refused
    if run.error is not None:
        return f"{run.error.name}: {run.error.value}"[:300]
    return "the examiner came to no end"


def _written(cell: CellRun, files: Collection[str]) -> str | None:
    """Which of ``files`` could not be written since it was laid in, if that ended the cell."""
    found = _READ_ONLY.search(cell.error.value) if cell.error is not None else None
    if found is None:
        return None
    # However the code came to its working folder, the name stands at the end of the path.
    path = "/" + posixpath.normpath(found[1])
    return max((name for name in files if path.endswith(f"/{name}")), key=len, default=None)


def _credit(run: CellRun) -> str | None:
    """The number that a cell shows at its end, if it is one: its points."""
    for output in run.outputs:
        if output.get("output_type") == "execute_result":
            text = str(output.get("data", {}).get("text/plain", ""))
            try:
                return repr(float(text))
            except ValueError:
                return None
    return None


class _Trial:
    """Runs the author's notebook with its own answers."""

    def __init__(
        self,
        source: Notebook,
        sandbox: Sandbox,
        profile: str,
        limits: Mapping[str, float],
        files: Mapping[str, bytes],
    ) -> None:
        self.source = source
        self.laid_in = lay_in(source, source)
        self.skipped: tuple[str, ...] = ()
        self.doubts: tuple[str, ...] = ()
        self.products: tuple[str, ...] = ()
        self._sandbox = sandbox
        self._given = (profile, limits)
        self._files = dict(files)
        self._written: tuple[str, ...] = ()
        self.grade_ids = {
            cell.cell_id: cell.grade_id
            for cell in graded_cells(source)
            if cell.kind is GradedKind.TESTS
        }

    def run_with_data(self) -> dict[str, CellRun]:
        """The same in the kernel alone, without the files that the solution writes over."""
        found = self.run(Paper(()))
        while self._written:
            for name in self._written:
                del self._files[name]
            self.products += self._written
            found = self.run(Paper(()))
        return found

    def run(self, paper: Paper) -> dict[str, CellRun]:
        """What became of each test cell, by its id."""
        profile, limits = self._given
        run: Run = self._sandbox.run(
            blanked(self.laid_in.notebook, paper.tests, self.grade_ids.keys() - paper.tests),
            profile,
            limits=limits,
            files=self._files,
            paper=paper,
        )
        self._written = tuple(
            dict.fromkeys(
                name for cell in run.cells if (name := _written(cell, self._files)) is not None
            )
        )
        if run.ending is Ending.UNAVAILABLE:
            raise NoWalls(found=plain(run.message))
        if paper.record is None:
            self.skipped = run.skipped
        raised = (doubt for cell in run.cells for doubt in cell.doubts)
        self.doubts = tuple(dict.fromkeys((*self.doubts, *raised)))
        return {cell.id: cell for cell in run.cells if cell.id in self.grade_ids}
