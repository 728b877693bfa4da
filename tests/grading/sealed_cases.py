"""Small assignments of one answer cell and one test cell, for the examiner to run."""

from lms.catalogue.notebooks import Cell, Notebook, write
from lms.grading.execution import mark_notebook
from lms.grading.marking import Verdict
from lms.grading.sandbox import BehindWalls
from lms.grading.sealing import author_record

SANDBOX = BehindWalls()


def notebook(answer, tests, own=""):
    """The author's notebook: a locked cell, an answer and its tests."""

    def duty(grade_id, **flags):
        plain = {"grade": False, "solution": False, "locked": False, "task": False}
        told = {**plain, "grade_id": grade_id, "schema_version": 3, **flags}
        return {"nbgrader": told}

    return Notebook(
        (
            Cell("code", "own", own, duty("own", locked=True)),
            Cell("code", "answer", answer, duty("answer", solution=True)),
            Cell("code", "tests", tests, duty("tests", grade=True, locked=True, points=1)),
        ),
        {"kernelspec": {"name": "python3", "language": "python"}},
    )


def handed_in(source, answer):
    """The file of a learner who wrote ``answer``."""
    cells = tuple(
        Cell(cell.kind, cell.id, answer, cell.metadata) if cell.id == "answer" else cell
        for cell in source.cells
    )
    return write(Notebook(cells, source.metadata))


def graded(source, answer, record, profile="python"):
    """The mark of a learner who wrote ``answer``."""
    marked = mark_notebook(
        source, handed_in(source, answer), SANDBOX, profile=profile, sealing=record
    )
    (mark,) = marked.marks
    return mark


def check_sealed(own, answer, tests, wrong):
    """Seal the tests: the author's own answer passes them and the wrong one does not."""
    source = notebook(answer, tests, own)

    record = author_record(source, SANDBOX, profile="python")

    assert record.open == {}
    assert graded(source, answer, record).verdict is Verdict.PASSED
    assert graded(source, wrong, record).score == 0
