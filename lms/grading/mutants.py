"""An author's notebook with one small mistake in its solution, to see whether the tests notice."""

import ast
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from lms.catalogue.notebook_regions import Region, scan
from lms.catalogue.notebooks import Cell, Notebook
from lms.grading.mutations import Change, Kind, changes
from lms.grading.paper import tree

#: How many are tried of an assignment, if nobody says otherwise.
MOST = 60
#: The longest piece of code that is told of one.
_MOST_SHOWN = 300


@dataclass(frozen=True)
class Mutant:
    """One change in the answer cell ``grade_id``; ``line`` counts the cell's lines from 1.

    ``before`` and ``after`` are that line, or those lines where the change is of several;
    ``text`` is the whole cell as it is then.
    """

    grade_id: str
    line: int
    kind: Kind
    before: str
    after: str
    text: str

    def notebook(self, source: Notebook) -> Notebook:
        """``source`` with the change made."""
        cells = [
            replace(cell, source=self.text) if cell.grade_id == self.grade_id else cell
            for cell in source.cells
        ]
        return replace(source, cells=tuple(cells))


@dataclass(frozen=True)
class Mutants:
    """Those that were ``chosen`` to be tried, in the order of the notebook, of all ``there``."""

    chosen: tuple[Mutant, ...] = ()
    there: int = 0


def mutants(source: Notebook, most: int = MOST) -> Mutants:
    """Changes of the solutions in ``source`` that tests are to notice, the same every time.

    Taken are the fenced lines of answer cells, or all of those that fence nothing. Answers that
    a person marks are left out, and so is what parses to the same as the solution or as another
    change. Of more than ``most``, as many are taken of every cell and of every kind of change.
    Only Python is changed.
    """
    if source.language != "python":
        return Mutants()
    found = {cell.id: tuple(_of_cell(cell)) for cell in source.cells if _is_tested_answer(cell)}
    places = {name: place for place, name in enumerate(found)}
    taken = _spread([_spread(_by_kind(each)) for each in found.values()])[:most]
    grade_ids = {cell.grade_id: cell.id for cell in source.cells}
    taken.sort(key=lambda one: (places[grade_ids[one.grade_id]], one.line, one.kind, one.after))
    return Mutants(tuple(taken), sum(map(len, found.values())))


def _is_tested_answer(cell: Cell) -> bool:
    duty = cell.duty
    return cell.kind == "code" and duty is not None and duty.solution and not duty.grade


def _of_cell(cell: Cell) -> Iterator[Mutant]:
    code = cell.source
    parsed = tree(code)
    if len(code.splitlines()) > code.count("\n") + 1:
        return  # Line breaks that Python does not know: no line would be the one it seems.
    fenced = scan(code, Region.SOLUTION)
    lines = fenced.lines or frozenset(range(1, code.count("\n") + 2))
    seen = {ast.dump(parsed)}
    for change in changes(code, parsed):
        start, end = _lines(code, change)
        if not lines.issuperset(range(start, end + 1)):
            continue
        text = change.made(code)
        made = tree(text)
        if not made.body or (told := ast.dump(made)) in seen:
            continue
        seen.add(told)
        yield _mutant(cell, change, text, start, end)


def _lines(code: str, change: Change) -> tuple[int, int]:
    whole = code.encode()
    first = whole[: change.start].count(b"\n") + 1
    return first, first + whole[change.start : change.end].count(b"\n")


def _mutant(cell: Cell, change: Change, text: str, start: int, end: int) -> Mutant:
    def shown(whole: str) -> str:
        return "\n".join(whole.split("\n")[start - 1 : end]).strip()[:_MOST_SHOWN]

    return Mutant(cell.grade_id or "", start, change.kind, shown(cell.source), shown(text), text)


def _by_kind(found: Sequence[Mutant]) -> list[list[Mutant]]:
    """The changes of each kind, in an order that depends on nothing but the change itself."""
    kinds: Mapping[Kind, list[Mutant]] = defaultdict(list)
    for one in found:
        kinds[one.kind].append(one)
    return [sorted(each, key=_drawn) for each in kinds.values()]


def _drawn(one: Mutant) -> str:
    told = f"{one.line}\0{one.before}\0{one.after}"
    return hashlib.sha256(told.encode()).hexdigest()


def _spread(groups: Sequence[Sequence[Mutant]]) -> list[Mutant]:
    """One of each group, then the second of each, and so on."""
    return [one for row in zip_longest(*groups) for one in row if one is not None]
